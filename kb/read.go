package kb

import (
	"slices"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

// Page is a published text as everybody may read it.
type Page struct {
	*Text
	Words        *Revision
	Category     *Category
	Translations []*Text // the article in other languages, as far as they are public
	Next         []*Text // what stands behind it in its category, and then before it
}

const mostNext = 3

// Read gives the page at an address. When the address is an old one, only its Text is set: its Path is where to go.
func Read(tx *store.Tx, lang, slug string) (*Page, error) {
	t, err := texts.GetBy(tx, "slug", store.K(lang, slug))
	if err != nil {
		return nil, err
	}
	if !t.Public() {
		return nil, fault.Missing("article")
	}
	p := &Page{Text: t}
	if t.Slug != slug {
		return p, nil
	}
	if p.Words, err = revisions.Get(tx, store.K(t.Key(), t.Revision)); err != nil {
		return nil, err
	}
	if p.Category, err = CategoryByID(tx, t.Category); err != nil {
		return nil, err
	}
	all, err := textsOf(tx, t.Article)
	if err != nil {
		return nil, err
	}
	for _, other := range all {
		if other.Public() && other.Language != lang {
			p.Translations = append(p.Translations, other)
		}
	}
	p.Next, err = next(tx, t)
	return p, err
}

// next gives what to read after t: what follows it in its category, and from the beginning when it is near the end.
func next(tx *store.Tx, t *Text) ([]*Text, error) {
	onShelf := store.K(t.Language, t.Category)
	rows, _, err := texts.Page(tx, "shelf", store.Range{Prefix: onShelf, After: store.K(onShelf, t.Place, t.Key())}, mostNext)
	if err != nil || len(rows) == mostNext {
		return rows, err
	}
	first, _, err := texts.Page(tx, "shelf", store.Range{Prefix: onShelf, To: store.K(onShelf, t.Place)}, mostNext-len(rows))
	return append(rows, first...), err
}

// Shelf is a category with what everybody may read in it.
type Shelf struct {
	Branch
	Count    int     // articles in it and in the categories within it, no further than MostCounted
	Articles []*Text // the first of those that stand in it directly
}

// MostCounted is where counting ends: beyond it stands "99+".
const MostCounted = 100

// Shelves gives the tree of categories in a language, each with at most few of its articles. Categories where there is nothing
// to read are left out.
func Shelves(tx *store.Tx, lang string, few int) ([]Shelf, error) {
	branches, err := Categories(tx)
	if err != nil {
		return nil, err
	}
	shelves := make([]Shelf, len(branches))
	for i := len(branches) - 1; i >= 0; i-- { // those within come behind: their counts are known already
		b := branches[i]
		s := Shelf{Branch: b}
		if s.Articles, _, err = InCategory(tx, Reading{Language: lang, Category: b.ID, Limit: few}); err != nil {
			return nil, err
		}
		if s.Count, err = texts.Count(tx, "shelf", store.K(lang, b.ID), MostCounted); err != nil {
			return nil, err
		}
		for _, within := range shelves[i+1:] {
			if within.Parent == b.ID {
				s.Count = min(s.Count+within.Count, MostCounted)
			}
		}
		shelves[i] = s
	}
	return slices.DeleteFunc(shelves, func(s Shelf) bool { return s.Count == 0 }), nil
}

// Reading is a page of what stands in a category in a language: at most Limit texts after After, nil for the beginning.
type Reading struct {
	Language, Category string
	After              store.Key
	Limit              int
}

// InCategory gives what everybody may read in a category, in the book's order, and the key after which the next page begins.
func InCategory(tx *store.Tx, r Reading) ([]*Text, store.Key, error) {
	return texts.Page(tx, "shelf", store.Range{Prefix: store.K(r.Language, r.Category), After: r.After}, r.Limit)
}

// Newest gives what was last published in a language.
func Newest(tx *store.Tx, lang string, limit int) ([]*Text, error) {
	rows, _, err := texts.Page(tx, "newest", store.Range{Prefix: store.K(lang), Back: true}, limit)
	return rows, err
}

// Languages gives those of langs in which there is something to read.
func Languages(tx *store.Tx, langs []string) ([]string, error) {
	var some []string
	for _, lang := range langs {
		n, err := texts.Count(tx, "newest", store.K(lang), 1)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			some = append(some, lang)
		}
	}
	return some, nil
}

// PublicTexts gives texts by the ids of their documents, without those that are not public any more.
func PublicTexts(tx *store.Tx, documents ...string) ([]*Text, error) {
	keys := make([]store.Key, len(documents))
	for i, id := range documents {
		article, lang := splitDocument(id)
		keys[i] = textKey(article, lang)
	}
	rows, err := texts.GetAll(tx, keys...)
	return slices.DeleteFunc(rows, func(t *Text) bool { return t == nil || !t.Public() }), err
}

// ForEditing gives a text with the words to go on with: the working copy, or else what is public.
func ForEditing(tx *store.Tx, by people.Actor, of TextID) (*Text, Words, error) {
	if err := by.Must(ReadArticles, ""); err != nil {
		return nil, Words{}, err
	}
	t, err := texts.Get(tx, of.key())
	if err != nil {
		return nil, Words{}, err
	}
	words, err := current(tx, t)
	return t, words, err
}

func current(tx *store.Tx, t *Text) (Words, error) {
	if t.Working {
		w, err := working.Get(tx, t.Key())
		if err != nil {
			return Words{}, err
		}
		return w.Words, nil
	}
	r, err := revisions.Get(tx, store.K(t.Key(), t.Revision))
	if err != nil {
		return Words{}, err
	}
	return r.Words, nil
}

// ByID gives an article with its texts, the one that it was first written in before the others.
func ByID(tx *store.Tx, by people.Actor, id string) (*Article, []*Text, error) {
	if err := by.Must(ReadArticles, ""); err != nil {
		return nil, nil, err
	}
	a, err := articles.Get(tx, store.K(id))
	if err != nil {
		return nil, nil, err
	}
	all, err := textsOf(tx, id)
	slices.SortStableFunc(all, func(x, y *Text) int {
		switch a.Language {
		case x.Language:
			return -1
		case y.Language:
			return 1
		}
		return 0
	})
	return a, all, err
}

// Listing is a page of the texts of a status, "" for all of them: at most Limit after After, nil for the beginning.
type Listing struct {
	Status Status
	After  store.Key
	Limit  int
}

// List gives texts, last changed first, and the key after which the next page begins. Those of every status come in the order
// of their ids.
func List(tx *store.Tx, by people.Actor, l Listing) ([]*Text, store.Key, error) {
	if err := by.Must(ReadArticles, ""); err != nil {
		return nil, nil, err
	}
	if l.Status == "" {
		return texts.Page(tx, "", store.Range{After: l.After, Back: true}, l.Limit)
	}
	if !slices.Contains(Statuses(), l.Status) {
		return nil, nil, fault.Field("status", "fault.bad_value")
	}
	return texts.Page(tx, "status", store.Range{Prefix: store.K(l.Status), After: l.After, Back: true}, l.Limit)
}
