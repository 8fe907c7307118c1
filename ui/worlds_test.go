package ui_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
)

// TestEveryRouteInBothWorlds calls every route as everybody with a request that is good, once about what lies in the
// Workshop, where Mia works, and once about what lies in Sales, where she does not. Every route succeeds for somebody; what
// is foreign to Mia is not there for her, by session or by token, and stays as it was; and nobody gets a 5xx.
func TestEveryRouteInBothWorlds(t *testing.T) {
	s := show(t)
	s.learn(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	succeeded := map[string]bool{}
	callers := append(s.callers(t), caller{ // what Mia may, by a token that reaches as far as there is
		name: "mia's token", role: people.AgentRole, scope: people.ScopeAdmin, proof: s.tokenProof("mia@kettle.example", people.ScopeAdmin),
	})
	for _, route := range s.routes {
		name := route.Method + " " + route.Path
		request, known := requestOf(route)
		if !known {
			t.Errorf("%s has no request in requests_test.go", name)
			continue
		}
		if request.path == "" {
			continue // another test's
		}
		for _, c := range callers {
			for _, world := range s.worlds(request) {
				status := s.try(t, client, c, route, request, world)
				if status < 400 {
					succeeded[name] = true
				}
			}
		}
		if !succeeded[name] {
			t.Errorf("%s succeeds for nobody: %s", name, s.last)
		}
	}
}

type request struct{ path, body string }

// requestOf gives a good request for a route: that of the table, or for a page without parameters the page itself.
func requestOf(route web.Line) (request, bool) {
	name := route.Method + " " + route.Path
	for _, r := range requests {
		if r.route == name {
			return request{r.path, r.body}, true
		}
	}
	plain := !wildcard.MatchString(route.Path)
	return request{route.Path, ""}, plain
}

// learn finds out who and what there is in the house.
func (s *shown) learn(t *testing.T) {
	t.Helper()
	err := s.DB.View(t.Context(), func(tx *store.Tx) error {
		departments, err := people.Departments(tx)
		if err != nil {
			return err
		}
		for _, d := range departments {
			switch d.Name {
			case "Workshop":
				s.workshop = d.ID
			case "Sales":
				s.sales = d.ID
			}
		}
		owner, err := people.AgentByEmail(tx, "ana@kettle.example")
		if err == nil {
			s.owner = owner.Actor()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// worlds are the departments in which a request means different things.
func (s *shown) worlds(r request) []string {
	if isPlaced(r) {
		return []string{s.workshop, s.sales}
	}
	return []string{s.workshop}
}

var named = regexp.MustCompile(`\$[a-zA-Z]+`)

// make puts things into a request. Each is made once, however often it is named.
func (s *shown) make(r request, world string) (request, error) {
	ctx := context.Background()
	made := map[string]string{}
	for _, name := range append(named.FindAllString(r.path, -1), named.FindAllString(r.body, -1)...) {
		if made[name] != "" || name == "$proof" {
			continue
		}
		var err error
		if slow := slowThings[name]; slow != nil {
			made[name], err = slow(s, world)
		} else if quick := things[name]; quick != nil {
			err = s.DB.Update(ctx, func(tx *store.Tx) (err error) {
				made[name], err = quick(s, tx, world)
				return err
			})
		} else {
			err = fmt.Errorf("nobody makes %s", name)
		}
		if err != nil {
			return r, fmt.Errorf("make %s: %w", name, err)
		}
	}
	made["$proof"] = s.proof
	fill := func(in string) string {
		return named.ReplaceAllStringFunc(in, func(name string) string { return made[name] })
	}
	return request{fill(r.path), fill(r.body)}, nil
}

func isPlaced(r request) bool {
	for _, name := range named.FindAllString(r.path+" "+r.body, -1) {
		if slices.Contains(placed, name) {
			return true
		}
	}
	return false
}

// try makes one call and holds its answer against what may be.
func (s *shown) try(t *testing.T, client *http.Client, c caller, route web.Line, good request, world string) int {
	t.Helper()
	name := fmt.Sprintf("%s %s as %s", route.Method, route.Path, c.name)
	s.ticket = 0
	filled, err := s.make(good, world)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return 0
	}
	before := s.seqOf(t, s.ticket)
	status, text := s.send(t, client, c, route, filled)
	if c.admitted(route.Who) {
		s.last = fmt.Sprintf("%s gets %d %s", c.name, status, text)
	}
	foreign := world == s.sales && c.role == people.AgentRole && isPlaced(good)
	public := route.Who == "anyone" || route.Who == "visitor"
	switch {
	case status >= 500:
		t.Errorf("%s: %d %s", name, status, text)
	case foreign && !public && status < 400:
		t.Errorf("%s reaches what is foreign: %d", name, status)
	case foreign && !public && c.admitted(route.Who) && status != http.StatusNotFound && status != http.StatusForbidden && status != http.StatusUnauthorized:
		t.Errorf("%s learns that something foreign is there: %d %s", name, status, text)
	case foreign && s.seqOf(t, s.ticket) != before:
		t.Errorf("%s changes a ticket that is foreign", name)
	}
	return status
}

func (s *shown) seqOf(t *testing.T, id tickets.ID) (seq int) {
	t.Helper()
	err := s.DB.View(t.Context(), func(tx *store.Tx) error {
		found, err := tickets.Find(tx, id)
		if found != nil {
			seq = found.Seq
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func (s *shown) send(t *testing.T, client *http.Client, c caller, route web.Line, q request) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	body, kind := q.body, "application/x-www-form-urlencoded"
	switch {
	case strings.HasPrefix(body, "{"):
		kind = "application/json"
	case strings.HasPrefix(body, "@"):
		body, kind = body[1:], "text/plain"
	default:
		body = encode(body)
	}
	r, err := http.NewRequestWithContext(ctx, route.Method, s.url+q.path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if c.proof != nil {
		r.Header.Set(c.proof(t))
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Errorf("%s %s: %v", route.Method, q.path, err)
		return 0, ""
	}
	defer answer.Body.Close()
	if answer.Header.Get("Content-Type") == "text/event-stream" {
		return answer.StatusCode, "" // it would not end
	}
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text)
}

// encode writes a form of the table as it goes over the wire.
func encode(form string) string {
	values := url.Values{}
	for pair := range strings.SplitSeq(form, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			values.Add(name, value)
		}
	}
	return values.Encode()
}
