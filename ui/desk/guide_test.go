package desk

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"deskbell/chat"
	"deskbell/forum"
	"deskbell/internal/hours"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels/email"
	"deskbell/tickets/channels/email/emailtest"
)

// The script's step is done when a shop's page asks for its widget, although nobody opens it; an open page is told so.
func TestTheScriptsStepWaitsForAPage(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana).opens("mine", 0)
	ana.serial++
	ana.says(frameIn{T: "look", Serial: ana.serial, Epoch: s.h.DB.Epoch(), View: "mine", Guide: true})

	done := func(d do) bool {
		return d.ID == "guide" && strings.Contains(stepIn(d.HTML, "/desk/admin/widgets"), "guide-done")
	}
	var widget *chat.Widget
	s.do(func(tx *store.Tx) (err error) {
		widget, err = chat.AddWidget(tx, people.System, chat.Setup{Name: "Shop"})
		return err
	})
	if told := ana.until("the guide", func(d do) bool { return d.ID == "guide" }); done(told) {
		t.Error("the step is done before any page came")
	}
	err := s.h.DB.View(t.Context(), func(tx *store.Tx) error {
		_, err := s.h.Chat.Knock(tx, chat.Origin{Ours: true}, chat.Knock{Widget: widget.Key}, 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ana.until("the step's end", done)
}

// The guide stays beside the list when tickets come, until its reader hides it; a page of its own has it for ever.
func TestTheGuideStaysUntilItIsHidden(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana)
	const guide, first = `data-testid="first-run"`, "The first question arrives right here."
	ana.get("/desk").wants(t, http.StatusOK, guide, first)
	s.asks("Zoe", "1", "Where is my kettle?", "It has not come.", "")
	ana.get("/desk?view=open").wants(t, http.StatusOK, guide, "Where is my kettle?")
	ana.get("/desk").lacks(t, first)

	ana.post("/desk/steps/guide_board/skip")
	if page := ana.get("/desk").body; stepIn(page, "/desk/admin/boards/new") != "" || !strings.Contains(page, guide) {
		t.Error("the step that she skipped is still there, or all are gone")
	}
	ana.post("/desk/steps/hide")
	ana.get("/desk").lacks(t, guide)
	ana.get("/desk/steps").wants(t, http.StatusOK, `action="/desk/steps/guide_board/resume"`, `action="/desk/steps/show"`)

	ana.post("/desk/steps/guide_board/resume", "back", "steps")
	ana.post("/desk/steps/show", "back", "steps")
	if page := ana.get("/desk").body; stepIn(page, "/desk/admin/boards/new") == "" {
		t.Error("the step did not come back")
	}
}

// What was skipped is counted as what it is: neither done nor forgotten, by the same number on every page.
func TestASkippedStepIsNotDone(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana)
	count := regexp.MustCompile(`\d+ of \d+ steps are done`)
	before := count.FindString(ana.get("/desk").body)
	ana.post("/desk/steps/guide_board/skip")
	for _, path := range []string{"/desk", "/desk/steps"} {
		if got := count.FindString(ana.get(path).body); got != before || got == "" {
			t.Errorf("%s says %q, want %q as before", path, got, before)
		}
	}
	for _, step := range []string{"shop", "hours", "mail", "widget", "article", "colleague", "try"} {
		ana.post("/desk/steps/guide_" + step + "/skip")
	}
	ana.get("/desk").lacks(t, `data-testid="first-run"`)
	all := ana.get("/desk/steps")
	all.wants(t, http.StatusOK, before+"; the others were skipped.")
	all.lacks(t, "Everything is set up")
}

// Whoever did a step finds it done, whatever he clicked.
func TestTheStepsTickThemselvesOff(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana)
	for path, deed := range map[string]func(tx *store.Tx) error{
		"/desk/admin/shop": func(tx *store.Tx) error {
			return settings.Shop.Put(tx, settings.ShopSetting{Name: "Deskbell", Languages: []string{"en"}})
		},
		"/desk/admin/hours": func(tx *store.Tx) error { return settings.OpenHours.Put(tx, hours.Office("UTC")) },
		"/desk/admin/boards/new": func(tx *store.Tx) error {
			_, err := forum.AddBoard(tx, people.System, forum.BoardChange{Name: "Kettles", EscalateHours: forum.Clock})
			return err
		},
		"/desk/admin/try": func(tx *store.Tx) error {
			contact, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: "zoe@example.org"}}, people.Profile{Name: "Zoe"})
			if err != nil {
				return err
			}
			_, _, err = tickets.Receive(tx, tickets.Inbound{Channel: chat.Channel, Thread: "v", Source: "1", By: contact.Actor(), Text: "Hello?"})
			return err
		},
	} {
		t.Run(path, func(t *testing.T) {
			if strings.Contains(stepIn(ana.get("/desk/steps").body, path), "guide-done") {
				t.Fatal("it is done before anything happened")
			}
			s.do(deed)
			if !strings.Contains(stepIn(ana.get("/desk/steps").body, path), "guide-done") {
				t.Error("it is not shown as done")
			}
		})
	}
}

// A relay that is set up and refuses has not done the step; the first mail that it takes has.
func TestTheMailStepWaitsForAMail(t *testing.T) {
	s := openShop(t)
	ana, server := s.as(s.ana), emailtest.Listen(t)
	s.do(func(tx *store.Tx) error {
		return email.Outgoing.Put(tx, email.Relay{Host: "127.0.0.1", Port: server.Port, Security: "none", From: "shop@example.com", Allow: []string{"127.0.0.0/8"}})
	})
	try := func() error {
		_, err := s.h.Mail.Try(t.Context(), s.h.DB, email.Mail{To: mail.Address{Address: "ana@example.com"}, Subject: "Test", Text: "Test"})
		return err
	}
	done := func() bool {
		return strings.Contains(stepIn(ana.get("/desk/steps").body, "/desk/admin/mail"), "guide-done")
	}
	server.Refuse(&smtp.SMTPError{Code: 550, Message: "No"})
	if err := try(); err == nil || done() {
		t.Errorf("the test failed with %v, and the step is done: %v", err, done())
	}
	server.Refuse(nil)
	if err := try(); err != nil || !done() {
		t.Errorf("the relay took a mail (%v), and the step is done: %v", err, done())
	}
}

// stepIn is the part of a page that shows the step which leads to path, "" when there is none.
func stepIn(page, path string) string {
	for _, step := range strings.Split(page, "<li")[1:] {
		if strings.Contains(step, `href="`+path+`"`) {
			return step
		}
	}
	return ""
}
