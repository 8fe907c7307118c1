package ui_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui"
	"deskbell/ui/front"
)

// notPages are routes of the shop's pages that show none.
var notPages = []string{"GET /community/topics/{id}"} // leads on to the topic's full address

// TestEveryPublicPageIsOfTheShop looks at every page that customers can open, and at what they see when something goes wrong,
// as somebody unknown and as a member: each has the shop's one header and its colour, and nothing of our own sign.
func TestEveryPublicPageIsOfTheShop(t *testing.T) {
	s := show(t)
	s.learn(t)
	looked := 0
	for _, route := range s.routes {
		name := route.Method + " " + route.Path
		if route.Method != http.MethodGet || !front.Covers(route.Path) || slices.Contains(notPages, name) {
			continue
		}
		request, known := requestOf(route)
		if !known {
			t.Errorf("%s has no request in requests_test.go", name)
			continue
		}
		made, err := s.make(request, s.workshop)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		looked++
		for _, member := range []bool{false, true} {
			s.header(t, made.path, member, http.StatusOK)
		}
	}
	if looked < 15 {
		t.Errorf("only %d pages were looked at", looked)
	}
}

// TestWhatGoesWrongGoesWrongInTheShop looks at the pages of errors: the same header, and one way on.
func TestWhatGoesWrongGoesWrongInTheShop(t *testing.T) {
	s := show(t)
	for path, onward := range map[string]string{
		"/nowhere":                       "/",
		"/help/en/nothing":               "/",
		"/help/xx":                       "/",
		"/community/topics/nothing":      "/community",
		"/community/boards/nothing":      "/community",
		"/my/enter?token=used":           "",
		"/my/tickets/nothing?proof=none": "",
	} {
		for _, member := range []bool{false, true} {
			page := s.header(t, path, member, http.StatusNotFound)
			want := onward
			if want == "" {
				want = map[bool]string{false: "/my/sign-in?next=%2Fmy", true: "/my"}[member]
			}
			if ways := linksIn(find(page, "trouble")); len(ways) != 1 || ways[0] != want {
				t.Errorf("%s leads on to %v, want %s (member: %v)", path, ways, want, member)
			}
		}
	}
}

// TestRefusalsAndMistakesHaveTheHeader is about what no address alone brings about.
func TestRefusalsAndMistakesHaveTheHeader(t *testing.T) {
	s := show(t)
	broken := func(http.ResponseWriter, *http.Request) error { return errors.New("a mistake of ours") }
	server, err := ui.New(s.House, ui.Options{More: []web.Route{web.Get("/broken", web.Anyone, broken)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path, site string
		want               int
	}{
		{http.MethodGet, "/broken", "", http.StatusInternalServerError},
		{http.MethodPost, "/contact", "cross-site", http.StatusForbidden},
		{http.MethodPost, "/community", "", http.StatusMethodNotAllowed},
	} {
		r := httptest.NewRequest(c.method, s.url+c.path, nil)
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Sec-Fetch-Site", c.site)
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		page := parsed(t, w.Body.String())
		if w.Code != c.want || find(page, "public-header") == nil || len(linksIn(find(page, "trouble"))) != 1 {
			t.Errorf("%s %s: %d, want %d, with the header and one way on:\n%s", c.method, c.path, w.Code, c.want, w.Body)
		}
	}
}

// TestTheDeskHasNoShopHeader: what goes wrong for agents and programs is not the shop's.
func TestTheDeskHasNoShopHeader(t *testing.T) {
	for path, want := range map[string]bool{
		"/": true, "/nowhere": true, "/help/en/x": true, "/my": true, "/deskchairs": true,
		"/desk": false, "/desk/tickets/1": false, "/api/v1/x": false, "/w/frame": false, "/widget.js": false, "/assets/x/y.css": false,
	} {
		if got := front.Covers(path); got != want {
			t.Errorf("%s is the shop's: %v", path, got)
		}
	}
}

// header gets a page and holds its header against what every one must have.
func (s *shown) header(t *testing.T, path string, member bool, want int) *html.Node {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	if member {
		r.Header.Set(s.memberProof(t))
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := html.Parse(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != want {
		t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
	}
	bar := find(page, "public-header")
	if bar == nil {
		t.Errorf("%s has no header (member: %v)", path, member)
		return page
	}
	has := map[string]bool{"shop": true, "language": true, "member": member, "member-sign-out": member, "member-sign-in": !member}
	if strings.HasPrefix(res.Request.URL.Path, "/my/sign-in") || strings.HasPrefix(res.Request.URL.Path, "/my/enter") {
		has["member-sign-in"] = find(bar, "member-sign-in") != nil // one is there already
	}
	for id, wanted := range has {
		if got := find(bar, id) != nil; got != wanted {
			t.Errorf("%s has %s in its header: %v (member: %v)", path, id, got, member)
		}
	}
	for _, to := range []string{"/", "/community", "/contact"} {
		if !slices.Contains(linksIn(bar), to) {
			t.Errorf("the header of %s does not lead to %s", path, to)
		}
	}
	if n := len(all(page, func(n *html.Node) bool { return attr(n, "data-testid") == "search-box" })); n != 1 {
		t.Errorf("%s has %d search fields", path, n)
	}
	if sheets := all(page, func(n *html.Node) bool { return strings.HasPrefix(attr(n, "href"), "/look/") }); len(sheets) != 1 {
		t.Errorf("%s has the shop's colour %d times", path, len(sheets))
	}
	if n := len(all(page, func(n *html.Node) bool { return n.Data == "h1" })); n != 1 {
		t.Errorf("%s has %d headings of the first rank", path, n)
	}
	if bells := all(page, func(n *html.Node) bool { return strings.Contains(attr(n, "class"), "logo-bell") }); len(bells) > 0 {
		t.Errorf("%s shows our own bell", path)
	}
	return page
}

func parsed(t *testing.T, body string) *html.Node {
	t.Helper()
	page, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// find gives the element of a test id, or nil.
func find(n *html.Node, id string) *html.Node {
	if found := all(n, func(n *html.Node) bool { return attr(n, "data-testid") == id }); len(found) > 0 {
		return found[0]
	}
	return nil
}

// linksIn are the addresses to which an element leads.
func linksIn(n *html.Node) (to []string) {
	for _, a := range all(n, func(n *html.Node) bool { return n.Data == "a" }) {
		to = append(to, attr(a, "href"))
	}
	return to
}

func all(n *html.Node, is func(*html.Node) bool) (found []*html.Node) {
	if n == nil {
		return nil
	}
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && is(d) {
			found = append(found, d)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// sheet is the address of the style sheet with the shop's colour, as its pages name it.
func sheet(s *shown, _ *store.Tx, _ string) (string, error) {
	res, err := http.Get(s.url + "/")
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	page, err := html.Parse(res.Body)
	if err != nil {
		return "", err
	}
	for _, n := range all(page, func(n *html.Node) bool { return strings.HasPrefix(attr(n, "href"), "/look/") }) {
		return attr(n, "href"), nil
	}
	return "", errors.New("the front page has no sheet of its own")
}

// TestBothSearchesFindBoth: whichever room one looks from, articles and topics stand under headings of their own.
func TestBothSearchesFindBoth(t *testing.T) {
	s := show(t)
	if err := s.Search.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, room := range []string{"/help", "/community"} {
		page := s.header(t, room+"/search?q=tea", false, http.StatusOK)
		for _, id := range []string{"articles", "topics"} {
			under := all(page, func(n *html.Node) bool { return attr(n, "aria-labelledby") == id })
			if len(under) != 1 || find(under[0], "search-result") == nil {
				t.Errorf("%s/search finds no %s", room, id)
			}
		}
		if field := find(page, "search-box"); attr(field, "value") != "tea" {
			t.Errorf("%s/search forgets what was looked for", room)
		}
	}
}

// TestTheLanguageThatIsChosenHolds: whoever is known in one language may read the shop's pages in another, errors too. At his
// desk an agent reads his own.
func TestTheLanguageThatIsChosenHolds(t *testing.T) {
	s := show(t)
	s.learn(t)
	err := s.DB.Update(t.Context(), func(tx *store.Tx) error {
		_, err := people.ChangeSelf(tx, s.owner, people.Self{Name: "Ana", Language: "en"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	agent := s.agentProof("ana@kettle.example")
	for _, c := range []struct {
		path   string
		proof  func(*testing.T) (string, string)
		status int
		want   string
	}{
		{"/community", s.memberProof, http.StatusOK, "pt-BR"},
		{"/nowhere", s.memberProof, http.StatusNotFound, "pt-BR"},
		{"/community", agent, http.StatusOK, "pt-BR"},
		{"/nowhere", agent, http.StatusNotFound, "pt-BR"},
		{"/desk", agent, http.StatusOK, "en"},
		{"/desk/nowhere", agent, http.StatusNotFound, "en"},
	} {
		r := httptest.NewRequest(http.MethodGet, s.url+c.path, nil)
		_, cookie := c.proof(t)
		r.Header.Set("Cookie", cookie+"; __Host-lang=pt-BR")
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Accept-Language", "en")
		server, err := ui.New(s.House, ui.Options{})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		if w.Code != c.status || w.Header().Get("Content-Language") != c.want {
			t.Errorf("%s: %d in %q, want %d in %s", c.path, w.Code, w.Header().Get("Content-Language"), c.status, c.want)
		}
	}
}
