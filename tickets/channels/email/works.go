package email

import (
	"context"

	"deskbell/internal/settings"
	"deskbell/internal/store"
)

// trusted is the host of the relay that last took a first mail of ours. What somebody typed proves nothing; this does.
var trusted = settings.Define("email_works", "")

// Works tells whether the relay that is set up now has ever taken a mail, be it a test.
func Works(tx *store.Tx) (bool, error) {
	relay, err := Outgoing.Get(tx)
	if err != nil || relay.Host == "" {
		return false, err
	}
	host, err := trusted.Get(tx)
	return host == relay.Host, err
}

// noteWorks keeps that a relay took a mail, once. The mail is out by now, so that it fails for nobody: the next one notes it.
func noteWorks(ctx context.Context, db *store.DB, relay Relay) {
	known := ""
	err := db.View(ctx, func(tx *store.Tx) (err error) {
		known, err = trusted.Get(tx)
		return err
	})
	if err == nil && known != relay.Host {
		_ = db.Update(ctx, func(tx *store.Tx) error { return trusted.Put(tx, relay.Host) })
	}
}
