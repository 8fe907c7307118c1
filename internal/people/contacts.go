package people

import (
	"maps"
	"slices"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Contact is a customer as agents see him. It is no account: what a customer may see hangs on what he proved, never on the
// contact that it was put with.
type Contact struct {
	ID         string            `json:"id"`
	Name       string            `json:"name,omitempty"`
	Email      string            `json:"email,omitempty"` // where to write to; perhaps only as he typed it
	Phone      string            `json:"phone,omitempty"`
	Language   string            `json:"language,omitempty"`
	TimeZone   string            `json:"time_zone,omitempty"`
	Identities []Identity        `json:"identities,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Created    time.Time         `json:"created"`
	Seen       time.Time         `json:"seen"`
}

// Identity is something that a contact is known by. Each belongs to one contact at most.
type Identity struct {
	Kind     IdentityKind `json:"kind"`
	Value    string       `json:"value"`
	Verified bool         `json:"verified,omitempty"` // it was proved to belong to this contact, not merely said
}

// IdentityKind is the kind of an identity.
type IdentityKind string

const (
	KindEmail    IdentityKind = "email"
	KindPhone    IdentityKind = "phone"
	KindVisitor  IdentityKind = "visitor"  // a browser on the shop's site; the value is no secret
	KindExternal IdentityKind = "external" // the shop's own id of him, or a channel's
)

var contacts = store.NewTable("contacts", func(c *Contact) store.Key { return store.K(c.ID) },
	store.Index[Contact]{Name: "identity", Unique: true, Keys: identityKeys},
	store.Index[Contact]{Name: "email", Keys: func(c *Contact) []store.Key {
		if c.Email == "" {
			return nil
		}
		return []store.Key{store.K(c.Email)}
	}},
).Called("contact")

func identityKeys(c *Contact) []store.Key {
	keys := make([]store.Key, len(c.Identities))
	for i, id := range c.Identities {
		keys[i] = id.key()
	}
	return keys
}

func (i Identity) key() store.Key { return store.K(i.Kind, i.Value) }

// clean brings an identity to the one form under which it is known.
func (i Identity) clean() (_ Identity, err error) {
	switch i.Kind {
	case KindEmail:
		i.Value, err = Email("email", i.Value)
	case KindPhone:
		i.Value, err = phone(i.Value)
	case KindVisitor, KindExternal:
		if i.Value == "" || len(i.Value) > 200 || !printable(i.Value) {
			err = fault.Field(string(i.Kind), "fault.bad_value")
		}
	default:
		err = fault.Field("kind", "fault.bad_value")
	}
	return i, err
}

// phone keeps the digits, and the plus in front (E.164); what people put between them differs from one to the next.
func phone(s string) (string, error) {
	s = strings.TrimSpace(s)
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case strings.ContainsRune("+ -./()", r):
			return -1
		}
		return 'x'
	}, s)
	if len(digits) < 3 || len(digits) > 15 || strings.Contains(digits, "x") {
		return "", fault.Field("phone", "people.bad_phone")
	}
	if strings.HasPrefix(s, "+") {
		digits = "+" + digits
	}
	return digits, nil
}

// Actor is the contact as one who does something: it may nothing by permission, the rooms ask what it proved.
func (c *Contact) Actor() Actor { return Actor{Type: ByContact, ID: c.ID, Name: c.Name} }

// Proved tells whether an identity was proved to be this contact's.
func (c *Contact) Proved(kind IdentityKind, value string) bool {
	return slices.Contains(c.Identities, Identity{kind, value, true})
}

// ContactByID gives one.
func ContactByID(tx *store.Tx, id string) (*Contact, error) {
	return contacts.Get(tx, store.K(id))
}

// Contacts gives those with ids in their order, nil for who is not there: a list of tickets needs them all at once. They are to be
// read only.
func Contacts(tx *store.Tx, ids ...string) ([]*Contact, error) {
	keys := make([]store.Key, len(ids))
	for i, id := range ids {
		keys[i] = store.K(id)
	}
	return contacts.Shared(tx, keys...)
}

// FindContact gives who is known by an identity, or nil.
func FindContact(tx *store.Tx, i Identity) (*Contact, error) {
	i, err := i.clean()
	if err != nil {
		return nil, err
	}
	return contacts.By(tx, "identity", i.key())
}

// ListContacts gives contacts, newest first, and the key after which the next page begins. Finding one by a word is for the
// search.
func ListContacts(tx *store.Tx, by Actor, after store.Key, limit int) ([]*Contact, store.Key, error) {
	if err := by.Must(ReadContacts, ""); err != nil {
		return nil, nil, err
	}
	return contacts.Page(tx, "", store.Range{After: after, Back: true}, limit)
}

// Namesakes gives the other contacts that wrote under the same e-mail address, at most ten. One typed it and another proved
// it, or both typed it: they are shown together to agents, and to nobody else.
func Namesakes(tx *store.Tx, by Actor, c *Contact) ([]*Contact, error) {
	if c.Email == "" || !by.May(ReadContacts, "") {
		return nil, nil
	}
	const most = 10
	same, _, err := contacts.Page(tx, "email", store.Range{Prefix: store.K(c.Email)}, most+1)
	return slices.DeleteFunc(same, func(other *Contact) bool { return other.ID == c.ID }), err
}

// ContactChange is what an agent may say about a contact.
type ContactChange struct {
	Name, Email, Phone, Language, TimeZone string
	Attributes                             map[string]string
}

// ChangeContact takes over what an agent knows better. A changed e-mail address or phone number is known by from then on,
// unproved, unless somebody else is.
func ChangeContact(tx *store.Tx, by Actor, id string, change ContactChange) (*Contact, error) {
	if err := by.Must(WriteContacts, ""); err != nil {
		return nil, err
	}
	c, err := ContactByID(tx, id)
	if err != nil {
		return nil, err
	}
	if err := checkAttributes(change.Attributes); err != nil {
		return nil, err
	}
	was := c.copy()
	if c.Name, err = OwnName("name", change.Name); err != nil {
		return nil, err
	}
	c.Language, c.TimeZone = clip(change.Language, 35), clip(change.TimeZone, 64)
	c.Attributes = change.Attributes
	if c.Email, err = c.known(tx, KindEmail, c.Email, change.Email); err != nil {
		return nil, err
	}
	if c.Phone, err = c.known(tx, KindPhone, c.Phone, change.Phone); err != nil {
		return nil, err
	}
	if c.same(was) && maps.Equal(c.Attributes, was.Attributes) {
		return c, nil // the same form again is no news
	}
	return c, c.put(tx, "contact.changed")
}

// known makes an address that an agent typed one that the contact is known by, if it is free.
func (c *Contact) known(tx *store.Tx, kind IdentityKind, was, now string) (string, error) {
	if now == was || strings.TrimSpace(now) == "" {
		return strings.TrimSpace(now), nil
	}
	i, err := Identity{Kind: kind, Value: now}.clean()
	if err != nil {
		return "", err
	}
	return i.Value, c.join(tx, i)
}

// checkAttributes bounds what a shop keeps about a contact.
func checkAttributes(a map[string]string) error {
	if len(a) > 50 {
		return fault.Field("attributes", "fault.bad_value")
	}
	for name, value := range a {
		if name == "" || len(name) > 64 || len(value) > 1000 || !printable(name) {
			return fault.Field("attributes", "fault.bad_value")
		}
	}
	return nil
}

func (c *Contact) put(tx *store.Tx, kind string) error {
	if err := contacts.Put(tx, c); err != nil {
		return err
	}
	return tx.Tell(kind, contacts.Name(), store.K(c.ID))
}
