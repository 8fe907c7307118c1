package kb

import (
	"time"

	"deskbell/internal/store"
)

// Article is a place in the book. What stands there is a Text for each language.
type Article struct {
	ID       string    `json:"id"`
	Category string    `json:"category"`
	Place    int       `json:"place"`    // among those of the same category
	Language string    `json:"language"` // that it was first written in
	Created  time.Time `json:"created"`
}

// Status says who may read a Text.
type Status string

const (
	Draft     Status = "draft"     // agents; it has never been public
	Published Status = "published" // everybody
	Archived  Status = "archived"  // agents; it was public once
)

// Statuses lists all of them, in the order in which a text lives.
func Statuses() []Status { return []Status{Draft, Published, Archived} }

// Text is an article in one language: where it stands and what it is called. Its words lie in a Revision, and those that are
// not public yet in a Working copy.
type Text struct {
	Article   string    `json:"article"`
	Language  string    `json:"language"`
	Status    Status    `json:"status"`
	Slug      string    `json:"slug"`
	Former    []string  `json:"former,omitempty"` // slugs that lead here
	Title     string    `json:"title"`            // the published one, or the draft's where nothing was published
	Snippet   string    `json:"snippet,omitempty"`
	Category  string    `json:"category"` // as the article's, for the order of lists
	Place     int       `json:"place"`
	Edit      int       `json:"edit"`               // rises with every change: what an editor had before him
	Revision  int       `json:"revision,omitempty"` // the one that is public, or was
	Working   bool      `json:"working,omitempty"`  // there are words that are not public
	Created   time.Time `json:"created"`
	Updated   time.Time `json:"updated"` // when somebody last changed anything
	Published time.Time `json:"published,omitzero"`
}

// Path is the text's page.
func (t *Text) Path() string { return "/help/" + t.Language + "/" + t.Slug }

// TextID names a text: an article in one of its languages.
type TextID struct{ Article, Language string }

func (id TextID) key() store.Key { return textKey(id.Article, id.Language) }

// ID names the text.
func (t *Text) ID() TextID { return TextID{t.Article, t.Language} }

// Key is the text's key in the store and in feed entries.
func (t *Text) Key() store.Key { return t.ID().key() }

// Public tells whether everybody may read it.
func (t *Text) Public() bool { return t.Status == Published }

// Words are what somebody wrote.
type Words struct {
	Title string    `json:"title"`
	Text  string    `json:"text"` // Markdown
	By    string    `json:"by"`   // the agent
	Name  string    `json:"name"` // as he was called then
	At    time.Time `json:"at"`
}

// Working is the copy that is being worked on, of a text that is or is not public.
type Working struct {
	Article  string `json:"article"`
	Language string `json:"language"`
	Words
}

// Revision is what was published once.
type Revision struct {
	Article  string `json:"article"`
	Language string `json:"language"`
	N        int    `json:"n"`
	Words
	Published time.Time `json:"published"`
	Publisher string    `json:"publisher"` // the agent's name
}

func textKey(article, lang string) store.Key { return store.K(article, lang) }

var (
	articles = store.NewTable("kb_articles", func(a *Article) store.Key { return store.K(a.ID) },
		store.Index[Article]{Name: "category", Keys: func(a *Article) []store.Key { return []store.Key{store.K(a.Category, a.Place)} }},
	).Called("article")

	texts = store.NewTable("kb_texts", (*Text).Key,
		store.Index[Text]{Name: "slug", Unique: true, Keys: slugs},
		store.Index[Text]{Name: "shelf", Keys: shelf},
		store.Index[Text]{Name: "status", Keys: func(t *Text) []store.Key { return []store.Key{store.K(t.Status, t.Updated)} }},
		store.Index[Text]{Name: "newest", Keys: newest},
	).Called("article")

	working = store.NewTable("kb_working", func(w *Working) store.Key { return textKey(w.Article, w.Language) }).Called("article")

	revisions = store.NewTable("kb_revisions", func(r *Revision) store.Key { return store.K(textKey(r.Article, r.Language), r.N) }).Called("revision")
)

// slugs are all addresses of a text: the one that it has and those that it had.
func slugs(t *Text) []store.Key {
	keys := []store.Key{store.K(t.Language, t.Slug)}
	for _, former := range t.Former {
		keys = append(keys, store.K(t.Language, former))
	}
	return keys
}

// shelf holds what everybody may read, as it stands in the book.
func shelf(t *Text) []store.Key {
	if !t.Public() {
		return nil
	}
	return []store.Key{store.K(t.Language, t.Category, t.Place)}
}

// newest holds what everybody may read, in the order in which it was published.
func newest(t *Text) []store.Key {
	if !t.Public() {
		return nil
	}
	return []store.Key{store.K(t.Language, t.Published)}
}
