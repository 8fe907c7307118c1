package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

// team is who can ask: each value is a header line, as name and value.
type team struct {
	owner, agent, disabled, reader, writer []string
}

const password = "a bell on the counter"

// hire fills h with a team that is signed in.
func hire(t *testing.T, h *house) team {
	t.Helper()
	gate := people.NewGate(h.DB, people.GateOptions{Unlimited: true})
	hash, err := gate.Password(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	var ids [3]string
	var reader, writer string
	h.Do(func(tx *store.Tx) error {
		for i, n := range []people.NewAgent{
			{Email: "ann@shop.example", Name: "Ann", Role: people.Owner},
			{Email: "rui@shop.example", Name: "Rui", Role: people.AgentRole, Language: "pt-BR"},
			{Email: "zoe@shop.example", Name: "Zoe", Role: people.AgentRole},
		} {
			n.Password = hash
			a, err := people.AddAgent(tx, people.System, n)
			if err != nil {
				return err
			}
			ids[i] = a.ID
		}
		var err error
		if reader, _, err = people.CreateToken(tx, people.System, people.NewToken{Agent: ids[0], Name: "report", Scope: people.ScopeRead}); err != nil {
			return err
		}
		writer, _, err = people.CreateToken(tx, people.System, people.NewToken{Agent: ids[0], Name: "shop", Scope: people.ScopeWrite})
		return err
	})
	who := team{
		owner:    []string{"Cookie", signIn(t, h, gate, "ann@shop.example")},
		agent:    []string{"Cookie", signIn(t, h, gate, "rui@shop.example")},
		disabled: []string{"Cookie", signIn(t, h, gate, "zoe@shop.example")},
		reader:   []string{"Authorization", "Bearer " + reader},
		writer:   []string{"Authorization", "Bearer " + writer},
	}
	h.Do(func(tx *store.Tx) error { return people.DisableAgent(tx, people.System, ids[2]) })
	return who
}

func signIn(t *testing.T, h *house, gate *people.Gate, email string) string {
	t.Helper()
	in, err := gate.SignIn(context.Background(), people.SignIn{Email: email, Password: password, Address: "203.0.113.9"})
	if err != nil {
		t.Fatal(err)
	}
	return h.edge.cookieName(deskCookie) + "=" + in.Cookie
}

func TestWhoMayCall(t *testing.T) {
	ok := says("ok")
	h := open(t, nil,
		Get("/anyone", Anyone, ok), Get("/visitor", Visitors, ok), Get("/agent", Agents, ok),
		Get("/admin", May(people.ManageSettings), ok), Get("/read", Token(people.ScopeRead), ok), Get("/write", Token(people.ScopeWrite), ok),
	)
	who := hire(t, h)
	paths := []string{"/anyone", "/visitor", "/agent", "/admin", "/read", "/write"}
	for name, c := range map[string]struct {
		header []string
		want   [6]int
	}{
		"nobody":            {nil, [6]int{200, 200, 401, 401, 401, 401}},
		"an owner":          {who.owner, [6]int{200, 200, 200, 200, 401, 401}},
		"an agent":          {who.agent, [6]int{200, 200, 200, 403, 401, 401}},
		"a disabled agent":  {who.disabled, [6]int{200, 200, 401, 401, 401, 401}},
		"a reading token":   {who.reader, [6]int{200, 200, 401, 401, 200, 403}},
		"a writing token":   {who.writer, [6]int{200, 200, 401, 401, 200, 200}},
		"a token cookie":    {[]string{"Cookie", "token=" + who.writer[1]}, [6]int{200, 200, 401, 401, 401, 401}},
		"an invented token": {[]string{"Authorization", "Bearer dbt_x"}, [6]int{200, 200, 401, 401, 401, 401}},
		"half a cookie":     {[]string{"Cookie", who.owner[1][:len(who.owner[1])-1]}, [6]int{200, 200, 401, 401, 401, 401}},
		"the plain name":    {[]string{"Cookie", strings.TrimPrefix(who.owner[1], "__Host-")}, [6]int{200, 200, 401, 401, 401, 401}},
	} {
		for i, path := range paths {
			if answer, _ := h.ask(t, "GET", path, "", c.header...); answer.StatusCode != c.want[i] {
				t.Errorf("%s at %s: %d, want %d", name, path, answer.StatusCode, c.want[i])
			}
		}
	}
	if answer, _ := h.ask(t, "GET", "/read?token="+strings.TrimPrefix(who.reader[1], "Bearer "), ""); answer.StatusCode != 401 {
		t.Errorf("a token in the query string opens the API: %d", answer.StatusCode)
	}
}

func TestGuessingTokensIsSlow(t *testing.T) {
	h := open(t, nil, Get("/read", Token(people.ScopeRead), says("ok")))
	who := hire(t, h)
	slowed := 0
	for range 2 * guessPace.Burst {
		answer, _ := h.ask(t, "GET", "/read", "", "Authorization", "Bearer dbt_guess")
		if answer.StatusCode == 429 {
			slowed++
		}
	}
	if slowed == 0 {
		t.Error("nobody slows the guesses down")
	}
	if answer, _ := h.ask(t, "GET", "/read", "", who.reader...); answer.StatusCode != 200 {
		t.Errorf("a good token behind the same address is refused: %d", answer.StatusCode)
	}
}

func TestReadersAreSpokenToInTheirLanguage(t *testing.T) {
	lang := func(w http.ResponseWriter, r *http.Request) error { return says(i18n.Lang(r.Context()))(w, r) }
	h := open(t, nil, Get("/", Anyone, lang))
	who := hire(t, h)
	for name, c := range map[string]struct {
		header []string
		want   string
	}{
		"nobody said anything":     {nil, "en"},
		"the browser":              {[]string{"Accept-Language", "pt-BR"}, "pt-BR"},
		"the agent chose":          {append([]string{"Accept-Language", "en"}, who.agent...), "pt-BR"},
		"the owner chose nothing":  {append([]string{"Accept-Language", "pt"}, who.owner...), "pt-BR"},
		"a reader without account": {[]string{"Cookie", "__Host-lang=pt-BR", "Accept-Language", "en"}, "pt-BR"},
	} {
		if _, got := h.ask(t, "GET", "/", "", c.header...); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestCookiesAreBoundAsFarAsTheAddressAllows(t *testing.T) {
	enter := func(w http.ResponseWriter, r *http.Request) error {
		Enter(w, r, people.Entered{Cookie: "id.secret", Session: &people.Session{Agent: "ann"}})
		Enter(w, r, people.Entered{Cookie: "id.secret", Session: &people.Session{Contact: "zoe"}})
		Cookie{"guest", time.Hour}.Set(w, r, "zoe")
		Cookie{"guest", time.Hour}.Set(w, r, "")
		return nil
	}
	for address, want := range map[string][]string{
		"https://help.example.com": {
			"__Host-desk=id.secret; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax",
			"__Host-my=id.secret; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax",
			"__Host-guest=zoe; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax",
			"__Host-guest=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
		},
		"http://127.0.0.1:8080": {
			"__Host-desk=id.secret; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax",
			"__Host-my=id.secret; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax",
			"__Host-guest=zoe; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax",
			"__Host-guest=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
		},
		"http://192.168.1.5": {
			"desk=id.secret; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax",
			"my=id.secret; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax",
			"guest=zoe; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax",
			"guest=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
		},
	} {
		h := open(t, func(o *Options) { o.URL, _ = url.Parse(address) }, Get("/", Anyone, enter))
		answer, _ := h.ask(t, "GET", "/", "")
		got := answer.Header.Values("Set-Cookie")
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", address, got)
		}
	}
}

func TestABrowserIsRememberedByItsOwnCookieOnly(t *testing.T) {
	guest := func(w http.ResponseWriter, r *http.Request) error { return says(Cookie{Name: "guest"}.Of(r))(w, r) }
	h := open(t, nil, Get("/", Anyone, guest))
	for name, c := range map[string]struct{ cookie, want string }{
		"nobody":                    {"", ""},
		"a guest":                   {"__Host-guest=zoe", "zoe"},
		"one from a host beside us": {"guest=zoe", ""},
		"another cookie":            {"__Host-reader=zoe", ""},
	} {
		if _, got := h.ask(t, "GET", "/", "", "Cookie", c.cookie); got != c.want {
			t.Errorf("%s is remembered as %q, want %q", name, got, c.want)
		}
	}
}

// Whoever has to sign in first comes back to the page that he had before him, and to no page of anybody else's.
func TestSigningInComesBackToThePage(t *testing.T) {
	part := func(t Trouble) templ.Component { return templ.Raw(t.SignIn) }
	options := func(o *Options) {
		o.Draw, o.Fragment = func(_ *http.Request, t Trouble) templ.Component { return part(t) }, part
		o.SignIn = func(w Who) string {
			if w.IsAgent() {
				return "/desk/sign-in"
			}
			return "/my/sign-in"
		}
	}
	unproved := fails(fault.New(fault.Unauthorized, "fault.sign_in"))
	h := open(t, options,
		Get("/desk/tickets/{id}", Agents, says("ok")), Post("/desk/do", Agents, says("ok")), Get("/my", Anyone, unproved),
		Post("/vote", Anyone, unproved), Get("/w/frame", Visitors, unproved), Get("/api/v1/x", Token(people.ScopeRead), says("ok")),
	)
	html := func(header ...string) []string { return append(header, "Accept", "text/html") }
	for name, c := range map[string]struct {
		method, path string
		header       []string
		status       int
		leads        string
	}{
		"an agent's page":                   {"GET", "/desk/tickets/7?tab=notes", html(), 303, "/desk/sign-in?next=%2Fdesk%2Ftickets%2F7%3Ftab%3Dnotes"},
		"a member's page":                   {"GET", "/my", html(), 303, "/my/sign-in?next=%2Fmy"},
		"an agent's form":                   {"POST", "/desk/do", html("Referer", h.url+"/desk/tickets/7?a=b"), 401, "/desk/sign-in?next=%2Fdesk%2Ftickets%2F7%3Fa%3Db"},
		"a form of the public pages":        {"POST", "/vote", html("Referer", h.url+"/community/topics/1"), 401, "/my/sign-in?next=%2Fcommunity%2Ftopics%2F1"},
		"a form from nowhere":               {"POST", "/desk/do", html(), 401, "/desk/sign-in?next=%2F"},
		"a form from another site":          {"POST", "/desk/do", html("Referer", "https://evil.example/desk"), 401, "/desk/sign-in?next=%2F"},
		"a form from a trick of an address": {"POST", "/desk/do", html("Referer", h.url+"//evil.example"), 401, "/desk/sign-in?next=%2F"},
		"a part of a page":                  {"GET", "/desk/tickets/7", html("HX-Request", "true", "HX-Current-URL", h.url+"/desk?view=mine"), 401, "/desk/sign-in?next=%2Fdesk%3Fview%3Dmine"},
		"what serves other people's pages":  {"GET", "/w/frame", html(), 401, ""},
	} {
		answer, body := h.ask(t, c.method, c.path, "", c.header...)
		leads := body
		if answer.StatusCode == http.StatusSeeOther {
			leads = answer.Header.Get("Location")
		}
		if answer.StatusCode != c.status || leads != c.leads {
			t.Errorf("%s: %d %q, want %d %q", name, answer.StatusCode, leads, c.status, c.leads)
		}
	}
	for _, path := range []string{"/api/v1/x", "/my"} {
		if answer, body := h.ask(t, "GET", path, "", "Accept", "application/json"); answer.StatusCode != 401 || strings.Contains(body, "sign-in") {
			t.Errorf("a program at %s: %d %s", path, answer.StatusCode, body)
		}
	}
}

func TestADoubleClickIsOneDeed(t *testing.T) {
	var h *house
	do := func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Once string `form:"once"`
		}
		if err := Form(r, &in); err != nil {
			return err
		}
		var path string
		err := h.Update(r.Context(), func(tx *store.Tx) (err error) {
			path, err = Once(tx, r, in.Once, func() (string, error) {
				tx.Ring("deed")
				return "/done/" + tx.NewID(), nil
			})
			return err
		})
		if err != nil {
			return err
		}
		return Redirect(w, r, path)
	}
	h = open(t, nil, Post("/do", Anyone, do), Post("/other", Anyone, do), Post("/on/{id}", Anyone, do))
	who := hire(t, h)
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	first, _ := h.ask(t, "POST", "/do", "once=abc", form...)
	again, _ := h.ask(t, "POST", "/do", "once=abc", form...)
	if first.Header.Get("Location") != again.Header.Get("Location") || first.StatusCode != 303 {
		t.Errorf("the second click leads to %s, the first led to %s", again.Header.Get("Location"), first.Header.Get("Location"))
	}
	h.Rung()
	for _, c := range []struct {
		path, body string
		header     []string
	}{
		{"/do", "once=def", form},                         // another form
		{"/other", "once=abc", form},                      // another route
		{"/do", "once=abc", append(who.owner, form...)},   // another reader
		{"/do", "once=abc&text=mine", form},               // somebody else without a name
		{"/on/1", "once=abc", append(who.owner, form...)}, // one thing, and another
		{"/on/2", "once=abc", append(who.owner, form...)},
		{"/do", "", form},
		{"/do", "once=", form}, // a form without the field
	} {
		if h.ask(t, "POST", c.path, c.body, c.header...); len(h.Rung()) != 1 {
			t.Errorf("%s %q was taken for the first form", c.path, c.body)
		}
	}
}

func TestUsedFormsAreForgottenInTime(t *testing.T) {
	h := open(t, nil)
	r, _ := http.NewRequest("POST", "/", nil)
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, &visit{edge: h.edge}))
	h.Do(func(tx *store.Tx) error {
		_, err := Once(tx, r, "abc", func() (string, error) { return "/", nil })
		return err
	})
	forget := func() (n int) {
		h.Do(func(tx *store.Tx) (err error) { n, err = ForgetUsed(tx, 10); return err })
		return n
	}
	if n := forget(); n != 0 {
		t.Errorf("%d forgotten at once", n)
	}
	h.Clock.Add(onceKept + 1e9)
	if n := forget(); n != 1 {
		t.Errorf("%d forgotten after a day, want 1", n)
	}
}
