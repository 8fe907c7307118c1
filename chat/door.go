package chat

import (
	"context"

	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
)

// Door is the channel of the chat. What comes in by it comes by sessions.
type Door struct{ Room *Room }

// Name is that of the channel.
func (Door) Name() string { return Channel }

// Deliver has nothing to carry: a visitor who is here reads his ticket's events on by himself. It says whether he is.
func (d Door) Deliver(_ context.Context, _ *store.DB, what tickets.Delivery) error {
	if d.Room.Here(what.Ticket) {
		return nil
	}
	return channels.Absent
}

// Way is the chat while the visitor is here.
func (d Door) Way(_ *store.Tx, t *tickets.Ticket) (channels.Way, error) {
	if d.Room.Here(t.ID) {
		return channels.Way{Say: "chat.way"}, nil
	}
	return channels.Way{}, channels.Absent
}
