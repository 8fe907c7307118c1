package desk

import (
	"net/http"
	"strconv"

	"deskbell/internal/fault"
	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
)

// gatherAgain finds out which of the replies that are told as not delivered can be sent once more, and which are being.
func (o *opened) gatherAgain(tx *store.Tx, told []tickets.Told) error {
	if !tickets.MayAnswer(o.Me, o.Ticket) {
		return nil
	}
	o.Names.Again = map[int]string{}
	for reply, e := range lastOutcomes(told) {
		if !failed(e) {
			continue
		}
		j, err := jobs.ByKey(tx, tickets.DeliverJob, tickets.Delivery{Ticket: e.Ticket, N: reply}.Key())
		switch {
		case fault.Is(err, fault.NotFound): // it went, or an administrator has dropped it
		case err != nil:
			return err
		case j.State == jobs.Failed:
			o.Names.Again[e.N] = o.path("retry/" + strconv.Itoa(reply))
		default:
			o.Names.Again[e.N] = ""
		}
	}
	return nil
}

// lastOutcomes are the last words on what became of each reply, by the reply's number.
func lastOutcomes(told []tickets.Told) map[int]tickets.Told {
	last := map[int]tickets.Told{}
	for _, e := range told {
		if c, ok := e.What.(tickets.Carried); ok {
			last[c.Of] = e
		}
	}
	return last
}

func againID(reply int) string { return "again-" + strconv.Itoa(reply) }

// retry has a reply that failed sent once more. Who is late, because it is being sent or went already, sees just that.
func (d *Desk) retry(w http.ResponseWriter, r *http.Request) error {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return fault.New(fault.NotFound, "fault.page_not_found")
	}
	return d.do(w, r, func(tx *store.Tx, by people.Actor, id tickets.ID) error {
		err := channels.Retry(tx, by, id, n)
		if fault.Is(err, fault.Conflict) {
			return nil
		}
		return err
	})
}
