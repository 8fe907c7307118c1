package web

import (
	"deskbell/internal/fault"
	"deskbell/internal/people"
)

// Who says who may call a route. It is settled before the handler runs; what the caller may then touch is the verb's matter.
type Who struct {
	kind       whoKind
	permission people.Permission
	scope      people.Scope
}

type whoKind int

const (
	anyoneKind whoKind = iota
	visitorKind
	agentKind
	tokenKind
)

// The callers a route can have.
var (
	// Anyone calls pages of the public. Whoever is signed in, as a member or an agent, is known to the handler.
	Anyone = Who{kind: anyoneKind}
	// Visitors call what serves the widget on other people's pages. No cookie is read and none can be set, so nothing can be
	// done in anybody's name; the handler proves the visitor by his token.
	Visitors = Who{kind: visitorKind}
	// Agents are agents who have signed in.
	Agents = Who{kind: agentKind}
)

// May is an agent who has signed in and has p.
func May(p people.Permission) Who { return Who{kind: agentKind, permission: p} }

// Token is a program that brings an API token of at least that scope, and no cookie.
func Token(scope people.Scope) Who { return Who{kind: tokenKind, scope: scope} }

// String names the caller for `deskbell routes`.
func (w Who) String() string {
	switch w.kind {
	case visitorKind:
		return "visitor"
	case agentKind:
		if w.permission.Name != "" {
			return "agent:" + w.permission.Name
		}
		return "agent"
	case tokenKind:
		return "token:" + string(w.scope)
	default:
		return "anyone"
	}
}

// IsAgent tells the pages of agents from those of customers, for Options.SignIn.
func (w Who) IsAgent() bool { return w.kind == agentKind }

func (w Who) readsCookies() bool { return w.kind != visitorKind && w.kind != tokenKind }

func (w Who) needsProof() bool { return w.kind != anyoneKind }

// admits refuses everybody else.
func (w Who) admits(v *visit) error {
	switch w.kind {
	case agentKind:
		return w.admitsAgent(v.actor)
	case tokenKind:
		return w.admitsToken(v.actor)
	}
	return nil
}

func (w Who) admitsAgent(a people.Actor) error {
	if a.Type != people.ByAgent {
		return fault.New(fault.Unauthorized, "fault.sign_in")
	}
	if w.permission.Name != "" && !a.May(w.permission, "") {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return nil
}

func (w Who) admitsToken(a people.Actor) error {
	if a.Type != people.ByAgent {
		return fault.New(fault.Unauthorized, "web.token_needed")
	}
	if !a.Scope.Covers(w.scope) {
		return fault.New(fault.Forbidden, "web.scope_needed", "scope", string(w.scope))
	}
	return nil
}
