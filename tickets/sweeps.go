package tickets

import (
	"bytes"
	"errors"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
)

// After these times the house acts by itself.
const (
	CloseAfter = 14 * 24 * time.Hour // solved so long, a ticket is closed
	BinFor     = 30 * 24 * time.Hour // deleted so long, it is gone
)

// Wake brings back the tickets whose moment has come, at most limit of them.
func Wake(tx *store.Tx, limit int) (int, error) {
	return sweep(tx, "wake", tx.Now(), limit, func(t *Ticket) error {
		_, err := record(tx, t, Event{By: byOf(people.System), What: Turned{Status: t.ourTurn(), Was: Snoozed}}, Words{})
		return err
	})
}

// CloseSettled closes what has been solved long enough.
func CloseSettled(tx *store.Tx, limit int) (int, error) {
	return sweep(tx, "settled", tx.Now().Add(-CloseAfter), limit, func(t *Ticket) error {
		_, err := record(tx, t, Event{By: byOf(people.System), What: Turned{Status: Closed, Was: Solved}}, Words{})
		return err
	})
}

// EmptyBin removes for good what has been in the bin long enough.
func EmptyBin(tx *store.Tx, limit int) (int, error) {
	return sweep(tx, "deleted", tx.Now().Add(-BinFor), limit, func(t *Ticket) error { return remove(tx, t) })
}

// NextWake, NextClose and NextEmpty tell when there is something to sweep next.
func NextWake(tx *store.Tx) (time.Time, bool, error) {
	return soonest(tx, "wake", 0, func(t *Ticket) time.Time { return t.Until })
}

func NextClose(tx *store.Tx) (time.Time, bool, error) {
	return soonest(tx, "settled", CloseAfter, func(t *Ticket) time.Time { return t.Updated })
}

func NextEmpty(tx *store.Tx) (time.Time, bool, error) {
	return soonest(tx, "deleted", BinFor, func(t *Ticket) time.Time { return t.DeletedAt })
}

// sweep does something with each ticket of a due-index up to a moment. What it does takes the ticket out of that index, so
// that sweeping twice does nothing twice.
func sweep(tx *store.Tx, index string, upTo time.Time, limit int, do func(*Ticket) error) (int, error) {
	due, _, err := tickets.Page(tx, index, store.Range{To: store.K(upTo).End()}, limit)
	if err != nil {
		return 0, err
	}
	for _, t := range due {
		if err := do(t); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func soonest(tx *store.Tx, index string, after time.Duration, of func(*Ticket) time.Time) (time.Time, bool, error) {
	first, err := tickets.By(tx, index, nil)
	if err != nil || first == nil {
		return time.Time{}, false, err
	}
	return of(first).Add(after), true, nil
}

// remove takes away everything of a ticket. Its message ids stay taken for ever.
func remove(tx *store.Tx, t *Ticket) error {
	prefix := t.ID.Key()
	if err := letGo(tx, t.ID); err != nil {
		return err
	}
	err := errors.Join(
		empty(tx, events, "", prefix),
		empty(tx, words, "", prefix),
		empty(tx, threads, "ticket", prefix),
		empty(tx, marks, "ticket", prefix),
		tickets.Delete(tx, prefix),
	)
	if err != nil {
		return err
	}
	tx.Ring("inbox")
	return tx.Tell("ticket.removed", tickets.Name(), prefix)
}

// letGo has a ticket hold none of its files any more.
func letGo(tx *store.Tx, id ID) error {
	var carrying []*Words
	for w, err := range words.Scan(tx, "", store.Range{Prefix: id.Key()}) {
		if err != nil {
			return err
		}
		if len(w.Files) > 0 {
			carrying = append(carrying, w)
		}
	}
	for _, w := range carrying {
		if err := w.letGo(tx); err != nil {
			return err
		}
	}
	return nil
}

// empty removes the rows of a table whose keys in an index begin with prefix. It gathers first: a table is not written to while
// it is walked.
func empty[T any](tx *store.Tx, t *store.Table[T], index string, prefix store.Key) error {
	var keys []store.Key
	for key, err := range t.Keys(tx, index, store.Range{Prefix: prefix}) {
		if err != nil {
			return err
		}
		keys = append(keys, bytes.Clone(key))
	}
	for _, key := range keys {
		if err := t.Delete(tx, key); err != nil {
			return err
		}
	}
	return nil
}
