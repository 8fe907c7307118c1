package email

import (
	"testing"

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
