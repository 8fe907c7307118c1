package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"deskbell/internal/jobs"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
)

// post is a door that carries replies out, or fails for good.
type post struct {
	refuses error
	sent    []int
}

func (*post) Name() string { return "email" }

func (*post) Way(*store.Tx, *tickets.Ticket) (channels.Way, error) {
	return channels.Way{Say: "email.way", With: []any{"address", "zoe@example.org"}}, nil
}

func (p *post) Deliver(_ context.Context, _ *store.DB, d tickets.Delivery) error {
	if p.refuses == nil {
		p.sent = append(p.sent, d.N)
	}
	return p.refuses
}

// replyTo is the number of the last reply to a ticket.
func (s *shop) replyTo(id tickets.ID) (n int) {
	s.t.Helper()
	s.do(func(tx *store.Tx) error {
		told, err := tickets.LatestEvents(tx, id, 0, 10)
		for _, e := range told {
			if _, ok := e.What.(tickets.Replied); ok {
				n = e.N
			}
		}
		return err
	})
	return n
}

func TestAReplyThatFailedIsSentOnceMore(t *testing.T) {
	door := &post{refuses: jobs.Final(errors.New("no such mailbox"))}
	s := openShopWith(t, door)
	q := s.asks("Zoe", "t", "Hello", "Hello?", s.sales.ID)
	rui, ana := s.as(s.rui), s.as(s.ana)
	rui.post(path(q.ID, "/reply"), "text", "Yes?")
	settle := func() {
		t.Helper()
		if err := s.h.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	settle()
	reply := s.replyTo(q.ID)
	retry := path(q.ID, "/retry/"+strconv.Itoa(reply))
	rui.get(path(q.ID, "")).wants(t, http.StatusOK, "no such mailbox", `action="`+retry)

	door.refuses = nil
	page := ana.opens("open", q.ID)
	rui.post(retry).wants(t, http.StatusSeeOther)
	rui.get(path(q.ID, "")).wants(t, http.StatusOK, "Trying again now")
	rui.post(retry).wants(t, http.StatusSeeOther) // twice is once
	settle()
	if !slices.Equal(door.sent, []int{reply}) {
		t.Errorf("sent %v, want %d alone", door.sent, reply)
	}
	page.until("the end of the button", change("part", againID(reply), "hidden"))
	page.until("that it went", func(d do) bool { return change("event", d.ID, "Sent via e-mail now")(d) })
	after := rui.get(path(q.ID, ""))
	after.wants(t, http.StatusOK, "Sent via e-mail now")
	after.lacks(t, retry, "Trying again now")
	rui.post(retry).wants(t, http.StatusSeeOther) // who is late sees that it went
}

func TestWhoMayNotAnswerSendsNothingAgain(t *testing.T) {
	s := openShopWith(t, &post{refuses: jobs.Final(errors.New("no such mailbox"))})
	q := s.asks("Zoe", "t", "Hello", "Hello?", s.support.ID)
	s.as(s.ana).post(path(q.ID, "/reply"), "text", "Yes?")
	if err := s.h.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	retry := path(q.ID, "/retry/"+strconv.Itoa(s.replyTo(q.ID)))
	s.as(s.rui).post(retry).wants(t, http.StatusNotFound)
	s.as(s.ana).get(path(q.ID, "")).wants(t, http.StatusOK, retry)
	s.do(func(tx *store.Tx) error { return tickets.Delete(tx, s.ana.Actor(), q.ID) })
	s.as(s.ana).get(path(q.ID, "")).lacks(t, retry) // what is in the bin is not answered
	s.as(s.ana).post(retry).wants(t, http.StatusForbidden)
	s.as(s.ana).post(path(q.ID, "/retry/none")).wants(t, http.StatusNotFound)
}
