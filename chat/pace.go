package chat

import (
	"net/netip"
	"sync"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/pace"
)

// perAddress is how many connections one neighbourhood may have at once.
const perAddress = 100

// messagePace limits what each visitor writes, over all of his lines and across their ends: 30 messages a minute.
var messagePace = pace.Pace{Every: 2 * time.Second, Burst: 10}

// Admit counts one connection from an address until leave is called. An office behind one address fits in; a flood does not.
func (r *Room) Admit(from netip.Addr) (leave func(), err error) {
	if r.Unlimited {
		return func() {}, nil
	}
	key := pace.Neighbourhood(from)
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
