package desk

import (
	"net/http"
	"strings"
	"testing"

	"deskbell/internal/people"
)

func TestSigningIn(t *testing.T) {
	s := openShop(t)
	for name, c := range map[string]struct {
		email, password, next string
		status                int
		leads                 string
	}{
		"to the inbox":                   {"ana@example.com", password, "", http.StatusSeeOther, "/desk"},
		"to where one meant to go":       {"Ana@Example.com", password, "/desk/tickets/7?view=mine", http.StatusSeeOther, "/desk/tickets/7?view=mine"},
		"never to somebody else's house": {"ana@example.com", password, "https://evil.example/desk", http.StatusSeeOther, "/desk"},
		"nor by two slashes":             {"ana@example.com", password, "//evil.example", http.StatusSeeOther, "/desk"},
		"with a wrong password":          {"ana@example.com", "four brass bells", "", http.StatusUnauthorized, ""},
		"as nobody":                      {"nobody@example.com", password, "", http.StatusUnauthorized, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.browser().post("/desk/sign-in", "email", c.email, "password", c.password, "next", c.next)
			if got.status != c.status || got.location != c.leads {
				t.Errorf("%d to %q, want %d to %q", got.status, got.location, c.status, c.leads)
			}
			if c.status != http.StatusSeeOther {
				got.wants(t, c.status, `value="`+c.email+`"`, `class="field-error"`)
				got.lacks(t, c.password)
			}
		})
	}
}

func TestTooManySignInsAreToldWhenToComeBack(t *testing.T) {
	s := openShop(t)
	s.h.Gate = people.NewGate(s.h.DB, people.GateOptions{}) // the shop of the tests has no limits
	for range 10 {
		s.browser().post("/desk/sign-in", "email", "ana@example.com", "password", "four brass bells").wants(t, http.StatusUnauthorized)
	}
	got := s.browser().post("/desk/sign-in", "email", "ana@example.com", "password", password)
	got.wants(t, http.StatusTooManyRequests, `value="ana@example.com"`)
	if got.header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
}

func TestTheDeskIsClosedToStrangers(t *testing.T) {
	s := openShop(t)
	for _, path := range []string{"/desk", "/desk/search?q=x", "/desk/tickets/1", "/desk/held", "/desk/new"} {
		got := s.browser().get(path)
		if got.status != http.StatusSeeOther || !strings.HasPrefix(got.location, "/desk/sign-in?next=") {
			t.Errorf("%s answers a stranger %d %q", path, got.status, got.location)
		}
	}
}

func TestSigningOut(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana)
	ana.get("/desk").wants(t, http.StatusOK, "Ana")
	if got := ana.post("/desk/sign-out"); got.location != "/desk/sign-in" {
		t.Errorf("signing out leads to %q", got.location)
	}
	if got := ana.get("/desk"); got.status != http.StatusSeeOther {
		t.Errorf("after signing out the desk answers %d", got.status)
	}
}

func TestTheSetupLinkIsForTheFirstOwnerOnly(t *testing.T) {
	s := openShop(t)
	s.browser().get("/desk/setup/anything").wants(t, http.StatusNotFound)
	for _, secret := range []string{password, "short"} { // the link is judged before the password
		s.browser().post("/desk/setup/anything", "name", "Eve", "email", "eve@example.com", "password", secret).wants(t, http.StatusNotFound)
	}
}

func TestTheThemeIsTheAgentsOwn(t *testing.T) {
	s := openShop(t)
	ana, rui := s.as(s.ana), s.as(s.rui)
	ana.post("/desk/theme", "theme", "dark")
	ana.get("/desk").wants(t, http.StatusOK, `data-theme="dark"`)
	rui.get("/desk").lacks(t, `data-theme="dark"`)
}
