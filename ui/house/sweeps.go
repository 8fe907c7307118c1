package house

import (
	"deskbell/forum"
	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/tickets"
	"deskbell/tickets/channels/email"
)

// sweeps are all the rules that hang on the clock.
func sweeps() []jobs.Sweep {
	return []jobs.Sweep{
		{Name: "forum.Escalate", Do: forum.Escalate, Due: forum.NextEscalation},
		{Name: "tickets.Wake", Do: tickets.Wake, Due: tickets.NextWake},
		{Name: "tickets.CloseSettled", Do: tickets.CloseSettled, Due: tickets.NextClose},
		{Name: "tickets.EmptyBin", Do: tickets.EmptyBin, Due: tickets.NextEmpty},
		{Name: "email.Expire", Do: email.Expire, Due: email.ExpireDue},
		{Name: "people.Expire", Do: people.Expire, Due: people.ExpireDue},
		{Name: "web.ForgetUsed", Do: web.ForgetUsed, Due: web.UsedDue},
		{Name: "store.TrimFeed", Do: store.TrimFeed, Due: store.TrimDue},
	}
}

// describe tells search how the rows of each room are found.
func (h *House) describe() {
	h.Search.Register("tickets", tickets.Document)
	h.Search.Register(forum.Table, forum.Document)
	h.Search.Register(kb.Table(), kb.Document)
}
