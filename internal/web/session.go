package web

import (
	"context"
	"net/http"

	"deskbell/internal/people"
)

// guest is who is asking, as far as he has proved it.
type guest struct {
	agent  people.Actor
	member *Contact
}

// name tells one reader from another.
func (g *guest) name() string {
	if g.agent.ID != "" {
		return "agent " + g.agent.ID
	}
	if g.member != nil {
		return "member " + g.member.ID
	}
	return ""
}

// Actor is the agent who asks, by cookie or by token. It is the zero Actor, who may nothing, when nobody has signed in.
func Actor(r *http.Request) people.Actor { return visitOf(r.Context()).agent }

// Member is the customer who has signed in, or nil.
func Member(r *http.Request) *Contact { return visitOf(r.Context()).member }

func (e *Edge) greet(v *visit, r *http.Request) error { return nil }

func (v *visit) inTheirLanguage(r *http.Request) context.Context { return r.Context() }
type Contact struct{ ID string }
