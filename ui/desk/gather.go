package desk

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"deskbell/chat"
	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/tickets"
)

const (
	pageOfList     = 50
	pageOfTimeline = 60
	pastTickets    = 6
)

// gatherRail reads what the rail shows to by.
func (d *Desk) gatherRail(tx *store.Tx, a *people.Agent, by people.Actor, here string) (v rail, err error) {
	v = rail{Here: here, Agent: a, Admin: by.May(people.ManageSettings, ""), Writer: by.May(kb.ReadArticles, ""), Away: d.isAway(by)}
	if v.Views, v.Departments, err = lines(tx, by); err != nil {
		return v, err
	}
	if v.Moderator = by.May(forum.Moderate, ""); v.Moderator {
		v.Held, err = forum.CountHeld(tx, by, tickets.MaxCount)
	}
	return v, err
}

// gatherList reads a page of a view.
func gatherList(tx *store.Tx, by people.Actor, v view, cursor string) (list, error) {
	l := list{View: v, Later: cursor != ""}
	if id := v.Holds.Department; id != "" {
		d, err := people.DepartmentByID(tx, id)
		if err != nil {
			return l, err
		}
		l.View.Label = d.Name
	}
	if v.Holds.Kind == tickets.Bin {
		rows, err := tickets.Binned(tx, by, pageOfList)
		l.Rows = rows
		return l, err
	}
	v.Holds.After = cursor
	page, err := tickets.Inbox(tx, by, v.Holds, pageOfList)
	l.Rows, l.Next = page.Rows, page.Next
	return l, err
}

// opening is what a page opens of a ticket.
type opening struct {
	Ticket tickets.ID
	Before int     // an earlier part of its timeline ends before this event; 0 for the latest part
	Back   written // what was typed and not taken
	Why    error   // why it was not
}

// gatherOpen reads a ticket with everything around it.
func gatherOpen(tx *store.Tx, by people.Actor, v view, what opening) (o opened, err error) {
	o = opened{View: v, Me: by, Written: what.Back, Once: cmp.Or(what.Back.Once, store.NewRef())}
	if o.Ticket, err = tickets.Get(tx, by, what.Ticket); err != nil {
		return o, err
	}
	if o.Title, err = tickets.Subject(tx, o.Ticket); err != nil {
		return o, err
	}
	if o.Told, err = tickets.LatestEvents(tx, what.Ticket, what.Before, pageOfTimeline); err != nil {
		return o, err
	}
	o.Earlier = len(o.Told) > 0 && o.Told[0].N > 1
	if err := o.gatherTeam(tx); err != nil {
		return o, err
	}
	if err := o.gatherAgain(tx, o.Told); err != nil {
		return o, err
	}
	return o, o.gatherContact(tx)
}

// gatherTeam reads who may take the ticket, and what everybody is called.
func (o *opened) gatherTeam(tx *store.Tx) error {
	agents, err := people.Agents(tx)
	if err != nil {
		return err
	}
	departments, err := people.Departments(tx)
	if err != nil {
		return err
	}
	o.Names = namesOf(agents, departments)
	o.Names.Me, o.Names.Admin = o.Me.ID, o.Me.May(people.ManageSettings, "")
	for _, a := range agents {
		if !a.Disabled && a.Actor().May(tickets.AnswerTickets, o.Ticket.Department) {
			o.Agents = append(o.Agents, a)
		}
	}
	for _, d := range departments {
		if !d.Retired {
			o.Departments = append(o.Departments, d)
		}
	}
	return nil
}

func namesOf(agents []*people.Agent, departments []*people.Department) names {
	n := names{Agents: map[string]string{}, Departments: map[string]string{}}
	for _, a := range agents {
		n.Agents[a.ID] = a.Name
	}
	for _, d := range departments {
		n.Departments[d.ID] = d.Name
	}
	return n
}

// gatherNames reads what everybody on the ticket is called besides who asks, which is known.
func (o *opened) gatherNames(tx *store.Tx) error {
	if err := o.gatherTeam(tx); err != nil {
		return err
	}
	o.Names.Contact = o.Contact
	return nil
}

// gatherAsker reads who asks, and no more.
func (o *opened) gatherAsker(tx *store.Tx) error {
	found, err := people.Contacts(tx, o.Ticket.Contact)
	if err == nil {
		o.Contact = found[0]
	}
	return err
}

// gatherContact reads who asks, and what else he asked.
func (o *opened) gatherContact(tx *store.Tx) error {
	if err := o.gatherAsker(tx); err != nil || o.Contact == nil {
		return err
	}
	o.Names.Contact = o.Contact
	others, err := people.Namesakes(tx, o.Me, o.Contact)
	if err != nil {
		return err
	}
	o.Others = others
	if err := o.gatherTyped(tx); err != nil {
		return err
	}
	past, err := tickets.OfContact(tx, o.Me, o.Ticket.Contact, pastTickets+1)
	if err != nil {
		return err
	}
	past = slices.DeleteFunc(past, func(t *tickets.Ticket) bool { return t.ID == o.Ticket.ID })
	o.History, err = tickets.Rows(tx, o.Me, past[:min(len(past), pastTickets)])
	return err
}

// gatherTyped finds out whether the chat is the contact's only because its visitor typed his address.
func (o *opened) gatherTyped(tx *store.Tx) error {
	visitors, err := tickets.Threads(tx, o.Ticket.ID, chat.Channel)
	if err != nil {
		return err
	}
	o.Typed = slices.ContainsFunc(visitors, func(v string) bool { return !o.Contact.Proved(people.KindVisitor, v) })
	return nil
}

// screen is a whole page of the desk.
type screen struct {
	Rail   rail
	List   list
	Open   *opened // nil while no ticket stands open
	Guide  *guide  // the first steps, while no ticket stands open
	Epoch  string
	Cursor string // how far into the feed the page has seen
}

// gatherScreen reads everything but the open ticket.
func (d *Desk) gatherScreen(tx *store.Tx, r *http.Request) (s screen, err error) {
	by, v := web.Actor(r), viewOf(r)
	end, err := store.FeedEnd(tx) // first: what happens meanwhile is then only told again
	if err != nil {
		return s, err
	}
	s.Epoch, s.Cursor = d.DB.Epoch(), web.Cursor(end)
	if s.Rail, err = d.gatherRail(tx, web.Agent(r), by, v.Name); err != nil {
		return s, err
	}
	s.List, err = gatherList(tx, by, v, r.URL.Query().Get("cursor"))
	s.List.Memory = &d.memory
	return s, err
}

// inbox shows a view, with no ticket open.
func (d *Desk) inbox(w http.ResponseWriter, r *http.Request) error {
	var s screen
	err := d.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if s, err = d.gatherScreen(tx, r); err != nil {
			return err
		}
		s.Guide, err = d.gatherGuide(tx, web.Actor(r))
		return err
	})
	if err != nil {
		return err
	}
	if wantsOpen(r) {
		return web.Render(w, r, http.StatusOK, partOf(s.title(r.Context()), nothingOpen(s)))
	}
	return web.Render(w, r, http.StatusOK, page(s))
}

// ticket shows one, and remembers that it was read.
func (d *Desk) ticket(w http.ResponseWriter, r *http.Request) error {
	id, err := tickets.ParseID(r.PathValue("ticket"))
	if err != nil {
		return err
	}
	if err := d.read(r, id); err != nil {
		return err
	}
	before, _ := strconv.Atoi(r.URL.Query().Get("before")) // what is no number is the newest part
	return d.showTicket(w, r, opening{Ticket: id, Before: before, Back: written{IsNote: r.URL.Query().Has("note")}})
}

// read keeps that the agent has seen all of a ticket. It writes only when there was something new.
func (d *Desk) read(r *http.Request, id tickets.ID) error {
	by, seq := web.Actor(r), 0
	unread := false
	err := d.DB.View(r.Context(), func(tx *store.Tx) error {
		t, err := tickets.Get(tx, by, id)
		if err != nil {
			return err
		}
		rows, err := tickets.Rows(tx, by, []*tickets.Ticket{t})
		if err != nil {
			return err
		}
		seq, unread = t.Seq, rows[0].Unread
		return nil
	})
	if err != nil || !unread {
		return err
	}
	err = d.DB.Update(r.Context(), func(tx *store.Tx) error { return tickets.MarkRead(tx, by, id, seq) })
	if fault.Is(err, fault.Full) || fault.Is(err, fault.Unavailable) {
		return nil // what cannot be written can still be read; the mark comes with a later look
	}
	return err
}

// showTicket draws a ticket: the open part alone for the script, the whole screen for everybody else.
func (d *Desk) showTicket(w http.ResponseWriter, r *http.Request, what opening) error {
	var s screen
	err := d.DB.View(r.Context(), func(tx *store.Tx) error {
		o, err := gatherOpen(tx, web.Actor(r), viewOf(r), what)
		if err != nil {
			return err
		}
		if err := d.gatherWay(tx, &o); err != nil {
			return err
		}
		o.Where = d.whereabouts(what.Ticket)
		if o.Written.Files, err = tickets.Attached(tx, owner(web.Actor(r)), what.Back.Uploads); err != nil {
			return err
		}
		if !wantsOpen(r) {
			if s, err = d.gatherScreen(tx, r); err != nil {
				return err
			}
		}
		s.Open, s.List.Open = &o, what.Ticket
		return nil
	})
	if err != nil {
		return err
	}
	if !wantsOpen(r) {
		return web.Render(w, r, web.FormStatus(what.Why), page(s))
	}
	if r.Method != http.MethodGet {
		w.Header().Set("HX-Push-Url", "false") // a deed is no place to come back to
	}
	return web.Render(w, r, web.FormStatus(what.Why), partOf(s.title(r.Context()), openOf(*s.Open)))
}

// shop is the shop's name, for titles.
func (d *Desk) shop(tx *store.Tx) (string, error) {
	s, err := settings.Shop.Get(tx)
	return s.Name, err
}
