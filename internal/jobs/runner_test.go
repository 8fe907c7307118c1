package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"deskbell/internal/live"
	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
)

func TestTheRunnerWakesWhenRung(t *testing.T) {
	s := openShop(t)
	did := make(chan string)
	s.run.Handle("told", func(ctx context.Context, j Job) error {
		var data string
		if err := j.Read(&data); err != nil {
			return err
		}
		select {
		case did <- data:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	ctx, cancel := context.WithCancel(background)
	ended := make(chan struct{})
	go func() {
		s.run.Run(ctx)
		close(ended)
	}()
	for _, data := range []string{"one", "two"} {
		s.Do(func(tx *store.Tx) error { return Add(tx, Job{Kind: "told", Data: data}) })
		if got := <-did; got != data {
			t.Errorf("did %q, want %q", got, data)
		}
	}

	// More than run abreast: each that ends lets another begin. The house closes over the last ones.
	s.Do(func(tx *store.Tx) error {
		for i := range 3 * abreast {
			if err := Add(tx, Job{Kind: "told", Data: fmt.Sprint(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	for range 2 * abreast {
		<-did
	}
	cancel()
	<-ended
	left := append(s.list(Waiting), s.list(Running)...)
	if len(left) != abreast {
		t.Errorf("%d are left, want %d", len(left), abreast)
	}
	for _, j := range left {
		if j.State != Waiting || j.Tries != 0 || j.At.After(s.Now()) {
			t.Errorf("closing left %+v", j)
		}
	}
}

// A house that talks must not flush its disk for each job beside the talk.
func TestWhatEndsTogetherIsWrittenTogether(t *testing.T) {
	engine, err := boltkv.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	var updates atomic.Int32
	bell := live.NewBell()
	db, err := store.New(background, engine, store.Options{Ring: bell.Ring, Before: func(context.Context, store.Engine, func(store.Txn) error) error {
		updates.Add(1)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	did := make(chan bool)
	run := Runner{DB: db, Bell: bell}
	run.Handle("told", func(context.Context, Job) error {
		did <- true
		return nil
	})
	ctx, cancel := context.WithCancel(background)
	ended := make(chan struct{})
	go func() {
		run.Run(ctx)
		close(ended)
	}()
	const rounds = 20
	updates.Store(0)
	for range rounds {
		err := db.Update(background, func(tx *store.Tx) error {
			for range abreast {
				if err := Add(tx, Job{Kind: "told"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for range abreast {
			<-did
		}
	}
	cancel()
	<-ended
	if n := updates.Load(); n > rounds*abreast {
		t.Errorf("%d jobs took %d transactions", rounds*abreast, n)
	}
	left := 0
	err = db.View(background, func(tx *store.Tx) (err error) {
		for _, state := range []State{Waiting, Running} {
			n, err := Count(tx, state, 100)
			if left += n; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || left != 0 {
		t.Errorf("%d that were done are still there, %v", left, err)
	}
}

// What ends together is written down together, but an end that cannot be written down is nobody else's.
func TestOneBadEndIsNotTheOthers(t *testing.T) {
	s := openShop(t)
	s.answer = func(_ int, j Job) error {
		var data string
		if err := j.Read(&data); err != nil || data == "well" {
			return err
		}
		return Final(errors.New(data))
	}
	s.run.OnFailed("mail", func(_ *store.Tx, j Job) error {
		if j.Trouble == "bad" {
			return errors.New("its room is away")
		}
		return nil
	})
	s.add(Job{Data: "bad"}, Job{Data: "failed"}, Job{Data: "well"})
	s.drain()
	if failed := s.list(Failed); len(failed) != 1 || failed[0].Trouble != "failed" {
		t.Errorf("failed are %+v", failed)
	}
	if waiting := s.list(Waiting); len(waiting) != 0 {
		t.Errorf("waiting are %+v", waiting)
	}
	if left := s.list(Running); len(left) != 1 {
		t.Errorf("left are %+v, want the bad one, to be tried again after its lease", left)
	}
}

// A clock that is put back by hours makes a job at work seem to be due far too late. Only after a crash it is.
func TestWhatIsAtWorkIsNotBegunTwice(t *testing.T) {
	s := openShop(t)
	s.add(Job{Data: "long"})
	begun, _, err := s.run.round(background)
	if err != nil || len(begun) != 1 {
		t.Fatal(begun, err)
	}
	s.Clock.Add(-farthest - time.Hour)
	if again, wait, err := s.run.round(background); err != nil || len(again) != 0 || wait == 0 {
		t.Errorf("it is begun again: %+v, or asked for again after %v, %v", again, wait, err)
	}
	s.run.attempt(background, begun[0])
	s.drain()
	s.expect("long")
	if left := append(s.list(Running), s.list(Waiting)...); len(left) != 0 {
		t.Errorf("left are %+v", left)
	}
}

func TestPausesGrowAndDiffer(t *testing.T) {
	for try := 1; try < 100; try++ {
		want := longest
		if try < 12 {
			want = min(longest, shortest<<(try-1))
		}
		seen := map[time.Duration]bool{}
		for range 20 {
			d := pause(try)
			if d < want*4/5 || d > want*6/5 {
				t.Fatalf("after try %d it waits %v, want about %v", try, d, want)
			}
			seen[d] = true
		}
		if len(seen) == 1 {
			t.Errorf("after try %d all wait the same", try)
		}
	}
}
