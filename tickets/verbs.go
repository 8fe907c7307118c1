package tickets

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// NewTicket is what an agent opens for a contact who asked by some other way.
type NewTicket struct {
	Channel, Contact, Subject, Text string
	Department, Assignee            string
	Priority                        Priority
	Tags                            []string
}

// TypedSubject takes a subject that somebody typed: one line, or nothing. Who typed too much is told and can shorten it; a mail cannot
// be asked, so Receive cuts.
func TypedSubject(typed string) (string, error) {
	typed = text.Line(typed)
	if utf8.RuneCountInString(typed) > MaxSubject {
		return "", fault.Field("subject", "fault.too_long", "max", MaxSubject)
	}
	return typed, nil
}

// Open opens a ticket in a contact's name; Text is the contact's first message.
func Open(tx *store.Tx, by people.Actor, n NewTicket) (*Ticket, error) {
	if err := by.Must(AnswerTickets, n.Department); err != nil {
		return nil, err
	}
	if _, err := TypedSubject(n.Subject); err != nil {
		return nil, err
	}
	if err := checkPriority(n.Priority); err != nil {
		return nil, err
	}
	if err := knownDepartment(tx, n.Department); err != nil {
		return nil, err
	}
	contact, err := people.ContactByID(tx, n.Contact)
	if err != nil {
		return nil, err
	}
	t, _, err := Receive(tx, Inbound{
		Channel: n.Channel, By: contact.Actor(), Subject: n.Subject, Text: n.Text,
		Department: n.Department, Tags: n.Tags, Priority: n.Priority,
	})
	if err != nil || n.Assignee == "" {
		return t, err
	}
	return t, Assign(tx, by, t.ID, n.Assignee)
}

// Draft is an answer or a note before it is sent.
type Draft struct {
	Text    string
	Files   []File
	Channel string // that it goes by; "" is that of the contact's last message
	BaseSeq *int   // the last event that its author had seen; nil when he does not say
}

// Reply answers the ticket's contact and hands the turn over. Somebody who answers what nobody has taken takes it. When a
// colleague's answer went out that the author had not seen, it is a Conflict ("tickets.newer_reply") and nothing is sent.
func Reply(tx *store.Tx, by people.Actor, id ID, d Draft) (*Event, error) {
	t, err := load(tx, by, AnswerTickets, id)
	if err != nil {
		return nil, err
	}
	if t.Deleted() {
		return nil, fault.New(fault.Conflict, "tickets.in_bin")
	}
	if d.BaseSeq != nil && *d.BaseSeq < t.Sent {
		return nil, fault.New(fault.Conflict, "tickets.newer_reply")
	}
	if d.Text, err = body("text", d.Text, d.Files); err != nil {
		return nil, err
	}
	if t.Assignee == "" && by.Type == people.ByAgent {
		if _, err := record(tx, t, Event{By: byOf(by), What: Assigned{Agent: by.ID}}, Words{}); err != nil {
			return nil, err
		}
	}
	if d.Channel == "" {
		d.Channel = t.ReplyBy
	}
	e, err := record(tx, t, Event{By: byOf(by), Channel: d.Channel, What: Replied{}}, Words{Text: d.Text, Files: d.Files})
	if err != nil {
		return nil, err
	}
	if err := MarkRead(tx, by, id, e.N); err != nil {
		return nil, err
	}
	return e, deliver(tx, e)
}

// Note adds what only agents may ever see.
func Note(tx *store.Tx, by people.Actor, id ID, d Draft) (*Event, error) {
	t, err := load(tx, by, AnswerTickets, id)
	if err != nil {
		return nil, err
	}
	if d.Text, err = body("text", d.Text, d.Files); err != nil {
		return nil, err
	}
	e, err := record(tx, t, Event{By: byOf(by), What: Noted{}}, Words{Text: d.Text, Files: d.Files})
	if err != nil {
		return nil, err
	}
	return e, MarkRead(tx, by, id, e.N)
}

// change records what happened for somebody who may answer, unless nothing would change.
func change(tx *store.Tx, by people.Actor, id ID, what func(*Ticket) (What, error)) error {
	t, err := load(tx, by, AnswerTickets, id)
	if err != nil {
		return err
	}
	w, err := what(t)
	if err != nil || w == nil {
		return err
	}
	_, err = record(tx, t, Event{By: byOf(by), What: w}, Words{})
	return err
}

// Assign gives a ticket to an agent, or to nobody (""). The agent must be one who may see it then.
func Assign(tx *store.Tx, by people.Actor, id ID, agent string) error {
	return change(tx, by, id, func(t *Ticket) (What, error) {
		if t.Assignee == agent {
			return nil, nil
		}
		if agent != "" {
			a, err := people.AgentByID(tx, agent)
			if fault.Is(err, fault.NotFound) || err == nil && (a.Disabled || !a.Actor().May(AnswerTickets, t.Department)) {
				return nil, fault.Field("assignee", "tickets.cannot_take")
			}
			if err != nil {
				return nil, err
			}
		}
		return Assigned{Agent: agent, Was: t.Assignee}, nil
	})
}

// Transfer moves a ticket to another department, or to none. An assignee who does not work there loses it.
func Transfer(tx *store.Tx, by people.Actor, id ID, department string) error {
	if err := knownDepartment(tx, department); err != nil {
		return err
	}
	t, err := load(tx, by, AnswerTickets, id)
	if err != nil || t.Department == department {
		return err
	}
	if t.Assignee != "" {
		a, err := people.AgentByID(tx, t.Assignee)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err != nil || !a.Actor().May(AnswerTickets, department) {
			if _, err := record(tx, t, Event{By: byOf(by), What: Assigned{Was: t.Assignee}}, Words{}); err != nil {
				return err
			}
		}
	}
	_, err = record(tx, t, Event{By: byOf(by), What: Transferred{department, t.Department}}, Words{})
	return err
}

func knownDepartment(tx *store.Tx, id string) error {
	if id == "" {
		return nil
	}
	_, err := people.DepartmentByID(tx, id)
	if fault.Is(err, fault.NotFound) {
		return fault.Field("department", "tickets.no_such_department")
	}
	return err
}

// Tag adds tags and takes others away; what is so already changes nothing.
func Tag(tx *store.Tx, by people.Actor, id ID, want Tagged) error {
	add, err := cleanTags(want.Added)
	if err != nil {
		return err
	}
	return change(tx, by, id, func(t *Ticket) (What, error) {
		w := Tagged{}
		for _, tag := range add {
			if !slices.Contains(t.Tags, tag) {
				w.Added = append(w.Added, tag)
			}
		}
		for _, tag := range want.Removed {
			if slices.Contains(t.Tags, tag) && !slices.Contains(w.Removed, tag) {
				w.Removed = append(w.Removed, tag)
			}
		}
		if len(w.Added)+len(w.Removed) == 0 {
			return nil, nil
		}
		if len(retag(t.Tags, w)) > MaxTags {
			return nil, fault.Field("tags", "tickets.too_many_tags", "most", MaxTags)
		}
		return w, nil
	})
}

// Retag makes tags exactly these.
func Retag(tx *store.Tx, by people.Actor, id ID, tags []string) error {
	t, err := load(tx, by, AnswerTickets, id)
	if err != nil {
		return err
	}
	tags, err = cleanTags(tags)
	if err != nil {
		return err
	}
	var gone []string
	for _, tag := range t.Tags {
		if !slices.Contains(tags, tag) {
			gone = append(gone, tag)
		}
	}
	return Tag(tx, by, id, Tagged{tags, gone})
}

// cleanTags gives tags in small letters, each once.
func cleanTags(tags []string) (clean []string, err error) {
	for _, tag := range tags {
		tag = strings.ToLower(text.Line(tag))
		if tag == "" || slices.Contains(clean, tag) {
			continue
		}
		if utf8.RuneCountInString(tag) > MaxTag {
			return nil, fault.Field("tags", "fault.too_long", "max", MaxTag)
		}
		clean = append(clean, tag)
	}
	if len(clean) > MaxTags {
		return nil, fault.Field("tags", "tickets.too_many_tags", "most", MaxTags)
	}
	return clean, nil
}

// Prioritise sets how much a ticket presses.
func Prioritise(tx *store.Tx, by people.Actor, id ID, p Priority) error {
	if err := checkPriority(p); err != nil {
		return err
	}
	return change(tx, by, id, func(t *Ticket) (What, error) {
		if t.Priority == p {
			return nil, nil
		}
		return Prioritised{p, t.Priority}, nil
	})
}

func checkPriority(p Priority) error {
	switch p {
	case Low, Normal, High, Urgent:
		return nil
	}
	return fault.Field("priority", "tickets.no_such_priority")
}

// Rename gives a ticket another subject.
func Rename(tx *store.Tx, by people.Actor, id ID, subject string) error {
	subject, err := TypedSubject(subject)
	if err != nil {
		return err
	}
	if subject == "" {
		return fault.Field("subject", "fault.required")
	}
	t, err := load(tx, by, AnswerTickets, id)
	if err != nil {
		return err
	}
	if was, err := words.Find(tx, eventKey(id, t.Subject)); err != nil || was != nil && was.Subject == subject {
		return err
	}
	_, err = record(tx, t, Event{By: byOf(by), What: Renamed{}}, Words{Subject: subject})
	return err
}

// Wait says that it is the customer's turn.
func Wait(tx *store.Tx, by people.Actor, id ID) error { return turn(tx, by, id, Pending) }

// Solve says that it is done.
func Solve(tx *store.Tx, by people.Actor, id ID) error { return turn(tx, by, id, Solved) }

// Close says that it is done for good: what the customer writes next opens a new ticket.
func Close(tx *store.Tx, by people.Actor, id ID) error { return turn(tx, by, id, Closed) }

// Spam says that it is none of ours.
func Spam(tx *store.Tx, by people.Actor, id ID) error { return turn(tx, by, id, Junk) }

// Reopen makes it our turn again.
func Reopen(tx *store.Tx, by people.Actor, id ID) error { return turn(tx, by, id, "") }

// turn sets a status; "" stands for our turn.
func turn(tx *store.Tx, by people.Actor, id ID, s Status) error {
	return change(tx, by, id, func(t *Ticket) (What, error) {
		if s == "" {
			s = t.ourTurn()
		}
		if t.Status == s {
			return nil, nil
		}
		return Turned{Status: s, Was: t.Status}, nil
	})
}

// Snooze puts a ticket away until a moment, or until the customer writes when that is zero.
func Snooze(tx *store.Tx, by people.Actor, id ID, until time.Time) error {
	until = until.UTC().Truncate(time.Millisecond)
	if !until.IsZero() && !until.After(tx.Now()) {
		return fault.Field("until", "tickets.until_is_past")
	}
	return change(tx, by, id, func(t *Ticket) (What, error) {
		if t.Status == Snoozed && t.Until.Equal(until) {
			return nil, nil
		}
		return Turned{Status: Snoozed, Was: t.Status, Until: until}, nil
	})
}

// Delete puts a ticket into the bin: it leaves every list, and a sweep removes it in the end.
func Delete(tx *store.Tx, by people.Actor, id ID) error { return bin(tx, by, id, true) }

// Restore takes it out again.
func Restore(tx *store.Tx, by people.Actor, id ID) error { return bin(tx, by, id, false) }

func bin(tx *store.Tx, by people.Actor, id ID, in bool) error {
	t, err := load(tx, by, ReadTickets, id)
	if err != nil || t.Deleted() == in {
		return err
	}
	if err := by.Must(DeleteTickets, t.Department); err != nil {
		return err
	}
	var w What = Restored{}
	if in {
		w = Deleted{}
	}
	_, err = record(tx, t, Event{By: byOf(by), What: w}, Words{})
	return err
}

// Rate keeps what the ticket's customer thinks of us, 1 to 5, and a word if he has one. The edge has proved that it is he.
func Rate(tx *store.Tx, by people.Actor, id ID, score int, comment string) (*Event, error) {
	if score < 1 || score > 5 {
		return nil, fault.Field("score", "tickets.score_range")
	}
	return said(tx, by, id, Rated{score}, comment)
}

// End keeps that the ticket's customer said good-bye. It changes no status: he may come back.
func End(tx *store.Tx, by people.Actor, id ID) (*Event, error) { return said(tx, by, id, Ended{}, "") }

// said records what the ticket's own contact did.
func said(tx *store.Tx, by people.Actor, id ID, what What, comment string) (*Event, error) {
	t, err := tickets.Get(tx, id.Key())
	if err != nil {
		return nil, err
	}
	if t.Deleted() || by.Type != people.ByContact || by.ID != t.Contact {
		return nil, missing()
	}
	comment = text.Clean(comment)
	if len(comment) > MaxText {
		return nil, fault.Field("comment", "fault.too_large", "max", "256 KiB")
	}
	return record(tx, t, Event{By: byOf(by), Channel: t.ReplyBy, What: what}, Words{Text: comment})
}
