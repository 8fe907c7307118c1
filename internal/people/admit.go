package people

import (
	"context"
	"time"

	"deskbell/internal/fault"
)

// try is one password that is typed at the gate.
type try struct {
	account, from string
	known         bool // this account's password was right from there before
}

// pair is the key of an account at one network that it knows.
func (t try) pair() string { return t.account + "\x00" + t.from }

// admit counts a try before its password is compared, or says when to come back. Where the account knows the network only the
// two together are counted, so that neither the account's nor the network's other visitors can spend what is the agent's. Any
// other try is counted on both axes.
func (g *Gate) admit(ctx context.Context, t try) error {
	if g.unlimited {
		return nil
	}
	var wait time.Duration
	if t.known {
		if wait = g.accounts.take(t.pair(), g.db.Now()); wait <= 0 {
			return nil
		}
	}
	refused := g.count(t.account, t.from)
	if refused == nil && wait > 0 {
		refused = fault.Wait("people.too_many_tries", wait)
	}
	if refused != nil {
		g.linger(ctx)
	}
	return refused
}

// wrong is the answer to a wrong password. A guess at an account that knows the network is counted as a stranger's after all,
// and answered as one: where a stranger would have been sent away, "wrong" would tell that the account exists.
func (g *Gate) wrong(t try) error {
	if t.known {
		if err := g.count(t.account, t.from); err != nil {
			return err
		}
	}
	return wrongPassword()
}

// count takes one try from both axes, or says when to come back.
func (g *Gate) count(account, address string) error {
	if g.unlimited {
		return nil
	}
	now := g.db.Now()
	wait := g.addresses.take(address, now) // first, so that one address cannot fill the table with accounts
	if wait <= 0 {
		wait = g.accounts.take(account, now)
	}
	if wait > 0 {
		return fault.Wait("people.too_many_tries", wait)
	}
	return nil
}

// giveBack takes back what admit counted.
func (g *Gate) giveBack(t try) {
	if t.known {
		g.accounts.giveBack(t.pair())
		return
	}
	g.accounts.giveBack(t.account)
	g.addresses.giveBack(t.from)
}

// linger waits as long as a comparison takes. Who is sent away without one must not see by the clock that the account is not
// one of those whose passwords are still compared here; a hash for nobody would tell as little, and let one address keep the
// processors busy.
func (g *Gate) linger(ctx context.Context) {
	select {
	case <-time.After(time.Duration(g.took.Load())):
	case <-ctx.Done():
	}
}
