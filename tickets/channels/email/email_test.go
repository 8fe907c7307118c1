package email

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"deskbell/internal/jobs"
	"deskbell/internal/live"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
	"deskbell/tickets"
	"deskbell/tickets/channels"
	"deskbell/tickets/channels/channelstest"
	"deskbell/tickets/channels/email/emailtest"
)

// certified is a server whose certificate the tests trust, for 127.0.0.1 and example.com.
var certified = httptest.NewUnstartedServer(nil)

func TestMain(m *testing.M) {
	certified.StartTLS()
	dir, err := os.MkdirTemp("", "email")
	if err == nil {
		file := filepath.Join(dir, "root.pem")
		err = os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certified.Certificate().Raw}), 0o600)
		os.Setenv("SSL_CERT_FILE", file)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// shop is a house with the mail door, a runner and a mail server on loopback.
type shop struct {
	*storetest.House
	door  *Door
	run   *jobs.Runner
	smtp  *emailtest.Server
	admin people.Actor
	t     *testing.T
}

func openShop(t *testing.T) *shop {
	key, err := settings.NewKey([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{House: storetest.Open(t), t: t, smtp: emailtest.Listen(t)}
	bell := live.NewBell()
	s.OnRing(bell.Ring)
	s.door = &Door{Key: key, URL: &url.URL{Scheme: "https", Host: "shop.example"}}
	s.run = &jobs.Runner{DB: s.DB, Bell: bell}
	s.door.Attach(s.run)
	channels.New(s.DB, s.door).Attach(s.run)
	s.admin = channelstest.Agent(s.House)
	s.relay(func(*Relay) {})
	return s
}

// relay sets the mail server up as the relay.
func (s *shop) relay(change func(*Relay)) {
	s.t.Helper()
	s.Do(func(tx *store.Tx) error {
		r := Relay{Host: "127.0.0.1", Port: s.smtp.Port, Security: noTLS, From: "help@shop.example", Allow: []string{"127.0.0.0/8"}}
		change(&r)
		return Outgoing.Put(tx, r)
	})
}

func (s *shop) drain() {
	s.t.Helper()
	if _, err := s.run.Drain(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) send(m Mail) {
	s.t.Helper()
	s.Do(func(tx *store.Tx) error { return s.door.Send(tx, m) })
	s.drain()
}

func hello() Mail {
	return Mail{To: mail.Address{Name: "Zoe", Address: "zoe@example.com"}, Subject: "Hello", Text: "Your link: https://shop.example/l/secret", Machine: true}
}

// asks opens a ticket by a contact with that address; "" for one without.
func (s *shop) asks(address, language string) (id tickets.ID) {
	s.Do(func(tx *store.Tx) error {
		by := []people.Identity{{Kind: people.KindVisitor, Value: tx.NewID()}}
		if address != "" {
			by = append(by, people.Identity{Kind: people.KindEmail, Value: address})
		}
		c, err := people.Recognise(tx, by, people.Profile{Name: "Zoe", Language: language})
		if err != nil {
			return err
		}
		t, _, err := tickets.Receive(tx, tickets.Inbound{Channel: "chat", By: c.Actor(), Subject: "Where is my parcel?", Text: "I wait."})
		if err != nil {
			return err
		}
		id = t.ID
		return nil
	})
	return id
}

func (s *shop) answer(id tickets.ID, text string) (e *tickets.Event) {
	s.t.Helper()
	s.Do(func(tx *store.Tx) (err error) {
		e, err = tickets.Reply(tx, s.admin, id, tickets.Draft{Text: text})
		return err
	})
	return e
}

func (s *shop) jobs(state jobs.State) (list []jobs.Job) {
	s.See(func(tx *store.Tx) (err error) {
		list, _, err = jobs.List(tx, state, nil, 100)
		return err
	})
	return list
}

func (s *shop) kinds(id tickets.ID) (kinds []string) {
	s.See(func(tx *store.Tx) error {
		told, err := tickets.Events(tx, id, 0, 100)
		for _, e := range told {
			kinds = append(kinds, string(e.What.Kind()))
		}
		return err
	})
	return kinds
}

func TestContract(t *testing.T) {
	channelstest.Run(t, func(t *testing.T) channelstest.World {
		s := openShop(t)
		n := 0
		return channelstest.World{
			House: s.House, Door: s.door,
			Ticket: func() tickets.ID {
				n++
				return s.asks(fmt.Sprintf("zoe%d@example.com", n), "en")
			},
			Arrived: func() (all []channelstest.Arrival) {
				for _, m := range s.smtp.Taken() {
					all = append(all, channelstest.Arrival{ID: m.Header.Get("Message-Id"), Text: m.Text})
				}
				return all
			},
			Trouble: func(on bool) {
				s.smtp.After(func(*smtp.Conn) error {
					if on {
						return &smtp.SMTPError{Code: 451, Message: "not now"}
					}
					return nil
				})
			},
		}
	})
}

func TestAnAnswerReachesWhoIsNotThere(t *testing.T) {
	for language, want := range map[string]struct{ says, link string }{
		"en":    {"Ana from Deskbell has answered you:", "Read the whole conversation and write back here:"},
		"pt-BR": {"Ana, da Deskbell, respondeu a você:", "Leia a conversa inteira e responda por aqui:"},
		"xx":    {"Ana from Deskbell has answered you:", "Read the whole conversation and write back here:"},
	} {
		s := openShop(t)
		id := s.asks("zoe@example.com", language)
		s.answer(id, "It is **on its way** <script>alert(1)</script>")
		s.drain()
		got := s.smtp.Taken()
		if len(got) != 1 {
			t.Fatalf("%s: %d mails", language, len(got))
		}
		m := got[0]
		if m.Header.Get("Subject") != "Re: Where is my parcel?" || m.From != "help@shop.example" || m.To != "zoe@example.com" {
			t.Errorf("%s: %q from %q to %q", language, m.Header.Get("Subject"), m.From, m.To)
		}
		for _, part := range []string{want.says, "It is on its way", want.link, "https://shop.example/my/tickets/"} {
			if !strings.Contains(m.Text, part) {
				t.Errorf("%s: the text lacks %q:\n%s", language, part, m.Text)
			}
		}
		if !strings.Contains(m.HTML, "<strong>on its way</strong>") || strings.Contains(m.HTML, "<script") {
			t.Errorf("%s: the page is\n%s", language, m.HTML)
		}
		if strings.Contains(m.Text, "I wait.") || m.Header.Get("Auto-Submitted") != "" {
			t.Errorf("%s: it quotes what anybody may have typed, or says that a machine wrote it", language)
		}
		if kinds := s.kinds(id); kinds[len(kinds)-1] != "delivery" {
			t.Errorf("%s: the ticket says %v, want that it went by another way than it came", language, kinds)
		}
	}
}

func TestTheLinkOpensOneTicketForOneAddress(t *testing.T) {
	s := openShop(t)
	link, err := url.Parse(s.door.TicketLink("ref1", "zoe@example.com"))
	if err != nil || link.Path != "/my/tickets/ref1" {
		t.Fatal(link, err)
	}
	proof := link.Query().Get("proof")
	for name, c := range map[string]struct {
		ref, address, proof string
		want                bool
	}{
		"as sent":         {"ref1", "zoe@example.com", proof, true},
		"another ticket":  {"ref2", "zoe@example.com", proof, false},
		"another address": {"ref1", "ann@example.com", proof, false},
		"no address":      {"ref1", "", proof, false},
		"cut":             {"ref1", "zoe@example.com", proof[:len(proof)-1], false},
		"none":            {"ref1", "zoe@example.com", "", false},
	} {
		if got := s.door.Proved(c.ref, c.address, c.proof); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestNobodyToWriteToIsNoFailure(t *testing.T) {
	s := openShop(t)
	id := s.asks("", "en")
	s.answer(id, "hello")
	s.drain()
	if n := len(s.jobs(jobs.Waiting)) + len(s.jobs(jobs.Failed)); n > 0 || len(s.smtp.Taken()) > 0 {
		t.Errorf("%d jobs are left", n)
	}
	if kinds := s.kinds(id); slices.Contains(kinds, "delivery") {
		t.Errorf("the ticket says %v", kinds)
	}
}

func TestTheSameMailOnEveryTry(t *testing.T) {
	busy := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "greylisted"}
	for name, c := range map[string]struct {
		first func(*smtp.Conn) error // what the server does after the final dot, the first time
		took  int                    // mails that it took in all
	}{
		"4xx after the data":        {func(*smtp.Conn) error { return busy }, 1},
		"it drops after the dot":    {func(c *smtp.Conn) error { return errors.Join(emailtest.ErrTaken, c.Conn().Close()) }, 2},
		"it drops and did not take": {func(c *smtp.Conn) error { return errors.Join(busy, c.Conn().Close()) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			tries := 0
			var ids []string
			s.smtp.After(func(conn *smtp.Conn) error {
				ids = append(ids, s.smtp.Last().Header.Get("Message-Id"))
				if tries++; tries == 1 {
					return c.first(conn)
				}
				return nil
			})
			s.send(hello())
			waiting := s.jobs(jobs.Waiting)
			if len(waiting) != 1 || waiting[0].Trouble == "" {
				t.Fatalf("after the first try there wait %+v", waiting)
			}
			s.Clock.Set(waiting[0].At)
			s.drain()
			s.drain()
			if len(ids) != 2 || ids[0] != ids[1] || ids[0] == "" {
				t.Errorf("the tries were %q", ids)
			}
			if got := len(s.smtp.Taken()); got != c.took {
				t.Errorf("it took %d, want %d", got, c.took)
			}
			if n := len(s.jobs(jobs.Waiting)) + len(s.jobs(jobs.Failed)); n > 0 {
				t.Errorf("%d jobs are left", n)
			}
		})
	}
}
