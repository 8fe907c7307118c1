package kb

import (
	"strings"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// NewArticle is an article as it begins: a draft in one language.
type NewArticle struct{ Category, Language, Title, Text string }

// Create begins an article, behind the others of its category.
func Create(tx *store.Tx, by people.Actor, n NewArticle) (*Text, error) {
	if err := by.Must(WriteArticles, ""); err != nil {
		return nil, err
	}
	if n.Category == "" {
		return nil, fault.Field("category", "fault.required")
	}
	if _, err := CategoryByID(tx, n.Category); fault.Is(err, fault.NotFound) {
		return nil, fault.Field("category", "fault.bad_value")
	} else if err != nil {
		return nil, err
	}
	lang, err := Language(n.Language)
	if err != nil {
		return nil, err
	}
	a := &Article{ID: tx.NewID(), Category: n.Category, Language: lang, Created: tx.Now()}
	if a.Place, err = behind(tx, n.Category); err != nil {
		return nil, err
	}
	if err := articles.Put(tx, a); err != nil {
		return nil, err
	}
	return a.begin(tx, by, Edit{Article: a.ID, Language: lang, Title: n.Title, Text: n.Text}, "article.created")
}

// behind is the place after the last article of a category.
func behind(tx *store.Tx, category string) (int, error) {
	last, _, err := articles.Page(tx, "category", store.Range{Prefix: store.K(category), Back: true}, 1)
	if err != nil || len(last) == 0 {
		return 0, err
	}
	return last[0].Place + 1, nil
}

// Edit is what an editor sends: the words, and which Edit of the text he had before him (0: there was none in this language).
type Edit struct {
	Article, Language string
	Base              int
	Title, Text       string
}

// Save keeps words that are not public yet, beside those that are; in a language that the article does not have, it begins the
// translation. When somebody else saved since Base it changes nothing and gives a fault of kind Conflict: the editor shows both
// texts, those of ForEditing and those that were sent.
func Save(tx *store.Tx, by people.Actor, e Edit) (*Text, error) {
	if err := by.Must(WriteArticles, ""); err != nil {
		return nil, err
	}
	lang, err := Language(e.Language)
	if err != nil {
		return nil, err
	}
	e.Language = lang
	a, err := articles.Get(tx, store.K(e.Article))
	if err != nil {
		return nil, err
	}
	t, err := texts.Find(tx, textKey(e.Article, lang))
	if err != nil {
		return nil, err
	}
	if t == nil {
		if e.Base != 0 {
			return nil, fault.Missing("article")
		}
		return a.begin(tx, by, e, "article.translated")
	}
	if e.Base != t.Edit {
		return nil, changed()
	}
	return t, t.work(tx, by, e, "article.saved")
}

func changed() error { return fault.New(fault.Conflict, "kb.changed") }

// begin writes the first words of an article in one language.
func (a *Article) begin(tx *store.Tx, by people.Actor, e Edit, kind string) (*Text, error) {
	t := &Text{Article: a.ID, Language: e.Language, Status: Draft, Category: a.Category, Place: a.Place, Created: tx.Now()}
	return t, t.work(tx, by, e, kind)
}

// work keeps e's words as the text's working copy.
func (t *Text) work(tx *store.Tx, by people.Actor, e Edit, kind string) (err error) {
	w := &Working{Article: t.Article, Language: t.Language, Words: Words{By: by.ID, Name: by.Name, At: tx.Now()}}
	if w.Title, err = cleanTitle("title", e.Title, MaxTitle); err != nil {
		return err
	}
	if w.Text, err = cleanText(e.Text); err != nil {
		return err
	}
	t.Working = true
	if t.Status == Draft && t.Title != w.Title {
		if t.Slug == "" || strings.HasPrefix(t.Slug, text.Slug(t.Title)) { // nobody outside knows the old address, nor chose it
			if t.Slug, err = t.freeSlug(tx, w.Title); err != nil {
				return err
			}
		}
		t.Title = w.Title
	}
	if err := working.Put(tx, w); err != nil {
		return err
	}
	return t.put(tx, kind)
}

// put writes the text's row as one more edit.
func (t *Text) put(tx *store.Tx, kind string) error {
	t.Edit++
	t.Updated = tx.Now()
	if err := texts.Put(tx, t); err != nil {
		return err
	}
	tx.Ring(Ring)
	return tx.Tell(kind, texts.Name(), t.Key())
}

// freeSlug makes an address of a title, which no other text of this language has or had.
func (t *Text) freeSlug(tx *store.Tx, title string) (string, error) {
	base := text.Slug(title)
	if base == "" {
		base = t.Article
	}
	return firstFree(base, t.Article, func(slug string) (bool, error) {
		have, err := texts.By(tx, "slug", store.K(t.Language, slug))
		return have != nil && have.Article != t.Article, err
	})
}

// MoveArticle puts an article into a category, at position at among those that are there.
func MoveArticle(tx *store.Tx, by people.Actor, id, category string, at int) error {
	if err := by.Must(PublishArticles, ""); err != nil {
		return err
	}
	if _, err := CategoryByID(tx, category); err != nil {
		return err
	}
	moved, err := articles.Get(tx, store.K(id))
	if err != nil {
		return err
	}
	byID, order := map[string]*Article{id: moved}, []string{}
	for a, err := range articles.Scan(tx, "category", store.Range{Prefix: store.K(category)}) {
		if err != nil {
			return err
		}
		byID[a.ID] = a
		order = append(order, a.ID)
	}
	for i, sibling := range place(order, id, at) {
		if a := byID[sibling]; a.Place != i || a.Category != category {
			if err := a.settle(tx, category, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle gives an article and its texts a place.
func (a *Article) settle(tx *store.Tx, category string, at int) error {
	a.Category, a.Place = category, at
	if err := articles.Put(tx, a); err != nil {
		return err
	}
	all, err := textsOf(tx, a.ID)
	if err != nil {
		return err
	}
	for _, t := range all {
		t.Category, t.Place = category, at
		if err := texts.Put(tx, t); err != nil { // no edit: whoever writes just now is not disturbed
			return err
		}
		if err := tx.Tell("article.moved", texts.Name(), t.Key()); err != nil {
			return err
		}
	}
	tx.Ring(Ring)
	return nil
}

func textsOf(tx *store.Tx, article string) ([]*Text, error) {
	var all []*Text
	for t, err := range texts.Scan(tx, "", store.Range{Prefix: store.K(article)}) {
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}
