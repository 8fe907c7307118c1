package jobs

import (
	"context"
	"errors"
	"testing"
	"time"

	"deskbell/internal/live"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

// alarm is a row of the test's own room that goes off at its time.
type alarm struct {
	ID  string    `json:"id"`
	At  time.Time `json:"at"`
	Off bool      `json:"off"`
}

var alarms = store.NewTable("alarms", func(a *alarm) store.Key { return store.K(a.ID) },
	store.Index[alarm]{Name: "due", Keys: func(a *alarm) []store.Key {
		if a.Off {
			return nil
		}
		return []store.Key{store.K(a.At)}
	}},
)

func set(tx *store.Tx, at time.Time) error {
	tx.Ring("sweeps")
	return alarms.Put(tx, &alarm{ID: tx.NewID(), At: at})
}

func goOff(tx *store.Tx, limit int) (int, error) {
	due, _, err := alarms.Page(tx, "due", store.Range{To: store.K(tx.Now().Add(time.Millisecond))}, limit)
	if err != nil {
		return 0, err
	}
	for _, a := range due {
		a.Off = true
		if err := alarms.Put(tx, a); err != nil {
			return 0, err
		}
	}
	if len(due) > 0 {
		tx.Ring("off")
	}
	return len(due), nil
}

func firstDue(tx *store.Tx) (time.Time, bool, error) {
	first, err := alarms.By(tx, "due", nil)
	if err != nil || first == nil {
		return time.Time{}, false, err
	}
	return first.At, true, nil
}

func off(h *storetest.House) (n int) {
	h.See(func(tx *store.Tx) error {
		for a, err := range alarms.Scan(tx, "", store.Range{}) {
			if err != nil {
				return err
			}
			if a.Off {
				n++
			}
		}
		return nil
	})
	return n
}

func TestSweepsAreDoneWhenDue(t *testing.T) {
	for name, c := range map[string]struct {
		set  []time.Duration
		wait time.Duration
		want int
	}{
		"nothing set":          {nil, time.Hour, 0},
		"not yet":              {[]time.Duration{time.Minute}, time.Minute - time.Millisecond, 0},
		"to the millisecond":   {[]time.Duration{time.Minute}, time.Minute, 1},
		"in the past":          {[]time.Duration{-time.Minute}, 0, 1},
		"after a week's sleep": {[]time.Duration{time.Minute, time.Hour, 24 * time.Hour}, 7 * 24 * time.Hour, 3},
		"more than a handful":  {make([]time.Duration, 2*handful+1), 0, 2*handful + 1},
		"the clock went back":  {[]time.Duration{time.Minute}, -time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := storetest.Open(t)
			h.Do(func(tx *store.Tx) error {
				for _, in := range c.set {
					if err := set(tx, tx.Now().Add(in)); err != nil {
						return err
					}
				}
				return nil
			})
			h.Clock.Add(c.wait)
			ticker := Ticker{DB: h.DB, Sweeps: []Sweep{{"alarms", goOff, firstDue}}}
			for range 2 { // looking twice does nothing twice
				if err := ticker.Tick(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
			if got := off(h); got != c.want {
				t.Errorf("%d went off, want %d", got, c.want)
			}
		})
	}
}

func TestOneBadSweepDoesNotStopTheOthers(t *testing.T) {
	h := storetest.Open(t)
	h.Do(func(tx *store.Tx) error { return set(tx, tx.Now()) })
	bad := errors.New("bad")
	ticker := Ticker{DB: h.DB, Sweeps: []Sweep{
		{"bad", func(*store.Tx, int) (int, error) { return 0, bad }, firstDue},
		{"stubborn", func(*store.Tx, int) (int, error) { return 0, nil }, firstDue}, // always due, never done
		{"alarms", goOff, firstDue},
	}}
	if err := ticker.Tick(context.Background()); !errors.Is(err, bad) {
		t.Errorf("got %v", err)
	}
	if off(h) != 1 {
		t.Error("the alarm did not go off")
	}
}

func TestTheTickerWakesWhenRung(t *testing.T) {
	h := storetest.Open(t)
	bell := live.NewBell()
	h.OnRing(bell.Ring)
	went, wake := newEar()
	defer bell.Subscribe("off", wake, nil)()
	ticker := Ticker{DB: h.DB, Bell: bell, Sweeps: []Sweep{{"alarms", goOff, firstDue}}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		ticker.Run(ctx)
		close(ended)
	}()
	for n := 1; n <= 3; n++ {
		h.Do(func(tx *store.Tx) error { return set(tx, tx.Now()) })
		<-went
		if off(h) != n {
			t.Errorf("%d went off, want %d", off(h), n)
		}
	}
	cancel()
	<-ended
}
