package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/outbound"
	"deskbell/internal/store"
)

// tryFor is how long somebody waits before a page for what the relay says.
const tryFor = 25 * time.Second

// Try sends a mail while somebody waits, instead of by a job, and gives what the relay says. Its fault says in a sentence what to
// do; nothing of the mail is kept.
func (d *Door) Try(ctx context.Context, db *store.DB, m Mail) (says string, err error) {
	ctx, stop := context.WithTimeout(ctx, tryFor)
	defer stop()
	relay, shop, err := outgoing(ctx, db)
	if err != nil {
		return "", err
	}
	if relay.Host == "" {
		return "", fault.Field("host", "fault.required")
	}
	if _, err := d.Key.Open(relay.Password); err != nil {
		return "", fault.Field("password", "fault.required")
	}
	now := db.Now()
	l := Letter{Mail: m, Name: "try." + strconv.FormatInt(now.UnixNano(), 36), Date: now}
	if says, err = d.hand(ctx, relay, d.message(l, relay.sender(shop))); err != nil {
		return "", relay.explain(err)
	}
	noteWorks(ctx, db, relay)
	return strings.TrimSpace(says), nil
}

// explain makes of what went wrong on the way to a relay a sentence for whoever set it up.
func (r Relay) explain(err error) error {
	say := func(key string, more ...any) error {
		f := fault.New(fault.Invalid, key, append([]any{"host", r.Host, "port", r.Port}, more...)...)
		f.Err = err
		return f
	}
	var private *outbound.Refused
	var nowhere *net.DNSError
	var unreachable *net.OpError
	answer := smtpAnswer(err)
	switch {
	case errors.As(err, &private):
		return say("email.try_private", "address", private.Address)
	case errors.As(err, &nowhere):
		return say("email.try_no_name")
	case isLogin(answer):
		return say("email.try_login", "answer", answer)
	case answer != "":
		return say("email.try_refused", "answer", answer)
	case isTLS(err):
		return say("email.try_tls")
	case errors.As(err, &unreachable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, net.ErrClosed):
		return say("email.try_silent")
	}
	return say("email.try_failed", "answer", err.Error())
}

// said finds the server's own words in an error: a code of failure and what follows it (RFC 5321, 4.2).
var said = regexp.MustCompile(`\b[45][0-9][0-9][ -][^\n]*`)

// smtpAnswer is what the server said, "" when it said nothing. The library tells it only as a part of its own sentence.
func smtpAnswer(err error) string {
	answer, _, _ := strings.Cut(said.FindString(err.Error()), ", affected ")
	return strings.TrimSpace(strings.ReplaceAll(answer, `"`, "")) // which are the library's
}

// isLogin tells whether an answer is about who we say we are (RFC 4954, 6).
func isLogin(answer string) bool {
	code, _, _ := strings.Cut(answer, " ")
	return code == "535" || code == "534" || code == "530"
}

func isTLS(err error) bool {
	var record tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	var name x509.HostnameError
	return errors.As(err, &record) || errors.As(err, &verify) || errors.As(err, &name) || strings.Contains(err.Error(), "STARTTLS")
}
