package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

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
		noteTrouble(ctx, db, relay, err)
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
	code, answer := answerIn(err)
	switch {
	case errors.As(err, &private):
		return say("email.try_private", "address", private.Address)
	case errors.As(err, &nowhere):
		return say("email.try_no_name")
	case isLogin(code):
		return say("email.try_login", "answer", answer)
	case code != 0:
		return say("email.try_refused", "answer", answer)
	case isTLS(err):
		return say("email.try_tls")
	case errors.As(err, &unreachable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, net.ErrClosed):
		return say("email.try_silent")
	}
	return say("email.try_failed", "answer", err.Error())
}

// answerIn finds what the server said in an error: its code (RFC 5321, 4.2) and its words, the code among them; 0 when it said
// nothing. go-mail gives the code of a refused mail but no way to the words, which stand between its own in Error.
func answerIn(err error) (code int, words string) {
	var line *textproto.Error // while it greeted us, or we signed in
	if errors.As(err, &line) {
		return line.Code, oneLine(line.Error())
	}
	var refused *gomail.SendError
	if !errors.As(err, &refused) || refused.ErrorCode() == 0 {
		return 0, ""
	}
	words = strings.TrimPrefix(refused.Error(), refused.Reason.String()+": ")
	words, _, _ = strings.Cut(words, ", affected ")
	return refused.ErrorCode(), oneLine(strings.ReplaceAll(words, `"`, "")) // which it puts around them
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// isLogin tells whether an answer is about who we say we are (RFC 4954, 6).
func isLogin(code int) bool { return code == 535 || code == 534 || code == 530 }

// isTLS tells whether no safe line came about. That a server offers none is no type of go-mail's, only a sentence.
func isTLS(err error) bool {
	var record tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	var name x509.HostnameError
	return errors.As(err, &record) || errors.As(err, &verify) || errors.As(err, &name) || strings.Contains(err.Error(), "STARTTLS")
}
