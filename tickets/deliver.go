package tickets

import (
	"fmt"

	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

// DeliverJob is the kind of the jobs that carry replies out; the dispatcher in tickets/channels does them.
const DeliverJob = "tickets.deliver"

// Delivery names a reply on its way out. (Ticket, N) names it for ever: a second try is the same delivery.
type Delivery struct {
	Ticket  ID     `json:"ticket"`
	N       int    `json:"n"`
	Channel string `json:"channel"`
}

// Key names the delivery's job.
func (d Delivery) Key() string { return fmt.Sprintf("%s/%d", d.Ticket, d.N) }

// deliver asks, in the reply's own transaction, for it to be carried out. The replies of one ticket go in their order.
func deliver(tx *store.Tx, e *Event) error {
	return CarryOut(tx, Delivery{e.Ticket, e.N, e.Channel})
}

// CarryOut has a reply carried out: a new one, or one that was kept until its channel is set up.
func CarryOut(tx *store.Tx, d Delivery) error {
	return jobs.Add(tx, jobs.Job{Kind: DeliverJob, Key: d.Key(), Line: "ticket/" + d.Ticket.String(), Data: d})
}

// Delivered keeps what became of a delivery: that it went by another channel than it was meant for, that it is kept, or that it
// failed and why. That it went the way it was meant to go needs no event, unless the ticket has told otherwise before.
func Delivered(tx *store.Tx, d Delivery, became Carried) error {
	was, err := stateOf(tx, d)
	if err != nil || was == "" && became.State == Sent && became.Channel == d.Channel || was == Kept && became.State == Kept {
		return err
	}
	became.Of, became.Was = d.N, was
	t, err := tickets.Find(tx, d.Ticket.Key())
	if err != nil || t == nil { // gone for good, and nobody is left to be told
		return err
	}
	_, err = record(tx, t, Event{By: byOf(people.System), What: became}, Words{})
	return err
}

// stateOf is what the ticket tells of a delivery so far; "" for nothing.
func stateOf(tx *store.Tx, d Delivery) (state string, err error) {
	for e, err := range events.Scan(tx, "", store.Range{Prefix: d.Ticket.Key(), After: eventKey(d.Ticket, d.N)}) {
		if err != nil {
			return "", err
		}
		if c, ok := e.What.(Carried); ok && c.Of == d.N {
			state = c.State
		}
	}
	return state, nil
}
