package live

import (
	"slices"
	"time"
)

// spokes spread the sockets, so that ten thousand are not pinged in the same moment.
const spokes = 15

// wheel holds all sockets. It comes by each of them twice in every Ping: to ping it every other time, and to see every time
// whether it is still alive.
type wheel struct {
	slots [spokes][]*Socket
	next  int // where the next socket goes
}

func (w *wheel) add(s *Socket) {
	s.slot, s.place = w.next, len(w.slots[w.next])
	w.slots[s.slot] = append(w.slots[s.slot], s)
	w.next = (w.next + 1) % spokes
}

func (w *wheel) remove(s *Socket) {
	slot := w.slots[s.slot]
	last := len(slot) - 1
	slot[s.place] = slot[last]
	slot[s.place].place = s.place
	slot[last] = nil
	w.slots[s.slot] = slot[:last]
}

func (w *wheel) all() []*Socket { return slices.Concat(w.slots[:]...) }

// turn moves the wheel on until the hub closes. It writes nothing itself: it marks and wakes, so no slow socket can hold it up.
func (h *Hub) turn() {
	defer close(h.stood)
	ticker := time.NewTicker(h.Ping / 2 / spokes)
	defer ticker.Stop()
	var visit []*Socket
	for at := 0; ; at = (at + 1) % spokes {
		select {
		case <-h.stop:
			return
		case <-ticker.C:
		}
		h.mu.Lock()
		visit = append(visit[:0], h.wheel.slots[at]...)
		h.mu.Unlock()
		for _, s := range visit {
			h.visit(s)
		}
		clear(visit) // it must not keep the dead
	}
}

func (h *Hub) visit(s *Socket) {
	if h.now()-time.Duration(s.heard.Load()) >= h.Dead {
		s.hangUp()
		return
	}
	if s.pingNext {
		s.ping()
	}
	s.pingNext = !s.pingNext
}
