package kb

import (
	"context"
	"fmt"

	"deskbell/internal/store"
)

func init() { store.RegisterCheck("kb", check) }

// check holds every text against the rows that it speaks of, a hundred a view, so that writers never wait for it.
func check(ctx context.Context, db *store.DB, report func(string)) error {
	var after store.Key
	for {
		err := db.View(ctx, func(tx *store.Tx) error {
			rows, next, err := texts.Page(tx, "", store.Range{After: after}, 100)
			if err != nil {
				return err
			}
			after = next
			for _, t := range rows {
				if err := t.check(tx, report); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || after == nil {
			return err
		}
	}
}

func (t *Text) check(tx *store.Tx, report func(string)) error {
	wrong := func(format string, values ...any) {
		report(fmt.Sprintf("article %s in %s ", t.Article, t.Language) + fmt.Sprintf(format, values...))
	}
	a, err := articles.Find(tx, store.K(t.Article))
	if err != nil {
		return err
	}
	switch {
	case a == nil:
		wrong("has lost its article")
	case a.Category != t.Category || a.Place != t.Place:
		wrong("stands elsewhere than its article")
	}
	if c, err := categories.Find(tx, store.K(t.Category)); err != nil {
		return err
	} else if c == nil {
		wrong("stands in a category that is not there")
	}
	w, err := working.Find(tx, t.Key())
	if err != nil {
		return err
	}
	if (w != nil) != t.Working {
		wrong("has a working copy: %v, and says %v", w != nil, t.Working)
	}
	if t.Status == Draft != (t.Revision == 0) {
		wrong("is %s at revision %d", t.Status, t.Revision)
	}
	for n := 1; n <= t.Revision; n++ {
		r, err := revisions.Find(tx, store.K(t.Key(), n))
		if err != nil {
			return err
		}
		if r == nil {
			wrong("has lost revision %d", n)
		} else if n == t.Revision && r.Title != t.Title {
			wrong("is called %q and was published as %q", t.Title, r.Title)
		}
	}
	return nil
}
