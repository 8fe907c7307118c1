package community

import (
	"context"
	"net/http"
	"net/url"

	"deskbell/forum"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/ui/front"
	"deskbell/ui/kit"
)

// mine is a member's own page: what he asked in public, and beside it what he wrote to the shop.
type mine struct {
	front.Frame
	Topics []row
	First  string // the newest questions again; "" on that page
	Next   string // those before them; "" at the end
	Talks  []talk
}

// talk is a conversation with the shop, with the link by which the customer reads it.
type talk struct {
	*tickets.Ticket
	Title string
	Path  string
}

// mostTalks is how many of the last conversations are listed: the mails about the others lead to them.
const mostTalks = 20

// mine shows it to whoever is known, a guest too: his browser has proved the questions, and nothing else.
func (f *face) mine(w http.ResponseWriter, r *http.Request) error {
	page, known := mine{}, false
	err := f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		about := front.Page{Title: i18n.T(r.Context(), "public.mine"), Here: front.Mine, Path: front.Same("/my")}
		if page.Frame, err = front.Around(tx, r, about); err != nil {
			return err
		}
		if known = page.Reader.Customer(); !known {
			return nil
		}
		if err := page.asked(tx, r.URL.Query().Get("cursor")); err != nil {
			return err
		}
		return f.talks(tx, &page)
	})
	if err != nil {
		return err
	}
	if !known {
		return web.Redirect(w, r, front.SignInPath("/my"))
	}
	page.Public.Page.NoIndex = true
	return web.Render(w, r, http.StatusOK, minePage(page))
}

// asked reads a page of his questions.
func (m *mine) asked(tx *store.Tx, from string) error {
	if m.Reader.Member == nil {
		return nil // he has not given a name yet, so he has asked nothing
	}
	after, _ := web.After(from) // what somebody made up is the beginning
	topics, next, err := forum.Asked(tx, m.Reader.Member, after, perList)
	if err != nil {
		return err
	}
	for _, t := range topics {
		b, err := forum.BoardByID(tx, t.Board)
		if err != nil {
			return err
		}
		m.Topics = append(m.Topics, row{t, b})
	}
	if next != nil {
		m.Next = "/my?" + url.Values{"cursor": {web.Cursor(next)}}.Encode()
	}
	if from != "" {
		m.First = "/my"
	}
	return nil
}

// talks reads his conversations. He sees them by what a link in a mail from us would prove: that he reads what is sent to the
// address of the ticket's contact. What became of a question in the forum stands among the questions.
func (f *face) talks(tx *store.Tx, m *mine) error {
	c := m.Reader.Contact
	if c == nil || !c.Proved(people.KindEmail, c.Email) {
		return nil
	}
	list, err := tickets.OfCustomer(tx, c.ID, mostTalks)
	if err != nil {
		return err
	}
	for _, t := range list {
		topic, err := forum.TopicOf(tx, t.ID)
		if err != nil {
			return err
		}
		if topic != nil {
			continue
		}
		title, err := tickets.Subject(tx, t)
		if err != nil {
			return err
		}
		link, err := url.Parse(f.Mail.TicketLink(t.Ref, c.Email))
		if err != nil {
			return err
		}
		m.Talks = append(m.Talks, talk{t, title, link.RequestURI()})
	}
	return nil
}

// turn says how it stands, as far as customers are told, and in which colour. i18n: community.talk_*
func (t talk) turn(ctx context.Context) (says string, kind kit.Kind) {
	switch t.Status {
	case tickets.Pending:
		return i18n.T(ctx, "community.talk_theirs"), kit.Accent
	case tickets.Solved, tickets.Closed:
		return i18n.T(ctx, "community.talk_done"), kit.Green
	}
	return i18n.T(ctx, "community.talk_ours"), kit.Plain
}
