package email

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	gomail "github.com/wneessen/go-mail"

	"deskbell/internal/fault"
	"deskbell/internal/settings"
	"deskbell/internal/store"
)

// trusted is the host of the relay that last took a first mail of ours. What somebody typed proves nothing; this does.
var trusted = settings.Define("email_works", "")

// Trouble is why no mail goes out. It ends with the first mail that the relay takes.
type Trouble struct {
	Since time.Time `json:"since,omitzero"`
	Host  string    `json:"host,omitempty"`
	Port  int       `json:"port,omitempty"`

	Say    string            `json:"say,omitempty"` // the sentence of explain, and what it is filled with
	Values map[string]string `json:"values,omitempty"`
}

// Fault says what went wrong and what to do, as a test of the relay would.
func (t Trouble) Fault() error {
	var pairs []any
	for name, value := range t.Values {
		pairs = append(pairs, name, value)
	}
	return fault.New(fault.Invalid, t.Say, pairs...)
}

// troubled is the trouble that the relay met when it was last asked, if any.
var troubled = settings.Define("email_trouble", Trouble{})

// Works tells whether the relay that is set up now has ever taken a mail, be it a test.
func Works(tx *store.Tx) (bool, error) {
	relay, err := Outgoing.Get(tx)
	if err != nil || relay.Host == "" {
		return false, err
	}
	host, err := trusted.Get(tx)
	return host == relay.Host, err
}

// TroubleNow is the trouble that the relay which is set up now met when it was last asked; nil when it took the mail, and while
// nobody has asked it.
func TroubleNow(tx *store.Tx) (*Trouble, error) {
	relay, err := Outgoing.Get(tx)
	if err != nil || relay.Host == "" {
		return nil, err
	}
	t, err := troubled.Get(tx)
	if err != nil || t.Say == "" || t.Host != relay.Host || t.Port != relay.Port {
		return nil, err
	}
	return &t, nil
}

// noteWorks keeps that a relay took a mail, once. The mail is out by now, so that it fails for nobody: the next one notes it.
func noteWorks(ctx context.Context, db *store.DB, relay Relay) {
	host, trouble, err := noted(ctx, db)
	if err != nil || host == relay.Host && trouble.Say == "" {
		return
	}
	_ = db.Update(ctx, func(tx *store.Tx) error {
		if err := troubled.Put(tx, Trouble{}); err != nil {
			return err
		}
		return trusted.Put(tx, relay.Host)
	})
}

// noteTrouble keeps why a relay did not take a mail, once for as long as it says the same, so that whoever runs the shop need not
// wait until the mail has failed. It fails for nobody either: the next try notes it.
func noteTrouble(ctx context.Context, db *store.DB, relay Relay, err error) {
	if !isRelays(err) {
		return
	}
	ctx = context.WithoutCancel(ctx) // that its time is over may be the trouble
	_, was, failed := noted(ctx, db)
	now := relay.trouble(err)
	same := was.Host == now.Host && was.Port == now.Port
	if failed != nil || same && was.Say == now.Say && maps.Equal(was.Values, now.Values) {
		return
	}
	_ = db.Update(ctx, func(tx *store.Tx) error {
		now.Since = tx.Now()
		if same {
			now.Since = was.Since
		}
		return troubled.Put(tx, now)
	})
}

func noted(ctx context.Context, db *store.DB) (host string, trouble Trouble, err error) {
	err = db.View(ctx, func(tx *store.Tx) (err error) {
		if host, err = trusted.Get(tx); err != nil {
			return err
		}
		trouble, err = troubled.Get(tx)
		return err
	})
	return host, trouble, err
}

// isRelays tells whether an error is the relay's, which stops all mail, and not that of one address, or of a house that closes.
func isRelays(err error) bool {
	var refused *gomail.SendError
	if errors.As(err, &refused) && refused.Reason == gomail.ErrSMTPRcptTo {
		return false
	}
	return !errors.Is(err, context.Canceled)
}

func (r Relay) trouble(err error) Trouble {
	t := Trouble{Host: r.Host, Port: r.Port, Values: map[string]string{}}
	var says *fault.Error
	if errors.As(r.explain(err), &says) {
		t.Say = says.Say
		for name, value := range says.Values {
			t.Values[name] = fmt.Sprint(value)
		}
	}
	return t
}
