package help

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"deskbell/forum"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/search"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/ui/house"
)

const (
	hitsPerPage = 20
	fewTopics   = 5 // of the community, below the articles
)

// found is the search page.
type found struct {
	frame
	Total    int
	Articles []house.Hit
	Topics   []house.Hit
	Next     string
	First    string
}

func (f *face) search(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Q    string `form:"q"`
		From int    `form:"from"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	page := found{}
	page.Query = text.Cut(text.Line(in.Q), 200)
	articles, topics, err := f.ask(r.Context(), &page, max(0, in.From))
	if err != nil {
		return err
	}
	q := page.Query
	err = f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		title := i18n.T(r.Context(), "help.search")
		if page.frame, err = gather(tx, title, "help", same(searchPath(q, 0))); err != nil {
			return err
		}
		if page.Articles, err = house.ArticleHits(tx, articles); err != nil {
			return err
		}
		page.Topics, err = house.TopicHits(tx, topics)
		return err
	})
	if err != nil {
		return err
	}
	page.Query, page.Lang, page.Public.Page.NoIndex = q, i18n.Lang(r.Context()), true
	if in.From > 0 {
		page.First = searchPath(q, 0)
	}
	return web.Render(w, r, http.StatusOK, searchPage(page))
}

func searchPath(q string, from int) string {
	path := "/help/search?q=" + url.QueryEscape(q)
	if from > 0 {
		path += "&from=" + strconv.Itoa(from)
	}
	return path
}

// ask looks for articles in the reader's language, and in any when there is none in his; and for what the community knows.
func (f *face) ask(ctx context.Context, page *found, from int) (articles, topics []search.Hit, err error) {
	if page.Query == "" {
		return nil, nil, nil
	}
	q := search.Q{
		Text: page.Query, Types: []string{kb.DocumentType}, Language: i18n.Lang(ctx),
		Readers: kb.ReaderTerms(people.Actor{}), Limit: hitsPerPage, From: from,
	}
	if articles, page.Total, err = f.Search.Query(ctx, q); err == nil && page.Total == 0 {
		q.Language = ""
		articles, page.Total, err = f.Search.Query(ctx, q)
	}
	if err != nil {
		return nil, nil, err
	}
	if from+len(articles) < page.Total {
		page.Next = searchPath(page.Query, from+len(articles))
	}
	if from > 0 {
		return articles, nil, nil
	}
	q.Types, q.Language, q.Limit = []string{forum.DocumentType}, "", fewTopics
	topics, _, err = f.Search.Query(ctx, q)
	return articles, topics, err
}
