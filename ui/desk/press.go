package desk

import (
	"context"
	"net/http"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/ui/kit"
)

// priorities are offered with what presses most first.
var priorities = []tickets.Priority{tickets.Urgent, tickets.High, tickets.Normal, tickets.Low}

var priorityIcons = map[tickets.Priority]string{
	tickets.Urgent: "circle-alert", tickets.High: "chevron-up", tickets.Normal: "circle-dot", tickets.Low: "chevron-down",
}

const normal = "normal" // as forms call the zero priority, for which an empty field must not be taken

func priorityValue(p tickets.Priority) string {
	if p == tickets.Normal {
		return normal
	}
	return string(p)
}

// priorityKind is the colour of a priority: red is for what must not wait.
func priorityKind(p tickets.Priority) kit.Kind {
	if p == tickets.Urgent || p == tickets.High {
		return kit.Red
	}
	return kit.Plain
}

func (d *Desk) prioritise(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Priority string `form:"priority"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	switch f.Priority {
	case "":
		return fault.Field("priority", "fault.required")
	case normal:
		f.Priority = ""
	}
	return d.do(w, r, func(tx *store.Tx, by people.Actor, id tickets.ID) error {
		return tickets.Prioritise(tx, by, id, tickets.Priority(f.Priority))
	})
}

// snooze is one of the whiles that a ticket can be put away for.
type snooze struct {
	value, icon string
	until       func(now time.Time) time.Time // by the clock of now; the zero moment is when the customer writes
}

func (s snooze) name(ctx context.Context) string {
	return i18n.T(ctx, "desk.snooze_"+s.value) // i18n: desk.snooze_*
}

var snoozes = []snooze{
	{"later", "clock", func(now time.Time) time.Time { return now.Add(3 * time.Hour) }},
	{"tomorrow", "sun", func(now time.Time) time.Time { return morning(now, 1) }},
	{"monday", "calendar", func(now time.Time) time.Time { return morning(now, untilMonday(now)) }},
	{"reply", "reply", func(time.Time) time.Time { return time.Time{} }},
}

// morning is nine o'clock so many days from now, whatever happens to the clocks between.
func morning(now time.Time, days int) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+days, 9, 0, 0, 0, now.Location())
}

// untilMonday is how many days the next Monday is away; on a Monday it is a week.
func untilMonday(now time.Time) int { return 7 - (int(now.Weekday())+6)%7 }

func (d *Desk) snooze(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		For  string `form:"for"`
		Zone string `form:"zone"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	for _, s := range snoozes {
		if s.value == f.For {
			return d.do(w, r, func(tx *store.Tx, by people.Actor, id tickets.ID) error {
				zone, err := readersZone(tx, f.Zone)
				if err != nil {
					return err
				}
				return tickets.Snooze(tx, by, id, s.until(tx.Now().In(zone)))
			})
		}
	}
	return fault.Field("for", "desk.no_such_snooze")
}

// readersZone is the zone that a browser says its reader is in, or the shop's.
func readersZone(tx *store.Tx, own string) (*time.Location, error) {
	if own != "" {
		if zone, err := time.LoadLocation(own); err == nil {
			return zone, nil
		}
	}
	c, err := settings.OpenHours.Get(tx)
	if err != nil {
		return nil, err
	}
	return time.LoadLocation(c.Zone) // "" is UTC
}
