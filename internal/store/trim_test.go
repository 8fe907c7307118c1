package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

// log is a house whose feed tells what the test tells it.
type log struct{ *storetest.House }

func (l log) tell(kinds ...string) {
	l.Do(func(tx *store.Tx) error {
		for _, kind := range kinds {
			if err := tx.Tell(kind, "test_books", store.K("a")); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l log) read(after store.Key) (kinds []string, err error) {
	l.See(func(tx *store.Tx) error {
		var entries []store.Entry
		entries, err = store.Feed(tx, after, 1000)
		for _, e := range entries {
			kinds = append(kinds, e.Kind)
		}
		return nil
	})
	return kinds, err
}

func (l log) ask(of func(*store.Tx) (store.Key, error)) (stamp store.Key) {
	l.See(func(tx *store.Tx) (err error) {
		stamp, err = of(tx)
		return err
	})
	return stamp
}

// sweep trims all that is due, as the house does, and says how much went and in how many transactions.
func (l log) sweep(bite int) (went, bites int) {
	for {
		var due bool
		l.See(func(tx *store.Tx) error {
			first, any, err := store.TrimDue(tx)
			due = any && !first.After(tx.Now())
			return err
		})
		if !due {
			return went, bites
		}
		n := 0
		l.Do(func(tx *store.Tx) (err error) {
			n, err = store.TrimFeed(tx, bite)
			return err
		})
		went, bites = went+n, bites+1
		if n == 0 { // it would be asked for ever
			panic("trimming is due and does nothing")
		}
	}
}

const day = 24 * time.Hour

func TestWhatOfTheFeedIsTrimmed(t *testing.T) {
	for name, c := range map[string]struct {
		age  time.Duration // of what is told first
		read int           // how many of it a follower with a cursor has read; -1: there is none
		kept []string
	}{
		"a month":                        {30 * day, -1, []string{"one", "two", "three", "new"}},
		"longer":                         {31 * day, -1, []string{"new"}},
		"longer, and somebody is behind": {31 * day, 1, []string{"two", "three", "new"}},
		"longer, and nobody is behind":   {31 * day, 3, []string{"new"}},
		"a clock far ahead wrote it":     {-31 * day, -1, []string{"new"}},
		"a clock a bit ahead wrote it":   {-2 * time.Hour, -1, []string{"one", "two", "three", "new"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := log{storetest.Open(t)}
			l.tell("one", "two", "three")
			if c.read >= 0 {
				l.Do(func(tx *store.Tx) error {
					entries, err := store.Feed(tx, nil, c.read)
					if err != nil {
						return err
					}
					return store.SetCursor(tx, "slow", entries[c.read-1].Stamp)
				})
			}
			l.Clock.Add(c.age)
			l.tell("new")
			l.sweep(100)
			if kept, err := l.read(l.ask(store.FeedStart)); err != nil || !slices.Equal(kept, c.kept) {
				t.Errorf("kept %v, want %v (%v)", kept, c.kept, err)
			}
			if went, _ := l.sweep(100); went != 0 {
				t.Errorf("a second sweep takes %d more", went)
			}
		})
	}
}

func TestWhoIsBehindATrimmedFeedIsTold(t *testing.T) {
	l := log{storetest.Open(t)}
	l.tell("one")
	early := l.ask(store.FeedEnd)
	l.tell("two")
	late := l.ask(store.FeedEnd)
	l.Clock.Add(31 * day)
	l.sweep(100)
	if end := l.ask(store.FeedEnd); !slices.Equal(end, late) {
		t.Errorf("a feed that is empty by now ends at %v, want %v", end, late)
	}
	l.tell("three")
	for _, behind := range []store.Key{nil, early} {
		if kinds, err := l.read(behind); !errors.Is(err, store.ErrTrimmed) {
			t.Errorf("after %v read %v (%v), want ErrTrimmed", behind, kinds, err)
		}
	}
	if kinds, err := l.read(late); err != nil || !slices.Equal(kinds, []string{"three"}) {
		t.Errorf("whoever had read all of it reads %v (%v)", kinds, err)
	}
}

// A house that dies between two bites, or within one, goes on where it stopped.
func TestTrimmingIsInterrupted(t *testing.T) {
	l := log{storetest.Open(t)}
	for i := range 250 {
		l.tell(fmt.Sprint(i))
	}
	end := l.ask(store.FeedEnd)
	l.Clock.Add(31 * day)
	l.Do(func(tx *store.Tx) error {
		_, err := store.TrimFeed(tx, 100)
		return err
	})
	killed := errors.New("killed")
	err := l.Update(t.Context(), func(tx *store.Tx) error {
		_, err := store.TrimFeed(tx, 100)
		return errors.Join(err, killed)
	})
	if !errors.Is(err, killed) {
		t.Fatal(err)
	}
	l.Reopen()
	if kinds, err := l.read(l.ask(store.FeedStart)); err != nil || len(kinds) != 150 || kinds[0] != "100" {
		t.Errorf("after a restart the feed has %d entries (%v)", len(kinds), err)
	}
	if went, bites := l.sweep(100); went != 150 || bites != 2 {
		t.Errorf("then %d went in %d bites", went, bites)
	}
	if start := l.ask(store.FeedStart); !slices.Equal(start, end) {
		t.Errorf("it begins after %v, want %v", start, end)
	}
}
