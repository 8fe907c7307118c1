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
	"deskbell/ui/front"
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
	More     bool // topics were found that are not shown
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
	page := found{Total: all}
	if q.From == 0 {
		if topics, page.More, err = f.topicsLike(r.Context(), q.Words); err != nil {
			return err
		}
	}
	page.First, page.Next = q.Around(len(articles), all)
	err = f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		about := front.Page{Title: i18n.T(r.Context(), "help.search"), Here: front.Help, Path: front.Same(q.Path(0))}
		if page.frame, err = gather(tx, r, about); err != nil {
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
	page.Query, page.Lang = q.Words, i18n.Lang(r.Context())
	page.Public.Page.NoIndex, page.Public.Searches = true, true
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

// topicsLike looks for what the community knows, and tells whether it knows more.
func (f *face) topicsLike(ctx context.Context, words string) (hits []search.Hit, more bool, err error) {
	if words == "" {
		return nil, false, nil
	}
	hits, all, err := f.Search.Query(ctx, search.Q{
		Text: words, Types: []string{forum.DocumentType}, Readers: forum.ReaderTerms(), Limit: fewTopics,
	})
	return hits, all > len(hits), err
}
