package desk

import (
	"slices"
	"sync"

	"deskbell/internal/live"
	"deskbell/tickets"
)

// watch knows which agents look at which ticket just now, and who of them writes. It is in nobody's data: a restart forgets
// it, and open pages say it again.
type watch struct {
	bell *live.Bell

	mu   sync.Mutex
	seen map[tickets.ID]map[*line]watcher
}

// watcher is an agent with a ticket before him.
type watcher struct {
	Agent, Name string
	Writes      bool
}

func newWatch(b *live.Bell) *watch {
	return &watch{bell: b, seen: map[tickets.ID]map[*line]watcher{}}
}

// topic rings when somebody comes to a ticket, leaves it, or begins to write.
func (w *watch) topic(id tickets.ID) string { return "watch:" + id.String() }

// move takes a line from the ticket it looked at to another; 0 is none.
func (w *watch) move(l *line, from, to tickets.ID, who watcher) {
	w.mu.Lock()
	changed := from != to || w.seen[to][l] != who
	if from != to && w.seen[from] != nil {
		delete(w.seen[from], l)
		if len(w.seen[from]) == 0 {
			delete(w.seen, from)
		}
	}
	if to != 0 {
		if w.seen[to] == nil {
			w.seen[to] = map[*line]watcher{}
		}
		w.seen[to][l] = who
	}
	w.mu.Unlock()
	if !changed {
		return
	}
	for _, id := range []tickets.ID{from, to} {
		if id != 0 {
			w.bell.Ring(w.topic(id))
		}
	}
}

// others are the colleagues of agent who look at a ticket, each once, those who write first.
func (w *watch) others(id tickets.ID, agent string) []watcher {
	w.mu.Lock()
	defer w.mu.Unlock()
	byAgent := map[string]watcher{}
	for _, one := range w.seen[id] {
		if one.Agent == agent {
			continue
		}
		one.Writes = one.Writes || byAgent[one.Agent].Writes
		byAgent[one.Agent] = one
	}
	list := make([]watcher, 0, len(byAgent))
	for _, one := range byAgent {
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b watcher) int {
		switch {
		case a.Writes != b.Writes && a.Writes, a.Writes == b.Writes && a.Name < b.Name:
			return -1
		}
		return 1
	})
	return list
}
