package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Password is a password as it is kept: hashed, by Gate.Password. The zero Password is none.
type Password struct{ hash string }

// passwordRow lies apart from its agent so that no list or answer that shows an agent can ever show it.
type passwordRow struct {
	Agent     string    `json:"agent"`
	Hash      string    `json:"hash"`
	Changed   time.Time `json:"changed"`
	Addresses []string  `json:"addresses,omitempty"` // hashed: where this password was right before, newest first
}

var passwords = store.NewTable("passwords", func(p *passwordRow) store.Key { return store.K(p.Agent) })

const (
	minPassword = 8    // characters (NIST SP 800-63B, 5.1.1.2)
	maxPassword = 1024 // bytes; all of them count
	maxKnown    = 8    // addresses remembered with a password
)

// checkPassword says what is wrong with a new one. Length is all that is asked: rules about digits make worse passwords.
func checkPassword(plain string) error {
	switch {
	case len(plain) > maxPassword:
		return fault.Field("password", "fault.too_long", "max", maxPassword)
	case !utf8.ValidString(plain):
		return fault.Field("password", "fault.bad_value")
	case utf8.RuneCountInString(plain) < minPassword:
		return fault.Field("password", "people.password_short", "min", minPassword)
	}
	return nil
}

// Argon2id with the second recommendation of the OWASP password storage cheat sheet: 19 MiB, two passes, one lane.
const (
	argonMemory = 19 * 1024
	argonPasses = 2
	argonLanes  = 1
	argonLength = 32
)

// hashPassword takes about 30 ms and 19 MiB: ask the gate for a place first. Keyboards differ in how they spell an accent,
// so a password is brought to one form (RFC 8265).
func hashPassword(plain string, salt []byte) string {
	return spell(salt, argon2.IDKey(norm.NFC.Bytes([]byte(plain)), salt, argonPasses, argonMemory, argonLanes, argonLength))
}

// spell writes a hash with all that made it, as others do too (the PHC string format).
func spell(salt, sum []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes,
		b64.EncodeToString(salt), b64.EncodeToString(sum))
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails (crypto/rand)
	return b
}

const saltLength = 16

// matches tells whether plain gives hash. A hash that was made with other parameters than today's is refused: when they
// change, a migration has to say how the old ones are read.
func matches(hash, plain string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	return err == nil && subtle.ConstantTimeCompare([]byte(hash), []byte(hashPassword(plain, salt))) == 1
}

// SetPassword gives an agent a password that somebody else chose, and ends whatever he had open. For his own there is
// Gate.ChangePassword, which asks for the old one.
func SetPassword(tx *store.Tx, by Actor, id string, p Password) error {
	a, err := reach(tx, by, id)
	if err != nil {
		return err
	}
	if by.ID == a.ID {
		return fault.New(fault.Invalid, "people.own_password")
	}
	return setPassword(tx, a, p, "")
}

// setPassword ends every session but one, all API tokens, and the links by which a password could be chosen.
func setPassword(tx *store.Tx, a *Agent, p Password, keep string) error {
	row, err := passwords.Find(tx, store.K(a.ID))
	if err != nil {
		return err
	}
	if row == nil {
		row = &passwordRow{Agent: a.ID}
	}
	row.Hash, row.Changed = p.hash, tx.Now()
	if err := passwords.Put(tx, row); err != nil {
		return err
	}
	if a.Joined.IsZero() {
		a.Joined = tx.Now()
		if err := a.put(tx, "agent.joined"); err != nil {
			return err
		}
	}
	if err := tx.Tell("agent.password", agents.Name(), store.K(a.ID)); err != nil {
		return err
	}
	return endAccess(tx, a.ID, keep)
}

// slots lets few hashes run at once and few more wait, so that a flood of sign-ins costs neither all processors nor memory.
type slots struct{ running, waiting chan struct{} }

const (
	parallelHashes = 2
	waitingHashes  = 64 // about a second of work
)

func newSlots() slots {
	return slots{make(chan struct{}, parallelHashes), make(chan struct{}, parallelHashes+waitingHashes)}
}

// do runs work when there is a place. It refuses at once when too many wait already.
func (s slots) do(ctx context.Context, work func()) error {
	select {
	case s.waiting <- struct{}{}:
		defer func() { <-s.waiting }()
	default:
		return fault.Wait("people.busy", 2*time.Second)
	}
	select {
	case s.running <- struct{}{}:
		defer func() { <-s.running }()
	case <-ctx.Done():
		return ctx.Err()
	}
	work()
	return nil
}
