package front

import (
	"net/http"
	"time"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
)

// Guest is how a browser is known again that only typed a name: forum.Introduce makes its value.
var Guest = web.Cookie{Name: "guest", Lives: 180 * 24 * time.Hour}

// Reader is whoever stands before the shop's pages, as far as his browser proves it.
type Reader struct {
	forum.Who
	Contact *people.Contact // who came by a link; he is a member once he has given a name
	Guest   bool            // a member who only typed his address
}

// ReaderOf finds out who is asking. A customer who has signed in comes first, so that an agent can try the community out; then
// the agent, then the browser of a guest.
func ReaderOf(tx *store.Tx, r *http.Request) (Reader, error) {
	if c := web.Member(r); c != nil {
		m, err := forum.MemberOf(tx, c.ID)
		return Reader{Who: forum.Who{Member: m}, Contact: c}, err
	}
	if a := web.Actor(r); a.May(forum.Moderate, "") {
		return Reader{Who: forum.Who{Agent: a}}, nil
	}
	m, err := forum.Guest(tx, Guest.Of(r))
	return Reader{Who: forum.Who{Member: m}, Guest: m != nil}, err
}

// Known tells whether a form need not ask who he is.
func (r Reader) Known() bool { return r.Member != nil || r.Staff() }

// Customer tells whether he has a page of his own: he came by a link, or he wrote in this browser before.
func (r Reader) Customer() bool { return r.Member != nil || r.Contact != nil }

// Staff tells whether he writes as one of the shop's.
func (r Reader) Staff() bool {
	return r.Member == nil && r.Contact == nil && r.Agent.Type == people.ByAgent
}

// Name is as whom he writes.
func (r Reader) Name() string {
	switch {
	case r.Member != nil:
		return r.Member.Name
	case r.Contact != nil:
		return r.Contact.Email
	}
	return r.Agent.Name
}
