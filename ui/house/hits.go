package house

import (
	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/search"
	"deskbell/internal/store"
	"deskbell/kb"
)

// Hit is something that everybody may read and that answers a question, with the words that do.
type Hit struct {
	Title, Snippet []search.Piece
	Path           string
	Article        string // the language, of an article
	Solved         bool   // of a topic
}

// TopicHits looks at each topic that was found once more: it may not be for everybody any more.
func TopicHits(tx *store.Tx, found []search.Hit) (hits []Hit, err error) {
	for _, f := range found {
		t, err := forum.TopicByID(tx, forum.Who{}, f.ID)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		hits = append(hits, Hit{Title: f.Title, Snippet: apart(f.Snippet), Path: t.Path(), Solved: t.Solved()})
	}
	return hits, nil
}

// ArticleHits looks at each article that was found once more: it may not be public any more.
func ArticleHits(tx *store.Tx, found []search.Hit) (hits []Hit, err error) {
	for _, f := range found {
		texts, err := kb.PublicTexts(tx, f.ID)
		if err != nil {
			return nil, err
		}
		for _, t := range texts {
			hits = append(hits, Hit{Title: f.Title, Snippet: apart(f.Snippet), Path: t.Path(), Article: t.Language})
		}
	}
	return hits, nil
}
