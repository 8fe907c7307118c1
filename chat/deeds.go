package chat

import (
	"context"
	"strconv"

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
	f.need("text")
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
	f.need("fields")
	f.within("fields", func(in *fields) {
		in.need("text")
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
	return s.once(ctx, id, deed{
		begins: s.ticket == 0,
		before: func(tx *store.Tx) (made, error) {
			if d, err := dones.Find(tx, store.K(s.visitor, id)); err != nil || d != nil {
				return made{}, reused(err)
			}
			in, err := s.inbound(tx, id, m)
			if err != nil {
				return made{}, err
			}
			t, e, err := tickets.Repeated(tx, in)
			return made{t, e, in.Files}, err
		},
		do: func(tx *store.Tx) (made, error) { return s.take(tx, id, m) },
	})
}

// take makes a message that is new.
func (s *Session) take(tx *store.Tx, id string, m message) (made, error) {
	in, err := s.inbound(tx, id, m)
	if err != nil {
		return made{}, err
	}
	who := append([]people.Identity{{Kind: people.KindVisitor, Value: s.visitor, Verified: true}}, m.typed...)
	contact, err := people.Recognise(tx, who, people.Profile{Name: m.name, Language: s.lang, TimeZone: s.visit.Load().Zone})
	if err != nil {
		return made{}, err
	}
	in.By = contact.Actor()
	t, e, err := tickets.Receive(tx, in)
	if err == nil && t.ID != s.ticket {
		tx.Ring(topicOf(s.visitor))
	}
	return made{t, e, in.Files}, err
}

// inbound is a message as tickets take it in, by a contact whom nobody has looked up yet.
func (s *Session) inbound(tx *store.Tx, id string, m message) (tickets.Inbound, error) {
	came, err := tickets.Attached(tx, Owner(s.visitor), m.uploads)
	return tickets.Inbound{
		Channel: Channel, Thread: s.visitor, Source: s.source(id), By: people.Actor{Type: people.ByContact},
		Text: m.text, Files: came, Department: s.at.department,
	}, err
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
	f.need("score")
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
	return s.once(ctx, id, deed{
		before: func(tx *store.Tx) (made, error) {
			if said, err := tickets.BySource(tx, Channel, s.source(id)); err != nil || said != nil {
				return made{}, reused(err)
			}
			d, err := dones.Find(tx, store.K(s.visitor, id))
			if err != nil || d == nil {
				return made{}, err
			}
			return d.again(tx, what)
		},
		do: func(tx *store.Tx) (made, error) {
			t, err := tickets.ByThread(tx, Channel, s.visitor)
			if err != nil {
				return made{}, err
			}
			if t == nil {
				return made{}, fault.Missing("ticket")
			}
			// The token proves that he began this thread, whoever agents think that he is.
			e, err := verb(tx, people.Actor{Type: people.ByContact, ID: t.Contact}, t.ID)
			if err != nil {
				return made{}, err
			}
			return made{ticket: t, event: e}, dones.Put(tx, &done{s.visitor, id, t.ID, e.N, what})
		},
	})
}

// again gives what the deed made when it was done.
func (d *done) again(tx *store.Tx, what string) (made, error) {
	if d.What != what {
		return made{}, reused(nil)
	}
	t, err := tickets.Find(tx, d.Ticket)
	if err != nil {
		return made{}, err
	}
	if t == nil {
		return made{}, fault.Missing("ticket")
	}
	e, err := tickets.EventAt(tx, d.Ticket, d.N)
	if err != nil {
		return made{}, err
	}
	return made{ticket: t, event: &e.Event}, nil
}
