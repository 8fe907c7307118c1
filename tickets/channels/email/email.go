// Package email is the door by which mail goes out: an agent's reply to a contact who is not there, and the links by which
// people prove that an address is theirs.
//
// Mail leaves by a relay that the owner sets up. While there is none, a mail is kept and shown in the administration, so that
// nothing that was promised is lost. A mail is a job: tried until the relay takes it, with the same Message-ID each time, and
// when the relay says that it never will, it has failed for everybody to see. What waits is sealed: a link in a mail is a key,
// and the store holds no keys in clear.
package email

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/jobs"
	"deskbell/internal/mail"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// Door is the channel.
type Door struct {
	Key settings.Key
	URL *url.URL // the house's own address, for links
}

const name = "email"

// Name is what tickets call it.
func (d *Door) Name() string { return name }

// Mail is a mail from the house to one person.
type Mail struct {
	To      mail.Address
	Subject string
	Text    string
	HTML    string // "" for none
	Machine bool   // no person wrote it
	Key     string // at most one mail with this key waits at a time; "" for no such limit
}

// sendJob is the kind of the jobs that Send adds.
const sendJob = "email.send"

// sealed is a Mail as it waits.
type sealed struct {
	Mail settings.Secret `json:"mail"`
}

func (d *Door) seal(m Mail) (sealed, error) {
	plain, err := json.Marshal(m)
	return sealed{d.Key.Seal(string(plain))}, err
}

func (d *Door) unseal(s sealed) (m Mail, err error) {
	plain, err := d.Key.Open(s.Mail)
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal([]byte(plain), &m)
}

// Send has a mail sent, in the transaction of the deed that asks for it.
func (d *Door) Send(tx *store.Tx, m Mail) error {
	if !mail.IsAddress(m.To.Address) {
		return fault.Field("to", "fault.bad_email")
	}
	data, err := d.seal(m)
	if err != nil {
		return err
	}
	return jobs.Add(tx, jobs.Job{Kind: sendJob, Key: m.Key, Data: data})
}

// Attach has the runner send what Send asks for.
func (d *Door) Attach(r *jobs.Runner) {
	r.Handle(sendJob, func(ctx context.Context, j jobs.Job) error { return d.send(ctx, r.DB, j) })
}

func (d *Door) send(ctx context.Context, db *store.DB, j jobs.Job) error {
	var data sealed
	if err := j.Read(&data); err != nil {
		return err
	}
	m, err := d.unseal(data)
	if err != nil {
		return jobs.Final(fmt.Errorf("this mail was sealed in another house: %w", err))
	}
	return d.Carry(ctx, db, Letter{Mail: m, Name: "m." + j.ID, Date: j.Added})
}

// Letter is a mail with what makes it the same mail on every try.
type Letter struct {
	Mail
	Name string // names it for ever; it begins with the kind of thing that it tells of, such as "r." for a reply
	Date time.Time
	Root string // names the conversation that it belongs to; "" for none

	reply *tickets.Delivery // that it carries
}

// Carry hands a letter to the relay, or keeps it where there is none. It is for jobs, whose next try carries the same letter.
func (d *Door) Carry(ctx context.Context, db *store.DB, l Letter) error {
	_, err := d.carry(ctx, db, l)
	return err
}

// carry tells besides whether the letter was sent; otherwise it is kept.
func (d *Door) carry(ctx context.Context, db *store.DB, l Letter) (sent bool, err error) {
	relay, shop, err := outgoing(ctx, db)
	if err != nil {
		return false, err
	}
	if relay.Host == "" {
		return false, d.keep(ctx, db, l)
	}
	if _, err = d.hand(ctx, relay, d.message(l, relay.sender(shop))); err != nil {
		noteTrouble(ctx, db, relay, err)
		return false, err
	}
	noteWorks(ctx, db, relay)
	return true, nil
}

// outgoing is the relay, and the shop in whose name it sends.
func outgoing(ctx context.Context, db *store.DB) (relay Relay, shop settings.ShopSetting, err error) {
	err = db.View(ctx, func(tx *store.Tx) (err error) {
		if relay, err = Outgoing.Get(tx); err != nil {
			return err
		}
		shop, err = settings.Shop.Get(tx)
		return err
	})
	return relay, shop, err
}

// hand gives a message to the relay.
func (d *Door) hand(ctx context.Context, relay Relay, m mail.Message) (says string, err error) {
	password, err := d.Key.Open(relay.Password)
	if err != nil {
		return "", fmt.Errorf("the relay's password must be typed again: %w", err)
	}
	return relay.send(ctx, d.URL.Hostname(), password, m)
}

// message gives the letter its headers.
func (d *Door) message(l Letter, from mail.Address) mail.Message {
	m := mail.Message{
		ID: d.messageID(l.Name, from), Date: l.Date, From: from, To: l.To, Subject: l.Subject, Machine: l.Machine,
		Text: l.Text, HTML: l.HTML,
	}
	if l.Root != "" {
		m.References = []string{d.messageID(l.Root, from)}
	}
	return m
}

// messageID signs a name: a reply that carries it proves that its writer had our mail.
func (d *Door) messageID(name string, from mail.Address) string {
	return name + "." + d.Key.Sign("message-id", name) + "@" + from.Domain()
}
