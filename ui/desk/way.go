package desk

import (
	"deskbell/forum"
	"deskbell/internal/store"
)

// gatherWay reads where a reply goes, and where the public has the conversation.
func (d *Desk) gatherWay(tx *store.Tx, o *opened) (err error) {
	if o.Way, err = d.Doors.Way(tx, o.Ticket); err != nil {
		return err
	}
	o.Topic, err = forum.TopicOf(tx, o.Ticket.ID)
	return err
}
