package forum

import (
	"time"

	"deskbell/internal/settings"
	"deskbell/internal/store"
)

// promise starts the clock of a topic that everybody can see from now on.
func promise(tx *store.Tx, t *Topic) error {
	t.Shown, t.Due = tx.Now(), time.Time{}
	b, err := BoardByID(tx, t.Board)
	if err != nil || b.EscalateAfter == Off || t.Author.Staff() {
		return err
	}
	tx.Ring("sweeps")
	if b.EscalateHours == Clock || b.EscalateAfter == 0 {
		t.Due = t.Shown.Add(time.Duration(b.EscalateAfter))
		return nil
	}
	calendar, err := settings.OpenHours.Get(tx)
	t.Due = calendar.Add(t.Shown, time.Duration(b.EscalateAfter)) // the zero time where the shop never opens: no promise
	return err
}

// Promise is until when a topic will have been answered, by the community or else by us; false when none is owed.
func Promise(t *Topic) (time.Time, bool) {
	return t.Due, t.State == Shown && t.Answers == 0 && !t.Solved() && t.Ticket == 0 && !t.Due.IsZero()
}

// overdue holds the topics to which an answer is owed, soonest first. An answer, or a ticket, takes a topic out.
func overdue(t *Topic) []store.Key {
	if due, owed := Promise(t); owed {
		return []store.Key{store.K(due)}
	}
	return nil
}

// Escalate makes a ticket of at most limit topics whose time has passed without an answer. It is a sweep: what it does takes
// a topic out of the index in the same transaction, so that looking twice never asks twice.
func Escalate(tx *store.Tx, limit int) (done int, err error) {
	late, _, err := topics.Page(tx, "overdue", store.Range{To: store.K(tx.Now()).End()}, limit)
	if err != nil {
		return 0, err
	}
	for _, t := range late {
		if err := openTicket(tx, t); err != nil {
			return 0, err
		}
	}
	return len(late), nil
}

// NextEscalation tells when Escalate has something to do.
func NextEscalation(tx *store.Tx) (due time.Time, any bool, err error) {
	first, err := topics.By(tx, "overdue", nil)
	if err != nil || first == nil {
		return due, false, err
	}
	return first.Due, true, nil
}
