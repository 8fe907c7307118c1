package email

import (
	"context"
	"errors"
	"fmt"

	"deskbell/internal/i18n"
	"deskbell/internal/jobs"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
)

// Deliver mails a reply to its ticket's contact, with a link to the conversation. Without a relay it is kept.
func (d *Door) Deliver(ctx context.Context, db *store.DB, what tickets.Delivery) error {
	var l Letter
	err := db.View(ctx, func(tx *store.Tx) (err error) {
		l, err = d.letter(tx, what)
		return err
	})
	if err != nil {
		return err
	}
	sent, err := d.carry(ctx, db, l)
	if err == nil && !sent {
		return channels.Kept
	}
	return err
}

var errNoReply = errors.New("this is no reply that may go out")

// letter makes the letter that a reply is.
func (d *Door) letter(tx *store.Tx, what tickets.Delivery) (Letter, error) {
	t, err := tickets.Find(tx, what.Ticket)
	if err != nil {
		return Letter{}, err
	}
	if t == nil || t.Deleted() {
		return Letter{}, jobs.Final(errNoReply)
	}
	told, err := tickets.EventAt(tx, t.ID, what.N)
	if err != nil {
		return Letter{}, err
	}
	if _, ok := told.What.(tickets.Replied); !ok {
		return Letter{}, jobs.Final(errNoReply) // a note must never leave the house, whoever asks
	}
	contact, err := people.ContactByID(tx, t.Contact)
	if err != nil {
		return Letter{}, err
	}
	if contact.Email == "" {
		return Letter{}, channels.Absent
	}
	shop, err := settings.Shop.Get(tx)
	if err != nil {
		return Letter{}, err
	}
	subject, err := tickets.Subject(tx, t)
	if err != nil {
		return Letter{}, err
	}
	return Letter{
		Mail: reply{contact, shop, subject, told, d.TicketLink(t.Ref, contact.Email)}.mail(),
		Name: fmt.Sprintf("r.%d.%d", uint64(t.ID), what.N),
		Date: told.At,
		Root: fmt.Sprintf("t.%d", uint64(t.ID)),

		reply: &what,
	}, nil
}

// Way is the contact's address.
func (d *Door) Way(tx *store.Tx, t *tickets.Ticket) (channels.Way, error) {
	contact, err := people.ContactByID(tx, t.Contact)
	if err != nil {
		return channels.Way{}, err
	}
	if contact.Email == "" {
		return channels.Way{}, channels.Absent
	}
	return channels.Way{Say: "email.way", With: []any{"address", contact.Email}}, nil
}

// reply is what a reply's mail is made of.
type reply struct {
	to      *people.Contact
	shop    settings.ShopSetting
	subject string
	told    *tickets.Told
	link    string
}

// mail puts a reply into the contact's language.
func (r reply) mail() Mail {
	language := i18n.Match("", r.to.Language, r.shop.Language())
	say := func(key string) string { return i18n.In(language, key, "shop", r.shop.Name, "name", r.told.Name) }
	subject := say("email.answer_subject")
	if r.subject != "" {
		subject = mail.ReplySubject(r.subject, "")
	}
	return Answer{
		Intro: say("email.answer_intro"), Words: r.told.Said.Text, GoOn: say("email.answer_go_on"), Link: r.link,
		Open: say("email.answer_open"), Why: say("email.answer_why"),
	}.Mail(mail.Address{Name: r.to.Name, Address: r.to.Email}, subject)
}

// TicketLink leads to one ticket and nothing else. Who opens it has read a mail to address, which proves as much as he needs
// to prove for reading and answering that ticket.
func (d *Door) TicketLink(ref, address string) string {
	return d.URL.JoinPath("my", "tickets", ref).String() + "?proof=" + d.Key.Sign("ticket-link", ref, address)
}

// Proved tells whether proof is that of a link which was sent to address.
func (d *Door) Proved(ref, address, proof string) bool {
	return address != "" && d.Key.Verify(proof, "ticket-link", ref, address)
}
