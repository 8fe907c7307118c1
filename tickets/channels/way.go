package channels

import (
	"errors"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// Way is where a reply goes, for whoever is about to write it.
type Way struct {
	Say    string // a key of the catalogue: one short phrase
	With   []any  // its values
	Public bool   // everybody can read it there; files stay out of it
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

// Reply is tickets.Reply, for a draft whose files can go where it goes: they would be left behind without a word otherwise.
func (d *Doors) Reply(tx *store.Tx, by people.Actor, id tickets.ID, draft tickets.Draft) (*tickets.Event, error) {
	if len(draft.Files) > 0 && draft.Channel == "" {
		t, err := tickets.Get(tx, by, id)
		if err != nil {
			return nil, err
		}
		way, err := d.Way(tx, t)
		if err != nil {
			return nil, err
		}
		if way.Public {
			return nil, fault.Field("attachments", WordsOnly)
		}
	}
	return tickets.Reply(tx, by, id, draft)
}

// WordsOnly is the Say of the fault that answers files which cannot go where a reply goes.
const WordsOnly = "tickets.words_only"
