// Package storetest gives tests a house of their own: a real store in a temporary folder, a clock that the test moves, and a
// check of everything when the test ends. Every Update runs twice, the first time for nothing: a function that cannot bear
// that would fail on an engine that retries.
package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
)

// House is a store for one test.
type House struct {
	*store.DB
	Clock *Clock
	Dir   string

	t    testing.TB
	mu   sync.Mutex
	rung []string
	ring func(topic string)
}

// Monday is when every test's clock starts: 5 January 2026, 10:00 UTC.
var Monday = time.Date(2026, time.January, 5, 10, 0, 0, 0, time.UTC)

// Open opens a house that is checked and closed when the test ends.
func Open(t testing.TB) *House {
	t.Helper()
	h := &House{Clock: NewClock(Monday), Dir: t.TempDir(), t: t}
	h.open()
	t.Cleanup(func() {
		h.Check()
		if err := h.DB.Close(); err != nil {
			t.Errorf("close the house: %v", err)
		}
	})
	return h
}

func (h *House) open() {
	h.t.Helper()
	engine, err := boltkv.Open(h.Dir)
	if err != nil {
		h.t.Fatal(err)
	}
	h.DB, err = store.New(context.Background(), engine, store.Options{Clock: h.Clock, Before: Twice, Ring: h.hear})
	if err != nil {
		h.t.Fatal(err)
	}
}

// Reopen closes the house and opens it again, as a restart does.
func (h *House) Reopen() {
	h.t.Helper()
	if err := h.DB.Close(); err != nil {
		h.t.Fatal(err)
	}
	h.open()
}

// Check fails the test for everything that is not as it should be.
func (h *House) Check() {
	h.t.Helper()
	report, err := store.Check(context.Background(), h.DB)
	if err != nil {
		h.t.Errorf("check the house: %v", err)
	}
	for _, p := range report.Problems {
		h.t.Errorf("the house: %s", p)
	}
}

// Do runs fn in an Update and fails the test when it errs.
func (h *House) Do(fn func(tx *store.Tx) error) {
	h.t.Helper()
	if err := h.Update(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// See runs fn in a View and fails the test when it errs.
func (h *House) See(fn func(tx *store.Tx) error) {
	h.t.Helper()
	if err := h.View(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// OnRing has ring hear the topics of committed transactions, after a Reopen too.
func (h *House) OnRing(ring func(topic string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ring = ring
}

func (h *House) hear(topic string) {
	h.mu.Lock()
	h.rung = append(h.rung, topic)
	ring := h.ring
	h.mu.Unlock()
	if ring != nil {
		ring(topic)
	}
}

// Rung gives the topics that were rung since it was last asked.
func (h *House) Rung() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	rung := h.rung
	h.rung = nil
	return rung
}

var errThrownAway = errors.New("thrown away by Twice")

// Twice runs fn once and throws it away; the store then runs it again for good.
func Twice(ctx context.Context, engine store.Engine, fn func(store.Txn) error) error {
	engine.Update(ctx, func(txn store.Txn) error {
		if err := fn(txn); err != nil {
			return err // the second run says so too
		}
		return errThrownAway
	})
	return nil
}

// Clock is a clock that stands still until it is told otherwise.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that shows now.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now is the time it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Add moves it by d, which may be negative, and gives what it shows then.
func (c *Clock) Add(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// Set makes it show now.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}
