package pace

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestABurstAndThenEverySoOften(t *testing.T) {
	var table Table
	slow := Pace{Every: time.Minute, Burst: 2}
	for i, c := range []struct {
		at   time.Duration
		want time.Duration
	}{
		{0, 0},
		{0, 0},
		{0, time.Minute},
		{20 * time.Second, 40 * time.Second}, // being refused pushed nothing away
		{time.Minute, 0},
		{time.Minute, time.Minute},
	} {
		if got := table.Take("zoe", slow, noon.Add(c.at)); got != c.want {
			t.Errorf("time %d, at %v: wait %v, want %v", i+1, c.at, got, c.want)
		}
	}
	if table.Take("ann", slow, noon) != 0 {
		t.Error("one's haste is held against another")
	}
}

func TestManyAtOnce(t *testing.T) {
	var table Table
	bytes := Pace{Every: time.Second, Burst: 10}
	for i, c := range []struct {
		n    int
		want time.Duration
	}{
		{6, 0},
		{6, 2 * time.Second},
		{4, 0}, // what was too much took nothing
		{1000, 10 * time.Second},
	} {
		if got := table.TakeN("zoe", c.n, bytes, noon); got != c.want {
			t.Errorf("time %d, %d at once: wait %v, want %v", i+1, c.n, got, c.want)
		}
	}
}

func TestTheTableIsBounded(t *testing.T) {
	var table Table
	for i := range 3 * most {
		table.Take(fmt.Sprint(i), Pace{time.Second, 1}, noon)
	}
	if n := len(table.newer) + len(table.older); n > 2*most {
		t.Errorf("%d limiters, at most %d", n, 2*most)
	}
	if last := fmt.Sprint(3*most - 1); table.Take(last, Pace{time.Second, 1}, noon) == 0 {
		t.Error("who came last is forgotten")
	}
}

func TestNeighbourhoods(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		same bool
	}{
		"two addresses of one IPv6 line": {"2001:db8::1", "2001:db8::ffff:1", true},
		"two IPv6 lines":                 {"2001:db8::1", "2001:db8:0:1::1", false},
		"two IPv4 addresses":             {"203.0.113.1", "203.0.113.2", false},
		"IPv4 in IPv6":                   {"::ffff:203.0.113.1", "203.0.113.1", true},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := Neighbourhood(netip.MustParseAddr(c.a)), Neighbourhood(netip.MustParseAddr(c.b))
			if (a == b) != c.same {
				t.Errorf("%s is in %s, %s in %s", c.a, a, c.b, b)
			}
		})
	}
	if got := Neighbourhood(netip.Addr{}); got != "" {
		t.Errorf("no address is in %q", got)
	}
}
