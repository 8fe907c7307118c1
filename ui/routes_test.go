package ui_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/forum"
	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/tickets/channels"
	"deskbell/ui"
	"deskbell/ui/cli/demohouse"
	"deskbell/ui/house"
)

const password = "a bell on the counter"

// shown is a filled house that is served.
type shown struct {
	*house.House
	url    string
	routes []web.Line

	// What learn and make find out.
	owner           people.Actor
	workshop, sales string
	ticket          tickets.ID // the last that was made
	proof           string     // the last that was made
	last            string     // what somebody who may was answered last
}

func show(t *testing.T) *shown {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := &url.URL{Scheme: "http", Host: l.Addr().String()}
	clock := &demohouse.Clock{}
	h, err := house.Open(t.Context(), house.Options{
		Dir: t.TempDir(), URL: address, Clock: clock, Unlimited: true, Log: slog.New(slog.DiscardHandler),
		Doors: func(h *house.House) []channels.Channel {
			return []channels.Channel{chat.Door{Room: h.Chat}, forum.Door{Mail: h.Mail}, h.Mail}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := demohouse.Fill(t.Context(), h, clock, password, "https://shop.example"); err != nil {
		t.Fatal(err)
	}
	s, err := ui.New(h, ui.Options{Gallery: true})
	if err != nil {
		t.Fatal(err)
	}
	h.Jobs.Handle(failing, func(context.Context, jobs.Job) error { return jobs.Final(errors.New("nobody can")) })
	go s.Serve(l)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("stop serving: %v", err)
		}
		report, err := store.Check(ctx, h.DB)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("the house afterwards: %v %v", report.Problems, err)
		}
		if err := h.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return &shown{House: h, url: address.String(), routes: s.Routes()}
}

// caller is somebody who calls routes, and how he proves who he is.
type caller struct {
	name   string
	role   people.Role  // of an agent with a session
	scope  people.Scope // of a token, which is the owner's
	member bool
	proof  func(t *testing.T) (header, value string)
}

// callers are one of each kind. Proofs are made anew for each call, since some calls end them.
func (s *shown) callers(t *testing.T) []caller {
	all := []caller{{name: "nobody"}, {name: "member", member: true, proof: s.memberProof}}
	for email, role := range map[string]people.Role{
		"ana@kettle.example": people.Owner, "rui@kettle.example": people.Lead, "mia@kettle.example": people.AgentRole,
	} {
		all = append(all, caller{name: string(role), role: role, proof: s.agentProof(email)})
	}
	for _, scope := range people.Scopes() {
		all = append(all, caller{name: "token " + string(scope), scope: scope, proof: s.tokenProof("ana@kettle.example", scope)})
	}
	return all
}

// tokenProof gives one token for as long as it lasts.
func (s *shown) tokenProof(email string, scope people.Scope) func(*testing.T) (string, string) {
	secret := ""
	return func(t *testing.T) (string, string) {
		t.Helper()
		err := s.DB.View(t.Context(), func(tx *store.Tx) error {
			_, err := people.TokenActor(tx, secret)
			return err
		})
		if err == nil {
			return "Authorization", "Bearer " + secret
		}
		err = s.DB.Update(t.Context(), func(tx *store.Tx) error {
			a, err := people.AgentByEmail(tx, email)
			if err != nil {
				return err
			}
			secret, _, err = people.CreateToken(tx, people.System, people.NewToken{Agent: a.ID, Name: "test", Scope: scope})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return "Authorization", "Bearer " + secret
	}
}

// agentProof gives the cookie of one session for as long as it lasts.
func (s *shown) agentProof(email string) func(*testing.T) (string, string) {
	cookie := ""
	return func(t *testing.T) (string, string) {
		t.Helper()
		err := s.DB.View(t.Context(), func(tx *store.Tx) error {
			_, err := people.SessionOf(tx, cookie)
			return err
		})
		if err != nil {
			in, err := s.Gate.SignIn(t.Context(), people.SignIn{Email: email, Password: password})
			if err != nil {
				t.Fatal(err)
			}
			cookie = in.Cookie
		}
		return "Cookie", "__Host-desk=" + cookie
	}
}

func (s *shown) memberProof(t *testing.T) (string, string) {
	t.Helper()
	var in people.Entered
	err := s.DB.Update(t.Context(), func(tx *store.Tx) error {
		token, err := people.IssueLink(tx, people.LinkSignIn, store.NewRef()[:10]+"@mail.example", "")
		if err != nil {
			return err
		}
		var c *people.Contact
		if in, c, err = people.SignInByLink(tx, token, people.Profile{}, people.SignIn{}); err != nil {
			return err
		}
		_, err = forum.Join(tx, c, "Uma Nolan", nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return "Cookie", "__Host-my=" + in.Cookie
}

// admitted says whether a route may let c in, as far as its table says.
func (c caller) admitted(who string) bool {
	kind, need, _ := strings.Cut(who, ":")
	switch kind {
	case "anyone", "visitor":
		return true
	case "member":
		return c.member
	case "token":
		return c.scope.Covers(people.Scope(need))
	}
	if c.role == "" || c.scope != "" || need == "" { // a token is no session
		return c.role != "" && c.scope == ""
	}
	for _, p := range people.Permissions() {
		if p.Name == need {
			return slices.Contains(p.Roles, c.role)
		}
	}
	return false
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// TestEveryRouteForEveryCaller calls every route that the house lists as everybody, with ids that do not exist. Who may not
// gets 401 or 403 and nothing else; nobody gets a 5xx; and every answer carries the security headers.
func TestEveryRouteForEveryCaller(t *testing.T) {
	s := show(t)
	client := &http.Client{
		Timeout:       40 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for _, c := range s.callers(t) {
		t.Run(c.name, func(t *testing.T) {
			for _, route := range s.routes {
				s.call(t, client, c, route)
			}
		})
	}
}

func (s *shown) call(t *testing.T, client *http.Client, c caller, route web.Line) {
	t.Helper()
	r, err := http.NewRequest(route.Method, s.url+wildcard.ReplaceAllString(route.Path, "nothing"), strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json") // so that 401 is said and not shown as the way to sign in
	if route.Method != http.MethodGet {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if c.proof != nil {
		r.Header.Set(c.proof(t))
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Errorf("%s %s: %v", route.Method, route.Path, err)
		return
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	refused := answer.StatusCode == http.StatusUnauthorized || answer.StatusCode == http.StatusForbidden
	switch {
	case answer.StatusCode >= 500:
		t.Errorf("%s %s: %d %s", route.Method, route.Path, answer.StatusCode, text)
	case !c.admitted(route.Who) && !refused:
		t.Errorf("%s %s lets %s in, who is no %s: %d", route.Method, route.Path, c.name, route.Who, answer.StatusCode)
	case c.admitted(route.Who) && refused && route.Who != "anyone" && route.Who != "visitor":
		t.Errorf("%s %s keeps %s out: %d %s", route.Method, route.Path, c.name, answer.StatusCode, text)
	}
	if policy := answer.Header.Get("Content-Security-Policy"); policy == "" || strings.Contains(policy, "script-src 'unsafe") {
		t.Errorf("%s %s: the policy is %q", route.Method, route.Path, policy)
	}
	if answer.Header.Get("X-Content-Type-Options") != "nosniff" || answer.Header.Get("Referrer-Policy") == "" {
		t.Errorf("%s %s: headers %v", route.Method, route.Path, answer.Header)
	}
}

// TestForeignPagesChangeNothing calls every route that acts by a cookie as a page of another site would have the owner's
// browser do it.
func TestForeignPagesChangeNothing(t *testing.T) {
	s := show(t)
	proof := s.agentProof("ana@kettle.example")
	for _, route := range s.routes {
		kind, _, _ := strings.Cut(route.Who, ":")
		if route.Method == http.MethodGet || kind == "token" || kind == "visitor" {
			continue
		}
		r, err := http.NewRequest(route.Method, s.url+wildcard.ReplaceAllString(route.Path, "nothing"), strings.NewReader("a=b"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "text/plain")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://shop.example")
		r.Header.Set(proof(t))
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s: %d, want 403", route.Method, route.Path, answer.StatusCode)
		}
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}
