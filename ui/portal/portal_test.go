package portal_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/ui/house"
	"deskbell/ui/portal"
)

// counter is a house with one agent, one customer and one ticket that was answered.
type counter struct {
	*house.House
	t       *testing.T
	server  *httptest.Server
	agent   people.Actor
	contact *people.Contact
	ticket  *tickets.Ticket
}

func open(t *testing.T) *counter {
	t.Helper()
	h, err := house.Open(t.Context(), house.Options{Dir: t.TempDir(), Unlimited: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	edge, err := web.New(web.Options{DB: h.DB, URL: h.URL, Unlimited: true, Log: h.Log})
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{House: h, t: t, server: httptest.NewServer(edge.Handler(portal.Routes(h)))}
	t.Cleanup(func() {
		c.server.Close()
		report, err := store.Check(context.Background(), h.DB)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("the house afterwards: %v %v", report.Problems, err)
		}
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	c.do(func(tx *store.Tx) error {
		a, err := people.AddAgent(tx, people.System, people.NewAgent{Email: "ana@shop.example", Name: "Ana", Role: people.Owner})
		if err != nil {
			return err
		}
		c.agent = a.Actor()
		c.contact, err = people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: "zoe@mail.example"}}, people.Profile{Name: "Zoe"})
		if err != nil {
			return err
		}
		c.ticket, _, err = tickets.Receive(tx, tickets.Inbound{Channel: "form", By: c.contact.Actor(), Subject: "Broken cup", Text: "It broke."})
		if err != nil {
			return err
		}
		if _, err = tickets.Note(tx, c.agent, c.ticket.ID, tickets.Draft{Text: "PRIVATE words"}); err != nil {
			return err
		}
		_, err = tickets.Reply(tx, c.agent, c.ticket.ID, tickets.Draft{Text: "A **new** one is on its way."})
		return err
	})
	return c
}

func (c *counter) do(fn func(*store.Tx) error) {
	c.t.Helper()
	if err := c.DB.Update(c.t.Context(), fn); err != nil {
		c.t.Fatal(err)
	}
}

// link is the path of the ticket in a mail to an address.
func (c *counter) link(ref, address string) string {
	u, err := url.Parse(c.Mail.TicketLink(ref, address))
	if err != nil {
		c.t.Fatal(err)
	}
	return u.RequestURI()
}

func (c *counter) ask(method, path string, form url.Values) (*http.Response, string) {
	c.t.Helper()
	r, err := http.NewRequest(method, c.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := c.server.Client().Transport.RoundTrip(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer, string(text)
}

func TestTheLinkOpensOneConversation(t *testing.T) {
	c := open(t)
	answer, page := c.ask("GET", c.link(c.ticket.Ref, "zoe@mail.example"), nil)
	if answer.StatusCode != 200 || !strings.Contains(page, "It broke.") || !strings.Contains(page, "<strong>new</strong>") {
		t.Errorf("%d %s", answer.StatusCode, page)
	}
	if strings.Contains(page, "PRIVATE") || strings.Contains(page, "ana@shop.example") {
		t.Errorf("the page shows what is not for customers: %s", page)
	}
	if answer.Header.Get("Referrer-Policy") != "no-referrer" || answer.Header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("headers %v", answer.Header)
	}

	var other *tickets.Ticket
	c.do(func(tx *store.Tx) (err error) {
		other, _, err = tickets.Receive(tx, tickets.Inbound{Channel: "form", By: c.contact.Actor(), Text: "Something else."})
		return err
	})
	proof := strings.TrimPrefix(c.link(c.ticket.Ref, "zoe@mail.example"), "/my/tickets/"+c.ticket.Ref)
	for name, path := range map[string]string{
		"without a proof":             "/my/tickets/" + c.ticket.Ref,
		"another address":             c.link(c.ticket.Ref, "eve@mail.example"),
		"the proof of another ticket": "/my/tickets/" + other.Ref + proof,
		"half a proof":                c.link(c.ticket.Ref, "zoe@mail.example")[:70],
		"the number":                  "/my/tickets/" + c.ticket.ID.String() + proof,
		"no such ticket":              c.link("nothing", "zoe@mail.example"),
	} {
		if answer, page := c.ask("GET", path, nil); answer.StatusCode != 404 {
			t.Errorf("%s: %d %s", name, answer.StatusCode, page)
		}
	}
}

var once = regexp.MustCompile(`name="once" value="([^"]+)"`)

func TestTheCustomerWritesBackOnce(t *testing.T) {
	c := open(t)
	path := c.link(c.ticket.Ref, "zoe@mail.example")
	u, _ := url.Parse(path)
	_, page := c.ask("GET", path, nil)
	form := url.Values{"text": {"Thank you!"}, "proof": {u.Query().Get("proof")}, "once": {once.FindStringSubmatch(page)[1]}}
	for range 2 {
		answer, text := c.ask("POST", path, form)
		if answer.StatusCode != 303 || !strings.HasPrefix(answer.Header.Get("Location"), path+"#message-") {
			t.Errorf("%d %s %s", answer.StatusCode, answer.Header.Get("Location"), text)
		}
	}
	if _, page = c.ask("GET", path, nil); strings.Count(page, "Thank you!") != 1 {
		t.Errorf("a double click is not one message: %s", page)
	}
	c.do(func(tx *store.Tx) error {
		now, err := tickets.Get(tx, c.agent, c.ticket.ID)
		if err == nil && (now.Status != tickets.Active || now.ReplyBy != "email") {
			t.Errorf("the ticket is %s and answers go by %s", now.Status, now.ReplyBy)
		}
		return err
	})
}

func TestNothingIsWrittenWithoutProofOrWords(t *testing.T) {
	c := open(t)
	path := c.link(c.ticket.Ref, "zoe@mail.example")
	u, _ := url.Parse(path)
	for name, want := range map[string]struct {
		form   url.Values
		status int
	}{
		"no proof":    {url.Values{"text": {"Hello"}}, 404},
		"wrong proof": {url.Values{"text": {"Hello"}, "proof": {"x"}}, 404},
		"no words":    {url.Values{"text": {" "}, "proof": {u.Query().Get("proof")}}, 422},
	} {
		if answer, text := c.ask("POST", path, want.form); answer.StatusCode != want.status {
			t.Errorf("%s: %d %s", name, answer.StatusCode, text)
		}
	}
}

func TestAClosedTicketGoesOnInANewOne(t *testing.T) {
	c := open(t)
	c.do(func(tx *store.Tx) error { return tickets.Close(tx, c.agent, c.ticket.ID) })
	path := c.link(c.ticket.Ref, "zoe@mail.example")
	u, _ := url.Parse(path)
	answer, text := c.ask("POST", path, url.Values{"text": {"It broke again."}, "proof": {u.Query().Get("proof")}})
	next := answer.Header.Get("Location")
	if answer.StatusCode != 303 || strings.Contains(next, c.ticket.Ref) {
		t.Fatalf("%d %s %s", answer.StatusCode, next, text)
	}
	if answer, page := c.ask("GET", next, nil); answer.StatusCode != 200 || !strings.Contains(page, "It broke again.") {
		t.Errorf("%d %s", answer.StatusCode, page)
	}
}
