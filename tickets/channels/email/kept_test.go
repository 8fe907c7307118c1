package email

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
)

func TestWithoutARelayMailIsKept(t *testing.T) {
	s := openShop(t)
	s.relay(func(r *Relay) { r.Host = "" })
	s.send(hello())
	s.Clock.Add(time.Minute)
	s.answer(s.asks("zoe@example.com", "en"), "hello")
	s.drain()
	if len(s.smtp.Taken()) > 0 {
		t.Error("it was sent")
	}
	list := s.kept()
	if len(list) != 2 || list[1].Subject != "Hello" || list[1].Text != hello().Text || list[1].To != hello().To || list[0].Subject != "Re: Where is my parcel?" {
		t.Fatalf("kept: %+v", list)
	}
	s.relay(func(*Relay) {})
	s.Do(func(tx *store.Tx) error { return s.door.Resend(tx, s.admin, list[1].ID) })
	s.Do(func(tx *store.Tx) error { return s.door.Discard(tx, s.admin, list[0].ID) })
	s.drain()
	if got := s.smtp.Taken(); len(got) != 1 || got[0].Header.Get("Subject") != "Hello" {
		t.Errorf("sent again: %+v", got)
	}
	if left := s.kept(); len(left) > 0 {
		t.Errorf("there are left %+v", left)
	}
}

func TestAKeptReplyIsToldAsKeptAndAsSentOnceItWent(t *testing.T) {
	s := openShop(t)
	s.relay(func(r *Relay) { r.Host = "" })
	id := s.asks("zoe@example.com", "en")
	e := s.answer(id, "hello")
	s.drain()
	told := func() tickets.Carried { return s.outcome(id, e.N) }
	if want := (tickets.Carried{Of: e.N, State: tickets.Kept, Channel: "email"}); told() != want {
		t.Errorf("without a relay the ticket tells %+v, want %+v", told(), want)
	}
	s.relay(func(*Relay) {})
	s.Do(func(tx *store.Tx) error { return s.door.Resend(tx, s.admin, s.kept()[0].ID) })
	s.drain()
	if got := s.smtp.Taken(); len(got) != 1 || !strings.HasPrefix(got[0].Header.Get("Message-Id"), fmt.Sprintf("<r.%d.%d.", uint64(id), e.N)) {
		t.Errorf("the relay took %+v, want the reply by its own name", got)
	}
	if want := (tickets.Carried{Of: e.N, State: tickets.Sent, Was: tickets.Kept, Channel: "email"}); told() != want {
		t.Errorf("once it went the ticket tells %+v, want %+v", told(), want)
	}
}

// outcome is what a ticket told last of a reply.
func (s *shop) outcome(id tickets.ID, reply int) (last tickets.Carried) {
	s.t.Helper()
	s.See(func(tx *store.Tx) error {
		all, err := tickets.Events(tx, id, reply, 10)
		if len(all) > 0 {
			last = all[len(all)-1].What.(tickets.Carried)
		}
		return err
	})
	return last
}

// A ticket must not say for ever that its reply is kept when nobody keeps it any more.
func TestAKeptReplyThatIsDroppedIsToldAsFailed(t *testing.T) {
	s := openShop(t)
	s.relay(func(r *Relay) { r.Host = "" })
	for say, drop := range map[string]func(*store.Tx) error{
		"email.kept_discarded": func(tx *store.Tx) error {
			list, _, err := s.door.List(tx, s.admin, nil, 10)
			if err != nil {
				return err
			}
			return s.door.Discard(tx, s.admin, list[0].ID)
		},
		"email.kept_expired": func(tx *store.Tx) error { _, err := Expire(tx, 10); return err },
	} {
		t.Run(say, func(t *testing.T) {
			id := s.asks("zoe@example.com", "en")
			e := s.answer(id, "hello")
			s.drain()
			s.Clock.Add(keepFor)
			s.Do(drop)
			got := s.outcome(id, e.N)
			if got.Why == "" || i18n.In("en", got.Say) == got.Say {
				t.Errorf("the reasons are %q and %q", got.Why, got.Say)
			}
			got.Why = ""
			if want := (tickets.Carried{Of: e.N, State: tickets.Failed, Was: tickets.Kept, Channel: "email", Say: say}); got != want {
				t.Errorf("the ticket tells %+v, want %+v", got, want)
			}
			again := func(tx *store.Tx) error { return channels.Retry(tx, s.admin, id, e.N) }
			if err := s.Update(t.Context(), again); !fault.Is(err, fault.Conflict) {
				t.Errorf("there is something to try again: %v", err)
			}
		})
	}
}

func TestAKeptReplyToATicketThatIsGoneCanBeThrownAway(t *testing.T) {
	s := openShop(t)
	s.relay(func(r *Relay) { r.Host = "" })
	id := s.asks("zoe@example.com", "en")
	s.answer(id, "hello")
	s.drain()
	s.Do(func(tx *store.Tx) error { return tickets.Delete(tx, s.admin, id) })
	s.Clock.Add(keepFor)
	s.Do(func(tx *store.Tx) error { _, err := tickets.EmptyBin(tx, 10); return err })
	s.Do(func(tx *store.Tx) error { return s.door.Discard(tx, s.admin, s.kept()[0].ID) })
	if left := s.kept(); len(left) > 0 {
		t.Errorf("there are left %+v", left)
	}
}

func (s *shop) kept() (list []Kept) {
	s.t.Helper()
	s.See(func(tx *store.Tx) (err error) {
		list, _, err = s.door.List(tx, s.admin, nil, 10)
		return err
	})
	return list
}

func TestKeptMailIsForThoseWhoManage(t *testing.T) {
	s := openShop(t)
	lead := people.Actor{Type: people.ByAgent, ID: "lia", Role: people.Lead, Scope: people.ScopeAdmin}
	for name, try := range map[string]func(*store.Tx) error{
		"list":    func(tx *store.Tx) error { _, _, err := s.door.List(tx, lead, nil, 10); return err },
		"resend":  func(tx *store.Tx) error { return s.door.Resend(tx, lead, "x") },
		"discard": func(tx *store.Tx) error { return s.door.Discard(tx, lead, "x") },
		"set up": func(tx *store.Tx) error {
			return s.door.Configure(tx, lead, map[string]string{"host": "smtp.example.com", "port": "25", "security": noTLS, "from": "a@b.example"})
		},
	} {
		if err := s.Update(context.Background(), try); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeptMailGoesInTheEnd(t *testing.T) {
	s := openShop(t)
	s.relay(func(r *Relay) { r.Host = "" })
	s.send(hello())
	ticker := jobs.Ticker{DB: s.DB, Sweeps: []jobs.Sweep{{Name: "email.Expire", Do: Expire, Due: ExpireDue}}}
	for _, c := range []struct {
		wait time.Duration
		left int
	}{{keepFor - time.Millisecond, 1}, {time.Millisecond, 0}} {
		s.Clock.Add(c.wait)
		if err := ticker.Tick(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := len(s.kept()); got != c.left {
			t.Errorf("%d are left, want %d", got, c.left)
		}
	}
}

// A link in a mail is a key: whoever finds the data file must not find it.
func TestWhatWaitsIsSealed(t *testing.T) {
	s := openShop(t)
	s.relay(func(r *Relay) { r.Port = s.smtp.Closed; s.password(r, "right") })
	s.send(hello())
	s.relay(func(r *Relay) { r.Host = "" })
	s.send(hello())
	for _, secret := range []string{"https://shop.example/l/secret", `"right"`} {
		files, err := os.ReadDir(s.Dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if data, err := os.ReadFile(filepath.Join(s.Dir, file.Name())); err == nil && strings.Contains(string(data), secret) {
				t.Errorf("%s stands in %s", secret, file.Name())
			}
		}
	}
}
