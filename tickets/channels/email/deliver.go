package email

import (
	"context"
	"errors"
	"fmt"
	"html"

	"deskbell/internal/i18n"
	"deskbell/internal/jobs"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/tickets"
	"deskbell/tickets/channels"
)

// Deliver mails a reply to its ticket's contact, with a link to the conversation.
func (d *Door) Deliver(ctx context.Context, db *store.DB, what tickets.Delivery) error {
	var l letter
	err := db.View(ctx, func(tx *store.Tx) (err error) {
		l, err = d.reply(tx, what)
		return err
	})
	if err != nil {
		return err
	}
	return d.carry(ctx, db, l)
}

var errNoReply = errors.New("this is no reply that may go out")

// reply makes the letter that a reply is.
func (d *Door) reply(tx *store.Tx, what tickets.Delivery) (letter, error) {
	t, err := tickets.Find(tx, what.Ticket)
	if err != nil {
		return letter{}, err
	}
	if t == nil || t.Deleted() {
		return letter{}, jobs.Final(errNoReply)
	}
	told, err := tickets.EventAt(tx, t.ID, what.N)
	if err != nil {
		return letter{}, err
	}
	if _, ok := told.What.(tickets.Replied); !ok {
		return letter{}, jobs.Final(errNoReply) // a note must never leave the house, whoever asks
	}
	contact, err := people.ContactByID(tx, t.Contact)
	if err != nil {
		return letter{}, err
	}
	if contact.Email == "" {
		return letter{}, channels.Absent
	}
	shop, err := settings.Shop.Get(tx)
	if err != nil {
		return letter{}, err
	}
	subject, err := tickets.Subject(tx, t)
	if err != nil {
		return letter{}, err
	}
	return letter{
		Mail: d.write(answer{*contact, shop, subject, *told, d.TicketLink(t.Ref, contact.Email)}),
		name: fmt.Sprintf("r.%d.%d", uint64(t.ID), what.N),
		date: told.At,
		root: fmt.Sprintf("t.%d", uint64(t.ID)),
	}, nil
}

// answer is what an answer's mail is made of.
type answer struct {
	contact people.Contact
	shop    settings.ShopSetting
	subject string
	told    tickets.Told
	link    string
}

// write puts an answer into the contact's language.
func (d *Door) write(a answer) Mail {
	language := i18n.Match("", a.contact.Language, a.shop.Language())
	say := func(key string) string {
		return i18n.In(language, key, "shop", a.shop.Name, "name", a.told.Name, "link", a.link)
	}
	m := Mail{To: mail.Address{Name: a.contact.Name, Address: a.contact.Email}}
	m.Subject = say("email.answer_subject")
	if a.subject != "" {
		m.Subject = mail.ReplySubject(a.subject, "")
	}
	m.Text = say("email.answer_intro") + "\n\n" + text.Plain(a.told.Said.Text) + "\n\n" + say("email.answer_go_on") + "\n" + a.link +
		"\n\n" + say("email.answer_why") + "\n"
	paragraph := func(s string) string { return "<p>" + s + "</p>\n" }
	m.HTML = paragraph(html.EscapeString(say("email.answer_intro"))) +
		"<blockquote>\n" + text.Markdown(a.told.Said.Text, text.Breaks) + "</blockquote>\n" +
		paragraph(`<a href="`+html.EscapeString(a.link)+`">`+html.EscapeString(say("email.answer_open"))+"</a>") +
		paragraph("<small>"+html.EscapeString(say("email.answer_why"))+"</small>")
	return m
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
