package desk

import (
	"cmp"
	"net/http"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
)

// newTicket is the page on which an agent writes down what somebody asked by telephone or at the counter.
type newTicket struct {
	Rail rail
	entrance
	Subject string
	Text    string
	Once    string
}

func (d *Desk) newTicket(r *http.Request) (n newTicket, err error) {
	n.Once = store.NewRef()
	err = d.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		n.Rail, err = d.gatherRail(tx, web.Agent(r), web.Actor(r), "new")
		return err
	})
	return n, err
}

func (d *Desk) showNew(w http.ResponseWriter, r *http.Request) error {
	n, err := d.newTicket(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, newPage(n))
}

func (d *Desk) open(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Name    string `form:"name"`
		Email   string `form:"email"`
		Subject string `form:"subject"`
		Text    string `form:"text"`
		Once    string `form:"once"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	var path string
	err := d.DB.Update(r.Context(), func(tx *store.Tx) (err error) {
		path, err = web.Once(tx, r, f.Once, func() (string, error) {
			email, err := people.Email("email", f.Email)
			if err != nil {
				return "", err
			}
			name, err := people.OwnName("name", f.Name)
			if err != nil {
				return "", err
			}
			c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: email}}, people.Profile{Name: name})
			if err != nil {
				return "", err
			}
			t, err := tickets.Open(tx, web.Actor(r), tickets.NewTicket{
				Channel: "desk", Contact: c.ID, Subject: f.Subject, Text: f.Text, Assignee: web.Actor(r).ID,
			})
			if err != nil {
				return "", err
			}
			return views[0].ticket(t.ID), nil
		})
		return err
	})
	if !web.ComesBack(err) {
		if err != nil {
			return err
		}
		return web.Redirect(w, r, path)
	}
	n, bad := d.newTicket(r)
	if bad != nil {
		return bad
	}
	n.Name, n.Email, n.Subject, n.Text, n.Once = f.Name, f.Email, f.Subject, f.Text, cmp.Or(f.Once, n.Once)
	n.blame(r, err)
	return web.Render(w, r, web.FormStatus(err), newPage(n))
}
