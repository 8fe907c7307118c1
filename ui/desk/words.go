package desk

import (
	"context"
	"strings"
	"time"

	"deskbell/forum"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/tickets"
	"deskbell/ui/kit"
)

// who is what to call a contact: the best that is known.
func who(ctx context.Context, c *people.Contact) string {
	switch {
	case c == nil:
		return i18n.T(ctx, "desk.somebody")
	case c.Name != "":
		return c.Name
	case c.Email != "":
		return c.Email
	case c.Phone != "":
		return c.Phone
	}
	return i18n.T(ctx, "desk.visitor")
}

// subject is what a ticket is called; who chats gives it no name.
func subject(ctx context.Context, title, channel string) string {
	if title == "" {
		return i18n.T(ctx, "desk.untitled", "door", doorName(ctx, channel))
	}
	return title
}

// doors says how each way in is drawn and called; one that is not here is drawn as a letter and called by its own name. A
// new channel that wants more adds its line.
var doors = map[string]struct{ icon, key string }{
	"chat":  {"message-circle", "desk.door_chat"},
	"forum": {"users", "desk.door_forum"},
	"form":  {"globe", "desk.door_form"},
	"email": {"mail", "desk.door_email"},
	"api":   {"code", "desk.door_api"},
	"desk":  {"pencil", "desk.door_desk"},
}

func mark(channel string) string {
	if door, ok := doors[channel]; ok {
		return door.icon
	}
	return "mail"
}

func doorName(ctx context.Context, channel string) string {
	if door, ok := doors[channel]; ok {
		return i18n.T(ctx, door.key)
	}
	return channel
}

func statusName(ctx context.Context, s tickets.Status) string {
	return i18n.T(ctx, "desk.status_"+string(s)) // i18n: desk.status_*
}

// statusKind is the colour of a status: whose turn it is.
func statusKind(s tickets.Status) kit.Kind {
	switch s {
	case tickets.New:
		return kit.Accent
	case tickets.Active:
		return kit.Green
	case tickets.Pending:
		return kit.Amber
	case tickets.Junk:
		return kit.Red
	}
	return kit.Plain
}

func priorityName(ctx context.Context, p tickets.Priority) string {
	if p == tickets.Normal {
		return i18n.T(ctx, "desk.priority_normal")
	}
	return i18n.T(ctx, "desk.priority_"+string(p)) // i18n: desk.priority_*
}

// names finds what agents and departments are called, for sentences about what happened.
type names struct {
	Agents      map[string]string
	Departments map[string]string
	Me          string          // the reader
	Admin       bool            // the reader may change settings
	Contact     *people.Contact // whose ticket it is; nil when he is gone
	Again       map[int]string  // by event: where to ask that a reply be sent once more; "" while it is
}

func (n names) agent(id string) string { return n.Agents[id] }

// department is its name, or that there is none.
func (n names) department(ctx context.Context, id string) string {
	if id == "" {
		return i18n.T(ctx, "desk.no_department")
	}
	return n.Departments[id]
}

// by is who did it, as agents call him.
func (n names) by(ctx context.Context, e tickets.Told) string {
	switch e.By.Type {
	case people.ByAgent:
		if name := n.agent(e.By.ID); name != "" {
			return name
		}
	case people.ByContact:
		if n.Contact != nil && n.Contact.ID == e.By.ID {
			return who(ctx, n.Contact)
		}
	case people.BySystem, people.ByBot:
		return "Deskbell"
	}
	if e.Name != "" {
		return e.Name
	}
	return i18n.T(ctx, "desk.visitor")
}

// happening is the sentence about an event that is no message. Events keep values; this is where they become words.
func (n names) happening(ctx context.Context, e tickets.Told) string {
	by := n.by(ctx, e)
	switch w := e.What.(type) {
	case tickets.Opened:
		if w.Waited > 0 {
			return escalated(ctx, w.Waited)
		}
		return i18n.T(ctx, "desk.did_open", "by", by, "door", doorName(ctx, e.Channel))
	case tickets.Assigned:
		return n.assigned(ctx, by, e.By, w)
	case tickets.Transferred:
		return i18n.T(ctx, "desk.did_transfer", "by", by, "department", n.department(ctx, w.Department))
	case tickets.Tagged:
		return tagged(ctx, by, w)
	case tickets.Prioritised:
		return i18n.T(ctx, "desk.did_prioritise", "by", by, "priority", priorityName(ctx, w.Priority))
	case tickets.Filled:
		return i18n.T(ctx, "desk.did_fill", "by", by, "fields", strings.Join(append(sorted(w.Set), w.Removed...), ", "))
	case tickets.Renamed:
		return i18n.T(ctx, "desk.did_rename", "by", by, "subject", e.Said.Subject)
	case tickets.Turned:
		return i18n.T(ctx, "desk.did_turn_"+string(w.Status), "by", by) // i18n: desk.did_turn_*
	case tickets.Deleted:
		return i18n.T(ctx, "desk.did_delete", "by", by)
	case tickets.Restored:
		return i18n.T(ctx, "desk.did_restore", "by", by)
	case tickets.Linked:
		return i18n.T(ctx, "desk.did_link", "number", w.Ticket.String())
	case tickets.Rated:
		return i18n.T(ctx, "desk.did_rate", "by", by, "score", w.Score)
	case tickets.Ended:
		return i18n.T(ctx, "desk.did_end", "by", by)
	case tickets.Carried:
		return n.carried(ctx, w)
	}
	return string(e.What.Kind())
}

// carried says what became of a reply on its way out.
func (n names) carried(ctx context.Context, w tickets.Carried) string {
	door := doorName(ctx, w.Channel)
	switch {
	case w.State == tickets.Failed:
		why := w.Why
		if w.Say != "" {
			why = i18n.T(ctx, w.Say)
		}
		return i18n.T(ctx, "desk.not_delivered", "door", door, "why", why)
	case w.State == tickets.Kept && n.Admin:
		return i18n.T(ctx, "desk.kept_yours", "door", door)
	case w.State == tickets.Kept:
		return i18n.T(ctx, "desk.kept", "door", door)
	case w.Was != "":
		return i18n.T(ctx, "desk.delivered_now", "door", door)
	}
	return i18n.T(ctx, "desk.delivered", "door", door)
}

// escalated says by which rule a public question became a ticket: in the largest unit that tells the time it had.
func escalated(ctx context.Context, waited time.Duration) string {
	switch minutes := int(waited.Round(time.Minute).Minutes()); {
	case minutes >= 48*60:
		return i18n.T(ctx, "desk.did_escalate_days", "count", minutes/(24*60))
	case minutes >= 2*60 || minutes == 60:
		return i18n.T(ctx, "desk.did_escalate_hours", "count", minutes/60)
	default:
		return i18n.T(ctx, "desk.did_escalate_minutes", "count", max(minutes, 1))
	}
}

func (n names) assigned(ctx context.Context, by string, who tickets.By, w tickets.Assigned) string {
	switch {
	case w.Agent == "":
		return i18n.T(ctx, "desk.did_unassign", "by", by)
	case who.Type == people.ByAgent && who.ID == w.Agent:
		return i18n.T(ctx, "desk.did_take", "by", by)
	}
	return i18n.T(ctx, "desk.did_assign", "by", by, "to", n.agent(w.Agent))
}

func tagged(ctx context.Context, by string, w tickets.Tagged) string {
	added, removed := strings.Join(w.Added, ", "), strings.Join(w.Removed, ", ")
	switch {
	case removed == "":
		return i18n.T(ctx, "desk.did_tag", "by", by, "tags", added)
	case added == "":
		return i18n.T(ctx, "desk.did_untag", "by", by, "tags", removed)
	}
	return i18n.T(ctx, "desk.did_retag", "by", by, "added", added, "removed", removed)
}

// doubtName says why a post waits.
func doubtName(ctx context.Context, d forum.Doubt) string {
	return i18n.T(ctx, "desk.doubt_"+string(d)) // i18n: desk.doubt_*
}
