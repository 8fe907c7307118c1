package community

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"deskbell/forum"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/internal/web"
	"deskbell/ui/front"
	"deskbell/ui/house"
)

// askForm is a question as somebody writes it.
type askForm struct {
	sender
	Board string `form:"board"`
	Title string `form:"title"`
	Text  string `form:"text"`
}

// asking is the page on which one asks. Its first step asks for the title alone, so that the second can show what was answered
// already.
type asking struct {
	front.Frame
	In      askForm
	Boards  []*forum.Board
	Similar []house.Hit
	wrong
}

// second tells whether the title is there and the rest is asked for.
func (a asking) second() bool { return a.In.Title != "" || a.Says != "" }

// longestPath is what fits into the link that is mailed to whoever signs in.
const longestPath = 1000

// path leads back here with the board and the title, for whoever signs in or changes the language meanwhile. Of a title that
// takes more than fits it has the beginning.
func (a asking) path() string {
	in := url.Values{}
	if slices.ContainsFunc(a.Boards, func(b *forum.Board) bool { return b.ID == a.In.Board }) {
		in.Set("board", a.In.Board)
	}
	for title := []rune(a.In.Title); len(title) > 0; title = title[:len(title)-1] {
		in.Set("title", string(title))
		if path := "/community/ask?" + in.Encode(); len(path) <= longestPath {
			return path
		}
	}
	in.Del("title")
	if len(in) == 0 {
		return "/community/ask"
	}
	return "/community/ask?" + in.Encode()
}

func (f *face) showAsk(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Board string `form:"board"`
		Title string `form:"title"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	title := text.Cut(text.Line(in.Title), forum.MaxTitle)
	return f.askPage(w, r, askForm{Board: in.Board, Title: title}, nil)
}

func (f *face) askPage(w http.ResponseWriter, r *http.Request, in askForm, refused error) error {
	page := asking{In: in, wrong: wrongOf(r.Context(), refused)}
	topics, _, err := f.topicsLike(r.Context(), in.Title, fewTopics, 0)
	if err != nil {
		return err
	}
	articles, err := f.articlesLike(r.Context(), in.Title, fewArticles)
	if err != nil {
		return err
	}
	err = f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if page.Boards, err = forum.Boards(tx, people.Actor{}); err != nil {
			return err
		}
		if page.Frame, err = gather(tx, r, i18n.T(r.Context(), "community.ask"), page.path()); err != nil {
			return err
		}
		if page.Similar, err = house.ArticleHits(tx, articles); err != nil {
			return err
		}
		more, err := house.TopicHits(tx, topics)
		page.Similar = append(page.Similar, more...)
		return err
	})
	if err != nil {
		return err
	}
	page.In.Once, page.Public.Page.NoIndex = cmp.Or(page.In.Once, store.NewRef()), true
	return web.Render(w, r, web.FormStatus(refused), askPage(page))
}

// ask opens a topic and leads to it; to its author also when it is held.
func (f *face) ask(w http.ResponseWriter, r *http.Request) error {
	var in askForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	err := f.write(w, r, in.sender, func(tx *store.Tx, who forum.Who) (string, error) {
		t, err := forum.Ask(tx, who, forum.Question{Board: in.Board, Title: in.Title, Text: in.Text, Language: i18n.Lang(r.Context())})
		if err != nil {
			return "", err
		}
		return t.Path(), nil
	})
	if web.ComesBack(err) {
		return f.askPage(w, r, in, err)
	}
	return err
}
