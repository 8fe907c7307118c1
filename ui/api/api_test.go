package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
	"deskbell/internal/web"
	"deskbell/tickets/channels"
	"deskbell/ui/api"
	"deskbell/ui/house"
)

// desk is a whole house behind a real HTTP server, with a team and a token for each of them.
type desk struct {
	*house.House
	clock  *storetest.Clock
	server *httptest.Server
	t      *testing.T

	sales, repairs string            // departments
	tokens         map[string]string // by name: owner, ana (sales), rui (repairs), reader (ana, who only reads)
}

func open(t *testing.T) *desk {
	d := &desk{t: t, clock: storetest.NewClock(storetest.Monday), tokens: map[string]string{}}
	d.server = httptest.NewUnstartedServer(nil)
	here := &url.URL{Scheme: "http", Host: d.server.Listener.Addr().String()}
	log := slog.New(slog.DiscardHandler)
	var err error
	d.House, err = house.Open(t.Context(), house.Options{Dir: t.TempDir(), URL: here, Clock: d.clock, Log: log, Doors: doors})
	if err != nil {
		t.Fatal(err)
	}
	edge, err := web.New(web.Options{DB: d.DB, URL: here, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	d.server.Config.Handler = edge.Handler(api.Routes(d.House))
	d.server.Start()
	t.Cleanup(func() {
		d.server.Close()
		report, err := store.Check(context.Background(), d.DB)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("the house: %v %v", report.Problems, err)
		}
		if err := d.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	d.update(d.hire)
	return d
}

func doors(h *house.House) []channels.Channel {
	return []channels.Channel{h.Mail, forum.Door{Mail: h.Mail}}
}

func (d *desk) update(fn func(tx *store.Tx) error) {
	d.t.Helper()
	if err := d.DB.Update(context.Background(), fn); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) hire(tx *store.Tx) error {
	for name, id := range map[string]*string{"Sales": &d.sales, "Repairs": &d.repairs} {
		department, err := people.AddDepartment(tx, people.System, name)
		if err != nil {
			return err
		}
		*id = department.ID
	}
	for _, a := range []struct {
		name        string
		role        people.Role
		departments []string
	}{{"owner", people.Owner, nil}, {"ana", people.AgentRole, []string{d.sales}}, {"rui", people.AgentRole, []string{d.repairs}}} {
		agent, err := people.AddAgent(tx, people.System, people.NewAgent{
			Email: a.name + "@shop.example", Name: a.name, Role: a.role, Departments: a.departments,
		})
		if err != nil {
			return err
		}
		for name, scope := range map[string]people.Scope{a.name: people.ScopeAdmin, a.name + " reading": people.ScopeRead} {
			if d.tokens[name], _, err = people.CreateToken(tx, people.System, people.NewToken{Agent: agent.ID, Name: name, Scope: scope}); err != nil {
				return err
			}
		}
	}
	return nil
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	raw    string
	body   any
}

// ask sends a request as somebody; what is a string is sent as it is, all else as JSON.
func (d *desk) ask(as, method, path string, body any, header ...string) answer {
	d.t.Helper()
	var sent io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		sent = strings.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			d.t.Fatal(err)
		}
		sent = bytes.NewReader(data)
	}
	r, err := http.NewRequest(method, d.server.URL+"/api/v1/"+path, sent)
	if err != nil {
		d.t.Fatal(err)
	}
	if token := d.tokens[as]; token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := d.server.Client().Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	a := answer{t: d.t, status: res.StatusCode, header: res.Header, raw: string(raw)}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			d.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return a
}

// want fails the test unless the answer has this status.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.raw)
	}
	return a
}

// at walks into the body: "contact.email", "items.0.id".
func (a answer) at(path string) any {
	v := a.body
	for _, step := range strings.Split(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			v = nil
			for i, item := range in {
				if step == string(rune('0'+i)) {
					v = item
				}
			}
		default:
			return nil
		}
	}
	return v
}

func (a answer) text(path string) string {
	s, _ := a.at(path).(string)
	return s
}

// is compares values in the body, given as path, value, path, value.
func (a answer) is(pairs ...any) answer {
	a.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got := a.at(pairs[i].(string)); got != pairs[i+1] {
			a.t.Errorf("%s is %v, want %v in %s", pairs[i], got, pairs[i+1], a.raw)
		}
	}
	return a
}

func (a answer) items() []any {
	items, _ := a.at("items").([]any)
	return items
}

// each collects a value of every item.
func (a answer) each(path string) (all []string) {
	for _, item := range a.items() {
		all = append(all, answer{t: a.t, body: item}.text(path))
	}
	return all
}

type m = map[string]any

// openTicket is a ticket in a department.
func (d *desk) openTicket(subject, department string) answer {
	d.t.Helper()
	return d.ask("owner", "POST", "tickets", m{
		"subject": subject, "text": "Where is **it**?", "contact": m{"name": "Zoe", "email": "zoe@example.com"}, "department": department,
	}).want(201)
}
