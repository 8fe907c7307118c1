package community

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
	perSearch   = 20
	fewTopics   = 4 // like the one that is about to be asked
	fewArticles = 3
)

// found is the search page.
type found struct {
	frame
	Query string
	Total int
	Hits  []house.Hit
	First string
	Next  string
}

func (f *face) search(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Q    string `form:"q"`
		From int    `form:"from"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	from := max(0, in.From)
	page := found{Query: text.Cut(text.Line(in.Q), 200)}
	hits, total, err := f.topicsLike(r.Context(), page.Query, perSearch, from)
	if err != nil {
		return err
	}
	err = f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if page.frame, err = f.gather(tx, r, i18n.T(r.Context(), "community.search"), searchPath(page.Query, 0)); err != nil {
			return err
		}
		page.Hits, err = house.TopicHits(tx, hits)
		return err
	})
	if err != nil {
		return err
	}
	page.Total, page.Public.Page.NoIndex = total, true
	if from > 0 {
		page.First = searchPath(page.Query, 0)
	}
	if from+len(hits) < total && len(hits) > 0 {
		page.Next = searchPath(page.Query, from+len(hits))
	}
	return web.Render(w, r, http.StatusOK, searchPage(page))
}

func searchPath(q string, from int) string {
	path := "/community/search?q=" + url.QueryEscape(q)
	if from > 0 {
		path += "&from=" + strconv.Itoa(from)
	}
	return path
}

func (f *face) topicsLike(ctx context.Context, words string, limit, from int) ([]search.Hit, int, error) {
	if words == "" {
		return nil, 0, nil
	}
	return f.Search.Query(ctx, search.Q{
		Text: words, Types: []string{forum.DocumentType}, Readers: forum.ReaderTerms(), Limit: limit, From: from,
	})
}

func (f *face) articlesLike(ctx context.Context, words string, limit int) ([]search.Hit, error) {
	hits, _, err := f.Search.Query(ctx, search.Q{
		Text: words, Types: []string{kb.DocumentType}, Language: i18n.Lang(ctx), Readers: kb.ReaderTerms(people.Actor{}), Limit: limit,
	})
	return hits, err
}
