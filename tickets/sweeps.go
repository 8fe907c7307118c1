package tickets

import (
	"bytes"
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
		_, err := record(tx, t, people.System, "", Turned{Status: t.ourTurn(), Was: Snoozed}, Words{})
		return err
	})
}

// CloseSettled closes what has been solved long enough.
func CloseSettled(tx *store.Tx, limit int) (int, error) {
	return sweep(tx, "settled", tx.Now().Add(-CloseAfter), limit, func(t *Ticket) error {
		_, err := record(tx, t, people.System, "", Turned{Status: Closed, Was: Solved}, Words{})
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
	own, err := gather(events.Keys(tx, "", store.Range{Prefix: prefix}))
	if err != nil {
		return err
	}
	for _, key := range own {
		if err := events.Delete(tx, key); err != nil {
			return err
		}
		if err := words.Delete(tx, key); err != nil {
			return err
		}
	}
	names, err := gather(threads.Keys(tx, "ticket", store.Range{Prefix: prefix}))
	if err != nil {
		return err
	}
	for _, key := range names {
		if err := threads.Delete(tx, key); err != nil {
			return err
		}
	}
	read, err := gather(marks.Keys(tx, "ticket", store.Range{Prefix: prefix}))
	if err != nil {
		return err
	}
	for _, key := range read {
		if err := marks.Delete(tx, key); err != nil {
			return err
		}
	}
	if err := tickets.Delete(tx, prefix); err != nil {
		return err
	}
	tx.Ring("inbox")
	return tx.Tell("ticket.removed", tickets.Name(), prefix)
}

// gather copies keys out of a walk, so that the bucket can be written to afterwards.
func gather(walk func(func(store.Key, error) bool)) (keys []store.Key, err error) {
	for key, err := range walk {
		if err != nil {
			return nil, err
		}
		keys = append(keys, bytes.Clone(key))
	}
	return keys, nil
}
