package desk

import (
	"errors"
	"net/http"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/tickets/channels"
)

// replyFields are the form of the composer.
type replyFields struct {
	Text    string   `form:"text"`
	BaseSeq int      `form:"base_seq"`
	Then    string   `form:"then"`
	Once    string   `form:"once"`
	Uploads []string `form:"upload"` // files that came back with an earlier try, and those that come now
}

// seen is the last event that the page showed; nil for a form that does not say.
func (f *replyFields) seen() *int {
	if f.BaseSeq <= 0 {
		return nil
	}
	return &f.BaseSeq
}

// reply answers. What cannot be sent comes back into the box, with the reason; nothing that was typed is lost.
func (d *Desk) reply(w http.ResponseWriter, r *http.Request) error {
	var f replyFields
	err := d.write(r, &f, func(tx *store.Tx, by people.Actor, id tickets.ID, list []tickets.File) error {
		if _, err := d.Doors.Reply(tx, by, id, tickets.Draft{Text: f.Text, Files: list, BaseSeq: f.seen()}); err != nil {
			return err
		}
		switch f.Then {
		case "solve":
			return tickets.Solve(tx, by, id)
		case "open":
			return tickets.Reopen(tx, by, id)
		}
		return nil
	})
	back := written{Reply: f.Text, Uploads: f.Uploads, Once: f.Once}
	switch {
	case says(err, "tickets.newer_reply"):
		back.Newer = true
	case says(err, channels.WordsOnly):
		back.ReplyError, back.Uploads = web.Sentence(r.Context(), err), nil // else they would be refused for ever
	case web.At(err) != "":
		back.ReplyError = web.Sentence(r.Context(), err)
	default:
		return d.after(w, r, err)
	}
	return d.giveBack(w, r, err, back)
}

// note adds a note, in the same way.
func (d *Desk) note(w http.ResponseWriter, r *http.Request) error {
	var f replyFields
	err := d.write(r, &f, func(tx *store.Tx, by people.Actor, id tickets.ID, list []tickets.File) error {
		_, err := tickets.Note(tx, by, id, tickets.Draft{Text: f.Text, Files: list})
		return err
	})
	if web.At(err) != "" {
		return d.giveBack(w, r, err, written{Note: f.Text, Uploads: f.Uploads, NoteError: web.Sentence(r.Context(), err), IsNote: true, Once: f.Once})
	}
	if err != nil {
		return err
	}
	return d.afterNote(w, r)
}

// afterNote shows the ticket with the composer still on the note: a second remark that is meant for the team must not go to
// the customer because a tab turned by itself.
func (d *Desk) afterNote(w http.ResponseWriter, r *http.Request) error {
	id, err := tickets.ParseID(r.PathValue("ticket"))
	if err != nil {
		return err
	}
	if wantsOpen(r) {
		return d.showTicket(w, r, opening{Ticket: id, Back: written{IsNote: true}})
	}
	return web.Redirect(w, r, viewOf(r).noting(id))
}

// writing is the verb behind a composer's form.
type writing func(*store.Tx, people.Actor, tickets.ID, []tickets.File) error

// write reads a composer's form and does its deed once, however often the form comes.
func (d *Desk) write(r *http.Request, f *replyFields, deed writing) error {
	id, err := tickets.ParseID(r.PathValue("ticket"))
	if err != nil {
		return err
	}
	kept := &replyFields{}
	if err := web.FormWithFiles(r, f, d.take(r, kept)); err != nil {
		return err
	}
	f.Uploads = append(f.Uploads, kept.Uploads...)
	by := web.Actor(r)
	return d.DB.Update(r.Context(), func(tx *store.Tx) error {
		list, err := tickets.Attached(tx, owner(by), f.Uploads)
		if err != nil {
			return err
		}
		_, err = web.Once(tx, r, f.Once, func() (string, error) {
			return "/desk/tickets/" + id.String(), deed(tx, by, id, list)
		})
		return err
	})
}

// says tells whether a fault is the one with that sentence.
func says(err error, sentence string) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Say == sentence
}

// giveBack shows the ticket again with what was written and why it was not taken.
func (d *Desk) giveBack(w http.ResponseWriter, r *http.Request, err error, back written) error {
	id, bad := tickets.ParseID(r.PathValue("ticket"))
	if bad != nil {
		return bad
	}
	return d.showTicket(w, r, opening{Ticket: id, Back: back, Why: err})
}

// after ends a deed: the ticket as it is now, to the script at once and to everybody else by a redirect, so that going back
// or reloading does nothing twice.
func (d *Desk) after(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		return err
	}
	id, err := tickets.ParseID(r.PathValue("ticket"))
	if err != nil {
		return err
	}
	if wantsOpen(r) {
		return d.showTicket(w, r, opening{Ticket: id})
	}
	return web.Redirect(w, r, viewOf(r).ticket(id))
}

// do calls a verb on the ticket that the path names.
func (d *Desk) do(w http.ResponseWriter, r *http.Request, verb func(*store.Tx, people.Actor, tickets.ID) error) error {
	id, err := tickets.ParseID(r.PathValue("ticket"))
	if err != nil {
		return err
	}
	err = d.DB.Update(r.Context(), func(tx *store.Tx) error { return verb(tx, web.Actor(r), id) })
	return d.after(w, r, err)
}

func (d *Desk) assign(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Agent string `form:"agent"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	return d.do(w, r, func(tx *store.Tx, by people.Actor, id tickets.ID) error { return tickets.Assign(tx, by, id, f.Agent) })
}

func (d *Desk) transfer(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Department string `form:"department"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	return d.do(w, r, func(tx *store.Tx, by people.Actor, id tickets.ID) error {
		return tickets.Transfer(tx, by, id, f.Department)
	})
}

func (d *Desk) tag(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Add    string `form:"add"`
		Remove string `form:"remove"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	return d.do(w, r, func(tx *store.Tx, by people.Actor, id tickets.ID) error {
		return tickets.Tag(tx, by, id, tickets.Tagged{Added: []string{f.Add}, Removed: []string{f.Remove}})
	})
}

func (d *Desk) rename(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Subject string `form:"subject"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	return d.do(w, r, func(tx *store.Tx, by people.Actor, id tickets.ID) error { return tickets.Rename(tx, by, id, f.Subject) })
}

// changeContact takes over what the agent knows better about who asked. What he does not see here stays as it is.
func (d *Desk) changeContact(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Name  string `form:"name"`
		Email string `form:"email"`
		Phone string `form:"phone"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	return d.do(w, r, func(tx *store.Tx, by people.Actor, id tickets.ID) error {
		t, err := tickets.Get(tx, by, id)
		if err != nil {
			return err
		}
		c, err := people.ContactByID(tx, t.Contact)
		if err != nil {
			return err
		}
		_, err = people.ChangeContact(tx, by, c.ID, people.ContactChange{
			Name: f.Name, Email: f.Email, Phone: f.Phone, Language: c.Language, TimeZone: c.TimeZone, Attributes: c.Attributes,
		})
		return err
	})
}

// turn makes a handler of a verb that takes nothing but the ticket.
func (d *Desk) turn(verb func(*store.Tx, people.Actor, tickets.ID) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return d.do(w, r, verb) }
}
