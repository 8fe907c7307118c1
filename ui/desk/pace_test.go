package desk

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestALineLooksAtItsListAtItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		woken := 0
		p := pace{wake: func() { woken++ }}
		want := func(times int, may bool, when string) {
			t.Helper()
			synctest.Wait()
			if took := p.take(); woken != times || took != may {
				t.Errorf("%s: woken %d times, may look: %v; want %d and %v", when, woken, took, times, may)
			}
		}
		want(0, false, "before anything happened")
		p.ring()
		p.ring()
		want(1, true, "in a quiet house")
		p.looked(10*time.Millisecond, 50) // it rests for two seconds
		p.ring()
		p.ring()
		want(1, false, "while it rests")
		time.Sleep(2 * time.Second)
		want(2, true, "when it has rested")
		p.ring() // while it looks
		want(3, true, "between look and rest")
		p.ring()
		p.looked(0, 1)
		want(4, false, "when something happened while it looked")
		time.Sleep(shortestRest)
		want(5, true, "after the shortest rest")
		p.looked(0, 1)
		p.ring()
		p.end()
		time.Sleep(longestRest)
		if woken != 5 {
			t.Errorf("woken %d times after its end", woken)
		}
	})
}
