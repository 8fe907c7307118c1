package admin_test

import (
	"strconv"
	"strings"
	"testing"

	"deskbell/internal/mail"
	"deskbell/internal/store"
	"deskbell/tickets/channels/email"
	"deskbell/tickets/channels/email/emailtest"
)

// A relay that takes nothing is told of from the first mail on, wherever one would look, and no more once mail flows again.
func TestMailThatDoesNotGoOutIsToldOf(t *testing.T) {
	s := open(t)
	olga, server := s.as("olga"), emailtest.Listen(t)
	relay := func(port int) {
		s.do(func(tx *store.Tx) error {
			return email.Outgoing.Put(tx, email.Relay{Host: "127.0.0.1", Port: port, Security: "none", From: "shop@example.com", Allow: []string{"127.0.0.0/8"}})
		})
	}
	send := func() {
		s.do(func(tx *store.Tx) error {
			return s.Mail.Send(tx, email.Mail{To: mail.Address{Address: "zoe@example.com"}, Subject: "Your kettle", Text: "It is here."})
		})
		if _, err := s.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	const well, stuck = "All is well", `data-testid="mail-stuck"`
	if !olga.get("/desk/admin/health").says(well) {
		t.Error("a new house is not well")
	}
	relay(server.Closed)
	zoe := olga.post("/desk/admin/agents/new", "name", "Zoe", "email", "zoe@example.com", "role", "agent")
	if strings.Contains(zoe.body, "invitation-stuck") {
		t.Error("there is trouble before the first try")
	}
	send()

	if got := olga.get("/desk/admin/jobs"); !got.says("Being tried again") || !got.says("email.send") || !got.says("connection refused") || !got.says("Next try:") || got.says("Nothing has failed") {
		t.Errorf("the page of failed work does not tell what is tried again:\n%s", got.body)
	}
	if got := olga.get("/desk/admin/health"); got.says(well) || !got.says("2 being tried again") {
		t.Errorf("health says:\n%s", got.body)
	}
	if got := olga.get("/desk/admin/mail"); !strings.Contains(got.body, stuck) || !got.says("127.0.0.1 does not answer at port "+strconv.Itoa(server.Closed)) {
		t.Errorf("the page of the mail server says:\n%s", got.body)
	}
	if got := olga.post("/desk/admin/agents/new", "name", "Caio", "email", "caio@example.com", "role", "agent"); !strings.Contains(got.body, "invitation-stuck") {
		t.Error("the invitation does not say that its mail will not arrive")
	}
	path := olga.get("/desk/admin/agents").field(t, `href="(/desk/admin/agents/[^"/]+)"[^>]*>\s*Caio`)
	if !strings.Contains(olga.get(path).body, "invitation-stuck") {
		t.Error("the page of who is invited does not say so")
	}
	if strings.Contains(olga.get("/desk/admin/agents/"+s.team["ann"].ID).body, "invitation-stuck") {
		t.Error("the page of who has long joined says so")
	}

	relay(server.Port)
	send()
	if strings.Contains(olga.get("/desk/admin/mail").body, stuck) || strings.Contains(olga.get(path).body, "invitation-stuck") {
		t.Error("mail flows again, and the trouble is still shown")
	}
}
