// Package pace says how often somebody may come: every so often, after a burst. What it remembers of whom is bounded, so that a
// flood from everywhere fills no memory. It says how long to wait and refuses nobody itself.
package pace

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Pace is one time Every so often, after a Burst.
type Pace struct {
	Every time.Duration
	Burst int
}

// most is how many keys the newer half of a table holds. A flood of more than that forgets the oldest.
const most = 16 << 10

// Table counts by key. It holds two halves: when the newer is full it becomes the older, and the older is forgotten. Its zero
// value is empty.
type Table struct {
	mu           sync.Mutex
	newer, older map[string]*rate.Limiter
}

// Take counts one time and says how long to wait when it was one too many.
func (t *Table) Take(key string, p Pace, now time.Time) time.Duration { return t.TakeN(key, 1, p, now) }

// TakeN counts n times at once, all of them or none: a file's bytes. No more than the burst is counted, which is as much as
// there ever is to take.
func (t *Table) TakeN(key string, n int, p Pace, now time.Time) time.Duration {
	claim := t.of(key, p).ReserveN(now, min(n, p.Burst))
	wait := claim.DelayFrom(now)
	if wait > 0 {
		claim.CancelAt(now) // what is refused does not push the next allowed one away
	}
	return wait
}

func (t *Table) of(key string, p Pace) *rate.Limiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.newer[key]; l != nil {
		return l
	}
	l := t.older[key]
	if l == nil {
		l = rate.NewLimiter(rate.Every(p.Every), p.Burst)
	}
	if t.newer == nil || len(t.newer) >= most {
		t.newer, t.older = map[string]*rate.Limiter{}, t.newer
	}
	t.newer[key] = l
	return l
}

// Neighbourhood is what counts as one address: an IPv6 line has 2^64 of them. What has none, a unix socket, is "".
func Neighbourhood(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	bits := 32
	if a = a.Unmap(); a.Is6() {
		bits = 64
	}
	line, _ := a.Prefix(bits) // the bits fit the family
	return line.String()
}
