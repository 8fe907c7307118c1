package admin_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"deskbell/internal/mail"
	"deskbell/internal/store"
	"deskbell/tickets/channels/email"
	"deskbell/tickets/channels/email/emailtest"
)

func TestMailWithoutARelay(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	s.do(func(tx *store.Tx) error {
		return s.Mail.Send(tx, email.Mail{To: mail.Address{Address: "zoe@example.com"}, Subject: "Come in", Text: "Open https://shop.example/my/link/abc to sign in."})
	})
	if _, err := s.Jobs.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept := olga.get("/desk/admin/mail")
	if !kept.says("zoe@example.com") || !strings.Contains(kept.body, `href="https://shop.example/my/link/abc"`) {
		t.Error("the kept mail, or its link, is not shown")
	}
	olga.post("/desk/admin/mail", "host", "smtp.example.com", "port", "587", "security", "starttls", "user", "shop", "password", "hunter2-hunter2", "from", "shop@example.com")
	if shown := olga.get("/desk/admin/mail"); shown.says("hunter2") || !shown.says("smtp.example.com") {
		t.Error("the relay is not shown, or its password is")
	}
	id := kept.field(t, `/desk/admin/mail/kept/([^/"]+)/discard`)
	olga.post("/desk/admin/mail/kept/" + id + "/discard")
	if again := olga.get("/desk/admin/mail"); again.says("zoe@example.com") {
		t.Error("the mail was thrown away and is still there")
	}
}

// The relay is really asked, and its answer stands on the page; where it refuses, so does what to do.
func TestTryingTheRelay(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	server := emailtest.Listen(t)
	try := func(port int) page {
		return olga.post("/desk/admin/mail/test", "host", "127.0.0.1", "port", strconv.Itoa(port), "security", "none", "from", "shop@example.com", "allow", "127.0.0.0/8")
	}
	if told := try(server.Port); told.status != http.StatusOK || !told.says("127.0.0.1 took the mail to olga@example.com and says: 2.0.0 OK") {
		t.Errorf("answered %d:\n%s", told.status, told.body)
	}
	if taken := server.Taken(); len(taken) != 1 || taken[0].To != "olga@example.com" {
		t.Errorf("the server took %+v", taken)
	}
	server.Refuse(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Not from this address"})
	if told := try(server.Port); told.status != http.StatusUnprocessableEntity || !told.says("127.0.0.1 did not take the mail. It says: 550 5.7.1 Not from this address") {
		t.Errorf("answered %d:\n%s", told.status, told.body)
	}
	if told := try(server.Closed); !told.says("127.0.0.1 does not answer at port") {
		t.Errorf("answered %d:\n%s", told.status, told.body)
	}
}

// A password that was typed beside a mistake is not lost in silence; one that is kept is never shown.
func TestAMailFormComesBackWithItsPassword(t *testing.T) {
	s := open(t)
	back := s.as("olga").post("/desk/admin/mail", "host", "smtp.example.com", "port", "none", "security", "starttls", "user", "shop", "password", "typed-just-now", "from", "shop@example.com")
	if back.status != http.StatusUnprocessableEntity || !back.says("typed-just-now") {
		t.Errorf("answered %d, and the password is gone", back.status)
	}
}

// What was typed beside the button is what is tried, and it is kept whether or not the relay takes the mail; the form that comes
// with the answer still goes where it belongs.
func TestATestLosesNothingThatWasTyped(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	server := emailtest.Listen(t)
	for name, refusal := range map[string]error{"Taken": nil, "Refused": &smtp.SMTPError{Code: 550, Message: "No"}} {
		server.Refuse(refusal)
		answered := olga.post("/desk/admin/mail/test", "host", "127.0.0.1", "port", strconv.Itoa(server.Port), "security", "none", "from", "shop@example.com", "allow", "127.0.0.0/8", "name", name)
		if action := answered.field(t, `<form class="card stack" method="post" action="([^"]*)"`); action != "/desk/admin/mail" {
			t.Errorf("%s: the form goes to %s", name, action)
		}
		if !strings.Contains(olga.get("/desk/admin/mail").body, `value="`+name+`"`) {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	wrong := olga.post("/desk/admin/mail/test", "host", "127.0.0.1", "port", "none", "security", "none", "from", "shop@example.com", "name", "Typed")
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, `value="Typed"`) {
		t.Errorf("answered %d, and what was typed is lost", wrong.status)
	}
	if len(server.Taken()) != 1 {
		t.Errorf("%d mails were taken", len(server.Taken()))
	}
}

// Whoever loads the answer to a test anew, or comes back to it, is where the form is.
func TestTheAnswerToATestIsNoDeadEnd(t *testing.T) {
	s := open(t)
	if got := s.as("olga").get("/desk/admin/mail/test"); got.status != http.StatusSeeOther || got.to != "/desk/admin/mail" {
		t.Errorf("answered %d %q", got.status, got.to)
	}
}
