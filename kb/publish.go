package kb

import (
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

const (
	snippetLength = 200 // letters, as much as a search page shows
	mostFormer    = 50  // old addresses that are remembered
)

// Seen is a text as somebody had it before him: what was changed since Base is not undone unseen.
type Seen struct {
	TextID
	Base int // its Edit then
}

// Seen is the text as it is now.
func (t *Text) Seen() Seen { return Seen{t.ID(), t.Edit} }

// Publish makes the working copy what everybody reads, as a new revision, in one moment. An archived text without a working
// copy becomes public again as it was.
func Publish(tx *store.Tx, by people.Actor, seen Seen) (*Text, error) {
	t, err := edited(tx, by, PublishArticles, seen)
	if err != nil {
		return nil, err
	}
	w, err := working.Find(tx, t.Key())
	if err != nil {
		return nil, err
	}
	switch {
	case w != nil:
		if err := t.issue(tx, by, w); err != nil {
			return nil, err
		}
	case t.Status == Published:
		return t, nil // a second click: it is done already
	}
	t.Status = Published
	return t, t.put(tx, "article.published")
}

// issue turns the working copy into the next revision.
func (t *Text) issue(tx *store.Tx, by people.Actor, w *Working) error {
	if text.Plain(w.Text) == "" {
		return fault.Field("text", "fault.required")
	}
	t.Revision++
	r := &Revision{Article: t.Article, Language: t.Language, N: t.Revision, Words: w.Words, Published: tx.Now(), Publisher: by.Name}
	if err := revisions.Put(tx, r); err != nil {
		return err
	}
	if err := working.Delete(tx, t.Key()); err != nil {
		return err
	}
	t.Title, t.Snippet = w.Title, text.Teaser(w.Text, snippetLength)
	t.Working, t.Published = false, tx.Now()
	return nil
}

// edited gives a text that by may change and that nobody else changed since it was seen.
func edited(tx *store.Tx, by people.Actor, p people.Permission, seen Seen) (*Text, error) {
	if err := by.Must(p, ""); err != nil {
		return nil, err
	}
	t, err := texts.Get(tx, seen.key())
	if err != nil {
		return nil, err
	}
	if t.Edit != seen.Base {
		return nil, changed()
	}
	return t, nil
}

// Discard throws the working copy away. What was never public is gone with it, and gives nil.
func Discard(tx *store.Tx, by people.Actor, seen Seen) (*Text, error) {
	t, err := edited(tx, by, WriteArticles, seen)
	if err != nil {
		return nil, err
	}
	if !t.Working {
		return t, nil
	}
	if err := working.Delete(tx, t.Key()); err != nil {
		return nil, err
	}
	if t.Status == Draft {
		return nil, t.remove(tx)
	}
	t.Working = false
	return t, t.put(tx, "article.discarded")
}

// remove takes away a text that was never public, and the article when it was its only one.
func (t *Text) remove(tx *store.Tx) error {
	if err := texts.Delete(tx, t.Key()); err != nil {
		return err
	}
	others, err := textsOf(tx, t.Article)
	if err != nil {
		return err
	}
	if len(others) == 0 {
		if err := articles.Delete(tx, store.K(t.Article)); err != nil {
			return err
		}
	}
	tx.Ring(Ring)
	return tx.Tell("article.removed", texts.Name(), t.Key())
}

// Archive takes a published text out of the public's sight. Its address stays its own.
func Archive(tx *store.Tx, by people.Actor, seen Seen) (*Text, error) {
	t, err := edited(tx, by, PublishArticles, seen)
	if err != nil || t.Status != Published {
		return t, err
	}
	t.Status = Archived
	return t, t.put(tx, "article.archived")
}

// Readdress gives a text another address. The old one leads to it for ever, if it ever was public.
func Readdress(tx *store.Tx, by people.Actor, seen Seen, slug string) (*Text, error) {
	t, err := edited(tx, by, PublishArticles, seen)
	if err != nil {
		return nil, err
	}
	if slug = text.Slug(slug); slug == "" {
		return nil, fault.Field("slug", "fault.required")
	}
	if slug == t.Slug {
		return t, nil
	}
	have, err := texts.By(tx, "slug", store.K(t.Language, slug))
	if err != nil {
		return nil, err
	}
	if have != nil && have.Article != t.Article {
		return nil, fault.Field("slug", "fault.taken")
	}
	t.Former = without(t.Former, slug) // it may get an old address back
	if t.Status != Draft {
		t.Former = append(t.Former[max(0, len(t.Former)-mostFormer+1):], t.Slug)
	}
	t.Slug = slug
	return t, t.put(tx, "article.readdressed")
}

func without(all []string, one string) []string {
	var kept []string
	for _, s := range all {
		if s != one {
			kept = append(kept, s)
		}
	}
	return kept
}

// History is a page of what was published of a text: at most Limit revisions, those below Below if it is not 0.
type History struct {
	TextID
	Below, Limit int
}

// Revisions gives what was published of a text, newest first, and the n below which the next page begins (0: there is none).
func Revisions(tx *store.Tx, by people.Actor, h History) ([]*Revision, int, error) {
	if err := by.Must(ReadArticles, ""); err != nil {
		return nil, 0, err
	}
	within := store.Range{Prefix: h.key(), Back: true}
	if h.Below > 0 {
		within.After = store.K(within.Prefix, h.Below)
	}
	page, next, err := revisions.Page(tx, "", within, h.Limit)
	if err != nil || next == nil {
		return page, 0, err
	}
	return page, page[len(page)-1].N, nil
}

// RevisionAt gives one of them.
func RevisionAt(tx *store.Tx, by people.Actor, of TextID, n int) (*Revision, error) {
	if err := by.Must(ReadArticles, ""); err != nil {
		return nil, err
	}
	return revisions.Get(tx, store.K(of.key(), n))
}

// Restore makes revision n the working copy again; nothing changes for readers until it is published.
func Restore(tx *store.Tx, by people.Actor, seen Seen, n int) (*Text, error) {
	t, err := edited(tx, by, WriteArticles, seen)
	if err != nil {
		return nil, err
	}
	r, err := revisions.Get(tx, store.K(t.Key(), n))
	if err != nil {
		return nil, err
	}
	return t, t.work(tx, by, Edit{Title: r.Title, Text: r.Words.Text}, "article.restored")
}
