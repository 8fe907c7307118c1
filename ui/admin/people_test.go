package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets/channels/email"
	"deskbell/tickets/channels/email/emailtest"
)

func TestAnInvitation(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	made := olga.post("/desk/admin/agents/new", "name", "Zoe", "email", "zoe@example.com", "role", "agent")
	link := made.field(t, `value="([^"]+/desk/invitation/[^"]+)"`)
	if !strings.HasPrefix(link, s.URL.String()+"/desk/invitation/") {
		t.Fatalf("the link is %q", link)
	}
	if again := olga.get("/desk/admin/agents"); strings.Contains(again.body, "/desk/invitation/") {
		t.Error("the link is shown a second time")
	}
	at, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	zoe := s.stranger()
	if got := zoe.get(at.Path); got.status != http.StatusOK || !got.says("Welcome, Zoe") {
		t.Fatalf("the page answers %d", got.status)
	} else if !strings.Contains(got.body, `data-testid="join-password"`) || !strings.Contains(got.body, `data-testid="join"`) {
		t.Error("the page has lost the names that other programs find it by")
	}
	if got := zoe.post(at.Path, "password", "short"); got.status != http.StatusUnprocessableEntity || !got.says("This password is too short.") {
		t.Errorf("a short password is answered %d", got.status)
	}
	if got := zoe.post(at.Path, "password", "a password of my own"); got.to != "/desk" {
		t.Fatalf("accepted by %d %s", got.status, got.to)
	}
	if got := zoe.get("/desk/me"); got.status != http.StatusOK || !got.says("Zoe") {
		t.Errorf("she is not in: %d", got.status)
	}
	for name, path := range map[string]string{"used": at.Path, "invented": "/desk/invitation/" + store.NewRef()} {
		if got := s.stranger().get(path); got.status != http.StatusNotFound {
			t.Errorf("a link that is %s is answered %d", name, got.status)
		}
	}
}

// With a relay the invitation is mailed, in the language of whom it is for, and the page says which happened.
func TestAnInvitationIsMailed(t *testing.T) {
	s := open(t)
	olga, server := s.as("olga"), emailtest.Listen(t)
	if made := olga.post("/desk/admin/agents/new", "name", "Zoe", "email", "zoe@example.com", "role", "agent"); !made.says("nothing was mailed") {
		t.Errorf("without a relay the page says:\n%s", made.body)
	}
	s.do(func(tx *store.Tx) error {
		if err := settings.Shop.Put(tx, settings.ShopSetting{Name: "Chaleira", Languages: []string{"pt-BR"}}); err != nil {
			return err
		}
		return email.Outgoing.Put(tx, email.Relay{Host: "127.0.0.1", Port: server.Port, Security: "none", From: "shop@example.com", Allow: []string{"127.0.0.0/8"}})
	})
	pages := map[string]page{
		"caio@example.com": olga.post("/desk/admin/agents/new", "name", "Caio", "email", "caio@example.com", "role", "agent"),
		"ann@example.com":  olga.post("/desk/admin/agents/" + s.team["ann"].ID + "/invite"),
	}
	if _, err := s.Jobs.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	mailed := map[string]string{}
	for _, m := range server.Taken() {
		mailed[m.To] = m.Text
	}
	for to, made := range pages {
		link := made.field(t, `value="([^"]+/desk/invitation/[^"]+)"`)
		if !made.says("will be sent to") || !made.says(to) {
			t.Errorf("the page for %s says:\n%s", to, made.body)
		}
		if text := mailed[to]; !strings.Contains(text, link) || !strings.Contains(text, "escolha uma senha") {
			t.Errorf("%s was mailed %q, want the link %s in Portuguese", to, text, link)
		}
	}
}

func TestATokenIsShownOnce(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	made := olga.post("/desk/admin/tokens", "name", "Robot", "agent", s.team["ann"].ID, "scope", "write")
	secret := made.field(t, `value="(dbt_[^"]+)"`)
	list := olga.get("/desk/admin/tokens")
	if strings.Contains(list.body, secret) || !list.says("…"+secret[len(secret)-4:]) {
		t.Error("the list must show the end of the token and no more")
	}
	s.see(func(tx *store.Tx) error {
		actor, err := people.TokenActor(tx, secret)
		if err == nil && (actor.ID != s.team["ann"].ID || actor.Scope != people.ScopeWrite) {
			t.Errorf("it acts as %+v", actor)
		}
		return err
	})
	id := list.field(t, `/desk/admin/tokens/([^/"]+)/revoke`)
	olga.post("/desk/admin/tokens/" + id + "/revoke")
	if again := olga.get("/desk/admin/tokens"); again.says("Robot") {
		t.Error("it is revoked and still listed")
	}
}

func TestShuttingSomebodyOut(t *testing.T) {
	s := open(t)
	olga, ann := s.as("olga"), s.as("ann")
	path := "/desk/admin/agents/" + s.team["ann"].ID
	if got := olga.post(path + "/disable"); got.status != http.StatusSeeOther {
		t.Fatalf("answered %d", got.status)
	}
	if got := ann.get("/desk/me"); got.status != http.StatusUnauthorized {
		t.Errorf("her browser is still in: %d", got.status)
	}
	if got := olga.get(path); !got.says("Disabled") {
		t.Error("her page does not say so")
	}
	olga.post(path + "/enable")
	if got := s.as("ann").get("/desk/me"); got.status != http.StatusOK {
		t.Errorf("enabled again she is answered %d", got.status)
	}
	if got := olga.post("/desk/admin/agents/" + s.team["olga"].ID + "/disable"); got.status != http.StatusUnprocessableEntity || !got.says("You cannot disable yourself.") {
		t.Errorf("she disabled herself: %d", got.status)
	}
}

func TestOnesOwnSessions(t *testing.T) {
	s := open(t)
	here, there, elsewhere := s.as("ann"), s.as("ann"), s.as("ann")
	id := here.get("/desk/me").field(t, `/desk/me/sessions/([^/"]+)/revoke`)
	here.post("/desk/me/sessions/" + id + "/revoke")
	in := func(b *browser) bool { return b.get("/desk/me").status == http.StatusOK }
	if in(there) == in(elsewhere) || !in(here) {
		t.Errorf("in: here %v, there %v, elsewhere %v; want exactly one of the others out", in(here), in(there), in(elsewhere))
	}
	if got := here.post("/desk/me/password", "old", password, "password", "another password"); got.status != http.StatusSeeOther {
		t.Fatalf("the change of password is answered %d", got.status)
	}
	if !in(here) || in(there) || in(elsewhere) {
		t.Errorf("after the change of password in: here %v, there %v, elsewhere %v", in(here), in(there), in(elsewhere))
	}
	s.as("olga") // has one session that shows her the button for the other
	foreign := s.as("olga").get("/desk/me").field(t, `/desk/me/sessions/([^/"]+)/revoke`)
	for name, id := range map[string]string{"another's": foreign, "one that never was": store.NewRef()} {
		if got := here.post("/desk/me/sessions/" + id + "/revoke"); got.status != http.StatusNotFound {
			t.Errorf("%s session is answered %d", name, got.status)
		}
	}
}
