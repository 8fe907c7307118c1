package tickets

import (
	"slices"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
)

// noTime is the zero time: not at all.
var noTime time.Time

// record is the one place where a ticket changes: it numbers the event, folds it into the ticket's row, and writes event,
// words, row, indexes and feed entry in the caller's transaction, and has it hold its files. It calls nobody; who listens is
// rung after the flush. Of e it needs who did what, and on which channel if it went through one.
func record(tx *store.Tx, t *Ticket, e Event, said Words) (*Event, error) {
	e.Ticket, e.N, e.At = t.ID, t.Seq+1, tx.Now()
	if moves(e.What) {
		moved, err := tx.Next("moves")
		if err != nil {
			return nil, err
		}
		e.Moved = moved
	}
	if err := events.Put(tx, &e); err != nil {
		return nil, err
	}
	said.Ticket, said.N = t.ID, e.N
	if !said.empty() {
		if err := words.Put(tx, &said); err != nil {
			return nil, err
		}
		if err := said.hold(tx); err != nil {
			return nil, err
		}
	}
	fold(t, &e)
	if err := tickets.Put(tx, t); err != nil {
		return nil, err
	}
	tx.Ring("inbox")
	tx.Ring(t.ID.Topic())
	return &e, tx.Tell("ticket."+string(e.What.Kind()), tickets.Name(), t.ID.Key())
}

// moves tells what brings a ticket to the top of its lists.
func moves(w What) bool {
	switch w := w.(type) {
	case Opened, Received, Replied, Noted, Restored:
		return true
	case Turned:
		return w.Was == Snoozed // it is back
	}
	return false
}

// foldAll makes a ticket's row of all its events.
func foldAll(all []Event) *Ticket {
	t := &Ticket{}
	for i := range all {
		fold(t, &all[i])
	}
	return t
}

// fold brings one event into the row. It is all that a row ever learns.
func fold(t *Ticket, e *Event) {
	t.ID, t.Seq, t.Updated = e.Ticket, e.N, e.At
	if e.Moved != 0 {
		t.Moved, t.MovedAt = e.Moved, e.At
	}
	if isPublic(e.What) {
		t.Public = e.N
	}
	switch w := e.What.(type) {
	case Opened:
		t.Ref, t.Contact, t.Department, t.Priority = w.Ref, w.Contact, w.Department, Priority(w.Priority)
		t.Channel, t.ReplyBy, t.Created, t.Status, t.Subject = e.Channel, e.Channel, e.At, New, e.N
	case Received:
		t.said(e)
		t.received(e)
	case Replied:
		t.said(e)
		t.Sent = e.N
		t.answered(e)
	case Noted:
		t.Last, t.LastBy, t.LastNote = e.N, e.By, true
	case Assigned:
		t.Assignee = w.Agent
	case Transferred:
		t.Department = w.Department
	case Tagged:
		t.Tags = retag(t.Tags, w)
	case Prioritised:
		t.Priority = w.Priority
	case Filled:
		t.Fields = filled(t.Fields, w)
	case Renamed:
		t.Subject = e.N
	case Turned:
		t.turn(w)
	case Deleted:
		t.DeletedAt = e.At
	case Restored:
		t.DeletedAt = noTime
	}
}

// said: a message is the last one, and the first names a ticket that has no subject; a bot says the same to everybody.
func (t *Ticket) said(e *Event) {
	t.Last, t.LastBy, t.LastNote = e.N, e.By, false
	if t.First == 0 && e.By.Type != people.ByBot {
		t.First = e.N
	}
}

// received: a message of the contact makes it our turn, whatever it was; one that was spam stays so. What others of the
// community say is news, but changes nobody's turn.
func (t *Ticket) received(e *Event) {
	if e.By.Type != people.ByContact {
		return
	}
	t.Received, t.ReplyBy = e.N, e.Channel
	if t.Waiting.IsZero() {
		t.Waiting = e.At
	}
	if t.Status != Junk {
		t.Status = t.ourTurn()
		t.Until = noTime
	}
}

// answered: an agent's answer makes it the customer's turn; a bot's does not count as somebody's.
func (t *Ticket) answered(e *Event) {
	if e.By.Type != people.ByAgent {
		return
	}
	t.Answered, t.Waiting = true, noTime
	t.Status, t.Until = Pending, noTime
}

func (t *Ticket) turn(w Turned) {
	t.Status, t.Until = w.Status, w.Until
	if w.Status == Solved || w.Status == Junk {
		t.Waiting = noTime
	}
}

func (t *Ticket) ourTurn() Status {
	if t.Answered {
		return Active
	}
	return New
}

func retag(tags []string, w Tagged) []string {
	var kept []string
	for _, tag := range tags {
		if !slices.Contains(w.Removed, tag) {
			kept = append(kept, tag)
		}
	}
	for _, tag := range w.Added {
		if !slices.Contains(kept, tag) {
			kept = append(kept, tag)
		}
	}
	slices.Sort(kept)
	return kept
}
