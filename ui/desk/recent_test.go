package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

// TestALineLongAwayIsTold holds that nobody is told less than what happened when the feed was trimmed, nor for ever nothing.
func TestALineLongAwayIsTold(t *testing.T) {
	h := storetest.Open(t)
	var r recent
	tell := func() (end store.Key) {
		h.Do(func(tx *store.Tx) error { return tx.Tell("kind", "anything", store.K(1)) })
		h.See(func(tx *store.Tx) (err error) {
			end, err = store.FeedEnd(tx)
			return err
		})
		return end
	}
	since := func(cursor store.Key) (entries []store.Entry, err error) {
		h.See(func(tx *store.Tx) error {
			entries, err = r.since(tx, cursor, 10)
			return nil
		})
		return entries, err
	}
	early := tell()
	since(nil)
	late := tell() // which nobody asks for
	h.Clock.Add(31 * 24 * time.Hour)
	h.Do(func(tx *store.Tx) error {
		_, err := store.TrimFeed(tx, 10)
		return err
	})
	tell()
	for _, cursor := range []store.Key{nil, early} {
		if _, err := since(cursor); !errors.Is(err, store.ErrTrimmed) {
			t.Errorf("after %v: %v, want ErrTrimmed", cursor, err)
		}
	}
	if entries, err := since(late); err != nil || len(entries) != 1 {
		t.Errorf("after what was trimmed last come %d entries, %v", len(entries), err)
	}
}

// TestEveryLineReadsTheSameFeed holds what lines are given against the feed itself, whoever asks first and from wherever.
func TestEveryLineReadsTheSameFeed(t *testing.T) {
	h := storetest.Open(t)
	var r recent
	tell := func(n int) {
		h.Do(func(tx *store.Tx) error {
			for i := range n {
				if err := tx.Tell(fmt.Sprint("kind", i), "anything", store.K(i)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	end := func() (at store.Key) {
		h.See(func(tx *store.Tx) (err error) {
			at, err = store.FeedEnd(tx)
			return err
		})
		return at
	}
	same := func(tx *store.Tx, cursor store.Key) error {
		t.Helper()
		want, err := store.Feed(tx, cursor, 10)
		if err != nil {
			return err
		}
		got, err := r.since(tx, cursor, 10)
		if !slices.EqualFunc(got, want, func(a, b store.Entry) bool { return a.Stamp.String() == b.Stamp.String() }) {
			t.Errorf("after %v it gives %d entries, the feed %d", cursor, len(got), len(want))
		}
		return err
	}
	tell(3)
	early := end()
	tell(4)
	late := end()
	for _, cursor := range []store.Key{late, early, nil, late} {
		h.See(func(tx *store.Tx) error { return same(tx, cursor) })
	}
	tell(mostRecent + 50)
	for _, cursor := range []store.Key{early, late, end()} {
		h.See(func(tx *store.Tx) error { return same(tx, cursor) })
	}
	tell(2*mostRecent + 50) // which nobody asks for, as at night
	morning := end()
	tell(5)
	for range 2 {
		h.See(func(tx *store.Tx) error { return same(tx, morning) })
	}
	err := h.View(context.Background(), func(older *store.Tx) error {
		last, err := store.FeedEnd(older)
		if err != nil {
			return err
		}
		tell(5)
		h.See(func(tx *store.Tx) error { return same(tx, last) }) // somebody else has read on
		return same(older, last)                                  // who sees less is told less
	})
	if err != nil {
		t.Fatal(err)
	}
}
