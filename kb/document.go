package kb

import (
	"strings"

	"deskbell/internal/people"
	"deskbell/internal/search"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// Who finds what: "public" stands on what everybody may read, "articles" on the rest.
const (
	everybody = "public"
	writers   = "articles"
)

// DocumentType is the type of articles in the search index.
const DocumentType = "article"

// Document is what search knows of the text at key; nil when it is not to be found any more. House registers it for Table.
func Document(tx *store.Tx, key store.Key) (*search.Document, error) {
	t, err := texts.Find(tx, key)
	if err != nil || t == nil {
		return nil, err
	}
	d := &search.Document{Type: DocumentType, ID: t.Article + "." + t.Language, Language: t.Language, At: t.Updated, Readers: []string{writers}}
	words := Words{}
	if t.Public() {
		d.Readers = []string{everybody, writers}
		r, err := revisions.Get(tx, store.K(t.Key(), t.Revision))
		if err != nil {
			return nil, err
		}
		words = r.Words // never the working copy beside it: it is not public yet
	} else if words, err = current(tx, t); err != nil {
		return nil, err
	}
	d.Title, d.Text = words.Title, text.Plain(words.Text)
	return d, nil
}

// Table is the table whose rows Document describes.
func Table() string { return texts.Name() }

func splitDocument(id string) (article, lang string) {
	article, lang, _ = strings.Cut(id, ".")
	return article, lang
}

// ReaderTerms are the terms by which by finds articles; nobody in particular finds what everybody may read.
func ReaderTerms(by people.Actor) []string {
	if by.May(ReadArticles, "") {
		return []string{everybody, writers}
	}
	return []string{everybody}
}
