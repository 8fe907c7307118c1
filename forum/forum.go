// Package forum is the public place of the house: boards, topics that members ask, posts that answer them.
//
// A topic is a question with its answers, not a ticket: it is public and has many authors. It may have a ticket. The rule this
// product is known for is escalate.go: a topic that nobody answered in the time its board promises becomes a ticket, once.
// From then on mirror.go keeps the two alike in the same transaction, and channel.go brings the agents' answers back; a note
// never comes.
//
// Everything that somebody does is a verb over a transaction that takes a Who, which is whoever stands before the forum as
// far as he has proved it: Ask, Answer, Accept, Vote for members and staff; Approve, Reject, AddBoard, ChangeBoard for agents.
// What is held for a look is seen by its author and by agents, and to everybody else it does not exist.
//
// Whoever asked is told by mail of what the staff answers, once for each answer (tell.go); what he gets is what everybody reads.
//
// After a change "forum" rings, and feed entries name the table of boards, topics or posts. The package never shows an
// address, an agent's own name where he has an alias, or a contact: a member is known here by the name he gave here.
package forum

import (
	"deskbell/internal/fault"
	"deskbell/internal/people"
)

// What agents may do with the forum.
var (
	Moderate     = people.Permit("moderate_forum", people.ScopeWrite, people.Owner, people.Admin, people.Lead, people.AgentRole)
	ManageBoards = people.Permit("manage_boards", people.ScopeWrite, people.Owner, people.Admin)
)

// Ring is what rings when something in the forum changed.
const Ring = "forum"

// Sizes of what people write.
const (
	MaxTitle = 200      // letters
	MaxText  = 16 << 10 // bytes
)

// Who is whoever stands before the forum, as far as he has proved it. The zero Who may read. With both fields set it is a
// member for whom the agent vouches, as the API does for the shop's own programs: his posts are not held.
type Who struct {
	Agent  people.Actor
	Member *Member
}

// moderates tells whether w may see what is held on a board and decide about it.
func (w Who) moderates(b *Board) bool { return w.Agent.May(Moderate, b.Department) }

// Author is who wrote a post: one of the staff or a member, by the name he had then.
type Author struct {
	Type    people.ActorType `json:"type"` // agent or contact
	ID      string           `json:"id"`   // the agent's or the member's
	Name    string           `json:"name"`
	Contact string           `json:"contact,omitempty"` // the member's, for agents
}

// Staff tells whether the post carries the shop's badge.
func (a Author) Staff() bool { return a.Type == people.ByAgent }

// Is tells whether w is the author.
func (a Author) Is(w Who) bool {
	return w.Member != nil && a.Type == people.ByContact && a.ID == w.Member.ID
}

// author is as whom w writes on a board, or why he may not.
func (w Who) author(b *Board) (Author, error) {
	if w.Agent.Type != "" && !w.moderates(b) {
		return Author{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	switch {
	case w.Member != nil:
		return Author{people.ByContact, w.Member.ID, w.Member.Name, w.Member.Contact}, nil
	case w.Agent.Type == people.ByAgent:
		return Author{Type: people.ByAgent, ID: w.Agent.ID, Name: w.Agent.Name}, nil
	}
	return Author{}, fault.New(fault.Unauthorized, "fault.sign_in")
}

// signed is w as the log keeps him.
func (w Who) signed() Author {
	if w.Agent.Type != "" {
		return Author{Type: w.Agent.Type, ID: w.Agent.ID, Name: w.Agent.Name}
	}
	return Author{people.ByContact, w.Member.ID, w.Member.Name, w.Member.Contact}
}
