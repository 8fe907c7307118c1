package admin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/ui/kit"
)

// articlesView is the list of what was written.
type articlesView struct {
	view
	Status     kb.Status // "" for all
	Texts      []*kb.Text
	Categories map[string]string
	Next       string
}

func (f *face) articles(w http.ResponseWriter, r *http.Request) error {
	v := articlesView{view: f.viewOf(r, "articles"), Status: kb.Status(r.URL.Query().Get("status")), Categories: map[string]string{}}
	after, err := web.After(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	err = f.see(r, func(tx *store.Tx) error {
		tree, err := kb.Categories(tx)
		if err != nil {
			return err
		}
		for _, b := range tree {
			v.Categories[b.ID] = b.In(i18n.Lang(r.Context()))
		}
		texts, next, err := kb.List(tx, v.Actor, kb.Listing{Status: v.Status, After: after, Limit: 50})
		v.Texts, v.Next = texts, web.Cursor(next)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, articlesPage(v))
}

// articleForm is what an editor types.
type articleForm struct {
	Once     string `form:"once"`
	Base     int    `form:"base"` // the Edit that was before him
	Language string `form:"lang"`
	Category string `form:"category"`
	Shelf    string `form:"shelf"` // the name of a category, which is made where there is none of this name
	Title    string `form:"title"`
	Text     string `form:"text"`
	Do       string `form:"do"` // save, publish or preview
}

// articleView is an article in one language, with the form that changes it.
type articleView struct {
	view
	In         articleForm
	Text       *kb.Text // nil for a new article, or a translation that was not begun
	Article    *kb.Article
	Texts      []*kb.Text // in all languages
	Languages  []string   // in which the article is or could be
	Categories []kb.Branch
	Feedback   kb.Feedback
	Theirs     *kb.Words // what somebody else saved meanwhile
	Preview    bool
}

func (f *face) newArticle(w http.ResponseWriter, r *http.Request) error {
	page, err := f.articlePage(r, &articleForm{Category: r.URL.Query().Get("category")}, nil)
	return render(w, r, page, err)
}

func (f *face) article(w http.ResponseWriter, r *http.Request) error {
	page, err := f.articlePage(r, nil, nil)
	return render(w, r, page, err)
}

// articlePage shows a text as it is, or as somebody typed it when in is given; without an id it is a new article.
func (f *face) articlePage(r *http.Request, in *articleForm, wrong error) (templ.Component, error) {
	v := articleView{view: f.viewOf(r, "articles")}
	v.Err = wrong
	if in != nil {
		v.In, v.Preview = *in, in.Do == "preview"
	}
	err := f.see(r, func(tx *store.Tx) (err error) {
		if v.Categories, err = kb.Categories(tx); err != nil {
			return err
		}
		shop, err := settings.Shop.Get(tx)
		if err != nil {
			return err
		}
		v.Languages = shop.Languages
		if id := r.PathValue("id"); id != "" {
			return v.read(tx, id, langOf(r, in), in != nil)
		}
		if len(v.Categories) == 1 && v.In.Category == "" {
			v.In.Category = v.Categories[0].ID
		}
		if v.In.Language == "" {
			v.In.Language = shop.Language()
		}
		return nil
	})
	return articlePage(v), err
}

func langOf(r *http.Request, in *articleForm) string {
	if in != nil {
		return in.Language
	}
	return r.URL.Query().Get("lang")
}

// read finds the article and its text in a language; without one, in that which it was first written in. The words are read
// when nobody typed any, and also when somebody else was quicker.
func (v *articleView) read(tx *store.Tx, id, lang string, typed bool) (err error) {
	if v.Article, v.Texts, err = kb.ByID(tx, v.Actor, id); err != nil {
		return err
	}
	if lang == "" {
		lang = v.Article.Language
	}
	v.In.Language = lang
	for _, t := range v.Texts {
		if t.Language == lang {
			v.Text = t
		}
	}
	if v.Text == nil { // a translation that nobody has begun
		return nil
	}
	conflict := fault.Is(v.Err, fault.Conflict)
	if v.Feedback, err = kb.FeedbackOn(tx, v.Actor, v.Text.ID(), 5); err != nil || typed && !conflict {
		return err
	}
	_, kept, err := kb.ForEditing(tx, v.Actor, v.Text.ID())
	if err != nil {
		return err
	}
	if conflict {
		v.Theirs, v.In.Base = &kept, v.Text.Edit // who saves again has seen both
		return nil
	}
	v.In.Title, v.In.Text, v.In.Base = kept.Title, kept.Text, v.Text.Edit
	return nil
}

func (f *face) addArticle(w http.ResponseWriter, r *http.Request) error {
	return f.write(w, r, func(tx *store.Tx, in articleForm) (*kb.Text, error) {
		category, err := in.shelve(tx, web.Actor(r))
		if err != nil {
			return nil, err
		}
		return kb.Create(tx, web.Actor(r), kb.NewArticle{Category: category, Language: in.Language, Title: in.Title, Text: in.Text})
	})
}

// shelve gives the category that an article goes into. One that is named and not there is made, so that nobody has to leave what
// he writes.
func (in articleForm) shelve(tx *store.Tx, by people.Actor) (id string, err error) {
	name := text.Line(in.Shelf)
	if name == "" {
		return in.Category, nil
	}
	all, err := kb.Categories(tx)
	if err != nil {
		return "", err
	}
	for _, b := range all {
		if strings.EqualFold(b.Name, name) || strings.EqualFold(b.In(in.Language), name) {
			return b.ID, nil
		}
	}
	made, err := kb.AddCategory(tx, by, "", kb.CategoryChange{Name: name})
	var f *fault.Error
	if errors.As(err, &f) && f.At == "name" {
		moved := *f
		moved.At = "shelf"
		return "", &moved
	}
	if err != nil {
		return "", err
	}
	return made.ID, nil
}

func (f *face) changeArticle(w http.ResponseWriter, r *http.Request) error {
	return f.write(w, r, func(tx *store.Tx, in articleForm) (*kb.Text, error) {
		return kb.Save(tx, web.Actor(r), kb.Edit{Article: r.PathValue("id"), Language: in.Language, Base: in.Base, Title: in.Title, Text: in.Text})
	})
}

// write keeps what was typed, publishes it if that was the button, or only shows how it will look.
func (f *face) write(w http.ResponseWriter, r *http.Request, keep func(*store.Tx, articleForm) (*kb.Text, error)) error {
	var in articleForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	again := func(err error) (templ.Component, error) { return f.articlePage(r, &in, err) }
	if in.Do == "preview" {
		page, err := again(nil)
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, page)
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		t, err := keep(tx, in)
		done := "saved"
		if err == nil && in.Do == "publish" {
			done = "published"
			t, err = kb.Publish(tx, web.Actor(r), t.Seen())
		}
		if err != nil {
			return "", err
		}
		return textPath(t.Article, t.Language, done), nil
	})
	if kind := fault.KindOf(err); err != nil && kind != fault.Internal {
		page, failed := again(err) // whatever the reason: nobody writes an article twice
		if failed != nil {
			return err
		}
		return web.Render(w, r, web.FormStatus(err), page)
	}
	return answer(w, r, path, err, again)
}

func textPath(article, lang, done string) string {
	return "/desk/articles/" + article + "?" + url.Values{"lang": {lang}, "done": {done}}.Encode()
}

// textButton is what the smaller forms on an article's page send.
type textButton struct {
	Once     string `form:"once"`
	Base     int    `form:"base"`
	Language string `form:"lang"`
	Slug     string `form:"slug"`
	Category string `form:"category"`
	Revision int    `form:"revision"`
}

// seen is the text as it was when the button was drawn.
func (in textButton) seen(article string) kb.Seen {
	return kb.Seen{TextID: kb.TextID{Article: article, Language: in.Language}, Base: in.Base}
}

func (f *face) pressText(w http.ResponseWriter, r *http.Request, done string, deed func(tx *store.Tx, id string, in textButton) (*kb.Text, error)) error {
	var in textButton
	if err := web.Form(r, &in); err != nil {
		return err
	}
	id := r.PathValue("id")
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		t, err := deed(tx, id, in)
		if err != nil || t == nil {
			return "/desk/articles?done=ended", err
		}
		return textPath(id, in.Language, done), nil
	})
	return answer(w, r, path, err, func(err error) (templ.Component, error) {
		q := r.URL.Query()
		q.Set("lang", in.Language)
		r.URL.RawQuery = q.Encode()
		return f.articlePage(r, nil, err)
	})
}

func (f *face) archiveArticle(w http.ResponseWriter, r *http.Request) error {
	return f.pressText(w, r, "saved", func(tx *store.Tx, id string, in textButton) (*kb.Text, error) {
		return kb.Archive(tx, web.Actor(r), in.seen(id))
	})
}

func (f *face) publishArticle(w http.ResponseWriter, r *http.Request) error {
	return f.pressText(w, r, "published", func(tx *store.Tx, id string, in textButton) (*kb.Text, error) {
		return kb.Publish(tx, web.Actor(r), in.seen(id))
	})
}

func (f *face) discardArticle(w http.ResponseWriter, r *http.Request) error {
	return f.pressText(w, r, "saved", func(tx *store.Tx, id string, in textButton) (*kb.Text, error) {
		return kb.Discard(tx, web.Actor(r), in.seen(id))
	})
}

func (f *face) restoreArticle(w http.ResponseWriter, r *http.Request) error {
	return f.pressText(w, r, "saved", func(tx *store.Tx, id string, in textButton) (*kb.Text, error) {
		return kb.Restore(tx, web.Actor(r), in.seen(id), in.Revision)
	})
}

func (f *face) readdressArticle(w http.ResponseWriter, r *http.Request) error {
	return f.pressText(w, r, "saved", func(tx *store.Tx, id string, in textButton) (*kb.Text, error) {
		return kb.Readdress(tx, web.Actor(r), in.seen(id), in.Slug)
	})
}

func (f *face) moveArticle(w http.ResponseWriter, r *http.Request) error {
	return f.pressText(w, r, "saved", func(tx *store.Tx, id string, in textButton) (*kb.Text, error) {
		if err := kb.MoveArticle(tx, web.Actor(r), id, in.Category, last); err != nil {
			return nil, err
		}
		t, _, err := kb.ForEditing(tx, web.Actor(r), kb.TextID{Article: id, Language: in.Language})
		return t, err
	})
}

// revisionsView is what was published of a text, and one of it in full.
type revisionsView struct {
	view
	Text  *kb.Text
	All   []*kb.Revision
	Below int          // where the next page begins
	Shown *kb.Revision // nil for none
}

func (f *face) revisions(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Language string `form:"lang"`
		Below    int    `form:"below"`
		N        int    `form:"n"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	v := revisionsView{view: f.viewOf(r, "articles")}
	of := kb.TextID{Article: r.PathValue("id"), Language: in.Language}
	err := f.see(r, func(tx *store.Tx) (err error) {
		if v.Text, _, err = kb.ForEditing(tx, v.Actor, of); err != nil {
			return err
		}
		if v.All, v.Below, err = kb.Revisions(tx, v.Actor, kb.History{TextID: of, Below: in.Below, Limit: 20}); err != nil || in.N == 0 {
			return err
		}
		v.Shown, err = kb.RevisionAt(tx, v.Actor, of, in.N)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, revisionsPage(v))
}

func (v revisionsView) path(more string) string {
	return "/desk/articles/" + v.Text.Article + "/revisions?lang=" + url.QueryEscape(v.Text.Language) + more
}

func statusName(ctx context.Context, s kb.Status) string {
	return i18n.T(ctx, "admin.article_"+string(s)) // i18n: admin.article_*
}

func statusKind(s kb.Status) kit.Kind {
	switch s {
	case kb.Published:
		return kit.Green
	case kb.Draft:
		return kit.Amber
	}
	return kit.Plain
}
