package email

import (
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"deskbell/internal/fault"
	"deskbell/internal/jobs"
)

// Whoever sets a relay up is told in a sentence of his own what to do, and what the relay said.
func TestTryingARelay(t *testing.T) {
	for name, c := range map[string]struct {
		relay  func(*shop, *Relay)
		say    string // "" when the relay takes it
		answer string
	}{
		"it works":              {func(*shop, *Relay) {}, "", "2.0.0 OK"},
		"there is none":         {func(_ *shop, r *Relay) { r.Host = "" }, "fault.required", ""},
		"nobody listens":        {func(s *shop, r *Relay) { r.Port = s.smtp.Closed }, "email.try_silent", ""},
		"not on the internet":   {func(_ *shop, r *Relay) { r.Allow = nil }, "email.try_private", ""},
		"no encryption":         {func(_ *shop, r *Relay) { r.Security = starttls }, "email.try_tls", ""},
		"TLS at another's port": {func(_ *shop, r *Relay) { r.Security = fullTLS }, "email.try_tls", ""},
		"another's certificate": {func(s *shop, r *Relay) {
			r.Host, r.Security, r.Port = "localhost", fullTLS, s.smtp.Secure(t, certified.TLS.Certificates, true)
		}, "email.try_tls", ""},
		"a wrong password": {func(s *shop, r *Relay) {
			r.Security, r.Port = fullTLS, s.smtp.Secure(t, certified.TLS.Certificates, true)
			s.password(r, "wrong")
		}, "email.try_login", "535 "},
		"it knows no such person": {func(s *shop, _ *Relay) {
			s.smtp.Refuse(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No Zoe here"})
		}, "email.try_refused", "550 5.1.1 No Zoe here"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			s.relay(func(r *Relay) { c.relay(s, r) })
			answer, err := s.door.Try(t.Context(), s.DB, hello())
			var f *fault.Error
			if errors.As(err, &f) {
				answer, _ = f.Values["answer"].(string)
			}
			switch taken := len(s.smtp.Taken()); {
			case err == nil && (c.say != "" || taken != 1):
				t.Errorf("it went through, with %d mails taken; want %q", taken, c.say)
			case err != nil && (f == nil || f.Say != c.say):
				t.Errorf("it says %v, want %q", err, c.say)
			case c.answer == "" && answer != "" || !strings.HasPrefix(answer, c.answer):
				t.Errorf("the server's answer is given as %q, want %q", answer, c.answer)
			}
			if jobs := s.jobs(jobs.Waiting); len(jobs) > 0 {
				t.Errorf("there wait %+v", jobs)
			}
		})
	}
}
