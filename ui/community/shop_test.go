package community

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets/channels"
	"deskbell/ui/front"
	"deskbell/ui/house"
)

// shop is a house with a board and an agent, served.
type shop struct {
	t     *testing.T
	h     *house.House
	url   string
	clock *clock
	board *forum.Board
	ana   people.Actor
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

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

const password = "three brass bells"

// openShop opens one; when the test ends, the whole house is checked.
func openShop(t *testing.T) *shop {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	at, err := url.Parse("http://" + server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, url: at.String(), clock: &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}}
	quiet := slog.New(slog.DiscardHandler)
	doors := func(h *house.House) []channels.Channel { return []channels.Channel{forum.Door{Mail: h.Mail}, h.Mail} }
	s.h, err = house.Open(t.Context(), house.Options{Dir: t.TempDir(), URL: at, Unlimited: true, Clock: s.clock, Log: quiet, Doors: doors})
	if err != nil {
		t.Fatal(err)
	}
	edge, err := web.New(web.Options{DB: s.h.DB, URL: at, Unlimited: true, Log: quiet, SignIn: func(web.Who) string { return "/desk/sign-in" }})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = edge.Handler(Routes(s.h))
	server.Start()
	t.Cleanup(func() { // the test's own context is over by now
		ctx := context.Background()
		server.Close()
		report, err := store.Check(ctx, s.h.DB)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("the house is not in order: %v %v", report.Problems, err)
		}
		if err := s.h.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	s.furnish()
	return s
}

func (s *shop) furnish() {
	chosen, err := s.h.Gate.Password(s.t.Context(), password)
	if err != nil {
		s.t.Fatal(err)
	}
	s.do(func(tx *store.Tx) error {
		ana, err := people.AddAgent(tx, people.System, people.NewAgent{Email: "ana@shop.example", Name: "Ana Souza", Role: people.Owner, Password: chosen})
		if err != nil {
			return err
		}
		s.ana = ana.Actor()
		if err := settings.Shop.Put(tx, settings.ShopSetting{Name: "Bean & Leaf", Languages: []string{"en", "pt-BR"}}); err != nil {
			return err
		}
		s.board, err = forum.AddBoard(tx, people.System, forum.BoardChange{Name: "Brewing", EscalateAfter: forum.DefaultBoard.EscalateAfter, EscalateHours: forum.Clock})
		return err
	})
}

func (s *shop) do(fn func(tx *store.Tx) error) {
	s.t.Helper()
	if err := s.h.DB.Update(s.t.Context(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// settle does what is due and sends what goes out.
func (s *shop) settle() {
	s.t.Helper()
	if err := s.h.Settle(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// mails gives the mails that wait because the shop has no relay, the newest first.
func (s *shop) mails() (texts []string) {
	s.t.Helper()
	s.settle()
	err := s.h.DB.View(s.t.Context(), func(tx *store.Tx) error {
		kept, _, err := s.h.Mail.List(tx, people.System, nil, 100)
		for _, m := range kept {
			texts = append(texts, m.To.Address+"\n"+m.Text)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return texts
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
	return &browser{s, &http.Client{Jar: jar}}
}

// staff is the browser of an agent who has signed in at the desk.
func (s *shop) staff() *browser {
	s.t.Helper()
	in, err := s.h.Gate.SignIn(s.t.Context(), people.SignIn{Email: "ana@shop.example", Password: password, Address: "192.0.2.1"})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.with("desk", in.Cookie)
}

// member is the browser of somebody who came by a link that was mailed to him.
func (s *shop) member(name string) *browser {
	s.t.Helper()
	b := s.browser()
	b.signIn(strings.ToLower(name)+"@example.com", "/community")
	s.do(func(tx *store.Tx) error {
		c, err := people.FindContact(tx, people.Identity{Kind: people.KindEmail, Value: name + "@example.com"})
		if err == nil {
			_, err = forum.Join(tx, c, name, nil)
		}
		return err
	})
	return b
}

func (s *shop) with(name, value string) *browser {
	b := s.browser()
	u, _ := url.Parse(s.url)
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "__Host-" + name, Value: value, Path: "/", Secure: true}})
	return b
}

// signIn goes the whole way: the form, the mail, the link, the button.
func (b *browser) signIn(email, next string) *page {
	b.t.Helper()
	b.clock.add(time.Second) // so that its mail is the last
	b.get(front.SignInPath(next)).form("member-sign-in-form").send("email", email).wants(http.StatusOK)
	mail := b.mails()[0]
	if !strings.HasPrefix(mail, email+"\n") {
		b.t.Fatalf("the last mail is %q", mail)
	}
	_, link, _ := strings.Cut(mail, b.url)
	link, _, _ = strings.Cut(link, "\n")
	return b.get(link).form("enter-form").send()
}

// page is what a browser shows.
type page struct {
	*browser
	status int
	path   string
	body   string
}

func (b *browser) get(path string) *page {
	b.t.Helper()
	return b.ask(http.MethodGet, path, nil)
}

func (b *browser) ask(method, path string, form url.Values) *page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.url)
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
	return &page{b, w.StatusCode, w.Request.URL.RequestURI(), string(body)}
}

// form is one of a page's forms, as it would be sent without a change.
type form struct {
	*browser
	method, path string
	values       url.Values
}

// form finds the form with a test id, or the one that its button is in.
func (p *page) form(testID string) *form {
	p.t.Helper()
	doc, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		p.t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if attr(n, "data-testid") != testID {
			continue
		}
		f := &form{browser: p.browser, values: url.Values{}}
		action := attr(n, "formaction")
		for ; n != nil && n.Data != "form"; n = n.Parent {
		}
		if n == nil {
			break
		}
		if action == "" {
			action = attr(n, "action")
		}
		f.path, _, _ = strings.Cut(action, "#")
		f.method = strings.ToUpper(attr(n, "method"))
		f.fill(n)
		return f
	}
	p.t.Fatalf("%s has no form %q: %.2000s", p.path, testID, p.body)
	return nil
}

func (f *form) fill(n *html.Node) {
	for field := range n.Descendants() {
		name := attr(field, "name")
		switch {
		case name == "":
		case field.Data == "input":
			f.values.Set(name, attr(field, "value"))
		case field.Data == "textarea" && field.FirstChild != nil:
			f.values.Set(name, field.FirstChild.Data)
		case field.Data == "textarea" || field.Data == "select":
			f.values.Set(name, "")
		}
	}
}

// send sends the form with these names and values.
func (f *form) send(fields ...string) *page {
	f.t.Helper()
	values := maps.Clone(f.values)
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	if f.method == http.MethodPost {
		return f.ask(http.MethodPost, f.path, values)
	}
	return f.get(f.path + "?" + values.Encode())
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// wants fails the test unless the page came with this status and holds all of these.
func (p *page) wants(status int, all ...string) *page {
	p.t.Helper()
	if p.status != status {
		p.t.Errorf("%s answers %d, want %d: %.300s", p.path, p.status, status, p.body)
	}
	for _, want := range all {
		if !strings.Contains(p.body, want) {
			p.t.Errorf("%s does not hold %.80q", p.path, want)
		}
	}
	return p
}

// lacks fails the test if the page holds any of these.
func (p *page) lacks(all ...string) *page {
	p.t.Helper()
	for _, no := range all {
		if strings.Contains(p.body, no) {
			p.t.Errorf("%s holds %.80q", p.path, no)
		}
	}
	return p
}

// asks asks a question all the way and gives the topic's page.
func (b *browser) asks(title, text string, person ...string) *page {
	b.t.Helper()
	second := b.get("/community/ask?board="+b.board.ID).form("ask-title").send("title", title)
	return second.form("ask-form").send(append([]string{"text", text}, person...)...)
}
