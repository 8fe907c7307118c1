package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/search"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// person is a contact as others name him.
type person struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type ticket struct {
	ID           string            `json:"id" doc:"The number, as a string"`
	Number       uint64            `json:"number"`
	Ref          string            `json:"ref" doc:"What its customer knows it by"`
	Subject      string            `json:"subject"`
	Status       tickets.Status    `json:"status" enum:"new,open,pending,snoozed,solved,closed,spam"`
	Channel      string            `json:"channel" doc:"Where it began"`
	Contact      *person           `json:"contact"`
	Department   *string           `json:"department"`
	Assignee     *string           `json:"assignee"`
	Priority     tickets.Priority  `json:"priority" enum:"low,normal,high,urgent"`
	Tags         []string          `json:"tags"`
	CustomFields map[string]string `json:"custom_fields" doc:"What your programs keep here"`
	SnoozedUntil *time.Time        `json:"snoozed_until"`
	Seq          int               `json:"seq" doc:"The n of its last event"`
	CreatedAt    time.Time         `json:"created_at"`
	UpdatedAt    time.Time         `json:"updated_at"`
}

const normal = "normal" // as the API calls the zero priority

func showTicket(r tickets.Row) ticket {
	t := ticket{
		ID: r.ID.String(), Number: uint64(r.ID), Ref: r.Ref, Subject: r.Title, Status: r.Status, Channel: r.Channel,
		Department: some(r.Department), Assignee: some(r.Assignee), Priority: r.Priority, Tags: r.Tags, Seq: r.Seq,
		CreatedAt: r.Created, UpdatedAt: r.Updated,
	}
	if c := r.Contact; c != nil {
		t.Contact = &person{c.ID, c.Name, c.Email}
	}
	if t.Priority == tickets.Normal {
		t.Priority = normal
	}
	if t.Tags == nil {
		t.Tags = []string{}
	}
	if t.CustomFields = r.Fields; t.CustomFields == nil {
		t.CustomFields = map[string]string{}
	}
	if !r.Until.IsZero() {
		t.SnoozedUntil = &r.Until
	}
	return t
}

// oneTicket gives a ticket that by may read.
func oneTicket(tx *store.Tx, by people.Actor, id tickets.ID) (ticket, error) {
	t, err := tickets.Get(tx, by, id)
	if err != nil {
		return ticket{}, err
	}
	rows, err := tickets.Rows(tx, by, []*tickets.Ticket{t})
	if err != nil {
		return ticket{}, err
	}
	return showTicket(rows[0]), nil
}

// Which is the id in a path.
type Which struct {
	ID string `path:"id"`
}

func (w Which) ticket() (tickets.ID, error) { return tickets.ParseID(w.ID) }

func (a *api) tickets() {
	ask(a, "tickets", "List tickets", a.listTickets)
	post(a, "tickets", "Open a ticket", openTicket)
	get(a, "tickets/{id}", "Get a ticket", func(tx *store.Tx, by people.Actor, in *Which) (ticket, error) {
		id, err := in.ticket()
		if err != nil {
			return ticket{}, err
		}
		return oneTicket(tx, by, id)
	})
	patch(a, "tickets/{id}", "Change a ticket", people.ScopeWrite, changeTicket)
}

type newTicket struct {
	Body struct {
		Subject string `json:"subject"`
		Text    string `json:"text" doc:"The contact's first message, in Markdown"`
		Contact struct {
			Name  string `json:"name,omitempty"`
			Email string `json:"email"`
		} `json:"contact"`
		Department string           `json:"department,omitempty"`
		Assignee   string           `json:"assignee,omitempty"`
		Priority   tickets.Priority `json:"priority,omitempty" enum:"low,normal,high,urgent"`
		Tags       []string         `json:"tags,omitempty"`
	}
}

// openTicket opens a ticket in the name of whoever has the address.
func openTicket(tx *store.Tx, by people.Actor, in *newTicket) (ticket, error) {
	n := in.Body
	name, err := people.OwnName("contact.name", n.Contact.Name)
	if err != nil {
		return ticket{}, err
	}
	contact, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: n.Contact.Email}}, people.Profile{Name: name})
	if err != nil {
		return ticket{}, as("contact.email", err)
	}
	t, err := tickets.Open(tx, by, tickets.NewTicket{
		Channel: "api", Contact: contact.ID, Subject: n.Subject, Text: n.Text, Department: n.Department, Assignee: n.Assignee,
		Priority: priority(n.Priority), Tags: n.Tags,
	})
	if err != nil {
		return ticket{}, err
	}
	return oneTicket(tx, by, t.ID)
}

func priority(p tickets.Priority) tickets.Priority {
	if p == normal {
		return tickets.Normal
	}
	return p
}

type ticketChange struct {
	Which
	IfMatch string `header:"If-Match" doc:"The ETag that the ticket had when you read it: if it has changed since, nothing is done (412)"`
	Body    struct {
		Status       change[tickets.Status]     `json:"status,omitempty" doc:"open, pending, solved, closed or spam; snoozed together with the moment in snooze"`
		Snooze       change[time.Time]          `json:"snooze,omitempty" doc:"Puts the ticket away until then, or until its customer writes; null wakes it, and changes nothing on one that is awake"`
		Assignee     change[string]             `json:"assignee,omitempty"`
		Department   change[string]             `json:"department,omitempty"`
		Priority     change[tickets.Priority]   `json:"priority,omitempty"`
		Tags         change[[]string]           `json:"tags,omitempty"`
		Subject      change[string]             `json:"subject,omitempty"`
		CustomFields change[map[string]*string] `json:"custom_fields,omitempty" doc:"At most 50: those that are named are set, or taken away by null; null for all of them takes all away"`
	}
}

// changeTicket does each verb whose part was sent, all in one moment. The department comes before the assignee, whom a move may
// take away.
func changeTicket(tx *store.Tx, by people.Actor, in *ticketChange) (ticket, error) {
	id, err := in.ticket()
	if err != nil {
		return ticket{}, err
	}
	if err := unchanged(tx, by, id, in.IfMatch); err != nil {
		return ticket{}, err
	}
	c := in.Body
	for _, part := range []struct {
		sent bool
		do   func() error
	}{
		{c.Subject.Sent, func() error { return tickets.Rename(tx, by, id, c.Subject.Value) }},
		{c.Priority.Sent, func() error { return tickets.Prioritise(tx, by, id, priority(c.Priority.Value)) }},
		{c.Tags.Sent, func() error { return tickets.Retag(tx, by, id, c.Tags.Value) }},
		{c.Department.Sent, func() error { return tickets.Transfer(tx, by, id, c.Department.Value) }},
		{c.Assignee.Sent, func() error { return tickets.Assign(tx, by, id, c.Assignee.Value) }},
		{c.CustomFields.Sent, func() error { return fill(tx, by, id, c.CustomFields.Value) }},
		{c.Status.Sent || c.Snooze.Sent, func() error { return stand(tx, by, id, c.Status, c.Snooze) }},
	} {
		if !part.sent {
			continue
		}
		if err := part.do(); err != nil {
			return ticket{}, err
		}
	}
	return oneTicket(tx, by, id)
}

// fill changes custom fields as JSON Merge Patch does (RFC 7396); nil takes all of them away.
func fill(tx *store.Tx, by people.Actor, id tickets.ID, values map[string]*string) error {
	if values == nil {
		t, err := tickets.Get(tx, by, id)
		if err != nil {
			return err
		}
		values = map[string]*string{}
		for name := range t.Fields {
			values[name] = nil
		}
	}
	return tickets.SetFields(tx, by, id, values)
}

// stand sets where a ticket stands: its status, and until when it is put away. The two must agree.
func stand(tx *store.Tx, by people.Actor, id tickets.ID, status change[tickets.Status], until change[time.Time]) error {
	timed, put := !until.Value.IsZero(), status.Value == tickets.Snoozed
	switch {
	case timed && status.Sent && !put:
		return fault.Field("snooze", "api.snooze_otherwise")
	case timed:
		return as("snooze", tickets.Snooze(tx, by, id, until.Value))
	case put:
		return fault.Field("snooze", "api.snooze_until")
	case status.Sent:
		return turn(tx, by, id, status.Value)
	}
	return wake(tx, by, id)
}

// wake takes a ticket back that was put away.
func wake(tx *store.Tx, by people.Actor, id tickets.ID) error {
	t, err := tickets.Get(tx, by, id)
	if err != nil || t.Status != tickets.Snoozed {
		return err
	}
	return tickets.Reopen(tx, by, id)
}

// turn sets a status by the verb that does it. New is where a ticket begins, and snoozed needs a moment.
func turn(tx *store.Tx, by people.Actor, id tickets.ID, s tickets.Status) error {
	verb := map[tickets.Status]func(*store.Tx, people.Actor, tickets.ID) error{
		tickets.Active: tickets.Reopen, tickets.Pending: tickets.Wait, tickets.Solved: tickets.Solve, tickets.Closed: tickets.Close,
		tickets.Junk: tickets.Spam,
	}[s]
	if verb == nil {
		return fault.Field("status", "fault.bad_value")
	}
	return verb(tx, by, id)
}

type ticketFilter struct {
	Paging
	Status     tickets.Status `query:"status" enum:"new,open,pending,snoozed,solved,closed,spam"`
	Department string         `query:"department"`
	Assignee   string         `query:"assignee" doc:"An agent's id, or none"`
	Channel    string         `query:"channel"`
	Tag        string         `query:"tag"`
	Contact    string         `query:"contact"`
	Q          string         `query:"q" doc:"Words to look for; the best come first and there is one page"`
}

// mostLooked bounds how far one request walks for filters that no index has. The page may then be short, and its next goes on.
const mostLooked = 2000

// listTickets gives tickets, the newest message first; without a status all but spam.
func (a *api) listTickets(ctx context.Context, by people.Actor, in *ticketFilter) (result list[ticket], err error) {
	if in.Q != "" {
		return a.searchTickets(ctx, by, in)
	}
	err = a.DB.View(ctx, func(tx *store.Tx) (err error) {
		if in.Contact == "" {
			result, err = in.walk(tx, by)
			return err
		}
		found, err := tickets.OfContact(tx, by, in.Contact, mostItems)
		if err == nil {
			result, err = in.page(tx, by, found)
		}
		return err
	})
	return result, err
}

// view is the narrowest list that holds what the filter asks for.
func (f *ticketFilter) view(by people.Actor) tickets.View {
	v := tickets.View{Kind: tickets.Everything, Department: f.Department, Status: f.Status, After: f.Cursor}
	if f.Status != "" && f.Assignee == "none" {
		v.Kind = tickets.Unassigned
	}
	if f.Status != "" && f.Assignee == by.ID {
		v.Kind = tickets.Mine
	}
	return v
}

// walk gives a page of a view, without what does not fit.
func (f *ticketFilter) walk(tx *store.Tx, by people.Actor) (list[ticket], error) {
	result := list[ticket]{Items: []ticket{}}
	v := f.view(by)
	for looked := 0; ; {
		page, err := tickets.Inbox(tx, by, v, f.most())
		if err != nil {
			return result, err
		}
		for i, row := range page.Rows {
			if !f.fits(row.Ticket) {
				continue
			}
			result.Items = append(result.Items, showTicket(row))
			if len(result.Items) == f.most() && (i+1 < len(page.Rows) || page.Next != "") {
				result.Next = some(strconv.FormatUint(row.Moved, 10)) // lists are in the order of Moved
				return result, nil
			}
		}
		v.After, looked = page.Next, looked+len(page.Rows)
		if v.After == "" || looked >= mostLooked {
			result.Next = some(v.After)
			return result, nil
		}
	}
}

// fits tells whether a ticket is what the filter asks for.
func (f *ticketFilter) fits(t *tickets.Ticket) bool {
	assignee := f.Assignee
	if assignee == "none" {
		assignee = ""
	}
	return (f.Status == "" || t.Status == f.Status) &&
		(f.Department == "" || t.Department == f.Department) &&
		(f.Assignee == "" || t.Assignee == assignee) &&
		(f.Channel == "" || t.Channel == f.Channel) &&
		(f.Contact == "" || t.Contact == f.Contact) &&
		(f.Tag == "" || slices.Contains(t.Tags, f.Tag))
}

// page shows those of found that fit. It is the only page.
func (f *ticketFilter) page(tx *store.Tx, by people.Actor, found []*tickets.Ticket) (list[ticket], error) {
	var fit []*tickets.Ticket
	for _, t := range found {
		if f.fits(t) && len(fit) < f.most() {
			fit = append(fit, t)
		}
	}
	rows, err := tickets.Rows(tx, by, fit)
	return list[ticket]{Items: each(rows, showTicket)}, err
}

// searchTickets gives the tickets that have the words and fit, the best first.
func (a *api) searchTickets(ctx context.Context, by people.Actor, in *ticketFilter) (result list[ticket], err error) {
	hits, _, err := a.hits(ctx, by, search.Q{Text: in.Q, Types: []string{"ticket"}, Limit: mostItems})
	if err != nil {
		return result, err
	}
	err = a.DB.View(ctx, func(tx *store.Tx) error {
		var found []*tickets.Ticket
		for _, hit := range hits {
			t, err := ticketOf(tx, by, hit)
			if err != nil {
				return err
			}
			if t != nil {
				found = append(found, t)
			}
		}
		result, err = in.page(tx, by, found)
		return err
	})
	return result, err
}
