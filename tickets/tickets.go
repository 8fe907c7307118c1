// Package tickets is the heart of the house: the conversation, what happened in it, and who may see and do what.
//
// A customer asks. It is our turn, or theirs, or it is done. A Ticket is one conversation with one contact, whichever
// channels it goes through; an Event is one thing that happened in it, never changed and never removed. The ticket's row is
// the fold of its events and is written with them in one transaction, by record, the only place where a ticket changes.
// The words that people wrote lie in rows of their own beside the events, so that they can be emptied without touching what
// happened.
//
// Everything that somebody does is a verb over a transaction: Receive, Open, Reply, Note, Assign, Transfer, Tag, Prioritise,
// Rename, Wait, Snooze, Solve, Reopen, Spam, Delete, Restore, Rate, End. Each asks its actor for permission itself. Whoever may
// not see a ticket gets the same answer as for one that does not exist. What a customer may see of a ticket is one function,
// Public.
//
// Topics that ring after a commit: "inbox", and "#" with the number for one ticket. Feed entries are of kind "ticket." with
// the event's kind, for the table "tickets" and the key K(number).
//
// The package never sends anything, knows no channel by name, and has never heard of HTTP.
package tickets

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

// ID is a ticket's number. It orders and names tickets for agents; towards customers a ticket goes by its Ref.
type ID uint64

func (id ID) String() string { return strconv.FormatUint(uint64(id), 10) }

// Topic is what rings when something happened on the ticket.
func (id ID) Topic() string { return "#" + id.String() }

// Key is the ticket's key in the store and in feed entries.
func (id ID) Key() store.Key { return store.K(uint64(id)) }

// ParseID reads a number as people and the API write it; what is none is a ticket that is not there.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != s {
		return 0, missing()
	}
	return ID(n), nil
}

func missing() error { return fault.Missing("ticket") }

// Status says whose turn it is.
type Status string

const (
	New     Status = "new"     // no person answered yet
	Active  Status = "open"    // our turn
	Pending Status = "pending" // the customer's turn
	Snoozed Status = "snoozed" // until a moment, or until the customer writes
	Solved  Status = "solved"
	Closed  Status = "closed" // solved long enough: what comes next is a new, linked ticket
	Junk    Status = "spam"
)

// Statuses lists all of them, in the order in which a ticket lives.
func Statuses() []Status { return []Status{New, Active, Pending, Snoozed, Solved, Closed, Junk} }

// Live are the statuses that still want somebody.
func Live() []Status { return []Status{New, Active, Pending} }

// Priority is how much a ticket presses. The zero value is normal.
type Priority string

const (
	Low    Priority = "low"
	Normal Priority = ""
	High   Priority = "high"
	Urgent Priority = "urgent"
)

// Ticket is the fold of its events. It holds no words: subject and last message are read by their event's number.
type Ticket struct {
	ID         ID                `json:"id"`
	Ref        string            `json:"ref"` // 128 random bits: what customers know it by
	Status     Status            `json:"status"`
	Channel    string            `json:"channel"` // where it began
	Contact    string            `json:"contact"`
	Department string            `json:"department,omitempty"`
	Assignee   string            `json:"assignee,omitempty"`
	Tags       []string          `json:"tags,omitempty"`
	Priority   Priority          `json:"priority,omitempty"`
	Fields     map[string]string `json:"fields,omitempty"` // of the shop's own
	Created    time.Time         `json:"created"`
	Updated    time.Time         `json:"updated"`
	Until      time.Time         `json:"until,omitzero"` // snoozed until then; zero: until the customer writes
	DeletedAt  time.Time         `json:"deleted_at,omitzero"`

	Seq      int       `json:"seq"`                 // the last event
	Subject  int       `json:"subject"`             // the event whose words hold the subject
	First    int       `json:"first,omitempty"`     // the first message
	Last     int       `json:"last"`                // the last message or note
	LastBy   By        `json:"last_by"`             // who wrote it
	LastNote bool      `json:"last_note,omitempty"` // it is a note
	Public   int       `json:"public"`              // the last event that customers see
	Sent     int       `json:"sent,omitempty"`      // the last public answer
	Received int       `json:"received,omitempty"`  // the contact's last message
	ReplyBy  string    `json:"reply_by"`            // the channel of the contact's last message
	Waiting  time.Time `json:"waiting,omitzero"`    // since when the contact waits for us
	Answered bool      `json:"answered,omitempty"`  // by a person, at least once
	Moved    uint64    `json:"moved"`               // rises with every message of the house: the order of lists
	MovedAt  time.Time `json:"moved_at"`            // when it last did
}

// Deleted tells whether the ticket is in the bin.
func (t *Ticket) Deleted() bool { return !t.DeletedAt.IsZero() }

var tickets = store.NewTable("tickets", func(t *Ticket) store.Key { return t.ID.Key() },
	store.Index[Ticket]{Name: "ref", Unique: true, Keys: func(t *Ticket) []store.Key { return []store.Key{store.K(t.Ref)} }},
	store.Index[Ticket]{Name: "queue", Keys: queue},
	store.Index[Ticket]{Name: "unassigned", Keys: unassigned},
	store.Index[Ticket]{Name: "assigned", Keys: assigned},
	store.Index[Ticket]{Name: "contact", Keys: ofContact},
	store.Index[Ticket]{Name: "tag", Keys: tagged},
	store.Index[Ticket]{Name: "wake", Keys: wakes},
	store.Index[Ticket]{Name: "settled", Keys: settled},
	store.Index[Ticket]{Name: "deleted", Keys: deleted},
).Called("ticket")

// queue holds every ticket that is not in the bin, by department and status, in the order of its last message.
func queue(t *Ticket) []store.Key {
	if t.Deleted() {
		return nil
	}
	return []store.Key{store.K(t.Department, t.Status, t.Moved)}
}

// unassigned holds those that nobody has taken.
func unassigned(t *Ticket) []store.Key {
	if t.Deleted() || t.Assignee != "" {
		return nil
	}
	return []store.Key{store.K(t.Department, t.Status, t.Moved)}
}

// assigned holds each agent's own.
func assigned(t *Ticket) []store.Key {
	if t.Deleted() || t.Assignee == "" {
		return nil
	}
	return []store.Key{store.K(t.Assignee, t.Status, t.Moved)}
}

func ofContact(t *Ticket) []store.Key {
	if t.Deleted() {
		return nil
	}
	return []store.Key{store.K(t.Contact)}
}

func tagged(t *Ticket) (keys []store.Key) {
	if t.Deleted() {
		return nil
	}
	for _, tag := range t.Tags {
		keys = append(keys, store.K(tag, t.Moved))
	}
	return keys
}

// wakes holds what is snoozed until a moment, soonest first.
func wakes(t *Ticket) []store.Key {
	if t.Deleted() || t.Status != Snoozed || t.Until.IsZero() {
		return nil
	}
	return []store.Key{store.K(t.Until)}
}

// settled holds what is solved, longest first.
func settled(t *Ticket) []store.Key {
	if t.Deleted() || t.Status != Solved {
		return nil
	}
	return []store.Key{store.K(t.Updated)}
}

// deleted holds the bin, longest first.
func deleted(t *Ticket) []store.Key {
	if !t.Deleted() {
		return nil
	}
	return []store.Key{store.K(t.DeletedAt)}
}

// What agents may do with tickets.
var (
	ReadTickets   = people.Permit("read_tickets", people.ScopeRead, people.Owner, people.Admin, people.Lead, people.AgentRole)
	AnswerTickets = people.Permit("answer_tickets", people.ScopeWrite, people.Owner, people.Admin, people.Lead, people.AgentRole)
	DeleteTickets = people.Permit("delete_tickets", people.ScopeWrite, people.Owner, people.Admin, people.Lead)
)

// sees is the one place that says who sees which ticket: it has no department, or one of the reader's, or is his own.
func sees(by people.Actor, p people.Permission, t *Ticket) bool {
	if by.May(p, t.Department) {
		return true
	}
	return by.ID != "" && t.Assignee == by.ID && by.May(p, "")
}

// load gives a ticket to somebody who may do p with it.
func load(tx *store.Tx, by people.Actor, p people.Permission, id ID) (*Ticket, error) {
	t, err := tickets.Get(tx, id.Key())
	if err != nil {
		return nil, err
	}
	if !MayRead(by, t) {
		return nil, missing()
	}
	if !sees(by, p, t) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden") // he sees that it is there
	}
	return t, nil
}

// Get gives a ticket that by may read.
func Get(tx *store.Tx, by people.Actor, id ID) (*Ticket, error) { return load(tx, by, ReadTickets, id) }

// MayRead tells whether by may read t, for whoever follows the feed on somebody's behalf. What is in the bin is there only for
// those who may take it out.
func MayRead(by people.Actor, t *Ticket) bool {
	return sees(by, ReadTickets, t) && (!t.Deleted() || by.May(DeleteTickets, t.Department))
}

// TakenFrom tells whether one of the last n events of a ticket took it away from by, who may not read it now.
func TakenFrom(tx *store.Tx, by people.Actor, t *Ticket, n int) (bool, error) {
	last, _, err := events.Page(tx, "", store.Range{Prefix: t.ID.Key(), Back: true}, n)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(last, func(e *Event) bool {
		switch w := e.What.(type) {
		case Transferred:
			return by.May(ReadTickets, w.Was)
		case Assigned:
			return w.Was != "" && w.Was == by.ID
		case Deleted:
			return sees(by, ReadTickets, t)
		}
		return false
	}), nil
}

// MayAnswer tells whether by may answer t.
func MayAnswer(by people.Actor, t *Ticket) bool { return sees(by, AnswerTickets, t) && !t.Deleted() }

// ByRef gives a ticket by the name that only its customer knows; nil when there is none. Knowing it opens nothing by itself:
// the edge must have seen the proof that goes with it.
func ByRef(tx *store.Tx, ref string) (*Ticket, error) {
	if ref == "" {
		return nil, nil
	}
	return tickets.By(tx, "ref", store.K(ref))
}

// Find gives a ticket to the house itself: doors, sweeps and followers. Nil when there is none.
func Find(tx *store.Tx, id ID) (*Ticket, error) { return tickets.Find(tx, id.Key()) }

// OfContact gives a contact's tickets that by may read, newest first, at most limit.
func OfContact(tx *store.Tx, by people.Actor, contact string, limit int) (found []*Ticket, err error) {
	for t, err := range tickets.Scan(tx, "contact", store.Range{Prefix: store.K(contact), Back: true}) {
		if err != nil || len(found) == limit {
			return found, err
		}
		if MayRead(by, t) {
			found = append(found, t)
		}
	}
	return found, nil
}

// thread says that what comes in on a channel under a name belongs to a ticket. A ticket may have many, each name one.
type thread struct {
	Channel string `json:"channel"`
	Name    string `json:"name"`
	Ticket  ID     `json:"ticket"`
}

var threads = store.NewTable("threads", func(t *thread) store.Key { return store.K(t.Channel, t.Name) },
	store.Index[thread]{Name: "ticket", Keys: func(t *thread) []store.Key { return []store.Key{t.Ticket.Key()} }},
)

// ByThread gives the ticket that a name on a channel belongs to, nil when there is none.
func ByThread(tx *store.Tx, channel, name string) (*Ticket, error) {
	row, err := threads.Find(tx, store.K(channel, name))
	if err != nil || row == nil {
		return nil, err
	}
	return tickets.Get(tx, row.Ticket.Key())
}

// Threads gives the names that a ticket has on a channel.
func Threads(tx *store.Tx, id ID, channel string) (names []string, err error) {
	for row, err := range threads.Scan(tx, "ticket", store.Range{Prefix: id.Key()}) {
		if err != nil {
			return nil, err
		}
		if row.Channel == channel {
			names = append(names, row.Name)
		}
	}
	return names, nil
}

// source says that a message which came in on a channel under an id is an event: the same id never makes a second.
type source struct {
	Channel string `json:"channel"`
	ID      string `json:"id"`
	Ticket  ID     `json:"ticket"`
	N       int    `json:"n"`
	Sum     string `json:"sum"` // of what it said, to tell a repetition from another message under its id
}

var sources = store.NewTable("sources", func(s *source) store.Key { return store.K(s.Channel, s.ID) })

func (t *Ticket) String() string { return fmt.Sprintf("#%d", uint64(t.ID)) }
