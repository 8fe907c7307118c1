package channels_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
	"deskbell/tickets"
	"deskbell/tickets/channels"
	"deskbell/tickets/channels/channelstest"
)

// door is a door whose answer the test chooses. It leads to a sheet of paper.
type door struct {
	name   string
	answer error
	sheet  *[]string
	listen func(ctx context.Context) error
}

func (d *door) Name() string { return d.name }

func (d *door) Deliver(_ context.Context, db *store.DB, what tickets.Delivery) error {
	*d.sheet = append(*d.sheet, d.name)
	if what.Channel != d.name {
		return jobs.Final(errors.New("meant for another door"))
	}
	return d.answer
}

func (d *door) Way(*store.Tx, *tickets.Ticket) (channels.Way, error) {
	if errors.Is(d.answer, channels.Absent) {
		return channels.Way{}, channels.Absent
	}
	return channels.Way{Say: d.name}, nil
}

func (d *door) Listen(ctx context.Context, _ *store.DB) error {
	if d.listen == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	return d.listen(ctx)
}

func (d *door) Hook(*store.DB) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(d.name + " hears " + r.URL.Path))
	})
}

// street is a house with three doors and a ticket that came by the middle one.
type street struct {
	*storetest.House
	asked          []string
	chat, sms, fax *door
	doors          *channels.Doors
	run            *jobs.Runner
	ticket         tickets.ID
	reply          *tickets.Event
	ana            people.Actor
}

func openStreet(t *testing.T) *street {
	s := &street{House: storetest.Open(t)}
	s.chat, s.sms, s.fax = s.door("chat"), s.door("sms"), s.door("fax")
	s.doors = channels.New(s.DB, s.chat, s.sms, s.fax)
	s.run = &jobs.Runner{DB: s.DB}
	s.doors.Attach(s.run)
	s.ana = channelstest.Agent(s.House)
	s.Do(func(tx *store.Tx) error {
		zoe, err := people.Recognise(tx, []people.Identity{{Kind: people.KindVisitor, Value: "zoe"}}, people.Profile{})
		if err != nil {
			return err
		}
		ticket, _, err := tickets.Receive(tx, tickets.Inbound{Channel: "sms", By: zoe.Actor(), Text: "hello"})
		if err != nil {
			return err
		}
		s.ticket = ticket.ID
		s.reply, err = tickets.Reply(tx, s.ana, ticket.ID, tickets.Draft{Text: "good day"})
		return err
	})
	return s
}

func (s *street) door(name string) *door {
	return &door{name: name, answer: channels.Absent, sheet: &s.asked}
}

func (s *street) drain(t *testing.T) {
	t.Helper()
	if _, err := s.run.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// way is where a reply is said to go.
func (s *street) way(t *testing.T) (say string) {
	t.Helper()
	s.See(func(tx *store.Tx) error {
		ticket, err := tickets.Find(tx, s.ticket)
		if err != nil {
			return err
		}
		way, err := s.doors.Way(tx, ticket)
		say = way.Say
		return err
	})
	return say
}

// carried gives what the ticket says about what became of the reply.
func (s *street) carried(t *testing.T) (all []tickets.Carried) {
	t.Helper()
	s.See(func(tx *store.Tx) error {
		told, err := tickets.Events(tx, s.ticket, 0, 100)
		for _, e := range told {
			if c, ok := e.What.(tickets.Carried); ok {
				all = append(all, c)
			}
		}
		return err
	})
	return all
}

func TestAReplyGoesWhereSomebodyIs(t *testing.T) {
	no := errors.New("no answer")
	for name, c := range map[string]struct {
		chat, sms, fax error
		asked          []string
		carried        string // by which channel, if the ticket says so
		waits          int
	}{
		"by the way it was meant to go": {channels.Absent, nil, nil, []string{"sms"}, "", 0},
		"nobody there, so the next":     {nil, channels.Absent, nil, []string{"sms", "chat"}, "chat", 0},
		"or the one after that":         {channels.Absent, channels.Absent, nil, []string{"sms", "chat", "fax"}, "fax", 0},
		"nobody anywhere":               {channels.Absent, channels.Absent, channels.Absent, []string{"sms", "chat", "fax"}, "", 0},
		"trouble is not absence":        {nil, no, nil, []string{"sms"}, "", 1},
		"trouble at the second":         {no, channels.Absent, nil, []string{"sms", "chat"}, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStreet(t)
			s.chat.answer, s.sms.answer, s.fax.answer = c.chat, c.sms, c.fax
			way := s.way(t)
			s.drain(t)
			if !slices.Equal(s.asked, c.asked) {
				t.Errorf("asked %v, want %v", s.asked, c.asked)
			}
			if last := s.asked[len(s.asked)-1]; way != last && way != "tickets.way_waits" {
				t.Errorf("it was said to go to %q, and it went to %q", way, last)
			}
			if nobody := c.chat == c.fax && c.fax == c.sms; nobody != (way == "tickets.way_waits") {
				t.Errorf("it was said to go to %q", way)
			}
			carried := s.carried(t)
			if c.carried == "" && len(carried) > 0 || c.carried != "" && (len(carried) != 1 || carried[0].Channel != c.carried || carried[0].Of != s.reply.N || carried[0].State != tickets.Sent) {
				t.Errorf("the ticket says %+v, want %q", carried, c.carried)
			}
			s.See(func(tx *store.Tx) error {
				if n, err := jobs.Count(tx, jobs.Waiting, 10); err != nil || n != c.waits {
					t.Errorf("%d wait, want %d (%v)", n, c.waits, err)
				}
				return nil
			})
		})
	}
}

func TestWhatFailedIsToldAndCanBeRetried(t *testing.T) {
	s := openStreet(t)
	s.sms.answer = jobs.Final(errors.New("no such number"))
	s.drain(t)
	carried := s.carried(t)
	if len(carried) != 1 || carried[0].State != tickets.Failed || !strings.Contains(carried[0].Why, "no such number") || carried[0].Of != s.reply.N {
		t.Fatalf("the ticket says %+v", carried)
	}
	stranger := people.Actor{Type: people.ByAgent, ID: "x", Role: people.AgentRole, Scope: people.ScopeRead}
	retry := func(by people.Actor, n int) error {
		return s.Update(context.Background(), func(tx *store.Tx) error { return channels.Retry(tx, by, s.ticket, n) })
	}
	if err := retry(stranger, s.reply.N); !fault.Is(err, fault.Forbidden) {
		t.Errorf("somebody who only reads: %v", err)
	}
	if err := retry(s.ana, s.reply.N+50); !fault.Is(err, fault.Conflict) {
		t.Errorf("what was never sent: %v", err)
	}
	s.sms.answer = nil
	if err := retry(s.ana, s.reply.N); err != nil {
		t.Fatal(err)
	}
	s.asked = nil
	s.drain(t)
	if !slices.Equal(s.asked, []string{"sms"}) {
		t.Errorf("asked %v", s.asked)
	}
}

// What a door only keeps was not sent; and what is told of a reply is true again once it went after all.
func TestATicketTellsWhatIsTrueOfItsReply(t *testing.T) {
	failure := jobs.Final(errors.New("no such number"))
	for name, c := range map[string]struct {
		first, then error
		want        []tickets.Carried
	}{
		"kept":                 {channels.Kept, channels.Kept, []tickets.Carried{{State: tickets.Kept}}},
		"kept, then sent":      {channels.Kept, nil, []tickets.Carried{{State: tickets.Kept}, {State: tickets.Sent, Was: tickets.Kept}}},
		"failed, then sent":    {failure, nil, []tickets.Carried{{State: tickets.Failed}, {State: tickets.Sent, Was: tickets.Failed}}},
		"sent, and sent again": {nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStreet(t)
			s.sms.answer = c.first
			s.drain(t)
			s.sms.answer = c.then
			s.Do(func(tx *store.Tx) error {
				if c.first == failure {
					return channels.Retry(tx, s.ana, s.ticket, s.reply.N)
				}
				return tickets.CarryOut(tx, tickets.Delivery{Ticket: s.ticket, N: s.reply.N, Channel: "sms"})
			})
			s.drain(t)
			got := s.carried(t)
			for i := range got {
				if got[i].Of != s.reply.N || got[i].Channel != "sms" {
					t.Errorf("it is told of %+v", got[i])
				}
				got[i].Of, got[i].Channel, got[i].Why = 0, "", ""
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the ticket tells %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestRepliesOfATicketKeepTheirOrder(t *testing.T) {
	s := openStreet(t)
	s.sms.answer = errors.New("busy")
	s.Do(func(tx *store.Tx) error {
		_, err := tickets.Reply(tx, s.ana, s.ticket, tickets.Draft{Text: "and one more"})
		return err
	})
	s.drain(t)
	if len(s.asked) != 1 {
		t.Errorf("the second went past the first: %v", s.asked)
	}
}

func TestHooksHearBehindTheirOwnName(t *testing.T) {
	s := openStreet(t)
	for path, want := range map[string]string{
		"/hooks/sms/":       "sms hears /",
		"/hooks/sms/in?x=1": "sms hears /in",
		"/hooks/fax/a/b":    "fax hears /a/b",
		"/hooks/none/":      "",
		"/hooks/":           "",
	} {
		w := httptest.NewRecorder()
		s.doors.Hooks().ServeHTTP(w, httptest.NewRequest("POST", path, nil))
		if got := w.Body.String(); want != "" && got != want || want == "" && w.Code != http.StatusNotFound {
			t.Errorf("%s: %d %q, want %q", path, w.Code, got, want)
		}
	}
}

func TestADoorThatFailsIsOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opened []time.Duration
		began := time.Now()
		ctx, cancel := context.WithCancel(context.Background())
		fax := &door{name: "fax", listen: func(context.Context) error {
			if opened = append(opened, time.Since(began)); len(opened) == 4 {
				cancel()
			}
			return errors.New("the line is dead")
		}}
		channels.New(nil, fax).Listen(ctx)
		want := []time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second}
		if !slices.Equal(opened, want) {
			t.Errorf("it was opened after %v, want %v", opened, want)
		}
	})
}

func TestDoorsHaveNamesOfTheirOwn(t *testing.T) {
	s := openStreet(t)
	if s.doors.Find("sms") != channels.Channel(s.sms) || s.doors.Find("none") != nil || len(s.doors.All()) != 3 {
		t.Error("a door is not found by its name")
	}
	defer func() {
		if recover() == nil {
			t.Error("two doors of one name were taken")
		}
	}()
	channels.New(s.DB, s.sms, s.sms)
}
