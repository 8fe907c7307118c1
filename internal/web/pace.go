package web

import (
	"net/http"
	"net/netip"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/pace"
)

// Pace is a limit for one address, or for one token: one request Every so often, after a Burst.
type Pace = pace.Pace

var (
	housePace = Pace{Every: 20 * time.Millisecond, Burst: 400} // an office behind one address, not a flood
	tokenPace = Pace{Every: 10 * time.Millisecond, Burst: 200} // a program with a token
	guessPace = Pace{Every: 2 * time.Second, Burst: 30}        // tokens that nobody has
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
	return e.countKey(what+" "+pace.Neighbourhood(who), p)
}

func (e *Edge) countKey(key string, p Pace) error {
	if e.Unlimited {
		return nil
	}
	if wait := e.paces.Take(key, p, time.Now()); wait > 0 {
		return fault.Wait("fault.too_often", wait)
	}
	return nil
}
