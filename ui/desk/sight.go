package desk

import (
	"slices"
	"strings"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// hereNow names the rows whose customers are in the room, for the script: those of tickets that the agent may read, since that
// somebody talks to another department is not his to know.
func (d *Desk) hereNow(tx *store.Tx, me people.Actor) (string, error) {
	var here []tickets.ID
	for _, v := range d.Chat.Visits() {
		if v.Ticket != 0 {
			here = append(here, v.Ticket)
		}
	}
	slices.Sort(here)
	var rows []string
	for _, id := range slices.Compact(here) {
		if me.Everywhere() {
			rows = append(rows, rowID(id))
			continue
		}
		t, err := tickets.Find(tx, id)
		if err != nil {
			return "", err
		}
		if t != nil && tickets.MayRead(me, t) {
			rows = append(rows, rowID(id))
		}
	}
	return strings.Join(rows, " "), nil
}

// moved tells, once, whether an agent works elsewhere than when his page was drawn: all of it may be otherwise then.
func (l *line) moved(me people.Actor) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.me
	l.me = me
	return was.Role != me.Role || !slices.Equal(was.Departments, me.Departments)
}

func rowID(id tickets.ID) string { return "row-" + id.String() }

// losses counts what happened, by tickets, as far as one of the entries may have taken the ticket out of somebody's sight.
func losses(entries []store.Entry) map[tickets.ID]int {
	all, lost := map[tickets.ID]int{}, map[tickets.ID]int{}
	for _, e := range entries {
		id, ok := ticketOf(e)
		if !ok {
			continue
		}
		all[id]++
		switch e.Kind {
		case "ticket.transferred", "ticket.assigned", "ticket.deleted":
			lost[id] = 0
		}
	}
	for id := range lost {
		lost[id] = all[id]
	}
	return lost
}

// leaves tells whether a ticket that is not for the page any more may stand on it. One that the agent may not read was there
// only if it was his to read until just now, which is all that he is told of it.
func leaves(tx *store.Tx, me people.Actor, t *tickets.Ticket, events int) (bool, error) {
	switch {
	case t == nil:
		return me.May(tickets.DeleteTickets, ""), nil // it was in the bin
	case tickets.MayRead(me, t):
		return true, nil
	case events == 0:
		return false, nil
	}
	return tickets.TakenFrom(tx, me, t, events)
}
