package help

import (
	"cmp"
	"net/http"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/tickets"
	"deskbell/ui/front"
)

// channel is the door that the contact form is.
const channel = "form"

// contactForm is what a customer writes.
type contactForm struct {
	Name    string `form:"name"`
	Email   string `form:"email"`
	Subject string `form:"subject"`
	Text    string `form:"text"`
	Website string `form:"website"` // nobody sees it: what fills it in is a program
	Once    string `form:"once"`
}

type contact struct {
	frame
	In     contactForm
	At     string // the field that is to blame
	Wrong  string
	Member *people.Contact
	Book   bool // there is something to read before one asks
}

// wrong is what is wrong with a field, if it is that one.
func (c contact) wrong(field string) string {
	if c.At == field {
		return c.Wrong
	}
	return ""
}

func (f *face) showContact(w http.ResponseWriter, r *http.Request) error {
	return f.contactPage(w, r, contactForm{Subject: r.URL.Query().Get("subject")}, nil)
}

func (f *face) contactPage(w http.ResponseWriter, r *http.Request, in contactForm, refused error) error {
	page := contact{In: in, Member: web.Member(r)}
	err := f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		page.frame, err = gather(tx, r, front.Page{Title: i18n.T(r.Context(), "help.contact"), Here: front.Contact, Path: front.Same("/contact")})
		if err != nil {
			return err
		}
		some, err := kb.Languages(tx, append([]string{i18n.Lang(r.Context())}, page.Shop.Languages...))
		page.Book = len(some) > 0
		return err
	})
	if err != nil {
		return err
	}
	page.In.Once = cmp.Or(in.Once, store.NewRef()) // one that comes back may be on disk after all
	if refused != nil {
		page.At, page.Wrong = web.At(refused), web.Sentence(r.Context(), refused)
	}
	return web.Render(w, r, web.FormStatus(refused), contactPage(page))
}

// contact makes a ticket of the form. Who a message is from is what he says of himself, unless he is signed in: it joins the
// contact's history for agents, and opens nothing.
func (f *face) contact(w http.ResponseWriter, r *http.Request) error {
	var in contactForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	const thanks = "/contact/sent"
	if in.Website != "" {
		return web.Redirect(w, r, thanks)
	}
	var path string
	err := f.DB.Update(r.Context(), func(tx *store.Tx) (err error) {
		path, err = web.Once(tx, r, in.Once, func() (string, error) {
			from, err := sender(tx, r, in)
			if err != nil {
				return "", err
			}
			subject, err := tickets.TypedSubject(in.Subject)
			if err != nil {
				return "", err
			}
			_, _, err = tickets.Receive(tx, tickets.Inbound{
				Channel: channel, By: from.Actor(), Subject: subject, Text: in.Text, Address: from.Email,
			})
			return thanks, err
		})
		return err
	})
	if web.ComesBack(err) {
		return f.contactPage(w, r, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, path)
}

// sender is whom the message is from.
func sender(tx *store.Tx, r *http.Request, in contactForm) (*people.Contact, error) {
	if m := web.Member(r); m != nil {
		return people.ContactByID(tx, m.ID)
	}
	name, err := people.OwnName("name", in.Name)
	if err != nil {
		return nil, err
	}
	email, err := people.OwnEmail("email", in.Email)
	if err != nil {
		return nil, err
	}
	c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: email}},
		people.Profile{Name: name, Language: i18n.Lang(r.Context())})
	if err != nil {
		return nil, err
	}
	typed := *c // answers go to the address that was typed for this message, whichever the contact's first one is
	typed.Email = email
	return &typed, nil
}

func (f *face) sent(w http.ResponseWriter, r *http.Request) error {
	var page frame
	err := f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		page, err = gather(tx, r, front.Page{Title: i18n.T(r.Context(), "help.sent"), Here: front.Contact, Path: front.Same("/contact/sent")})
		return err
	})
	if err != nil {
		return err
	}
	page.Public.Page.NoIndex = true
	return web.Render(w, r, http.StatusOK, sentPage(page))
}
