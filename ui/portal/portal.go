// Package portal is a customer's own tickets, for the customer.
//
// What he sees hangs on what he proved: the link in our mail to him opens one conversation, as far as customers see it, and
// lets him go on writing there. It needs no account and opens nothing else; who has no such link is told that there is no such
// ticket.
package portal

import (
	"cmp"
	"net/http"
	"net/url"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/ui/front"
	"deskbell/ui/house"
)

// Routes is the face's table.
func Routes(h *house.House) []web.Route {
	p := &portal{h}
	return []web.Route{
		web.Get("/my/tickets/{ref}", web.Anyone, p.show).At(guessing).Keyed(),
		web.Post("/my/tickets/{ref}", web.Anyone, p.write).At(writing).Keyed(),
	}
}

var (
	guessing = web.Pace{Every: time.Second, Burst: 60}
	writing  = web.Pace{Every: 10 * time.Second, Burst: 10}
)

// mostShown is how much of a very long conversation stands on its page: the newest of it.
const mostShown = 200

type portal struct{ *house.House }

// reply is what the customer writes.
type reply struct {
	Text  string `form:"text"`
	Proof string `form:"proof"`
	Once  string `form:"once"`
}

// page is a conversation as its customer sees it.
type page struct {
	front.Frame
	Subject string
	Ticket  *tickets.Ticket
	Told    []tickets.Told
	In      reply
	Wrong   string
}

// opened is a ticket whose customer has proved himself.
type opened struct {
	ticket  *tickets.Ticket
	contact *people.Contact
}

// open gives the ticket of a link. An address that is wrong in any way leads to a ticket that is not there.
func (p *portal) open(tx *store.Tx, ref, proof string) (o opened, err error) {
	if o.ticket, err = tickets.ByRef(tx, ref); err != nil {
		return o, err
	}
	if o.ticket == nil {
		return o, fault.Missing("ticket")
	}
	if o.contact, err = people.ContactByID(tx, o.ticket.Contact); err != nil {
		return o, err
	}
	if o.ticket.Deleted() || !p.Mail.Proved(ref, o.contact.Email, proof) {
		return o, fault.Missing("ticket")
	}
	return o, nil
}

func (p *portal) show(w http.ResponseWriter, r *http.Request) error {
	return p.draw(w, r, reply{Proof: r.URL.Query().Get("proof")}, nil)
}

func (p *portal) draw(w http.ResponseWriter, r *http.Request, in reply, refused error) error {
	in.Once = cmp.Or(in.Once, store.NewRef())
	shown := page{In: in}
	err := p.DB.View(r.Context(), func(tx *store.Tx) error {
		o, err := p.open(tx, r.PathValue("ref"), in.Proof)
		if err != nil {
			return err
		}
		return shown.gather(tx, r, o)
	})
	if err != nil {
		return err
	}
	if refused != nil {
		shown.Wrong = web.Sentence(r.Context(), refused)
	}
	return web.Render(w, r, web.FormStatus(refused), ticketPage(shown))
}

func (p *page) gather(tx *store.Tx, r *http.Request, o opened) (err error) {
	if p.Subject, err = tickets.Subject(tx, o.ticket); err != nil {
		return err
	}
	told, err := tickets.LatestEvents(tx, o.ticket.ID, 0, mostShown)
	if err != nil {
		return err
	}
	for _, e := range tickets.Public(told) {
		if e.Said.Text != "" || len(e.Said.Files) > 0 {
			p.Told = append(p.Told, e)
		}
	}
	p.Ticket = o.ticket
	link := r.URL.Path + "?proof=" + url.QueryEscape(p.In.Proof)
	p.Frame, err = front.Around(tx, r, front.Page{Title: p.title(r.Context()), Here: front.Mine, Path: front.Same(link), Back: "/my"})
	p.Public.Page.NoIndex = true
	return err
}

// write adds what the customer writes. On a ticket that was closed it begins one that goes on from it, which has a link of its
// own.
func (p *portal) write(w http.ResponseWriter, r *http.Request) error {
	var in reply
	if err := web.Form(r, &in); err != nil {
		return err
	}
	var next string
	err := p.DB.Update(r.Context(), func(tx *store.Tx) error {
		o, err := p.open(tx, r.PathValue("ref"), in.Proof)
		if err != nil {
			return err
		}
		next, err = web.Once(tx, r, in.Once, func() (string, error) { return p.receive(tx, o, in.Text) })
		return err
	})
	if web.ComesBack(err) {
		return p.draw(w, r, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, next)
}

func (p *portal) receive(tx *store.Tx, o opened, words string) (path string, err error) {
	if err := tickets.Join(tx, o.ticket.ID, p.Mail.Name(), o.ticket.Ref); err != nil {
		return "", err
	}
	t, e, err := tickets.Receive(tx, tickets.Inbound{
		Channel: p.Mail.Name(), Thread: o.ticket.Ref, By: o.contact.Actor(), Text: words, Address: o.contact.Email,
	})
	if err != nil {
		return "", err
	}
	link, err := url.Parse(p.Mail.TicketLink(t.Ref, o.contact.Email))
	if err != nil {
		return "", err
	}
	return link.RequestURI() + "#" + anchor(e.N), nil
}
