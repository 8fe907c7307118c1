package community

import (
	"context"
	"net/http"

	"deskbell/forum"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/search"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/ui/front"
	"deskbell/ui/house"
)

const (
	perSearch   = 20
	fewTopics   = 4 // like the one that is about to be asked
	fewArticles = 3
)

// found is the search page.
type found struct {
	front.Frame
	Query    string
	Total    int
	Hits     []house.Hit
	Articles []house.Hit // a few of the help centre's, below them
	First    string
	Next     string
}

func (f *face) search(w http.ResponseWriter, r *http.Request) error {
	q, err := house.QueryOf(r)
	if err != nil {
		return err
	}
	hits, total, err := f.topicsLike(r.Context(), q.Words, perSearch, q.From)
	if err != nil {
		return err
	}
	var articles []search.Hit
	if q.From == 0 {
		if articles, err = f.articlesLike(r.Context(), q.Words, fewArticles); err != nil {
			return err
		}
	}
	page := found{Query: q.Words, Total: total}
	page.First, page.Next = q.Around(len(hits), total)
	err = f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if page.Frame, err = gather(tx, r, i18n.T(r.Context(), "community.search"), q.Path(0)); err != nil {
			return err
		}
		if page.Articles, err = house.ArticleHits(tx, articles); err != nil {
			return err
		}
		page.Hits, err = house.TopicHits(tx, hits)
		return err
	})
	if err != nil {
		return err
	}
	page.Public.Page.NoIndex, page.Public.Searches = true, true
	return web.Render(w, r, http.StatusOK, searchPage(page))
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
	if words == "" {
		return nil, nil
	}
	hits, _, err := f.Search.Query(ctx, search.Q{
		Text: words, Types: []string{kb.DocumentType}, Language: i18n.Lang(ctx), Readers: kb.ReaderTerms(people.Actor{}), Limit: limit,
	})
	return hits, err
}
