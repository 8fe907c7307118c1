package forum

import (
	"context"
	"fmt"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/jobs"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets/channels/email"
)

// tellJob is the kind of the jobs that tell an asker by mail that the staff has answered him.
const tellJob = "forum.tell"

// answered names an answer of the staff.
type answered struct {
	Topic string `json:"topic"`
	N     int    `json:"n"`
}

// tell asks, in the moment in which everybody can see p, for the asker to be told of it by mail. He is told of every answer of
// the staff once, from the desk or written here; that one was hidden and is shown again is no news to him. The answers of one
// topic reach him in their order.
func tell(tx *store.Tx, t *Topic, p *Post) error {
	if p.Told || !p.By.Staff() || t.Author.Staff() || !t.answeredBy(p) {
		return nil
	}
	p.Told = true
	return jobs.Add(tx, jobs.Job{Kind: tellJob, Key: p.ID(), Line: "topic/" + t.ID, Data: answered{t.ID, p.N}})
}

// Attach has the runner tell the askers. A door without mail tells nobody.
func (d Door) Attach(r *jobs.Runner) {
	if d.Mail == nil {
		return
	}
	r.Handle(tellJob, func(ctx context.Context, j jobs.Job) error {
		var what answered
		if err := j.Read(&what); err != nil {
			return err
		}
		var l *email.Letter
		err := r.DB.View(ctx, func(tx *store.Tx) (err error) {
			l, err = d.letter(tx, what)
			return err
		})
		if err != nil || l == nil {
			return err
		}
		return d.Mail.Carry(ctx, r.DB, *l)
	})
}

// letter makes the mail about an answer; nil when by now the answer is hidden, or the asker has no address any more.
func (d Door) letter(tx *store.Tx, what answered) (*email.Letter, error) {
	t, err := topics.Find(tx, store.K(what.Topic))
	if err != nil || t == nil || t.State != Shown {
		return nil, err
	}
	p, err := posts.Find(tx, store.K(what.Topic, what.N))
	if err != nil || p == nil || p.State != Shown {
		return nil, err
	}
	asker, err := people.ContactByID(tx, t.Author.Contact)
	if fault.Is(err, fault.NotFound) || err == nil && asker.Email == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	shop, err := settings.Shop.Get(tx)
	if err != nil {
		return nil, err
	}
	return &email.Letter{
		Mail: d.write(t, p, asker, shop),
		Name: fmt.Sprintf("f.%s.%d", t.ID, p.N),
		Date: p.Created,
		Root: "f." + t.ID,
	}, nil
}

// write puts an answer into the asker's language. He is called as he called himself here: what agents know of him is for them.
func (d Door) write(t *Topic, p *Post, asker *people.Contact, shop settings.ShopSetting) email.Mail {
	language := i18n.Match("", asker.Language, t.Language, shop.Language())
	say := func(key string) string {
		return i18n.In(language, key, "shop", shop.Name, "name", p.By.Name, "title", t.Title)
	}
	m := email.Answer{
		Intro: say("forum.mail_intro"), Words: p.Text, GoOn: say("forum.mail_go_on"), Open: say("forum.mail_open"),
		Link: d.Mail.URL.String() + t.PathTo(p), Why: say("forum.mail_why"),
	}.Mail(mail.Address{Name: t.Author.Name, Address: asker.Email}, say("forum.mail_subject"))
	m.Machine = true // the answer stands in the forum; this only tells of it, and no machine shall answer it
	return m
}
