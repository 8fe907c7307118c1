package admin_test

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/admin"
	"deskbell/ui/desk"
	"deskbell/ui/house"
)

// shop is a house whose administration is served, with a team in which everybody has the same password.
type shop struct {
	*house.House
	*testing.T
	server *httptest.Server
	team   map[string]*people.Agent
}

const password = "correct horse"

var (
	hashed sync.Once
	common people.Password // hashed once for all tests: hashing is slow by design
)

func open(t *testing.T) *shop {
	t.Helper()
	h, err := house.Open(t.Context(), house.Options{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	hashed.Do(func() { common, err = h.Gate.Password(t.Context(), password) })
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{House: h, T: t, team: map[string]*people.Agent{}, server: httptest.NewUnstartedServer(nil)}
	h.URL = &url.URL{Scheme: "http", Host: s.server.Listener.Addr().String()}
	edge, err := web.New(web.Options{DB: h.DB, URL: h.URL, Log: h.Log, Unlimited: true})
	if err != nil {
		t.Fatal(err)
	}
	s.server.Config.Handler = edge.Handler(admin.Routes(h), desk.Routes(h))
	s.server.Start()
	t.Cleanup(s.shut)
	for name, role := range map[string]people.Role{"olga": people.Owner, "adam": people.Admin, "lea": people.Lead, "ann": people.AgentRole} {
		s.do(func(tx *store.Tx) (err error) {
			s.team[name], err = people.AddAgent(tx, people.System, people.NewAgent{
				Email: name + "@example.com", Name: name, Role: role, Password: common,
			})
			return err
		})
	}
	return s
}

// shut checks everything that the test left behind.
func (s *shop) shut() {
	s.server.Close()
	report, err := store.Check(context.Background(), s.DB)
	if err != nil || len(report.Problems) > 0 {
		s.Errorf("the house: %v %v", report.Problems, err)
	}
	if err := s.Close(context.Background()); err != nil {
		s.Error(err)
	}
}

func (s *shop) do(fn func(tx *store.Tx) error) {
	s.Helper()
	if err := s.DB.Update(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) see(fn func(tx *store.Tx) error) {
	s.Helper()
	if err := s.DB.View(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

// browser is a browser in which somebody is signed in, or nobody.
type browser struct {
	*shop
	client *http.Client
}

func (s *shop) as(name string) *browser {
	s.Helper()
	b := s.stranger()
	if name == "" {
		return b
	}
	var in people.Entered
	in, err := s.Gate.SignIn(context.Background(), people.SignIn{Email: name + "@example.com", Password: password, Address: "192.0.2.1"})
	if err != nil {
		s.Fatal(err)
	}
	b.client.Jar.SetCookies(s.URL, []*http.Cookie{{Name: "desk", Value: in.Cookie}, {Name: "__Host-desk", Value: in.Cookie}})
	return b
}

func (s *shop) stranger() *browser {
	return &browser{s, &http.Client{
		Jar:           &jar{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// jar keeps cookies whatever they say: a house on loopback marks them Secure, which the standard jar takes at its word.
type jar struct {
	mu     sync.Mutex
	cookie map[string]*http.Cookie
}

func (j *jar) SetCookies(_ *url.URL, cookies []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.cookie == nil {
		j.cookie = map[string]*http.Cookie{}
	}
	for _, c := range cookies {
		j.cookie[c.Name] = c
	}
}

func (j *jar) Cookies(*url.URL) (all []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range j.cookie {
		all = append(all, c)
	}
	return all
}

// page is an answer, read to its end.
type page struct {
	status int
	to     string // of a redirect
	body   string
}

func (b *browser) send(method, path string, form url.Values) page {
	b.Helper()
	r, err := http.NewRequest(method, b.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := b.client.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	return page{answer.StatusCode, answer.Header.Get("Location"), string(body)}
}

func (b *browser) get(path string) page { return b.send(http.MethodGet, path, nil) }

// post sends a form: names and values by turns.
func (b *browser) post(path string, namesAndValues ...string) page {
	form := url.Values{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		form.Add(namesAndValues[i], namesAndValues[i+1])
	}
	return b.send(http.MethodPost, path, form)
}

// says tells whether a page shows words, as its reader sees them.
func (p page) says(words string) bool { return strings.Contains(html.UnescapeString(p.body), words) }

// field is the value of the first field that matches a pattern with one group.
func (p page) field(t *testing.T, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(p.body)
	if found == nil {
		t.Fatalf("the page has no %s:\n%s", pattern, p.body)
	}
	return html.UnescapeString(found[1])
}

func TestWhoSeesWhichPage(t *testing.T) {
	s := open(t)
	const yes, no = http.StatusOK, http.StatusForbidden
	for path, want := range map[string]map[string]int{
		"/desk/admin":             {"olga": yes, "adam": yes, "lea": yes, "ann": yes, "": http.StatusUnauthorized},
		"/desk/me":                {"olga": yes, "adam": yes, "lea": yes, "ann": yes, "": http.StatusUnauthorized},
		"/desk/articles":          {"olga": yes, "adam": yes, "lea": yes, "ann": yes, "": http.StatusUnauthorized},
		"/desk/articles/new":      {"olga": yes, "adam": yes, "lea": yes, "ann": yes, "": http.StatusUnauthorized},
		"/desk/admin/categories":  {"olga": yes, "adam": yes, "lea": yes, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/shop":        {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/hours":       {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/mail":        {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/try":         {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/widgets":     {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/widgets/new": {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/boards":      {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/boards/new":  {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/agents":      {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/agents/new":  {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/departments": {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/tokens":      {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/jobs":        {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
		"/desk/admin/health":      {"olga": yes, "adam": yes, "lea": no, "ann": no, "": http.StatusUnauthorized},
	} {
		for name, status := range want {
			if got := s.as(name).get(path); got.status != status {
				t.Errorf("%s to %q is %d, want %d", path, name, got.status, status)
			}
		}
	}
}

func TestTheRailShowsOnlyWhatOneMayOpen(t *testing.T) {
	s := open(t)
	link := regexp.MustCompile(`class="rail-link" href="([^"]+)"`)
	for name := range s.team {
		b := s.as(name)
		for _, found := range link.FindAllStringSubmatch(b.get("/desk/admin").body, -1) {
			if got := b.get(found[1]); got.status != http.StatusOK {
				t.Errorf("%s is led to %s, which is %d", name, found[1], got.status)
			}
		}
	}
}

// Every form comes back with what was typed, and with the sentence at the field that is to blame.
func TestAFormComesBack(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	closed := []string{"closed", "day0", "closed", "day1", "closed", "day2", "closed", "day3", "closed", "day4", "closed", "day5", "closed", "day6"}
	for name, c := range map[string]struct {
		path  string
		typed []string
		keeps string
		at    string
		says  string
	}{
		"an agent with a taken address":         {"/desk/admin/agents/new", []string{"name", "Zoe Kept", "email", "ann@example.com", "role", "agent"}, "Zoe Kept", "email", "Another agent has this address."},
		"an agent with a short password":        {"/desk/admin/agents/new", []string{"name", "Zoe Kept", "email", "zoe@example.com", "role", "agent", "password", "short"}, "Zoe Kept", "password", "This password is too short."},
		"a shop without a name":                 {"/desk/admin/shop", []string{"name", " ", "language", "en"}, "en", "name", "Please fill this in."},
		"a shop that promises nothing clear":    {"/desk/admin/shop", []string{"name", "Kettle", "language", "en", "answers", "soon"}, "soon", "answers_minutes", "Write how many minutes or hours"},
		"a shop that promises in eight days":    {"/desk/admin/shop", []string{"name", "Kettle", "language", "en", "answers", "192", "answers_unit", "hours"}, "192", "answers_minutes", "Write how many minutes or hours"},
		"a zone that there is not":              {"/desk/admin/hours", append([]string{"zone", "Mars/Olympus"}, closed...), "Mars/Olympus", "zone", "No time zone has this name."},
		"hours that go backwards":               {"/desk/admin/hours", append([]string{"zone", "UTC", "day", "day0", "from", "17:00", "to", "09:00"}, closed[2:]...), `value="17:00"`, "day0", "Each stretch must begin before it ends"},
		"hours without an end":                  {"/desk/admin/hours", []string{"zone", "UTC", "day", "day0", "from", "08:15", "to", ""}, `value="08:15"`, "day0", "Say when you open and when you close"},
		"a holiday that is no day":              {"/desk/admin/hours", append([]string{"zone", "UTC", "holiday_date", "2027-13-45", "holiday_name", "Kept"}, closed...), "Kept", "holiday0", "There is no such day."},
		"a department without a name":           {"/desk/admin/departments", []string{"name", " "}, "", "name", "Please fill this in."},
		"a board without a name":                {"/desk/admin/boards/new", []string{"description", "Kept words", "escalate_after", "4h", "escalate_hours", "working"}, "Kept words", "name", "Please fill this in."},
		"a widget with a bad address":           {"/desk/admin/widgets/new", []string{"name", "Kept widget", "sites", "javascript:alert(1)"}, "Kept widget", "sites", ""},
		"a token for no agent":                  {"/desk/admin/tokens", []string{"name", " ", "agent", s.team["ann"].ID, "scope", "read"}, "", "name", "Please fill this in."},
		"a mail server without a sender":        {"/desk/admin/mail", []string{"host", "smtp.kept.example", "port", "587", "security", "starttls"}, "smtp.kept.example", "from", "Please fill this in."},
		"a category without a name":             {"/desk/admin/categories", []string{"description", "Kept words"}, "Kept words", "name", "Please fill this in."},
		"an article without a title":            {"/desk/articles/new", []string{"text", "Kept words", "lang", "en", "do", "save"}, "Kept words", "category", "Please fill this in."},
		"an article whose category is too long": {"/desk/articles/new", []string{"shelf", strings.Repeat("x", 200), "title", "Kept title", "text", "x", "lang", "en", "do", "publish"}, "Kept title", "category", "Shorten it"},
		"a profile without a name":              {"/desk/me", []string{"alias", "Kept alias"}, "Kept alias", "name", "Please fill this in."},
		"a wrong current password":              {"/desk/me/password", []string{"old", "wrong", "password", "another password"}, "", "old", "This is not your current password."},
	} {
		t.Run(name, func(t *testing.T) {
			got := olga.post(c.path, c.typed...)
			if got.status != http.StatusUnprocessableEntity {
				t.Fatalf("answered %d", got.status)
			}
			if !got.says(c.keeps) {
				t.Errorf("%q is gone", c.keeps)
			}
			if c.at != "" && !strings.Contains(got.body, `id="`+c.at+`-error"`) {
				t.Errorf("nothing is said at %s", c.at)
			}
			if !got.says(c.says) {
				t.Errorf("it does not say %q", c.says)
			}
			if c.at != "" && !strings.Contains(got.body, " autofocus") {
				t.Errorf("the cursor does not stand at %s", c.at)
			}
		})
	}
}

// A double click, or fifty of them at once, is one deed.
func TestADoubleClickIsOneDeed(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	for path, form := range map[string][]string{
		"/desk/admin/departments": {"name", "Clicked"},
		"/desk/admin/boards/new":  {"name", "Clicked", "escalate_after", "4h", "escalate_hours", "working"},
		"/desk/admin/widgets/new": {"name", "Clicked"},
		"/desk/admin/categories":  {"name", "Clicked"},
		"/desk/admin/tokens":      {"name", "Clicked", "agent", s.team["olga"].ID, "scope", "read"},
		"/desk/admin/agents/new":  {"name", "Clicked", "email", "clicked@example.com", "role", "agent"},
	} {
		form = append(form, web.OnceField, store.NewRef())
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if got := olga.post(path, form...); got.status >= 400 {
					t.Errorf("%s answered %d", path, got.status)
				}
			})
		}
		all.Wait()
		row := regexp.MustCompile(`data-testid="[a-z]+-row"`)
		list := olga.get(strings.TrimSuffix(path, "/new"))
		want := 1
		if strings.Contains(path, "agents") {
			want = len(s.team) + 1
		}
		if n := len(row.FindAllString(list.body, -1)); n != want {
			t.Errorf("%s made %d rows, want %d", path, n, want)
		}
	}
}

// What a form does not offer cannot be set by sending it.
func TestNobodyRaisesHimself(t *testing.T) {
	s := open(t)
	adam, ann := s.as("adam"), s.as("ann")
	id := s.team["adam"].ID
	adam.post("/desk/admin/agents/"+id, "name", "adam", "email", "adam@example.com", "role", "owner")
	ann.post("/desk/me", "name", "ann", "role", "owner", "id", s.team["olga"].ID)
	if got := adam.post("/desk/admin/agents/new", "name", "Eve", "email", "eve@example.com", "role", "owner", "password", password); got.status != http.StatusForbidden {
		t.Errorf("an admin made an owner: %d", got.status)
	}
	if got := adam.post("/desk/admin/agents/"+s.team["olga"].ID+"/password", "password", "my own words"); got.status != http.StatusForbidden {
		t.Errorf("an admin set an owner's password: %d", got.status)
	}
	if got := adam.post("/desk/admin/tokens", "name", "x", "agent", s.team["olga"].ID, "scope", "admin"); got.status != http.StatusForbidden {
		t.Errorf("an admin made an owner's token: %d", got.status)
	}
	s.see(func(tx *store.Tx) error {
		for name, was := range s.team {
			if a, err := people.AgentByID(tx, was.ID); err != nil || a.Role != was.Role || a.Name != name {
				t.Errorf("%s is now %+v (%v)", name, a, err)
			}
		}
		return nil
	})
}

func TestWhatStrangersWriteIsText(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	const script = `<script>alert(1)</script>"><img src=x onerror=alert(1)>`
	olga.post("/desk/admin/departments", "name", script)
	olga.post("/desk/admin/boards/new", "name", "Board", "description", script, "escalate_after", "4h", "escalate_hours", "clock")
	olga.post("/desk/me", "name", script)
	for _, path := range []string{"/desk/admin/departments", "/desk/admin/boards", "/desk/me", "/desk/admin/agents"} {
		if got := olga.get(path); strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, "<img src=x") {
			t.Errorf("%s shows it as HTML", path)
		}
	}
}
