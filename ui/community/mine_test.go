package community

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// writes opens a ticket as the contact form does: with an address that somebody typed.
func (s *shop) writes(address, subject string) (t *tickets.Ticket) {
	s.t.Helper()
	s.clock.add(time.Second)
	s.do(func(tx *store.Tx) error {
		c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: address}}, people.Profile{})
		if err != nil {
			return err
		}
		t, _, err = tickets.Receive(tx, tickets.Inbound{Channel: "form", By: c.Actor(), Subject: subject, Text: "I wait."})
		return err
	})
	return t
}

func TestAMemberFindsWhatHeAsked(t *testing.T) {
	s := openShop(t)
	zoe, ann := s.member("Zoe"), s.member("Ann")
	topic := zoe.asks("Why is it sour?", "Ten seconds.")
	ann.asks("Why is it bitter?", "A minute.")
	s.writes("zoe@example.com", "Where is my parcel?")
	s.writes("ann@example.com", "My machine leaks")
	gone, spam := s.writes("zoe@example.com", "In the bin"), s.writes("zoe@example.com", "Was spam")
	s.do(func(tx *store.Tx) error {
		if err := tickets.Delete(tx, s.ana, gone.ID); err != nil {
			return err
		}
		return tickets.Spam(tx, s.ana, spam.ID)
	})
	page := zoe.get("/my").wants(http.StatusOK, "Why is it sour?", "Where is my parcel?", "Our turn", `href="`+strings.Split(topic.path, "#")[0]+`"`)
	page.lacks("Why is it bitter?", "My machine leaks", "In the bin", "Was spam")
	zoe.get("/community").wants(http.StatusOK, `href="/my"`)

	// The link to a conversation is the one that a mail would hold. The question's own ticket is not listed beside it.
	s.clock.add(5 * time.Hour)
	s.settle()
	if n := strings.Count(zoe.get("/my").body, "/my/tickets/"); n != 1 {
		t.Errorf("%d conversations, want 1", n)
	}
}

func TestAGuestFindsHisQuestionsOnly(t *testing.T) {
	s := openShop(t)
	s.writes("zoe@example.com", "Where is my parcel?")
	guest := s.browser()
	guest.asks("Why is it sour?", "Ten seconds.", "name", "Zoe", "email", "zoe@example.com") // he only says that it is his address
	guest.get("/my").wants(http.StatusOK, "Why is it sour?", "Waiting for a look", "Sign in with a link").lacks("Where is my parcel?", "/my/tickets/")
	s.browser().get("/my").wants(http.StatusOK, `data-testid="member-sign-in-form"`)
}
