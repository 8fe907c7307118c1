package forum

import (
	"context"
	"errors"

	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
	"deskbell/tickets/channels/email"
)

// Door brings agents' replies from the desk to the topic, as posts of the staff, and tells the asker of them.
type Door struct {
	Mail *email.Door // by which the asker is told; without one he is not
}

// Name is the channel's.
func (Door) Name() string { return Channel }

// Deliver puts a reply under its topic, once, however often it is asked to. What was meant for another door stays out of it,
// whoever was absent there: here everybody reads.
func (Door) Deliver(ctx context.Context, db *store.DB, d tickets.Delivery) error {
	return db.Update(ctx, func(tx *store.Tx) error { return deliver(tx, d) })
}

func deliver(tx *store.Tx, d tickets.Delivery) error {
	there, err := posts.By(tx, "event", store.K(uint64(d.Ticket), d.N))
	if err != nil || there != nil {
		return err
	}
	t, err := topicFor(tx, d.Ticket)
	if err != nil {
		return err
	}
	reply, err := tickets.EventAt(tx, d.Ticket, d.N)
	if err != nil {
		return err
	}
	if _, public := reply.What.(tickets.Replied); !public {
		return jobs.Final(errors.New("only replies go to the forum"))
	}
	if reply.Channel != Channel || reply.Said.Text == "" { // a file alone cannot stand in a topic
		return channels.Absent
	}
	name := reply.Name
	if name == "" {
		shop, err := settings.Shop.Get(tx)
		if err != nil {
			return err
		}
		name = shop.Name
	}
	p := &Post{
		Topic: t.ID, N: t.Last + 1, Board: t.Board, By: Author{Type: people.ByAgent, ID: reply.By.ID, Name: name},
		Text: reply.Said.Text, Created: tx.Now(), Ticket: d.Ticket, Event: d.N,
	}
	t.Last = p.N
	return show(tx, t, p)
}

// topicFor gives the topic under which answers of a ticket stand; one that not everybody can see is nobody there.
func topicFor(tx *store.Tx, id tickets.ID) (*Topic, error) {
	ticket, err := tickets.Find(tx, id)
	if err != nil {
		return nil, err
	}
	if ticket == nil || ticket.Deleted() {
		return nil, channels.Absent
	}
	t, err := TopicOf(tx, id)
	if err == nil && (t == nil || t.State != Shown) {
		err = channels.Absent
	}
	return t, err
}

// Way is the topic, for what was asked or is answered there. What would come to it from another door stays out of it.
func (Door) Way(tx *store.Tx, t *tickets.Ticket) (channels.Way, error) {
	if t.ReplyBy != Channel {
		return channels.Way{}, channels.Absent
	}
	if _, err := topicFor(tx, t.ID); err != nil {
		return channels.Way{}, err
	}
	return channels.Way{Say: "forum.way", Public: true}, nil
}
