package forum

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
)

// Member is somebody who writes in the forum, by the name he gave for it: what agents call a contact is not for the public.
type Member struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Contact  string    `json:"contact"`
	Verified bool      `json:"verified,omitempty"` // his address is proved: he came by a link that was sent there
	Secret   string    `json:"secret,omitempty"`   // hashed: who only typed an address is known by his browser
	Shown    int       `json:"shown,omitempty"`    // how many of his posts everybody could see
	Created  time.Time `json:"created"`
}

var members = store.NewTable("forum_members", func(m *Member) store.Key { return store.K(m.ID) },
	store.Index[Member]{Name: "contact", Unique: true, Keys: func(m *Member) []store.Key {
		if !m.Verified {
			return nil // anybody can type anybody's address: it must lead to nobody
		}
		return []store.Key{store.K(m.Contact)}
	}})

// MemberOf gives the member that a contact is who has proved his address, or nil when he has not given a name yet.
func MemberOf(tx *store.Tx, contact string) (*Member, error) {
	return members.By(tx, "contact", store.K(contact))
}

// Join makes a contact who has proved his address a member, or gives him another name. guest is who he was in this browser
// before, if he was anybody: what he asked then stays his when he had typed the same address.
func Join(tx *store.Tx, c *people.Contact, name string, guest *Member) (*Member, error) {
	m, err := MemberOf(tx, c.ID)
	if err != nil {
		return nil, err
	}
	if m == nil && guest != nil && guest.Contact == c.ID {
		m = guest
	}
	return enrol(tx, m, c.ID, name)
}

// enrol keeps a member whose address is proved.
func enrol(tx *store.Tx, m *Member, contact, name string) (_ *Member, err error) {
	if m == nil {
		m = &Member{ID: tx.NewID(), Created: tx.Now()}
	}
	m.Contact, m.Verified, m.Secret = contact, true, ""
	if m.Name, err = memberName(tx, name); err != nil {
		return nil, err
	}
	return m, members.Put(tx, m)
}

// Introduce takes somebody's word for his name and address. cookie is for his browser alone, by which Guest knows him again;
// his address joins a contact for agents, and opens nothing.
func Introduce(tx *store.Tx, name, email, language string) (m *Member, cookie string, err error) {
	m = &Member{ID: tx.NewID(), Created: tx.Now()}
	if m.Name, err = memberName(tx, name); err != nil {
		return nil, "", err
	}
	c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: email}}, people.Profile{Name: m.Name, Language: language})
	if err != nil {
		return nil, "", err
	}
	secret := store.NewRef()
	m.Contact, m.Secret = c.ID, digest(secret)
	return m, m.ID + "." + secret, members.Put(tx, m)
}

// Guest gives whom Introduce gave a cookie, or nil.
func Guest(tx *store.Tx, cookie string) (*Member, error) {
	id, secret, ok := strings.Cut(cookie, ".")
	if !ok || len(cookie) > 100 {
		return nil, nil
	}
	m, err := members.Find(tx, store.K(id))
	if err != nil || m == nil || m.Secret == "" || subtle.ConstantTimeCompare([]byte(m.Secret), []byte(digest(secret))) != 1 {
		return nil, err
	}
	return m, nil
}

// Vouch is the member with an address in the words of a program of the shop's, which knows its customers.
func Vouch(tx *store.Tx, by people.Actor, name, email string) (Who, error) {
	if err := by.Must(Moderate, ""); err != nil {
		return Who{}, err
	}
	c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: email}}, people.Profile{Name: name})
	if err != nil {
		return Who{}, err
	}
	m, err := MemberOf(tx, c.ID)
	if err == nil && (m == nil || name != "" && m.Name != name) {
		m, err = enrol(tx, m, c.ID, name)
	}
	return Who{Agent: by, Member: m}, err
}

// digest is how a secret of 128 random bits lies in the store.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
