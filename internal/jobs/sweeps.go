package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"deskbell/internal/store"
)

// Sweep is work that falls due by the clock: topics nobody answered, snoozes that end, sessions that expire. What it sweeps
// leaves its due-index in the same transaction, so that sweeping twice does nothing twice, and a house that was closed for a
// week sweeps a week's worth when it opens.
type Sweep struct {
	Name string
	Do   func(tx *store.Tx, limit int) (done int, err error)
	Due  func(tx *store.Tx) (first time.Time, any bool, err error) // when the next is due, if any is
}

const (
	handful   = 100         // swept in one transaction
	lateness  = time.Second // of a sweep at most
	afterFall = time.Minute // a sweep that failed rests so long
)

// Ticker walks the sweeps.
type Ticker struct {
	DB     *store.DB
	Bell   Bell
	Sweeps []Sweep
}

// Run sweeps what is due until ctx ends: at its time, or at once when "sweeps" is rung.
func (t *Ticker) Run(ctx context.Context) {
	ear, wake := newEar()
	defer t.Bell.Subscribe("sweeps", wake, nil)()
	resting := map[string]time.Time{}
	for ctx.Err() == nil {
		wait := lateness
		for _, s := range t.Sweeps {
			if time.Now().Before(resting[s.Name]) {
				continue
			}
			until, err := t.sweep(ctx, s)
			if err != nil && ctx.Err() == nil {
				slog.Error("a sweep failed and rests", "sweep", s.Name, "err", err)
				resting[s.Name] = time.Now().Add(afterFall)
				continue
			}
			wait = min(wait, max(until, time.Millisecond))
		}
		select {
		case <-ctx.Done():
		case <-ear:
		case <-time.After(wait):
		}
	}
}

// Tick sweeps all that is due now.
func (t *Ticker) Tick(ctx context.Context) error {
	var all []error
	for _, s := range t.Sweeps {
		if _, err := t.sweep(ctx, s); err != nil {
			all = append(all, fmt.Errorf("sweep %s: %w", s.Name, err))
		}
	}
	return errors.Join(all...)
}

// sweep does s until nothing of it is due, and says how long nothing will be.
func (t *Ticker) sweep(ctx context.Context, s Sweep) (wait time.Duration, err error) {
	for {
		err := t.DB.View(ctx, func(tx *store.Tx) error {
			first, any, err := s.Due(tx)
			wait = lateness
			if any {
				wait = max(0, first.Sub(tx.Now()))
			}
			return err
		})
		if err != nil || wait > 0 {
			return wait, err
		}
		done := 0
		err = t.DB.Update(ctx, func(tx *store.Tx) (err error) {
			done, err = s.Do(tx, handful)
			return err
		})
		if err != nil {
			return lateness, err
		}
		if done == 0 { // it does not agree with its Due: do not ask without a pause
			return lateness, nil
		}
	}
}
