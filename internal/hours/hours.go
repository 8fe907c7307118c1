// Package hours counts working time: when a shop is open, when it opens next, and how much of a stretch of time was open.
//
// A moment is open when the clock on the shop's wall shows a time within one of that day's spans. All else follows from this
// sentence, on the days too on which the clock is changed: an hour that is left out is no working time, and one that comes
// twice is twice as much. Durations are real ones, never differences of clock times.
//
// The time zones of the world are part of the program, so that a bare machine knows them.
package hours

import (
	"sync"
	"time"
	_ "time/tzdata" // a container and a small VPS often have no zone files
)

// Calendar says when a shop is open. The zero Calendar never is.
type Calendar struct {
	Zone     string    `json:"zone"`               // IANA name, such as "America/Sao_Paulo"; "" is UTC
	Weekly   [7][]Span `json:"weekly"`             // by time.Weekday, so that Sunday comes first
	Holidays []Holiday `json:"holidays,omitempty"` // days unlike their weekday
}

// Span is a part of a day: From inclusive, To exclusive. What goes past midnight is two spans.
type Span struct {
	From Minute `json:"from"`
	To   Minute `json:"to"`
}

// Holiday is a day with hours of its own, or with none.
type Holiday struct {
	Date  Date   `json:"date"`
	Name  string `json:"name,omitempty"`
	Hours []Span `json:"hours,omitempty"` // none: closed all day
}

// Office is the calendar that a shop begins with: Monday to Friday, nine to five.
func Office(zone string) Calendar {
	c := Calendar{Zone: zone}
	for day := time.Monday; day <= time.Friday; day++ {
		c.Weekly[day] = []Span{{9 * 60, 17 * 60}}
	}
	return c
}

// horizon is how far ahead an open moment is looked for; a shop that does not open within it never does.
const horizon = 2 * 366 * 24 * time.Hour

// Open says whether t is working time.
func (c Calendar) Open(t time.Time) bool {
	open, _, ok := c.stretch(t, t.Add(1))
	return ok && !open.After(t)
}

// NextOpen is t if that is working time, or else the moment at which it next begins; the zero Time if it never does.
func (c Calendar) NextOpen(t time.Time) time.Time {
	open, _, ok := c.stretch(t, t.Add(horizon))
	if !ok {
		return time.Time{}
	}
	return open
}

// NextClose is the first moment from t on at which the shop is closed: t itself, if it is, and the zero Time if it never closes.
func (c Calendar) NextClose(t time.Time) time.Time {
	for end := t.Add(horizon); t.Before(end); {
		from, to, ok := c.stretch(t, end)
		if !ok || from.After(t) {
			return t
		}
		t = to
	}
	return time.Time{}
}

// Add is the first moment at which d of working time has gone by since t: two hours after Friday 16:00 may be Monday 10:00. It
// is t if d is not positive, and the zero Time if the shop never opens long enough.
func (c Calendar) Add(t time.Time, d time.Duration) time.Time {
	for d > 0 {
		from, to, ok := c.stretch(t, t.Add(horizon))
		if !ok {
			return time.Time{}
		}
		if length := to.Sub(from); length < d {
			d -= length
			t = to
			continue
		}
		return from.Add(d)
	}
	return t
}

// stretch finds the first open stretch within [t, end). A longer one comes in pieces, no longer than a day each.
func (c Calendar) stretch(t, end time.Time) (from, to time.Time, ok bool) {
	zone := location(c.Zone)
	for t.Before(end) {
		midnight, until := piece(t.In(zone))
		if until.After(end) {
			until = end
		}
		for _, s := range c.spans(t.In(zone)) {
			a, b := later(t, midnight.Add(s.From.duration())), earlier(until, midnight.Add(s.To.duration()))
			if a.Before(b) && (!ok || a.Before(from)) {
				from, to, ok = a, b, true
			}
		}
		if ok {
			return from, to, true
		}
		t = until
	}
	return time.Time{}, time.Time{}, false
}

// piece is the rest of t's day, up to where the clock is next changed. Within it the clock shows the time since midnight, which
// is where midnight would have been had the clock not been changed earlier that day.
func piece(t time.Time) (midnight, until time.Time) {
	hour, minute, second := t.Clock()
	shown := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + time.Duration(t.Nanosecond())
	midnight = t.Add(-shown)
	until = midnight.Add(24 * time.Hour)
	if _, change := t.ZoneBounds(); !change.IsZero() && change.Before(until) {
		until = change
	}
	return midnight, until
}

// spans are the hours of t's day.
func (c Calendar) spans(t time.Time) []Span {
	year, month, day := t.Date()
	for _, h := range c.Holidays {
		if h.Date.Day == day && h.Date.Month == month && (h.Date.Year == 0 || h.Date.Year == year) {
			return h.Hours
		}
	}
	return c.Weekly[t.Weekday()]
}

var zones sync.Map // name to *time.Location: reading one takes longer than a whole calculation

func location(name string) *time.Location {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC // Check has refused it before; a zone that went away must not stop the house
	}
	zones.Store(name, z)
	return z
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
