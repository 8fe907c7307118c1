package house

import (
	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/web"
)

// sweeps are all the rules that hang on the clock.
func sweeps() []jobs.Sweep {
	return []jobs.Sweep{
		{Name: "people.Expire", Do: people.Expire, Due: people.ExpireDue},
		{Name: "web.ForgetUsed", Do: web.ForgetUsed, Due: web.UsedDue},
	}
}

// describe tells search how the rows of each room are found.
func (h *House) describe() {}
