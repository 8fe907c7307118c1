package people

import (
	"bytes"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Purpose says what a link opens. A link opens nothing else.
type Purpose string

const (
	LinkSignIn Purpose = "sign_in" // a contact proves his e-mail address and comes in

	toSetup    Purpose = "setup"    // the first owner introduces himself
	toPassword Purpose = "password" // an agent who was invited, or forgot, chooses a password
)

// Link is what a one-time link was made for.
type Link struct {
	Hash    string    `json:"hash"` // of the token, which is the key: it stands nowhere in clear
	Purpose Purpose   `json:"purpose"`
	To      string    `json:"to"`             // the e-mail address that it was sent to; an agent's id; "" for setup
	Data    string    `json:"data,omitempty"` // what the room that asked for it wants to remember
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"`
	Used    bool      `json:"used,omitempty"` // kept until it expires, so that it counts among the mails of the hour
}

var links = store.NewTable("links", func(l *Link) store.Key { return store.K(l.Hash) },
	store.Index[Link]{Name: "to", Keys: func(l *Link) []store.Key { return []store.Key{store.K(l.Purpose, l.To, l.Created)} }},
	store.Index[Link]{Name: "due", Keys: func(l *Link) []store.Key {
		if l.Expires.IsZero() {
			return nil
		}
		return []store.Key{store.K(l.Expires)}
	}})

const (
	mailLink     = time.Hour
	mailsPerHour = 3
	inviteLink   = 7 * 24 * time.Hour
)

// issue makes a link and gives its token, the only place where it ever stands in clear.
func issue(tx *store.Tx, l Link, lives time.Duration) (token string, err error) {
	token = store.NewRef()
	l.Hash, l.Created = digest(token), tx.Now()
	if lives > 0 {
		l.Expires = tx.Now().Add(lives)
	}
	return token, links.Put(tx, &l)
}

// peek gives a link that can still be used. Short, old, used and invented ones are all the same to who asks.
func peek(tx *store.Tx, p Purpose, token string) (*Link, error) {
	l, err := links.Find(tx, store.K(digest(token)))
	if err != nil {
		return nil, err
	}
	if l == nil || l.Purpose != p || l.Used || !l.Expires.IsZero() && !tx.Now().Before(l.Expires) {
		return nil, fault.New(fault.NotFound, "people.link_over")
	}
	return l, nil
}

// IssueLink makes a link for the owner of an e-mail address, which a stranger typed: one hour, one use, at most three an hour
// for each address. Send it nowhere but there.
func IssueLink(tx *store.Tx, p Purpose, email, data string) (token string, err error) {
	if email, err = OwnEmail("email", email); err != nil {
		return "", err
	}
	if len(data) > 1000 {
		return "", fault.Field("data", "fault.too_long", "max", 1000)
	}
	hour := store.Range{
		Prefix: store.K(p, email), From: store.K(p, email, tx.Now().Add(-mailLink)),
		To: store.K(p, email, tx.Now().Add(time.Millisecond)), // the clock may have been put back since some were sent
	}
	sent, _, err := links.Page(tx, "to", hour, mailsPerHour)
	if err != nil {
		return "", err
	}
	if len(sent) == mailsPerHour {
		return "", fault.Wait("people.mails_enough", max(time.Second, sent[0].Created.Add(mailLink).Sub(tx.Now())))
	}
	return issue(tx, Link{Purpose: p, To: email, Data: data}, mailLink)
}

// PeekLink looks at a link without using it: mail programs open links before people do, so a GET shows and a POST uses.
func PeekLink(tx *store.Tx, p Purpose, token string) (*Link, error) { return peek(tx, p, token) }

// use uses a link up and says for whom it was.
func use(tx *store.Tx, p Purpose, token string) (*Link, error) {
	l, err := peek(tx, p, token)
	if err != nil {
		return nil, err
	}
	l.Used = true
	return l, links.Put(tx, l)
}

// SignInByLink lets in the contact to whose address the link was sent; he becomes one if he was none. What the browser had
// before (s.Cookie) ends.
func SignInByLink(tx *store.Tx, token string, profile Profile, s SignIn) (Entered, *Contact, error) {
	l, err := use(tx, LinkSignIn, token)
	if err != nil {
		return Entered{}, nil, err
	}
	c, err := Recognise(tx, []Identity{{Kind: KindEmail, Value: l.To, Verified: true}}, profile)
	if err != nil {
		return Entered{}, nil, err
	}
	if err := SignOut(tx, s.Cookie); err != nil {
		return Entered{}, nil, err
	}
	in, err := open(tx, Session{Contact: c.ID, Device: s.Device, Address: network(s.Address)})
	return in, c, err
}

// Invite makes a link by which an agent chooses a password: seven days, one use. Earlier ones of his end.
func Invite(tx *store.Tx, by Actor, agent string) (token string, err error) {
	a, err := reach(tx, by, agent)
	if err != nil {
		return "", err
	}
	if a.Disabled {
		return "", fault.New(fault.Invalid, "people.disabled")
	}
	if err := dropLinks(tx, toPassword, a.ID); err != nil {
		return "", err
	}
	return issue(tx, Link{Purpose: toPassword, To: a.ID}, inviteLink)
}

// Invited gives the agent whom an invitation is for.
func Invited(tx *store.Tx, token string) (*Agent, error) {
	l, err := peek(tx, toPassword, token)
	if err != nil {
		return nil, err
	}
	a, err := agents.Find(tx, store.K(l.To))
	if err == nil && (a == nil || a.Disabled) {
		err = fault.New(fault.NotFound, "people.link_over")
	}
	return a, err
}

// Accept uses an invitation up: the agent has the password that he chose, and is in.
func Accept(tx *store.Tx, token string, p Password, s SignIn) (Entered, error) {
	a, err := Invited(tx, token)
	if err != nil {
		return Entered{}, err
	}
	if err := setPassword(tx, a, p, ""); err != nil { // which ends the invitation
		return Entered{}, err
	}
	if err := SignOut(tx, s.Cookie); err != nil {
		return Entered{}, err
	}
	return open(tx, Session{Agent: a.ID, Device: s.Device, Address: network(s.Address)})
}

// OfferSetup makes the link by which the first owner introduces himself, and ends an earlier one; it gives "" when there is
// an owner. It has no end of its own: who can read it can read the data folder too.
func OfferSetup(tx *store.Tx) (token string, err error) {
	if has, err := HasOwner(tx); err != nil || has {
		return "", err
	}
	if err := dropLinks(tx, toSetup, ""); err != nil {
		return "", err
	}
	return issue(tx, Link{Purpose: toSetup}, 0)
}

// SetupOpen says, by a fault of kind NotFound, when a setup link leads nowhere.
func SetupOpen(tx *store.Tx, token string) error {
	has, err := HasOwner(tx)
	if err != nil {
		return err
	}
	if has {
		return fault.New(fault.NotFound, "fault.page_not_found") // there is no setup any more
	}
	_, err = peek(tx, toSetup, token)
	return err
}

// Setup makes the first owner. Of two that race one is refused: both use up the same link.
func Setup(tx *store.Tx, token string, n NewAgent, s SignIn) (Entered, error) {
	if err := SetupOpen(tx, token); err != nil {
		return Entered{}, err
	}
	if n.Password.hash == "" {
		return Entered{}, fault.Field("password", "fault.required")
	}
	n.Role = Owner
	a, err := addAgent(tx, n)
	if err != nil {
		return Entered{}, err
	}
	if err := dropLinks(tx, toSetup, ""); err != nil {
		return Entered{}, err
	}
	return open(tx, Session{Agent: a.ID, Device: s.Device, Address: network(s.Address)})
}

func dropLinks(tx *store.Tx, p Purpose, to string) error {
	var keys []store.Key
	for key, err := range links.Keys(tx, "to", store.Range{Prefix: store.K(p, to)}) {
		if err != nil {
			return err
		}
		keys = append(keys, bytes.Clone(key))
	}
	for _, key := range keys {
		if err := links.Delete(tx, key); err != nil {
			return err
		}
	}
	return nil
}
