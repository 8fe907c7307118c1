package channels

import (
	"context"
	"errors"
	"fmt"

	"deskbell/internal/fault"
	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// Attach has the runner carry replies out through these doors, and do what they have to do besides.
func (d *Doors) Attach(r *jobs.Runner) {
	for _, door := range d.doors {
		if busy, ok := door.(Busy); ok {
			busy.Attach(r)
		}
	}
	r.Handle(tickets.DeliverJob, d.deliver)
	r.OnFailed(tickets.DeliverJob, failed)
}

// deliver is one try of carrying a reply out. When nobody is there at any door the words wait in the ticket, where the
// contact finds them on coming back: that is no failure.
func (d *Doors) deliver(ctx context.Context, j jobs.Job) error {
	var what tickets.Delivery
	if err := j.Read(&what); err != nil {
		return err
	}
	became, err := d.carry(ctx, what)
	if err != nil || became.State == "" {
		return err
	}
	return d.db.Update(ctx, func(tx *store.Tx) error { return tickets.Delivered(tx, what, became) })
}

// carry tries the door that the reply was meant for, then the others in their order, and says which took it: none when nobody
// is there. A door that fails ends the search; the whole of it is tried again.
func (d *Doors) carry(ctx context.Context, what tickets.Delivery) (became tickets.Carried, err error) {
	for _, door := range d.inTurn(what.Channel) {
		meant := what
		meant.Channel = door.Name()
		became.Channel = door.Name()
		switch err := door.Deliver(ctx, d.db, meant); {
		case err == nil:
			became.State = tickets.Sent
		case errors.Is(err, Kept):
			became.State = tickets.Kept
		case errors.Is(err, Absent):
			continue
		default:
			return became, fmt.Errorf("%s: %w", door.Name(), err)
		}
		return became, nil
	}
	return tickets.Carried{}, nil
}

func (d *Doors) inTurn(first string) []Channel {
	var turn []Channel
	for _, door := range d.doors {
		if door.Name() == first {
			turn = append([]Channel{door}, turn...)
		} else {
			turn = append(turn, door)
		}
	}
	return turn
}

// failed writes onto the ticket that a reply did not get out, and why.
func failed(tx *store.Tx, j jobs.Job) error {
	var what tickets.Delivery
	if err := j.Read(&what); err != nil {
		return err
	}
	return tickets.Delivered(tx, what, tickets.Carried{State: tickets.Failed, Channel: what.Channel, Why: j.Trouble})
}

// Retry has a reply that failed carried out once more, for an agent who may answer the ticket. It is a Conflict where nothing is
// left to try, because the reply went or was dropped.
func Retry(tx *store.Tx, by people.Actor, id tickets.ID, n int) error {
	t, err := tickets.Get(tx, by, id)
	if err != nil {
		return err
	}
	if !tickets.MayAnswer(by, t) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	j, err := jobs.ByKey(tx, tickets.DeliverJob, tickets.Delivery{Ticket: id, N: n}.Key())
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, "jobs.not_failed")
	}
	if err != nil {
		return err
	}
	return jobs.Retry(tx, j.ID)
}
