package people

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Gate is where agents come in. It holds what must not be in the store: who tried how often, and how many passwords are
// being hashed just now.
type Gate struct {
	db        *store.DB
	unlimited bool
	slots     slots
	accounts  *tries
	addresses *tries
	took      atomic.Int64 // how long the last comparison took, in nanoseconds
	nobody    string       // what is compared for who does not exist: it looks like a hash and is none
}

// GateOptions say how a gate runs; the zero value is right for a house of its own.
type GateOptions struct {
	Unlimited bool // lifts the throttle, for load and crash tests only
}

// NewGate makes the gate of a house. There is one for each open store.
func NewGate(db *store.DB, o GateOptions) *Gate {
	return &Gate{
		db:        db,
		unlimited: o.Unlimited,
		slots:     newSlots(),
		accounts:  newTries(),
		addresses: newTries(),
		nobody:    spell(random(saltLength), random(argonLength)),
	}
}

// Password hashes a new password, when there is a place. It is done before the transaction that keeps it: a transaction
// must not wait for a hash.
func (g *Gate) Password(ctx context.Context, plain string) (p Password, err error) {
	if err := checkPassword(plain); err != nil {
		return p, err
	}
	err = g.slots.do(ctx, func() { p.hash = hashPassword(plain, random(saltLength)) })
	return p, err
}

// SignIn is what somebody at the gate shows.
type SignIn struct {
	Email, Password string
	Address         string // the network address that he comes from
	Device          string // what his browser calls itself
	Cookie          string // the session that he brings, if any: it ends, so that nobody can plant one
}

// Entered is who came in, and the cookie to give him.
type Entered struct {
	Cookie  string
	Session *Session
}

// SignIn lets an agent in. Whoever is refused does not learn why: account and password are checked, counted, and answered
// alike whether the account exists or not. Strangers cannot lock an agent out: where his password was right before, the
// tries of others do not count, not even of those who share his address.
func (g *Gate) SignIn(ctx context.Context, s SignIn) (Entered, error) {
	account := strings.ToLower(strings.TrimSpace(s.Email))
	if len(account) > 254 || len(s.Password) > maxPassword {
		return Entered{}, wrongPassword()
	}
	var agent *Agent
	var secret *passwordRow
	err := g.db.View(ctx, func(tx *store.Tx) (err error) {
		agent, secret, err = accountOf(tx, account)
		return err
	})
	if err != nil {
		return Entered{}, err
	}
	from := network(s.Address)
	t := try{account: account, from: from, known: secret.knows(from)}
	if err := g.admit(ctx, t); err != nil {
		return Entered{}, err
	}
	right, err := g.right(ctx, secret, s.Password)
	if err == nil && (!right || agent.Disabled) {
		return Entered{}, g.wrong(t)
	}
	g.giveBack(t) // it was right, or it could not be compared: either way it was no guess
	if err != nil {
		return Entered{}, err
	}
	return g.enter(ctx, secret, from, s)
}

// accountOf finds an account and its password; both are nil when there is none.
func accountOf(tx *store.Tx, email string) (*Agent, *passwordRow, error) {
	a, err := agents.By(tx, "email", store.K(email))
	id := ""
	if a != nil {
		id = a.ID
	}
	if err != nil {
		return nil, nil, err
	}
	row, err := passwords.Find(tx, store.K(id)) // asked for nobody too, for the same work
	return a, row, err
}

// right compares a password; for nobody's, one that nobody knows.
func (g *Gate) right(ctx context.Context, secret *passwordRow, plain string) (right bool, err error) {
	hash := g.nobody
	if secret != nil {
		hash = secret.Hash
	}
	err = g.slots.do(ctx, func() {
		began := time.Now()
		right = matches(hash, plain)
		g.took.Store(int64(time.Since(began)))
	})
	return right && secret != nil, err
}

// enter opens the session, if nothing changed while the password was hashed. It may use the disk's reserve: who cannot sign
// in cannot make room.
func (g *Gate) enter(ctx context.Context, checked *passwordRow, from string, s SignIn) (in Entered, err error) {
	err = g.db.Update(store.Urgent(ctx), func(tx *store.Tx) error {
		a, err := AgentByID(tx, checked.Agent)
		if err != nil {
			return err
		}
		row, err := passwords.Get(tx, store.K(checked.Agent))
		if err != nil {
			return err
		}
		if a.Disabled || row.Hash != checked.Hash {
			return wrongPassword()
		}
		if row.remember(from) {
			if err := passwords.Put(tx, row); err != nil {
				return err
			}
		}
		if err := SignOut(tx, s.Cookie); err != nil {
			return err
		}
		in, err = open(tx, Session{Agent: a.ID, Device: s.Device, Address: from})
		return err
	})
	return in, err
}

// ChangePassword gives an agent the password that he chose himself. All his other sessions and his API tokens end; the one
// in hand is exchanged for the one that is given.
func (g *Gate) ChangePassword(ctx context.Context, s *Session, old, chosen string) (in Entered, err error) {
	var secret *passwordRow
	err = g.db.View(ctx, func(tx *store.Tx) (err error) {
		secret, err = passwords.Find(tx, store.K(s.Agent))
		return err
	})
	if err != nil {
		return in, err
	}
	// The session is the address here: who took it over must not be able to search for the password with it.
	if err := g.count("\x00"+s.Agent, "session "+s.ID); err != nil {
		return in, err
	}
	right, err := g.right(ctx, secret, old)
	if err != nil {
		return in, err
	}
	if !right {
		return in, fault.Field("old", "people.old_wrong")
	}
	p, err := g.Password(ctx, chosen)
	if err != nil {
		return in, err
	}
	err = g.db.Update(ctx, func(tx *store.Tx) error {
		a, err := AgentByID(tx, s.Agent)
		if err != nil {
			return err
		}
		if err := setPassword(tx, a, p, s.ID); err != nil {
			return err
		}
		in, err = rotate(tx, s.ID)
		return err
	})
	return in, err
}

func wrongPassword() error {
	f := fault.New(fault.Unauthorized, "people.wrong_password")
	f.At = "password"
	return f
}

// knows tells whether the password was right from there before.
func (p *passwordRow) knows(from string) bool {
	return p != nil && slices.Contains(p.Addresses, digest(from))
}

// remember notes where the password was right, and tells whether that is news.
func (p *passwordRow) remember(from string) bool {
	if p.knows(from) {
		return false
	}
	p.Addresses = append([]string{digest(from)}, p.Addresses...)
	p.Addresses = p.Addresses[:min(len(p.Addresses), maxKnown)]
	return true
}
