package chat

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"deskbell/internal/fault"
)

const (
	messageEvery = 2 * time.Second // 30 messages a minute
	messageBurst = 10
	maxPaced     = 16 << 10 // visitors in the newer half of the table

	perAddress = 100 // connections at once from one neighbourhood
)

// paces limits what each visitor writes, over all of his lines and across their ends. It holds two halves: when the newer is
// full it becomes the older, and the older is forgotten, so that a flood of visitors cannot fill the memory.
type paces struct {
	mu           sync.Mutex
	newer, older map[string]*rate.Limiter
}

func newPaces() *paces { return &paces{newer: map[string]*rate.Limiter{}} }

// take counts one message of visitor, or says when the next may come.
func (p *paces) take(visitor string, now time.Time) error {
	claim := p.of(visitor).ReserveN(now, 1)
	wait := claim.DelayFrom(now)
	if wait <= 0 {
		return nil
	}
	claim.CancelAt(now)
	return fault.Wait("fault.too_often", wait)
}

func (p *paces) of(visitor string) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.newer[visitor]; l != nil {
		return l
	}
	l := p.older[visitor]
	if l == nil {
		l = rate.NewLimiter(rate.Every(messageEvery), messageBurst)
	}
	if len(p.newer) >= maxPaced {
		p.newer, p.older = map[string]*rate.Limiter{}, p.newer
	}
	p.newer[visitor] = l
	return l
}

// Admit counts one connection from an address until leave is called. An office behind one address fits in; a flood does not.
func (r *Room) Admit(from netip.Addr) (leave func(), err error) {
	if r.Unlimited {
		return func() {}, nil
	}
	key := neighbourhood(from)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.addresses[key] >= perAddress {
		return nil, fault.Wait("chat.too_many_lines", 10*time.Second)
	}
	r.addresses[key]++
	return sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.addresses[key]--; r.addresses[key] == 0 {
			delete(r.addresses, key)
		}
	}), nil
}

// neighbourhood is what counts as one address: an IPv6 line has 2^64 of them.
func neighbourhood(a netip.Addr) string {
	bits := 32
	if a = a.Unmap(); a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return "" // no address at all: a unix socket, or a test
	}
	return p.String()
}
