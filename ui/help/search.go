package help

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
	q, err := house.QueryOf(r)
	if err != nil {
		return err
	}
	articles, all, err := f.articlesLike(r.Context(), q)
	if err != nil {
		return err
	}
	var topics []search.Hit
	if q.From == 0 {
		if topics, err = f.topicsLike(r.Context(), q.Words); err != nil {
			return err
		}
	}
	page := found{Total: all}
	page.First, page.Next = q.Around(len(articles), all)
	err = f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		title := i18n.T(r.Context(), "help.search")
		if page.frame, err = gather(tx, title, "help", same(q.Path(0))); err != nil {
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
	page.Query, page.Lang, page.Public.Page.NoIndex = q.Words, i18n.Lang(r.Context()), true
	return web.Render(w, r, http.StatusOK, searchPage(page))
}

// articlesLike looks for articles in the reader's language, and in any when there is none in his.
func (f *face) articlesLike(ctx context.Context, q house.Query) (hits []search.Hit, all int, err error) {
	if q.Words == "" {
		return nil, 0, nil
	}
	look := search.Q{
		Text: q.Words, Types: []string{kb.DocumentType}, Language: i18n.Lang(ctx),
		Readers: kb.ReaderTerms(people.Actor{}), Limit: hitsPerPage, From: q.From,
	}
	if hits, all, err = f.Search.Query(ctx, look); err == nil && all == 0 {
		look.Language = ""
		hits, all, err = f.Search.Query(ctx, look)
	}
	return hits, all, err
}

// topicsLike looks for what the community knows.
func (f *face) topicsLike(ctx context.Context, words string) ([]search.Hit, error) {
	if words == "" {
		return nil, nil
	}
	hits, _, err := f.Search.Query(ctx, search.Q{
		Text: words, Types: []string{forum.DocumentType}, Readers: forum.ReaderTerms(), Limit: fewTopics,
	})
	return hits, err
}
