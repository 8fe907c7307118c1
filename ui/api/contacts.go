package api

import (
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
)

type contact struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Email      string            `json:"email"`
	Phone      string            `json:"phone"`
	Language   string            `json:"language"`
	TimeZone   string            `json:"time_zone"`
	Identities []identity        `json:"identities"`
	Attributes map[string]string `json:"attributes"`
	CreatedAt  time.Time         `json:"created_at"`
	SeenAt     time.Time         `json:"seen_at"`
}

type identity struct {
	Kind     people.IdentityKind `json:"kind" enum:"email,phone,visitor,external"`
	Value    string              `json:"value"`
	Verified bool                `json:"verified"`
}

func showContact(c *people.Contact) contact {
	shown := contact{
		ID: c.ID, Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language, TimeZone: c.TimeZone, Attributes: c.Attributes,
		CreatedAt: c.Created, SeenAt: c.Seen,
		Identities: each(c.Identities, func(i people.Identity) identity { return identity{i.Kind, i.Value, i.Verified} }),
	}
	if shown.Attributes == nil {
		shown.Attributes = map[string]string{}
	}
	return shown
}

func (a *api) contacts() {
	get(a, "contacts", "List contacts, the newest first", listContacts)
	post(a, "contacts", "Add a contact, or find the one with that address", addContact)
	get(a, "contacts/{id}", "Get a contact", getContact)
	patch(a, "contacts/{id}", "Change a contact", people.ScopeWrite, changeContact)
}

type page struct{ Paging }

func listContacts(tx *store.Tx, by people.Actor, in *page) (list[contact], error) {
	after, err := in.after()
	if err != nil {
		return list[contact]{}, err
	}
	rows, next, err := people.ListContacts(tx, by, after, in.most())
	return list[contact]{each(rows, showContact), cursor(next)}, err
}

func getContact(tx *store.Tx, by people.Actor, in *Which) (contact, error) {
	if err := by.Must(people.ReadContacts, ""); err != nil {
		return contact{}, err
	}
	c, err := people.ContactByID(tx, in.ID)
	return shown(c, err, showContact)
}

type newContact struct {
	Body struct {
		Email string `json:"email"`
		Name  string `json:"name,omitempty"`
		Phone string `json:"phone,omitempty"`
	}
}

func addContact(tx *store.Tx, by people.Actor, in *newContact) (contact, error) {
	if err := by.Must(people.WriteContacts, ""); err != nil {
		return contact{}, err
	}
	name, err := people.OwnName("name", in.Body.Name)
	if err != nil {
		return contact{}, err
	}
	known := []people.Identity{{Kind: people.KindEmail, Value: in.Body.Email}}
	if in.Body.Phone != "" {
		known = append(known, people.Identity{Kind: people.KindPhone, Value: in.Body.Phone})
	}
	c, err := people.Recognise(tx, known, people.Profile{Name: name})
	return shown(c, err, showContact)
}

type contactChange struct {
	Which
	Body struct {
		Name       change[string]            `json:"name,omitempty"`
		Email      change[string]            `json:"email,omitempty"`
		Phone      change[string]            `json:"phone,omitempty"`
		Language   change[string]            `json:"language,omitempty"`
		TimeZone   change[string]            `json:"time_zone,omitempty"`
		Attributes change[map[string]string] `json:"attributes,omitempty"`
	}
}

func changeContact(tx *store.Tx, by people.Actor, in *contactChange) (contact, error) {
	if err := by.Must(people.WriteContacts, ""); err != nil {
		return contact{}, err
	}
	c, err := people.ContactByID(tx, in.ID)
	if err != nil {
		return contact{}, err
	}
	to := people.ContactChange{Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language, TimeZone: c.TimeZone, Attributes: c.Attributes}
	in.Body.Name.into(&to.Name)
	in.Body.Email.into(&to.Email)
	in.Body.Phone.into(&to.Phone)
	in.Body.Language.into(&to.Language)
	in.Body.TimeZone.into(&to.TimeZone)
	in.Body.Attributes.into(&to.Attributes)
	if c, err = people.ChangeContact(tx, by, c.ID, to); err != nil {
		return contact{}, err
	}
	return showContact(c), nil
}
