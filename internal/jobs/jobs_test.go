package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/live"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

// shop is a house with a runner and a handler that does what the test says.
type shop struct {
	*storetest.House
	run    Runner
	t      *testing.T
	done   []string                   // data of the jobs that were tried, in order
	ids    []string                   // and their ids
	answer func(try int, j Job) error // nil: all goes well
	failed []Job                      // told as failed
}

var background = context.Background()

func openShop(t *testing.T) *shop {
	s := &shop{House: storetest.Open(t), t: t}
	s.restart()
	return s
}

// restart gives the shop a runner that knows nothing of what the last one was doing.
func (s *shop) restart() {
	bell := live.NewBell()
	s.OnRing(bell.Ring)
	s.run = Runner{DB: s.DB, Bell: bell}
	s.run.Handle("mail", func(_ context.Context, j Job) error {
		var data string
		if err := j.Read(&data); err != nil {
			return err
		}
		s.done, s.ids = append(s.done, data), append(s.ids, j.ID)
		if s.answer == nil {
			return nil
		}
		return s.answer(j.Tries, j)
	})
	s.run.OnFailed("mail", func(_ *store.Tx, j Job) error {
		s.failed = []Job{j}
		return nil
	})
}

func (s *shop) add(all ...Job) {
	s.t.Helper()
	s.Do(func(tx *store.Tx) error {
		for _, j := range all {
			j.Kind = "mail"
			if err := Add(tx, j); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *shop) drain() {
	s.t.Helper()
	if _, err := s.run.Drain(background); err != nil {
		s.t.Fatal(err)
	}
}

// step does what can be begun now, and nothing of what that leads to.
func (s *shop) step() {
	s.t.Helper()
	begun, _, err := s.run.round(background)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, j := range begun {
		s.run.attempt(background, j)
	}
	s.run.writeDown(background, s.run.takeEnded())
}

// expect compares what was done since it was last asked.
func (s *shop) expect(want ...string) {
	s.t.Helper()
	if !slices.Equal(s.done, want) {
		s.t.Errorf("done %q, want %q", s.done, want)
	}
	s.done = nil
}

func (s *shop) list(state State) []Job {
	s.t.Helper()
	var list []Job
	s.See(func(tx *store.Tx) (err error) {
		list, _, err = List(tx, state, nil, 10*handful)
		return err
	})
	return list
}

func TestAJobBelongsToItsDeed(t *testing.T) {
	s := openShop(t)
	no := errors.New("no")
	err := s.Update(background, func(tx *store.Tx) error {
		if err := Add(tx, Job{Kind: "mail", Data: "never"}); err != nil {
			return err
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Fatal(err)
	}
	s.add(Job{Data: "hello"})
	s.drain()
	s.expect("hello")
	s.drain() // it is done once
	s.expect()
}

func TestAKeyNamesTheWork(t *testing.T) {
	s := openShop(t)
	s.add(Job{Key: "1042/7", Data: "first"}, Job{Key: "1042/7", Data: "again"}, Job{Key: "1042/8", Data: "other"}, Job{Data: "none"}, Job{Data: "none"})
	s.drain()
	slices.Sort(s.done)
	s.expect("first", "none", "none", "other")
}

func TestAJobWaitsForItsNextTry(t *testing.T) {
	s := openShop(t)
	s.answer = func(try int, _ Job) error {
		if try == 1 {
			return errors.New("the relay is away")
		}
		return nil
	}
	s.add(Job{Data: "hello"})
	s.drain()
	s.expect("hello")
	s.Clock.Set(s.list(Waiting)[0].At.Add(-time.Millisecond))
	s.drain()
	s.expect()
	s.Clock.Add(time.Millisecond)
	s.drain()
	s.expect("hello")
}

func TestAClockThatIsPutBackHoldsNoJobUp(t *testing.T) {
	for name, c := range map[string]struct {
		back    time.Duration
		trouble bool // at the first try, while the clock was wrong
	}{
		"a bit, before it was begun":   {time.Minute, false},
		"a day, before it was begun":   {24 * time.Hour, false},
		"a day, after the first try":   {24 * time.Hour, true},
		"ten years, after a first try": {87600 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			s.Clock.Add(c.back)
			s.add(Job{Data: "hello"})
			if c.trouble {
				s.answer = func(int, Job) error { return errors.New("the relay is away") }
				s.drain()
				s.expect("hello")
				s.answer = nil
			}
			s.Clock.Add(-c.back)
			s.drain()
			s.expect("hello")
		})
	}
}

func TestTroubleIsTriedForAboutADay(t *testing.T) {
	s := openShop(t)
	s.answer = func(int, Job) error { return errors.New("the relay is away") }
	s.add(Job{Data: "hello"})
	began := s.Now()
	for try := 1; len(s.failed) == 0; try++ {
		s.drain()
		s.expect("hello")
		if try > maxTries {
			t.Fatal("it never fails")
		}
		if waiting := s.list(Waiting); len(waiting) == 1 {
			if j := waiting[0]; j.Tries != try || j.Trouble != "the relay is away" {
				t.Errorf("after try %d it is %+v", try, j)
			}
			s.Clock.Set(waiting[0].At)
		}
	}
	if took := s.Now().Sub(began); took < 12*time.Hour || took > 48*time.Hour {
		t.Errorf("it was tried for %v", took)
	}
	if unique := slices.Compact(s.ids); len(unique) != 1 {
		t.Errorf("the tries had the ids %v", unique)
	}
	if j := s.failed[0]; j.Tries != maxTries || j.State != Failed {
		t.Errorf("told as %+v", j)
	}

	failed := s.list(Failed)
	if len(failed) != 1 {
		t.Fatalf("%d have failed", len(failed))
	}
	s.answer = nil
	s.Clock.Add(time.Hour)
	s.drain()
	s.expect() // it is not tried by itself any more
	s.Do(func(tx *store.Tx) error { return Retry(tx, failed[0].ID) })
	s.drain()
	s.expect("hello")
}

func TestWhatCannotWorkFailsAtOnce(t *testing.T) {
	for name, trouble := range map[string]error{
		"final":         Final(errors.New("no such address")),
		"final, within": fmt.Errorf("send: %w", Final(errors.New("no such address"))),
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			s.answer = func(int, Job) error { return trouble }
			s.add(Job{Data: "hello", Key: "k"})
			s.drain()
			s.expect("hello")
			failed := s.list(Failed)
			if len(failed) != 1 || failed[0].Tries != 1 || len(s.failed) != 1 {
				t.Fatalf("failed: %+v, told: %+v", failed, s.failed)
			}
			s.add(Job{Data: "again", Key: "k"}) // a failed job keeps its key: somebody must look at it
			s.drain()
			s.expect()
			s.Do(func(tx *store.Tx) error { return Drop(tx, failed[0].ID) })
			s.add(Job{Data: "again", Key: "k"})
			s.drain()
			s.expect("again")
		})
	}
}

func TestOnlyFailedJobsAreRetriedOrDropped(t *testing.T) {
	s := openShop(t)
	s.add(Job{Data: "hello"})
	waiting := s.list(Waiting)[0].ID
	for name, c := range map[string]struct {
		id   string
		want fault.Kind
	}{
		"one that waits":   {waiting, fault.Conflict},
		"one nobody knows": {"nobody", fault.NotFound},
	} {
		for _, verb := range []func(*store.Tx, string) error{Retry, Drop} {
			err := s.Update(background, func(tx *store.Tx) error { return verb(tx, c.id) })
			if !fault.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// narrow is a disk that may be filled at any moment.
type narrow struct {
	store.Engine
	full bool
}

func (n *narrow) Update(ctx context.Context, fn func(store.Txn) error) error {
	if n.full && !store.IsUrgent(ctx) {
		return store.NoRoom(nil)
	}
	return n.Engine.Update(ctx, fn)
}

func TestADiskThatFillsUpHasNothingDoneTwice(t *testing.T) {
	s := openShop(t)
	disk := &narrow{Engine: s.Engine()}
	var err error
	if s.run.DB, err = store.New(background, disk, store.Options{Clock: s.Clock}); err != nil {
		t.Fatal(err)
	}
	s.answer = func(int, Job) error {
		disk.full = true // while it is under way
		return nil
	}
	s.add(Job{Data: "hello"})
	s.step()
	disk.full = false
	s.Clock.Add(lease)
	s.drain()
	s.expect("hello")
}

func TestAPanicIsTrouble(t *testing.T) {
	s := openShop(t)
	s.answer = func(int, Job) error { panic("oh") }
	s.add(Job{Data: "hello"})
	s.drain()
	if waiting := s.list(Waiting); len(waiting) != 1 || waiting[0].Trouble != "panic: oh" {
		t.Errorf("%+v", waiting)
	}
}

func TestALeaseOutlivesItsHolder(t *testing.T) {
	s := openShop(t)
	s.add(Job{Data: "hello"})
	begun, _, err := s.run.round(background)
	if err != nil || len(begun) != 1 {
		t.Fatal(begun, err)
	}
	s.Reopen() // the process was killed while it was at it
	s.restart()
	s.drain()
	s.expect() // for all anybody knows it is still being done
	s.Clock.Add(lease)
	s.drain()
	s.expect("hello")

	// Somebody who comes back with an answer after the lease changes nothing any more.
	s.add(Job{Data: "slow"})
	slow, _, err := s.run.round(background)
	if err != nil {
		t.Fatal(err)
	}
	s.Clock.Add(lease)
	s.answer = func(int, Job) error { return errors.New("busy") }
	s.drain()
	s.Do(func(tx *store.Tx) error { return s.run.end(tx, outcome{Job: slow[0]}) })
	if waiting := s.list(Waiting); len(waiting) != 1 || waiting[0].Tries != 2 {
		t.Errorf("after the late answer: %+v", waiting)
	}
}

func TestAJobThatKillsTheHouseFailsInTheEnd(t *testing.T) {
	s := openShop(t)
	s.add(Job{Data: "bomb"})
	for range maxTries {
		if begun, _, err := s.run.round(background); err != nil || len(begun) != 1 {
			t.Fatal(begun, err)
		}
		s.Reopen()
		s.restart()
		s.Clock.Add(lease)
	}
	s.drain()
	s.expect()
	if failed := s.list(Failed); len(failed) != 1 || len(s.failed) != 1 {
		t.Errorf("failed %+v, told %+v", failed, s.failed)
	}
}

func TestALineKeepsItsOrder(t *testing.T) {
	s := openShop(t)
	stuck := map[string]bool{"a1": true}
	s.answer = func(_ int, j Job) error {
		var data string
		if j.Read(&data) == nil && stuck[data] {
			return errors.New("not now")
		}
		return nil
	}
	s.add(Job{Line: "a", Data: "a1"}, Job{Line: "a", Data: "a2"}, Job{Line: "a", Data: "a3"}, Job{Line: "b", Data: "b1"})
	s.drain()
	slices.Sort(s.done)
	s.expect("a1", "b1") // a2 and a3 wait for a1, b does not
	s.Clock.Add(time.Hour)
	s.drain()
	s.expect("a1")
	stuck["a1"] = false
	s.Clock.Add(time.Hour)
	s.drain()
	s.expect("a1", "a2", "a3")
	s.add(Job{Line: "a", Data: "a4"}) // an empty line begins anew
	s.drain()
	s.expect("a4")
}

func TestWhatFailsStepsOutOfItsLine(t *testing.T) {
	s := openShop(t)
	s.answer = func(try int, j Job) error {
		var data string
		if err := j.Read(&data); err != nil || data != "a1" || len(s.failed) > 0 {
			return err
		}
		return Final(errors.New("no such address"))
	}
	s.add(Job{Line: "a", Data: "a1"}, Job{Line: "a", Data: "a2"})
	s.step()
	s.expect("a1")
	failed := s.list(Failed)
	s.Do(func(tx *store.Tx) error { return Retry(tx, failed[0].ID) })
	s.drain()
	s.expect("a2", "a1") // a2 comes first now
}

func TestWhatIsAbandonedIsOnlyDoneWhenSomebodySaysSo(t *testing.T) {
	s := openShop(t)
	s.add(Job{Data: "at work"})
	if begun, _, err := s.run.round(background); err != nil || len(begun) != 1 {
		t.Fatal(begun, err)
	}
	s.add(Job{Data: "now"}, Job{Line: "a", Data: "a1"}, Job{Line: "a", Data: "a2"})
	for range handful {
		s.add(Job{Data: "one of many"})
	}
	s.Do(func(tx *store.Tx) error { return Add(tx, Job{Kind: "of another program", Data: ""}) })
	s.restart()
	if err := s.run.Abandon(background, "the data was put back"); err != nil {
		t.Fatal(err)
	}
	s.Clock.Add(2 * time.Hour)
	s.drain()
	s.expect()
	failed := map[string]Job{}
	for _, j := range append(s.list(Failed), s.failed...) {
		data := ""
		if err := j.Read(&data); err != nil || j.Trouble != "the data was put back" {
			t.Errorf("%+v (%v)", j, err)
		}
		failed[data] = j
	}
	if len(s.failed) == 0 {
		t.Error("their room was not told")
	}
	for _, data := range []string{"a2", "a1", "at work"} {
		s.Do(func(tx *store.Tx) error { return Retry(tx, failed[data].ID) })
		s.drain()
		s.expect(data)
	}
}

// What met trouble and is tried again is seen long before it has failed; what has not been tried, and what failed, is no such job.
func TestWhatMetTroubleIsSeenWhileItIsTriedAgain(t *testing.T) {
	s := openShop(t)
	s.answer = func(_ int, j Job) error {
		var data string
		if err := j.Read(&data); err != nil || data == "lost" {
			return Final(errors.New("nobody of this name"))
		}
		return errors.New("no such host")
	}
	troubled := func(limit int) (list []Job) {
		s.See(func(tx *store.Tx) (err error) {
			list, err = Troubled(tx, limit)
			return err
		})
		return list
	}
	s.add(Job{Data: "first", Line: "l"}, Job{Data: "behind", Line: "l"}, Job{Data: "lost"})
	if list := troubled(10); len(list) > 0 {
		t.Errorf("nothing was tried, and %+v met trouble", list)
	}
	s.drain()
	list := troubled(10)
	if len(list) != 1 || list[0].Trouble != "no such host" || list[0].Tries != 1 || !list[0].At.After(s.Now()) {
		t.Fatalf("what is tried again is %+v", list)
	}
	s.add(Job{Data: "second"}, Job{Data: "third"})
	s.drain()
	if list := troubled(2); len(list) != 2 {
		t.Errorf("at most 2 were asked for, and %d came", len(list))
	}
	s.Clock.Add(longest)
	if _, _, err := s.run.round(background); err != nil {
		t.Fatal(err)
	}
	if list := troubled(10); len(list) != 3 {
		t.Errorf("%d of 3 are seen during their next try", len(list))
	}
}
