package tickets

import (
	"slices"
	"strings"

	"deskbell/internal/people"
	"deskbell/internal/search"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// mostIndexed keeps a very long ticket from filling the index: its newest words count.
const mostIndexed = 100

// Document is what search knows of the ticket at key; nil when it is not to be found any more.
func Document(tx *store.Tx, key store.Key) (*search.Document, error) {
	t, err := tickets.Find(tx, key)
	if err != nil || t == nil || t.Deleted() {
		return nil, err
	}
	said, _, err := words.Page(tx, "", store.Range{Prefix: t.ID.Key(), Back: true}, mostIndexed)
	if err != nil {
		return nil, err
	}
	title, err := Subject(tx, t)
	if err != nil {
		return nil, err
	}
	var all strings.Builder
	for _, w := range slices.Backward(said) {
		if w.Text != "" {
			all.WriteString(text.Plain(w.Text) + "\n")
		}
	}
	contact, err := people.Contacts(tx, t.Contact)
	if err != nil {
		return nil, err
	}
	if c := contact[0]; c != nil {
		all.WriteString(c.Name + "\n" + c.Email + "\n")
	}
	all.WriteString("#" + t.ID.String()) // last: it is no words, and a text that fits nothing is shown from its beginning
	return &search.Document{
		Type: "ticket", ID: t.ID.String(), Title: title, Text: all.String(), Readers: readers(t), At: t.Updated,
	}, nil
}

// readers are the terms of those who see a ticket, as sees says it.
func readers(t *Ticket) []string {
	terms := []string{"department:" + t.Department}
	if t.Assignee != "" {
		terms = append(terms, "agent:"+t.Assignee)
	}
	return terms
}

// ReaderTerms are the terms by which by finds tickets.
func ReaderTerms(tx *store.Tx, by people.Actor) ([]string, error) {
	departments, err := visible(tx, by)
	if err != nil || len(departments) == 0 {
		return nil, err
	}
	terms := []string{"agent:" + by.ID}
	for _, d := range departments {
		terms = append(terms, "department:"+d)
	}
	return terms, nil
}
