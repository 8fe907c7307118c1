package people

import (
	"slices"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Profile is what somebody says of himself while he writes to us.
type Profile struct{ Name, Language, TimeZone string }

// maxIdentities bounds a contact: anybody may type anybody's address, from as many browsers as he likes.
const maxIdentities = 50

// Recognise finds the contact whom one of the identities names, the first that does, or makes a new one. Put what was proved
// first (Verified), then what was only typed.
//
// The other identities join him if they are free. One that joins somebody found by what was only typed is marked unverified:
// agents see the history together, and nobody else does. An identity that belongs to another contact stays there; his
// address is then kept in the profile only, and Namesakes shows both.
func Recognise(tx *store.Tx, by []Identity, p Profile) (*Contact, error) {
	if len(by) == 0 {
		return nil, fault.Field("email", "fault.required")
	}
	by = slices.Clone(by)
	for i := range by {
		var err error
		if by[i], err = by[i].clean(); err != nil {
			return nil, err
		}
	}
	c, proved, err := find(tx, by)
	if err != nil {
		return nil, err
	}
	kind := "contact.changed"
	if c == nil {
		kind = "contact.added"
		c, proved = &Contact{ID: tx.NewID(), Created: tx.Now()}, true
	}
	before := c.copy()
	for _, i := range by {
		i.Verified = i.Verified && proved
		if err := c.join(tx, i); err != nil {
			return nil, err
		}
		c.address(i)
	}
	c.learn(p, proved)
	if c.same(before) && tx.Now().Sub(c.Seen).Abs() < touchEvery {
		return c, nil
	}
	c.Seen = tx.Now()
	return c, c.put(tx, kind)
}

// noticed is how exactly it is known when a contact was last there.
const noticed = time.Minute

// Notice writes down that a contact is there, because he says something. That is no news to anybody, so the feed does not tell.
func Notice(tx *store.Tx, id string) error {
	c, err := contacts.Find(tx, store.K(id))
	if err != nil || c == nil || tx.Now().Sub(c.Seen).Abs() < noticed {
		return err
	}
	c.Seen = tx.Now()
	return contacts.Put(tx, c)
}

// find gives the first contact that one of the identities names, and whether that one was proved.
func find(tx *store.Tx, by []Identity) (*Contact, bool, error) {
	for _, i := range by {
		c, err := contacts.By(tx, "identity", i.key())
		if err != nil || c != nil {
			return c, i.Verified, err
		}
	}
	return nil, false, nil
}

// join adds an identity, or proves one that c has. One that is somebody else's is left alone.
func (c *Contact) join(tx *store.Tx, i Identity) error {
	at := slices.IndexFunc(c.Identities, func(have Identity) bool { return have.Kind == i.Kind && have.Value == i.Value })
	if at >= 0 {
		// A browser proves again and again that it is itself, never that the address which was typed in it is its own.
		if i.Verified && i.Kind != KindVisitor {
			c.Identities[at].Verified = true
		}
		return nil
	}
	other, err := contacts.By(tx, "identity", i.key())
	if err != nil || other != nil {
		return err
	}
	c.Identities = append(c.Identities, i)
	c.forget()
	return nil
}

// forget drops the oldest browser that joined by what was typed in it when there are too many. If it comes back it is
// somebody new.
func (c *Contact) forget() {
	if len(c.Identities) <= maxIdentities {
		return
	}
	last := len(c.Identities) - 1 // the newcomer is the last to go
	at := slices.IndexFunc(c.Identities[:last], func(i Identity) bool { return i.Kind == KindVisitor && !i.Verified })
	if at < 0 {
		at = last
	}
	c.Identities = slices.Delete(c.Identities, at, at+1)
}

// address keeps where to write to: the first address said, or a better one once it is proved.
func (c *Contact) address(i Identity) {
	keep := func(have *string) {
		if *have == "" || i.Verified && !c.Proved(i.Kind, *have) {
			*have = i.Value
		}
	}
	switch i.Kind {
	case KindEmail:
		keep(&c.Email)
	case KindPhone:
		keep(&c.Phone)
	}
}

// learn takes over what somebody says of himself. Who only typed an address fills gaps and changes nothing.
func (c *Contact) learn(p Profile, proved bool) {
	take := func(have *string, said string, most int, replace bool) {
		if said = clip(said, most); said != "" && (*have == "" || replace) {
			*have = said
		}
	}
	take(&c.Name, p.Name, maxOwnName, false)
	take(&c.Language, p.Language, 35, proved)
	take(&c.TimeZone, p.TimeZone, 64, proved)
}

func (c *Contact) copy() Contact {
	was := *c
	was.Identities = slices.Clone(c.Identities)
	return was
}

func (c *Contact) same(was Contact) bool {
	return c.Name == was.Name && c.Email == was.Email && c.Phone == was.Phone && c.Language == was.Language &&
		c.TimeZone == was.TimeZone && slices.Equal(c.Identities, was.Identities)
}
