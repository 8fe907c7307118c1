package jobs

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"deskbell/internal/store"
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
