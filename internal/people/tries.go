package people

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// The throttle: ten tries a minute and fifty a day, for one account and from one address. Fifty a day are twenty-five when
// one likes and then one an hour: no day of 24 hours has more, however it is laid, and nobody is sent away for longer than an
// hour, as he would be for the rest of the day if all fifty could be spent at once.
const (
	perMinute = 10
	atWill    = 25
	regained  = time.Hour
)

// tries counts what happened too often, by a key. It lives in memory: a restart forgives.
type tries struct {
	mu    sync.Mutex
	seed  maphash.Seed
	by    map[uint64]*counted
	swept time.Time
}

// counted is what one key has spent.
type counted struct {
	since  time.Time // the first try of the minute
	n      int       // tries since then
	repaid time.Time // when the tries of the day are all regained, each after the other
}

// maxCounted bounds the table at about 6 MB. When it is full somebody is forgotten: better than to refuse everybody.
const maxCounted = 50_000

func newTries() *tries {
	return &tries{seed: maphash.MakeSeed(), by: map[uint64]*counted{}}
}

// take counts one try, or says how long to wait until the next counts.
func (t *tries) take(key string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.at(key, now)
	c.roll(now)
	switch owed := c.repaid.Sub(now); {
	case owed > (atWill-1)*regained:
		return owed - (atWill-1)*regained
	case c.n >= perMinute:
		return c.since.Add(time.Minute).Sub(now)
	}
	c.n++
	c.repaid = c.repaid.Add(regained)
	return 0
}

// giveBack takes back one try that turned out well. It is no reset: an attacker with one good account must not wash his
// other tries with it.
func (t *tries) giveBack(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.by[maphash.String(t.seed, key)]; c != nil {
		c.n = max(0, c.n-1)
		c.repaid = c.repaid.Add(-regained)
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
			if c.repaid.Before(now) && now.Sub(c.since) >= time.Minute {
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

// roll begins a new minute when the old one is over, and forgets what is repaid. A clock that was put back must not make
// anybody wait longer for it.
func (c *counted) roll(now time.Time) {
	if age := now.Sub(c.since); age < 0 || age >= time.Minute {
		c.since, c.n = now, 0
	}
	if c.repaid.Before(now) {
		c.repaid = now
	}
	if most := now.Add(atWill * regained); c.repaid.After(most) {
		c.repaid = most
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
