package desk

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestALineLooksAtItsListAtItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var woken atomic.Int32
		var looking sync.Mutex
		p := pace{wake: func() { woken.Add(1) }}
		want := func(times int32, may bool, when string) {
			t.Helper()
			synctest.Wait()
			took := p.take(&looking)
			if woken.Load() != times || took != may {
				t.Errorf("%s: woken %d times, may look: %v; want %d and %v", when, woken.Load(), took, times, may)
			}
			if took {
				looking.Unlock()
			}
		}
		want(0, false, "before anything happened")
		p.ring()
		p.ring()
		want(1, true, "in a quiet house")
		p.looked(2*time.Millisecond, 50) // it rests for two seconds
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
		looking.Lock() // another line
		time.Sleep(shortestRest)
		p.ring()
		want(6, false, "while another line looks")
		want(6, false, "when something else woke it meanwhile")
		looking.Unlock()
		time.Sleep(2 * turnedAway)
		want(7, true, "after another line has looked")
		p.looked(0, 1)
		p.ring()
		p.end()
		time.Sleep(longestRest)
		synctest.Wait()
		if n := woken.Load(); n != 7 {
			t.Errorf("woken %d times after its end", n)
		}
	})
}
