package chat

import (
	"context"

	"golang.org/x/time/rate"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/tickets"
)

// maxPreview is how much of what is being typed agents see, in letters from its end.
const maxPreview = 500

// The frames of this file carry no id and get no ack: the next one says it again, and better.

// flood tells whether such frames come faster than anybody could type or walk. They are dropped then, without a word.
func (s *Session) flood() bool {
	if s.small == nil {
		s.small = rate.NewLimiter(10, 40)
	}
	return !s.small.Allow()
}

// write tells the ticket's agents that the visitor types; what he types only where his widget shows it and tells him so.
func (s *Session) write(id string, f *fields) Answer {
	f.need("on")
	on, words := f.flag("on"), f.text("text")
	if f.end() != nil {
		return s.garbled(id)
	}
	if s.ticket == 0 || on && s.flood() {
		return Answer{}
	}
	t := Typing{Ticket: s.ticket, By: people.ByContact, On: on}
	if s.at.preview && on {
		t.Text = lastOf(text.Clean(words), maxPreview)
	}
	s.room.Bell.Say(s.ticket.Topic(), t)
	return Answer{}
}

func lastOf(s string, most int) string {
	letters := []rune(s)
	return string(letters[max(0, len(letters)-most):])
}

// walk keeps the page that the visitor went to.
func (s *Session) walk(id string, f *fields) Answer {
	f.need("url")
	page := pageOf(f.text("url"), f.text("title"), "")
	if f.end() != nil {
		return s.garbled(id)
	}
	if s.flood() {
		return Answer{}
	}
	page.Referrer = s.visit.Load().Page.Referrer
	s.shows(func(v *Visit) { v.Page = page })
	s.room.Bell.Ring(Visitors)
	return Answer{}
}

// readTo says how far a ticket's customer has read it.
type readTo struct {
	Ticket tickets.ID `json:"ticket"`
	N      int        `json:"n"`
}

var reads = store.NewTable("chat_reads", func(r *readTo) store.Key { return r.Ticket.Key() })

// ReadTo tells up to which event the visitor of a ticket has read it.
func ReadTo(tx *store.Tx, id tickets.ID) (int, error) {
	row, err := reads.Find(tx, id.Key())
	if err != nil || row == nil {
		return 0, err
	}
	return row.N, nil
}

// see keeps how far the visitor has read, and rings the ticket.
func (s *Session) see(ctx context.Context, id string, f *fields) Answer {
	f.need("seq")
	n := f.number("seq")
	if f.end() != nil {
		return s.garbled(id)
	}
	if s.ticket == 0 || n <= s.seen || s.flood() {
		return Answer{}
	}
	err := s.room.DB.Update(ctx, func(tx *store.Tx) error {
		t, err := tickets.Find(tx, s.ticket)
		if err != nil || t == nil {
			return err
		}
		was, err := ReadTo(tx, t.ID)
		if now := min(n, t.Public); err == nil && now > was {
			tx.Ring(t.ID.Topic())
			err = reads.Put(tx, &readTo{t.ID, now})
		}
		return err
	})
	if err != nil {
		return s.refuse(id, err)
	}
	s.seen = n
	return Answer{}
}

// Waiting counts the messages that a visitor has not seen, at most most.
func (r *Room) Waiting(tx *store.Tx, visitor string, most int) (n int, err error) {
	t, err := tickets.ByThread(tx, Channel, visitor)
	if err != nil || t == nil || t.Deleted() {
		return 0, err
	}
	after, err := ReadTo(tx, t.ID)
	if err != nil || t.Sent <= after {
		return 0, err
	}
	told, err := tickets.Events(tx, t.ID, after, maxEvents)
	for _, e := range tickets.Public(told) {
		if e.Message() && e.By.Type != people.ByContact && n < most {
			n++
		}
	}
	return n, err
}
