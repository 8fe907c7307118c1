package people

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// tries counts what happened too often, by a key, in a minute and in a day. It lives in memory: a restart forgives.
type tries struct {
	perMinute, perDay int

	mu    sync.Mutex
	seed  maphash.Seed
	by    map[uint64]*counted
	swept time.Time
}

// counted holds two windows, each from its first try on.
type counted struct{ minute, day window }

type window struct {
	since time.Time
	n     int
}

// maxCounted bounds the table at about 6 MB. When it is full somebody is forgotten: better than to refuse everybody.
const maxCounted = 50_000

func newTries(perMinute, perDay int) *tries {
	return &tries{perMinute: perMinute, perDay: perDay, seed: maphash.MakeSeed(), by: map[uint64]*counted{}}
}

// take counts one try, or says how long to wait until the next counts.
func (t *tries) take(key string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.at(key, now)
	c.minute.roll(now, time.Minute)
	c.day.roll(now, 24*time.Hour)
	if c.day.n >= t.perDay {
		wait = c.day.since.Add(24 * time.Hour).Sub(now)
	} else if c.minute.n >= t.perMinute {
		wait = c.minute.since.Add(time.Minute).Sub(now)
	}
	if wait <= 0 {
		c.minute.n++
		c.day.n++
	}
	return wait
}

// giveBack takes back one try that turned out well. It is no reset: an attacker with one good account must not wash his
// other tries with it.
func (t *tries) giveBack(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.by[maphash.String(t.seed, key)]; c != nil {
		c.minute.n = max(0, c.minute.n-1)
		c.day.n = max(0, c.day.n-1)
	}
}

func (t *tries) at(key string, now time.Time) *counted {
	k := maphash.String(t.seed, key)
	c := t.by[k]
	if c == nil {
		t.makeRoom(now)
		c = &counted{}
		t.by[k] = c
	}
	return c
}

func (t *tries) makeRoom(now time.Time) {
	if len(t.by) < maxCounted {
		return
	}
	if now.Sub(t.swept) > time.Minute { // walking all of them for each newcomer would be an attack of its own
		t.swept = now
		for k, c := range t.by {
			if now.Sub(c.day.since) >= 24*time.Hour {
				delete(t.by, k)
			}
		}
	}
	for k := range t.by {
		if len(t.by) < maxCounted {
			return
		}
		delete(t.by, k)
	}
}

// roll begins a new window when the old one is over, or when the clock was put back before it.
func (w *window) roll(now time.Time, length time.Duration) {
	if age := now.Sub(w.since); age < 0 || age >= length {
		*w = window{since: now}
	}
}

// network is what counts as one address: of IPv6 a /64, for everybody is given at least so many.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
