package email

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// A relay works from the first mail that it takes, real ones included, and a new one has to show it again.
func TestARelayWorksOnceItHasTakenAMail(t *testing.T) {
	s := openShop(t)
	works := func() (yes bool) {
		s.See(func(tx *store.Tx) (err error) {
			yes, err = Works(tx)
			return err
		})
		return yes
	}
	if works() {
		t.Error("it works before any mail")
	}
	s.send(hello())
	if !works() {
		t.Error("it took a mail and does not work")
	}
	s.relay(func(r *Relay) { r.Host = "smtp.example.com" })
	if works() {
		t.Error("another host works, though nobody has asked it")
	}
}

// The trouble of a relay shows from the first try that meets it, with its first moment, and ends with a mail that is taken.
func TestTheTroubleOfARelay(t *testing.T) {
	s := openShop(t)
	now := func() (trouble *Trouble) {
		s.See(func(tx *store.Tx) (err error) {
			trouble, err = TroubleNow(tx)
			return err
		})
		return trouble
	}
	says := func(want string) {
		t.Helper()
		var f *fault.Error
		if got := now(); got == nil || !errors.As(got.Fault(), &f) || f.Say != want || f.Values["host"] != "127.0.0.1" {
			t.Errorf("the trouble is %+v, want %s", got, want)
		}
	}
	open, closed := s.smtp.Port, s.smtp.Closed
	s.relay(func(r *Relay) { r.Port = closed })
	s.send(hello())
	says("email.try_silent")
	since := now().Since
	s.Clock.Add(time.Hour)
	s.drain()
	if got := now(); got == nil || !got.Since.Equal(since) {
		t.Errorf("after another try the trouble is %+v, want it since %s", got, since)
	}

	s.relay(func(r *Relay) { r.Port = open })
	if got := now(); got != nil {
		t.Errorf("the new relay was not asked yet, and has trouble: %+v", got)
	}
	s.smtp.After(func(*smtp.Conn) error { return &smtp.SMTPError{Code: 451, Message: "Later"} })
	s.send(hello())
	says("email.try_refused")
	s.smtp.After(nil)
	if _, err := s.door.Try(t.Context(), s.DB, hello()); err != nil {
		t.Fatal(err)
	}
	if got := now(); got != nil {
		t.Errorf("it took a mail and still has trouble: %+v", got)
	}
}

// That a relay does not know one person is no trouble of the relay's, and neither is that the house closes.
func TestWhatIsNoTroubleOfARelay(t *testing.T) {
	s := openShop(t)
	s.smtp.Refuse(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No Zoe here"})
	s.send(hello())
	closing, stop := context.WithCancel(t.Context())
	stop()
	if _, err := s.door.Try(closing, s.DB, hello()); err == nil {
		t.Fatal("it was sent although the house closes")
	}
	s.See(func(tx *store.Tx) error {
		trouble, err := TroubleNow(tx)
		if trouble != nil {
			t.Errorf("the relay's trouble is %+v", trouble)
		}
		return err
	})
}
