package chat

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/text"
	"deskbell/tickets"
)

// Page is where a visitor is. It is kept in memory only, without what stands behind the path: that may be anybody's secret.
type Page struct{ URL, Title, Referrer string }

// Visit is a visitor who is here now, as agents see him.
type Visit struct {
	Visitor  string
	Widget   string // its name
	WidgetID string
	Ticket   tickets.ID
	Page     Page
	Language string
	Zone     string
	Since    time.Time
}

// Typing is Said on a ticket's topic while somebody writes. Text is what a visitor is writing, where his widget shows it; it
// is never stored and never logged.
type Typing struct {
	Ticket tickets.ID
	By     people.ActorType // agent or contact
	ID     string           // the agent's
	Name   string           // as the other side knows him
	On     bool
	Text   string
}

// Types says to a ticket's visitor, and to the colleagues, that an agent is writing to him. Whoever calls it has made sure that
// the agent may answer the ticket, and that it is no note that he writes.
func (r *Room) Types(id tickets.ID, by people.Actor, on bool) {
	r.Bell.Say(id.Topic(), Typing{Ticket: id, By: people.ByAgent, ID: by.ID, Name: by.Name, On: on})
}

// Visits lists who is here, the longest first. A visitor with several tabs is there once for each.
func (r *Room) Visits() []Visit {
	r.mu.Lock()
	visits := make([]Visit, 0, len(r.sessions))
	for s := range r.sessions {
		visits = append(visits, *s.visit.Load())
	}
	r.mu.Unlock()
	slices.SortFunc(visits, func(a, b Visit) int { return a.Since.Compare(b.Since) })
	return visits
}

// Here tells whether the customer of a ticket is in the room.
func (r *Room) Here(id tickets.ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tickets[id] > 0
}

// Where gives the visit of a ticket's customer, if he is in the room; of several, the one that has lasted longest.
func (r *Room) Where(id tickets.ID) (longest Visit, here bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tickets[id] == 0 {
		return Visit{}, false
	}
	for s := range r.sessions {
		v := s.visit.Load()
		if v.Ticket == id && (!here || v.Since.Before(longest.Since)) {
			longest, here = *v, true
		}
	}
	return longest, here
}

// arrive and leave keep the register.
func (r *Room) arrive(s *Session) {
	r.mu.Lock()
	r.sessions[s] = struct{}{}
	r.mu.Unlock()
	r.Bell.Ring(Visitors)
}

func (r *Room) leave(s *Session) {
	r.mu.Lock()
	delete(r.sessions, s)
	down(r.tickets, s.ticket)
	r.mu.Unlock()
	r.Bell.Ring(Visitors)
	if s.ticket != 0 {
		r.Bell.Say(s.ticket.Topic(), Typing{Ticket: s.ticket, By: people.ByContact})
	}
}

// moves puts a session from one ticket to another.
func (r *Room) moves(from, to tickets.ID) {
	r.mu.Lock()
	down(r.tickets, from)
	if to != 0 {
		r.tickets[to]++
	}
	r.mu.Unlock()
	r.Bell.Ring(Visitors)
}

func down[K comparable](counts map[K]int, key K) {
	if counts[key]--; counts[key] <= 0 {
		delete(counts, key)
	}
}

// pageOf keeps of a page what agents need: http addresses without query and fragment, and a short title.
func pageOf(address, title, referrer string) Page {
	return Page{plainURL(address), text.Cut(text.Line(title), 200), plainURL(referrer)}
}

func plainURL(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || len(s) > 4096 || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	plain := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return text.Cut(text.Line(plain.String()), 500)
}
