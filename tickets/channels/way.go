package channels

import (
	"errors"

	"deskbell/internal/store"
	"deskbell/tickets"
)

// Way is where a reply goes, for whoever is about to write it.
type Way struct {
	Say    string // a key of the catalogue: one short phrase
	With   []any  // its values
	Public bool   // everybody can read it there
}

// Way says where a reply to t would go if it were sent now: by the door of the contact's last message, or else by the first
// other one at which he can be found, as the dispatcher would carry it.
func (d *Doors) Way(tx *store.Tx, t *tickets.Ticket) (Way, error) {
	for _, door := range d.inTurn(t.ReplyBy) {
		way, err := door.Way(tx, t)
		if !errors.Is(err, Absent) {
			return way, err
		}
	}
	return Way{Say: "tickets.way_waits"}, nil
}
