package jobs

import (
	"time"

	"deskbell/internal/store"
)

// soonest says which of some kinds have a job that can be begun now, or how long it is until one has.
func (r *Runner) soonest(tx *store.Tx, kinds map[string]int) (now []string, wait time.Duration, err error) {
	wait = atMost
	for name := range kinds {
		due, err := r.ready(tx, name, 1)
		if err != nil {
			return nil, 0, err
		}
		if len(due) > 0 {
			now, wait = append(now, name), 0
			continue
		}
		first, err := rows.By(tx, "due", store.K(name))
		if err != nil {
			return nil, 0, err
		}
		if first != nil {
			wait = min(wait, max(0, first.Due.Sub(tx.Now())))
		}
	}
	return now, wait, nil
}

// ready gives at most limit jobs of a kind that can be begun now: what is due, and what is due so late that a clock must have
// been put back since. What is at work here then only seems to be late.
func (r *Runner) ready(tx *store.Tx, kind string, limit int) ([]*row, error) {
	now := store.Range{Prefix: store.K(kind), To: store.K(kind, tx.Now().Add(time.Millisecond))}
	due, _, err := rows.Page(tx, "due", now, limit)
	if err != nil {
		return nil, err
	}
	misdated := store.Range{Prefix: store.K(kind), From: store.K(kind, tx.Now().Add(farthest))}
	for row, err := range rows.Scan(tx, "due", misdated) {
		if err != nil {
			return nil, err
		}
		if len(due) >= limit {
			break
		}
		if !r.isAtWork(row.ID) {
			due = append(due, row)
		}
	}
	return due, nil
}

// leaseDue gives each kind as many jobs as it is free for.
func (r *Runner) leaseDue(tx *store.Tx, free map[string]int) ([]Job, error) {
	var begun []Job
	for name, n := range free {
		due, err := r.ready(tx, name, n)
		if err != nil {
			return nil, err
		}
		for _, row := range due {
			if row.Tries >= maxTries { // it was begun for the last time and took the house down with it
				row.Trouble = "it ended without a word each time"
				if err := r.fail(tx, row); err != nil {
					return nil, err
				}
				continue
			}
			row.State, row.Due = Running, tx.Now().Add(lease)
			row.Tries++
			if err := rows.Put(tx, row); err != nil {
				return nil, err
			}
			begun = append(begun, row.job())
		}
	}
	return begun, nil
}
