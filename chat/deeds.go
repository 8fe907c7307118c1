package chat

import (
	"context"
	"strconv"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

const (
	maxID    = 100 // bytes of a message's id
	maxFiles = 10  // attachments of a message
)

// message is what a visitor writes, by say or by the form.
type message struct {
	text    string
	uploads []string
	name    string            // that he gave himself
	typed   []people.Identity // addresses that he gave, unproved
}

func (s *Session) say(ctx context.Context, id string, f *fields) Answer {
	m := message{text: f.text("text"), uploads: f.texts("attachments", maxFiles)}
	if f.end() != nil || id == "" {
		return s.garbled(id)
	}
	return s.receive(ctx, id, m)
}

// form takes what somebody leaves while nobody is here, with an address to answer to.
func (s *Session) form(ctx context.Context, id string, f *fields) Answer {
	var m message
	var email, phone string
	f.within("fields", func(in *fields) {
		m.name, m.text, email, phone = in.text("name"), in.text("text"), in.text("email"), in.text("phone")
	})
	m.uploads = f.texts("attachments", maxFiles)
	if f.end() != nil || id == "" {
		return s.garbled(id)
	}
	if email == "" && phone == "" {
		return s.refuse(id, fault.Field("email", "chat.address_needed"))
	}
	if email != "" {
		if _, err := people.OwnEmail("email", email); err != nil {
			return s.refuse(id, err)
		}
		m.typed = append(m.typed, people.Identity{Kind: people.KindEmail, Value: email})
	}
	if phone != "" {
		m.typed = append(m.typed, people.Identity{Kind: people.KindPhone, Value: phone})
	}
	return s.receive(ctx, id, m)
}

// receive makes the message the next one of the visitor's thread, and the contact and the ticket if these are his first words.
func (s *Session) receive(ctx context.Context, id string, m message) Answer {
	if len(m.text) > MaxText {
		return s.refuse(id, fault.New(fault.TooLarge, "fault.too_large", "max", "16 KiB"))
	}
	if err := s.pace(ctx, id); err != nil {
		return s.refuse(id, err)
	}
	var t *tickets.Ticket
	var e *tickets.Event
	var came []tickets.File
	err := s.room.DB.Update(ctx, func(tx *store.Tx) (err error) {
		if d, err := dones.Find(tx, store.K(s.visitor, id)); err != nil || d != nil {
			return reused(err)
		}
		who := append([]people.Identity{{Kind: people.KindVisitor, Value: s.visitor, Verified: true}}, m.typed...)
		contact, err := people.Recognise(tx, who, people.Profile{Name: m.name, Language: s.lang, TimeZone: s.visit.Load().Zone})
		if err != nil {
			return err
		}
		if came, err = tickets.Attached(tx, Owner(s.visitor), m.uploads); err != nil {
			return err
		}
		t, e, err = tickets.Receive(tx, tickets.Inbound{
			Channel: Channel, Thread: s.visitor, Source: s.source(id), By: contact.Actor(),
			Text: m.text, Files: came, Department: s.at.department,
		})
		if err == nil && t.ID != s.ticket {
			tx.Ring(topicOf(s.visitor))
		}
		return err
	})
	if err != nil {
		return s.refuse(id, err)
	}
	return s.ack(id, t, e, came...)
}

// source is the name under which tickets know a message of the visitor's, for ever.
func (s *Session) source(id string) string { return s.visitor + "/" + id }

func reused(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, tickets.IDReused)
}

// Owner is how an upload names the visitor who sent it.
func Owner(visitor string) string { return "visitor:" + visitor }

// ack answers a deed that is on disk, with links to the files that came with it. The line that did it gets no event of it.
func (s *Session) ack(id string, t *tickets.Ticket, e *tickets.Event, came ...tickets.File) Answer {
	switch {
	case s.ticket == 0:
		s.enter(t.ID)
		s.more() // what happened on it before we listened
	case t.ID != s.ticket:
		s.more() // the talk went on in another ticket: Next takes the line there
	}
	switch {
	case t.ID != s.ticket || e.N <= s.cursor:
	case e.N == s.cursor+1:
		s.cursor = e.N // as it mostly is: there is nothing before it to read
	default:
		s.acked = append(s.acked, e.N)
	}
	return Answer{Frames: [][]byte{encode(ackFrame{"ack", id, t.Ref, e.N, e.At, s.room.attachments(came)})}}
}

// pace counts a deed that is written. One that is on disk already passes in any case: whoever says it again has missed its
// ack, and must not be told that it was refused.
func (s *Session) pace(ctx context.Context, id string) error {
	if s.room.Unlimited {
		return nil
	}
	wait := s.room.messages.Take(s.visitor, messagePace, time.Now())
	if wait <= 0 {
		return nil
	}
	known := false
	err := s.room.DB.View(ctx, func(tx *store.Tx) (err error) {
		known, err = s.did(tx, id)
		return err
	})
	if err == nil && !known {
		err = fault.Wait("fault.too_often", wait)
	}
	return err
}

// did tells whether the visitor's id stands for something that he has said or done.
func (s *Session) did(tx *store.Tx, id string) (bool, error) {
	if said, err := tickets.BySource(tx, Channel, s.source(id)); err != nil || said != nil {
		return said != nil, err
	}
	d, err := dones.Find(tx, store.K(s.visitor, id))
	return d != nil, err
}

// done is a deed of a visitor's that is no message: tickets remember those by their source.
type done struct {
	Visitor string     `json:"visitor"`
	ID      string     `json:"id"`
	Ticket  tickets.ID `json:"ticket"`
	N       int        `json:"n"`
	What    string     `json:"what"` // to tell a repetition from another deed under its id
}

var dones = store.NewTable("chat_deeds", func(d *done) store.Key { return store.K(d.Visitor, d.ID) })

// end takes the visitor's good-bye. It changes no status: he may come back.
func (s *Session) end(ctx context.Context, id string, f *fields) Answer {
	if f.end() != nil || id == "" {
		return s.garbled(id)
	}
	if s.ticket == 0 {
		return Answer{Frames: [][]byte{encode(ackFrame{T: "ack", ID: id, At: s.room.DB.Now()})}} // nothing was begun
	}
	return s.do(ctx, id, "end", tickets.End)
}

// rate takes what the visitor thinks of us.
func (s *Session) rate(ctx context.Context, id string, f *fields) Answer {
	score, comment := f.number("score"), f.text("comment")
	if f.end() != nil || id == "" {
		return s.garbled(id)
	}
	if len(comment) > MaxText {
		return s.refuse(id, fault.New(fault.TooLarge, "fault.too_large", "max", "16 KiB"))
	}
	what := "rate " + strconv.Itoa(score) + " " + comment
	return s.do(ctx, id, what, func(tx *store.Tx, by people.Actor, t tickets.ID) (*tickets.Event, error) {
		return tickets.Rate(tx, by, t, score, comment)
	})
}

// do does something to the visitor's ticket, once for an id.
func (s *Session) do(ctx context.Context, id, what string, verb func(*store.Tx, people.Actor, tickets.ID) (*tickets.Event, error)) Answer {
	if err := s.pace(ctx, id); err != nil {
		return s.refuse(id, err)
	}
	var t *tickets.Ticket
	var e *tickets.Event
	err := s.room.DB.Update(ctx, func(tx *store.Tx) (err error) {
		if said, err := tickets.BySource(tx, Channel, s.source(id)); err != nil || said != nil {
			return reused(err)
		}
		d, err := dones.Find(tx, store.K(s.visitor, id))
		if err != nil {
			return err
		}
		if d != nil {
			t, e, err = d.again(tx, what)
			return err
		}
		if t, err = tickets.ByThread(tx, Channel, s.visitor); err != nil {
			return err
		}
		if t == nil {
			return fault.Missing("ticket")
		}
		// The token proves that he began this thread, whoever agents think that he is.
		if e, err = verb(tx, people.Actor{Type: people.ByContact, ID: t.Contact}, t.ID); err != nil {
			return err
		}
		return dones.Put(tx, &done{s.visitor, id, t.ID, e.N, what})
	})
	if err != nil {
		return s.refuse(id, err)
	}
	return s.ack(id, t, e)
}

// again gives what the deed made when it was done.
func (d *done) again(tx *store.Tx, what string) (*tickets.Ticket, *tickets.Event, error) {
	if d.What != what {
		return nil, nil, reused(nil)
	}
	t, err := tickets.Find(tx, d.Ticket)
	if err != nil {
		return nil, nil, err
	}
	if t == nil {
		return nil, nil, fault.Missing("ticket")
	}
	e, err := tickets.EventAt(tx, d.Ticket, d.N)
	if err != nil {
		return nil, nil, err
	}
	return t, &e.Event, nil
}
