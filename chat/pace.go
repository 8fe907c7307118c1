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

// Anybody can be as many visitors as he likes, but not at as many addresses. What several people behind one of them write fits
// in; tickets that begin are rarer, and each is work for somebody.
var (
	nearPace  = pace.Pace{Every: 100 * time.Millisecond, Burst: 60}
	beginPace = pace.Pace{Every: 20 * time.Second, Burst: 10}
)

// bytePace limits what the visitors of one neighbourhood upload: 200 MiB, and 100 MiB an hour from then on. A message keeps its
// files for ever.
var bytePace = pace.Pace{Every: time.Hour / (100 << 20), Burst: 200 << 20}

// wait counts what the visitor writes, and says how long he has to wait when it is too much.
func (s *Session) wait(begins bool, now time.Time) time.Duration {
	wait := s.room.messages.Take(s.visitor, messagePace, now)
	if !isElsewhere(s.from.Address) {
		return wait
	}
	near := pace.Neighbourhood(s.from.Address)
	if wait <= 0 {
		wait = s.room.nearby.Take("write "+near, nearPace, now)
	}
	if wait <= 0 && begins {
		wait = s.room.nearby.Take("begin "+near, beginPace, now)
	}
	return wait
}

// isElsewhere tells whether what comes from an address can be counted as one neighbourhood's. On this machine it is a program of
// the shop's own, or a proxy that serve was not told of, behind which everybody is.
func isElsewhere(a netip.Addr) bool { return a.IsValid() && !a.Unmap().IsLoopback() }

// MayUpload counts the bytes that a visitor at an address is about to send.
func (r *Room) MayUpload(from netip.Addr, bytes int) error {
	if r.Unlimited || !isElsewhere(from) {
		return nil
	}
	if wait := r.nearby.TakeN("upload "+pace.Neighbourhood(from), bytes, bytePace, time.Now()); wait > 0 {
		return fault.Wait("files.too_much", wait)
	}
	return nil
}

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
