package forum

import (
	"strings"

	"deskbell/internal/search"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// Table is what feed entries of topics name; whatever changes what can be found of one tells it.
const Table = "forum_topics"

// mostIndexed keeps a very long topic from filling the index: its first posts count.
const mostIndexed = 100

// DocumentType is what search calls a topic.
const DocumentType = "topic"

// everybody is the term of those who find topics.
const everybody = "public"

// ReaderTerms are the terms by which topics are found: what can be found at all is for everybody.
func ReaderTerms() []string { return []string{everybody} }

// Document is what search knows of the topic at key; nil when it is not for everybody.
func Document(tx *store.Tx, key store.Key) (*search.Document, error) {
	t, err := topics.Find(tx, key)
	if err != nil || t == nil || t.State != Shown {
		return nil, err
	}
	list, _, err := posts.Page(tx, "thread", store.Range{Prefix: store.K(t.ID)}, mostIndexed)
	if err != nil {
		return nil, err
	}
	var all strings.Builder
	for _, p := range list {
		all.WriteString(text.Plain(p.Text) + "\n")
	}
	return &search.Document{
		Type: DocumentType, ID: t.ID, Title: t.Title, Text: all.String(), Language: t.Language, Readers: ReaderTerms(), At: t.Active,
	}, nil
}
