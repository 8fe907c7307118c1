package desk

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/tickets/channels"
	"deskbell/ui/house"
)

const password = "three brass bells"

// shop is a house with a team, served.
type shop struct {
	t        testing.TB
	h        *house.House
	handler  http.Handler
	url      string
	clock    *clock
	ana, rui *people.Agent // owner; agent of the sales department
	sales    *people.Department
	support  *people.Department
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// openShop opens one; when the test ends, the whole house is checked.
func openShop(t testing.TB) *shop { return openShopWith(t) }

// openShopWith opens one with these ways out.
func openShopWith(t testing.TB, doors ...channels.Channel) *shop {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	at, err := url.Parse("http://" + server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, url: at.String(), clock: &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}}
	quiet := slog.New(slog.DiscardHandler)
	s.h, err = house.Open(t.Context(), house.Options{Dir: t.TempDir(), URL: at, Unlimited: true, Clock: s.clock, Log: quiet, Doors: func(*house.House) []channels.Channel { return doors }})
	if err != nil {
		t.Fatal(err)
	}
	edge, err := web.New(web.Options{DB: s.h.DB, URL: at, Unlimited: true, Log: quiet, SignIn: func(web.Who) string { return "/desk/sign-in" }})
	if err != nil {
		t.Fatal(err)
	}
	s.handler = edge.Handler(Routes(s.h))
	server.Config.Handler = s.handler
	server.Start()
	t.Cleanup(func() { // the test's own context is over by now
		ctx := context.Background()
		if err := s.h.Hub.Close(ctx); err != nil {
			t.Error(err)
		}
		server.Close()
		report, err := store.Check(ctx, s.h.DB)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("the house is not in order: %v %v", report.Problems, err)
		}
		if err := s.h.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	s.hire()
	return s
}

func (s *shop) hire() {
	chosen, err := s.h.Gate.Password(s.t.Context(), password)
	if err != nil {
		s.t.Fatal(err)
	}
	s.do(func(tx *store.Tx) (err error) {
		if s.sales, err = people.AddDepartment(tx, people.System, "Sales"); err != nil {
			return err
		}
		if s.support, err = people.AddDepartment(tx, people.System, "Support"); err != nil {
			return err
		}
		s.ana, err = people.AddAgent(tx, people.System, people.NewAgent{Email: "ana@example.com", Name: "Ana", Role: people.Owner, Password: chosen})
		if err != nil {
			return err
		}
		s.rui, err = people.AddAgent(tx, people.System, people.NewAgent{
			Email: "rui@example.com", Name: "Rui", Role: people.AgentRole, Departments: []string{s.sales.ID}, Password: chosen,
		})
		return err
	})
}

// do runs a deed of the house's own.
func (s *shop) do(fn func(tx *store.Tx) error) {
	s.t.Helper()
	if err := s.h.DB.Update(s.t.Context(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// asks has somebody ask something; a thread that is there already goes on.
func (s *shop) asks(name, thread, subject, text, department string) *tickets.Ticket {
	s.t.Helper()
	var t *tickets.Ticket
	s.do(func(tx *store.Tx) error {
		mail := strings.ToLower(name) + "@example.org"
		c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: mail}}, people.Profile{Name: name})
		if err != nil {
			return err
		}
		t, _, err = tickets.Receive(tx, tickets.Inbound{
			Channel: "email", Thread: thread, By: c.Actor(), Subject: subject, Text: text, Department: department,
		})
		return err
	})
	return t
}

// ticket reads one as the house has it.
func (s *shop) ticket(id tickets.ID) *tickets.Ticket {
	s.t.Helper()
	var t *tickets.Ticket
	err := s.h.DB.View(s.t.Context(), func(tx *store.Tx) (err error) {
		t, err = tickets.Find(tx, id)
		return err
	})
	if err != nil || t == nil {
		s.t.Fatalf("ticket %s: %v", id, err)
	}
	return t
}

// browser is somebody's browser, with cookies and without a script.
type browser struct {
	*shop
	client *http.Client
}

func (s *shop) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as is the browser of an agent who has signed in.
func (s *shop) as(a *people.Agent) *browser {
	s.t.Helper()
	b := s.browser()
	if got := b.post("/desk/sign-in", "email", a.Email, "password", password); got.status != http.StatusSeeOther {
		s.t.Fatalf("%s cannot sign in: %d %s", a.Name, got.status, got.body)
	}
	return b
}

// answer is what a browser got.
type answer struct {
	status   int
	location string
	header   http.Header
	body     string
}

// cookies are those that the browser would send.
func (b *browser) cookies() []*http.Cookie {
	at, err := url.Parse(b.url)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.client.Jar.Cookies(at)
}

func (b *browser) get(path string, header ...string) answer {
	b.t.Helper()
	return b.send(http.MethodGet, path, nil, header...)
}

// post sends a form of names and values.
func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, path, form)
}

// sends is post with a file.
func (b *browser) sends(path, name, content string, fields ...string) answer {
	b.t.Helper()
	var body strings.Builder
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1]) // a builder takes everything
	}
	part, _ := w.CreateFormFile("files", name)
	_, _ = io.WriteString(part, content)
	_ = w.Close()
	return b.ask(http.MethodPost, path, body.String(), "Content-Type", w.FormDataContentType(), "Origin", b.url)
}

func (b *browser) send(method, path string, form url.Values, header ...string) answer {
	b.t.Helper()
	if form != nil {
		header = append(header, "Content-Type", "application/x-www-form-urlencoded", "Origin", b.url)
	}
	return b.ask(method, path, form.Encode(), header...)
}

func (b *browser) ask(method, path, content string, header ...string) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(content))
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{w.StatusCode, w.Header.Get("Location"), w.Header, string(body)}
}

// wants fails the test unless the answer holds all of these.
func (a answer) wants(t *testing.T, status int, all ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d: %.500s", a.status, status, a.body)
	}
	for _, want := range all {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not hold %.80q", want)
		}
	}
}

// lacks fails the test if the answer holds any of these.
func (a answer) lacks(t *testing.T, all ...string) {
	t.Helper()
	for _, no := range all {
		if strings.Contains(a.body, no) {
			t.Errorf("the page holds %.80q", no)
		}
	}
}

func path(id tickets.ID, deed string) string { return fmt.Sprintf("/desk/tickets/%s%s", id, deed) }
