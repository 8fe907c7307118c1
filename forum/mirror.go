package forum

import (
	"slices"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// Channel is the forum's name as a door.
const Channel = "forum"

// openTicket makes a ticket of a topic: the question, and what its author has added to it meanwhile.
func openTicket(tx *store.Tx, t *Topic) error {
	said, _, err := posts.Page(tx, "thread", store.Range{Prefix: store.K(t.ID)}, mostMirrored)
	if err != nil {
		return err
	}
	for _, p := range said {
		if err := say(tx, t, p); err != nil {
			return err
		}
		if err := p.put(tx, "post.mirrored"); err != nil {
			return err
		}
	}
	return t.put(tx, "topic.escalated")
}

// mostMirrored is how much of a topic opens a ticket; nobody has added more to a question that is still without an answer.
const mostMirrored = 100

// mirror says on the topic's ticket what a post says, in the moment in which everybody can see it. A topic without a ticket
// has nobody to tell, and what came from the ticket is not told to it.
func mirror(tx *store.Tx, t *Topic, p *Post) error {
	if t.Ticket == 0 || p.Event != 0 {
		return nil
	}
	ticket, err := tickets.Find(tx, t.Ticket)
	if err != nil {
		return err
	}
	over := ticket == nil || ticket.Deleted() || ticket.Status == tickets.Closed
	if over && t.answeredBy(p) {
		return nil // only the asker opens what is closed; somebody else's word is for those who still read
	}
	return say(tx, t, p)
}

// say hands a post to the topic's ticket, or opens it. The post's id is the message's source, and the two name each other.
func say(tx *store.Tx, t *Topic, p *Post) error {
	if p.Event != 0 {
		return nil
	}
	b, err := BoardByID(tx, t.Board)
	if err != nil {
		return err
	}
	ticket, event, err := tickets.Receive(tx, tickets.Inbound{
		Channel: Channel, Thread: t.ID, Source: p.ID(),
		By: t.voice(p), Contact: t.Author.Contact,
		Subject: t.Title, Text: p.Text,
		Department: b.Department, Tags: b.Tags, Waited: t.waited(tx.Now()),
	})
	if err != nil {
		return err
	}
	if t.Ticket != 0 && t.Ticket != ticket.ID {
		t.Earlier = append(t.Earlier, t.Ticket)
	}
	t.Ticket, p.Ticket, p.Event = ticket.ID, ticket.ID, event.N
	return nil
}

// waited is how long the community had to answer, for a topic that becomes a ticket because it did not.
func (t *Topic) waited(now time.Time) time.Duration {
	if due, owed := Promise(t); !owed || now.Before(due) {
		return 0
	}
	return t.Due.Sub(t.Shown)
}

// voice is as whom a post's author speaks on the ticket: its contact, one of the shop, or somebody of the community.
func (t *Topic) voice(p *Post) people.Actor {
	switch {
	case p.By.Staff():
		return people.Actor{Type: people.ByAgent, ID: p.By.ID, Name: p.By.Name}
	case t.answeredBy(p):
		return people.Actor{Type: people.ByCommunity, ID: p.By.Contact, Name: p.By.Name}
	}
	return people.Actor{Type: people.ByContact, ID: p.By.Contact, Name: p.By.Name}
}

// solved says on the ticket that the asker has his answer.
func solved(tx *store.Tx, t *Topic) error {
	return turn(tx, t, tickets.Solve, tickets.New, tickets.Active, tickets.Pending, tickets.Snoozed)
}

// spam says on the ticket that it is none of ours, and unspam takes it back.
func spam(tx *store.Tx, t *Topic) error {
	return turn(tx, t, tickets.Spam, tickets.New, tickets.Active, tickets.Pending, tickets.Snoozed, tickets.Solved)
}

func unspam(tx *store.Tx, t *Topic) error { return turn(tx, t, tickets.Reopen, tickets.Junk) }

// turn does verb to the topic's ticket if that stands at one of the statuses. The house itself does it: who decides in the
// forum need not see the ticket.
func turn(tx *store.Tx, t *Topic, verb func(*store.Tx, people.Actor, tickets.ID) error, from ...tickets.Status) error {
	if t.Ticket == 0 {
		return nil
	}
	ticket, err := tickets.Find(tx, t.Ticket)
	if err != nil || ticket == nil || ticket.Deleted() {
		return err
	}
	if !slices.Contains(from, ticket.Status) {
		return nil
	}
	return verb(tx, people.System, ticket.ID)
}
