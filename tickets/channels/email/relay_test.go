package email

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"deskbell/internal/fault"
	"deskbell/internal/jobs"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
	"deskbell/tickets/channels/email/emailtest"
)

func TestARefusalIsTheEndAndIsTold(t *testing.T) {
	no := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	for name, refuse := range map[string]func(*emailtest.Server){
		"the address":  func(s *emailtest.Server) { s.Refuse(no) },
		"the contents": func(s *emailtest.Server) { s.After(func(*smtp.Conn) error { return no }) },
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			refuse(s.smtp)
			id := s.asks("zoe@example.com", "en")
			e := s.answer(id, "hello")
			s.drain()
			failed := s.jobs(jobs.Failed)
			if len(failed) != 1 || failed[0].Tries != 1 || !strings.Contains(failed[0].Trouble, "no such mailbox") {
				t.Fatalf("failed: %+v", failed)
			}
			var why string
			s.See(func(tx *store.Tx) error {
				told, err := tickets.LatestEvents(tx, id, 0, 1)
				if err == nil {
					if carried, ok := told[0].What.(tickets.Carried); ok && carried.Of == e.N && carried.State == tickets.Failed {
						why = carried.Why
					}
				}
				return err
			})
			if !strings.Contains(why, "no such mailbox") {
				t.Errorf("the ticket says %q", why)
			}
			s.smtp.Refuse(nil)
			s.smtp.After(nil)
			s.Do(func(tx *store.Tx) error { return channels.Retry(tx, s.admin, id, e.N) })
			s.drain()
			if len(s.smtp.Taken()) != 1 {
				t.Error("the retry did not arrive")
			}
		})
	}
}

func TestAServerThatHangsHoldsNobodyUp(t *testing.T) {
	s := openShop(t)
	hanging, over := make(chan bool), make(chan bool)
	s.smtp.After(func(*smtp.Conn) error {
		close(hanging)
		<-over
		return nil
	})
	t.Cleanup(func() { close(over) })
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan bool)
	go func() {
		s.run.Run(ctx)
		close(ended)
	}()
	s.Do(func(tx *store.Tx) error { return s.door.Send(tx, hello()) })
	<-hanging
	cancel() // the house closes
	<-ended
	if waiting := s.jobs(jobs.Waiting); len(waiting) != 1 {
		t.Errorf("there wait %+v", waiting)
	}
}

func TestTheRelayMustBeReachableAndHonest(t *testing.T) {
	for name, c := range map[string]struct {
		relay func(*shop, *Relay)
		want  string // of what is wrong; "" when it goes through
	}{
		"nobody listens":          {func(s *shop, r *Relay) { r.Port = s.smtp.Closed }, "refused"},
		"not on the internet":     {func(_ *shop, r *Relay) { r.Allow = nil }, "is not on the public internet"},
		"no encryption to be had": {func(_ *shop, r *Relay) { r.Security = starttls }, "STARTTLS"},
		"STARTTLS": {func(s *shop, r *Relay) {
			r.Security, r.Port = starttls, s.smtp.Secure(t, certified.TLS.Certificates, false)
		}, ""},
		"TLS": {func(s *shop, r *Relay) {
			r.Security, r.Port = fullTLS, s.smtp.Secure(t, certified.TLS.Certificates, true)
		}, ""},
		"with a password": {func(s *shop, r *Relay) {
			r.Security, r.Port = fullTLS, s.smtp.Secure(t, certified.TLS.Certificates, true)
			s.password(r, "right")
		}, ""},
		"with STARTTLS and a password": {func(s *shop, r *Relay) {
			r.Security, r.Port = starttls, s.smtp.Secure(t, certified.TLS.Certificates, false)
			s.password(r, "right")
		}, ""},
		"a wrong password": {func(s *shop, r *Relay) {
			r.Security, r.Port = fullTLS, s.smtp.Secure(t, certified.TLS.Certificates, true)
			s.password(r, "wrong")
		}, "535"},
		"another's certificate": {func(s *shop, r *Relay) {
			r.Host, r.Security, r.Port = "localhost", fullTLS, s.smtp.Secure(t, certified.TLS.Certificates, true)
			s.password(r, "right")
		}, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			s.relay(func(r *Relay) { c.relay(s, r) })
			s.send(hello())
			waiting := s.jobs(jobs.Waiting)
			if c.want == "" {
				if len(waiting) > 0 || len(s.smtp.Taken()) != 1 {
					t.Errorf("it did not go through: %+v", waiting)
				}
				return
			}
			if len(waiting) != 1 || !strings.Contains(waiting[0].Trouble, c.want) {
				t.Errorf("there wait %+v, want trouble with %q", waiting, c.want)
			}
			if len(s.smtp.Taken()) > 0 {
				t.Error("it went through")
			}
		})
	}
}

func (s *shop) password(r *Relay, plain string) { r.User, r.Password = "shop", s.door.Key.Seal(plain) }

func TestTheFormSetsTheRelayUp(t *testing.T) {
	good := map[string]string{"host": " smtp.example.com ", "port": "587", "security": starttls, "user": "shop", "password": "p", "from": "help@shop.example", "allow": "10.0.0.0/8\n127.0.0.0/8"}
	for name, c := range map[string]struct {
		field, value, at string
	}{
		"good":                 {"host", "smtp.example.com", ""},
		"no relay at all":      {"host", "", ""},
		"a host with a path":   {"host", "smtp.example.com/x", "host"},
		"no port":              {"port", "", "port"},
		"port 0":               {"port", "0", "port"},
		"odd security":         {"security", "odd", "security"},
		"a password in clear":  {"security", noTLS, "security"},
		"no sender":            {"from", "", "from"},
		"a sender with a line": {"from", "help@shop.example\r\nBcc: x@y", "from"},
		"no network":           {"allow", "localhost", "allow"},
	} {
		s := openShop(t)
		values := map[string]string{}
		for k, v := range good {
			values[k] = v
		}
		values[c.field] = c.value
		err := s.Update(context.Background(), func(tx *store.Tx) error { return s.door.Configure(tx, s.admin, values) })
		var f *fault.Error
		if errors.As(err, &f) && f.At != c.at || (err == nil) != (c.at == "") {
			t.Errorf("%s: %v, want a fault at %q", name, err, c.at)
		}
	}
	s := openShop(t)
	change := func(field, value string) (set bool) {
		values := map[string]string{}
		for k, v := range good {
			values[k] = v
		}
		values["password"] = ""
		values[field] = value
		s.Do(func(tx *store.Tx) error {
			if err := s.door.Configure(tx, s.admin, values); err != nil {
				return err
			}
			r, err := Outgoing.Get(tx)
			set = r.Password.Set()
			return err
		})
		return set
	}
	if !change("password", "p") || !change("name", "Help") || change("host", "evil.example.com") {
		t.Error("a password that was left empty must stay, but not for another host")
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	s := openShop(t)
	for _, to := range []string{"", "zoe", "zoe@example.com\r\nRCPT TO:<evil@example.com>", "a@b, c@d"} {
		m := hello()
		m.To.Address = to
		err := s.Update(context.Background(), func(tx *store.Tx) error { return s.door.Send(tx, m) })
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", to, err)
		}
	}
}
