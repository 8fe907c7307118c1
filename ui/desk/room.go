package desk

import (
	"context"
	"net/http"

	"deskbell/chat"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/web"
	"deskbell/tickets"
)

// isAway tells whether an agent takes no chats although he is there.
func (d *Desk) isAway(by people.Actor) bool {
	for _, one := range d.Chat.Team() {
		if one.Agent.ID == by.ID {
			return one.Away
		}
	}
	return false
}

// away takes an agent out of the chats, or back in.
func (d *Desk) away(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Away string `form:"away"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	if err := d.Chat.SetAway(r.Context(), web.Actor(r), f.Away != ""); err != nil {
		return err
	}
	return web.Redirect(w, r, "/desk")
}

// whereabouts is where a ticket's customer is just now; nil when he is not in the room.
func (d *Desk) whereabouts(id tickets.ID) *chat.Visit {
	if v, here := d.Chat.Where(id); here {
		return &v
	}
	return nil
}

// name is what to call somebody who types: what he says himself, else what the ticket's contact is called.
func (t typist) name(ctx context.Context, c *people.Contact) string {
	switch {
	case t.Name != "":
		return t.Name
	case c == nil:
		return i18n.T(ctx, "desk.visitor")
	}
	return who(ctx, c)
}
