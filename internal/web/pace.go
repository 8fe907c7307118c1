package web

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"deskbell/internal/fault"
)

// Pace is a limit for one address, or for one token: one request Every so often, after a Burst.
type Pace struct {
	Every time.Duration
	Burst int
}

var (
	housePace = Pace{20 * time.Millisecond, 400} // an office behind one address, not a flood
	tokenPace = Pace{10 * time.Millisecond, 200} // a program with a token
	guessPace = Pace{2 * time.Second, 30}        // tokens that nobody has
)

// pace counts r against the limits of its address. What comes with a token is counted against that instead, in greet. Probes
// are not counted: they often share their address with a proxy or an attacker, and a house that is flooded is not a dead one.
func (e *Edge) pace(v *visit, r *http.Request) error {
	if isProbe(v.route.Path) {
		return nil
	}
	if v.route.Who.kind != tokenKind {
		if err := e.count("", v.address, housePace); err != nil {
			return err
		}
	}
	if v.route.Pace == (Pace{}) {
		return nil
	}
	return e.count(v.route.Method+" "+v.route.Path, v.address, v.route.Pace)
}

func (e *Edge) count(what string, who netip.Addr, p Pace) error {
	return e.countKey(what+" "+neighbourhood(who).String(), p)
}

func (e *Edge) countKey(key string, p Pace) error {
	if e.Unlimited {
		return nil
	}
	if wait := e.paces.take(key, p, time.Now()); wait > 0 {
		return fault.Wait("fault.too_often", wait)
	}
	return nil
}

// maxPaced is how many keys the newer half of the table holds. A flood from more addresses than that forgets the oldest,
// and memory stays where it is.
const maxPaced = 16 << 10

// paces holds the limiters, in two halves: when the newer is full it becomes the older, and the older is forgotten.
type paces struct {
	mu           sync.Mutex
	newer, older map[string]*rate.Limiter
}

func newPaces() *paces { return &paces{newer: map[string]*rate.Limiter{}} }

// take counts one request and says how long to wait when it was one too many.
func (p *paces) take(key string, pace Pace, now time.Time) time.Duration {
	l := p.of(key, pace)
	claim := l.ReserveN(now, 1)
	wait := claim.DelayFrom(now)
	if wait > 0 {
		claim.CancelAt(now) // refused requests do not push the next allowed one away
	}
	return wait
}

func (p *paces) of(key string, pace Pace) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.newer[key]; l != nil {
		return l
	}
	l := p.older[key]
	if l == nil {
		l = rate.NewLimiter(rate.Every(pace.Every), pace.Burst)
	}
	if len(p.newer) >= maxPaced {
		p.newer, p.older = map[string]*rate.Limiter{}, p.newer
	}
	p.newer[key] = l
	return l
}
