package desk

import (
	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

// guide is what an owner does first, each step with whether it is done. The inbox shows it while it is empty.
type guide struct{ Steps []step }

type step struct {
	Name string // of its words in the catalogue
	Icon string
	Href string
	Done bool
}

func (g guide) done() bool {
	for _, s := range g.Steps {
		if !s.Done {
			return false
		}
	}
	return true
}

// gatherGuide looks at what there is: nothing is ticked by hand. Only whoever can do the steps is shown them.
func gatherGuide(tx *store.Tx, by people.Actor) (*guide, error) {
	if !by.May(people.ManageSettings, "") {
		return nil, nil
	}
	agents, err := people.Agents(tx)
	if err != nil {
		return nil, err
	}
	boards, err := forum.Boards(tx, by)
	if err != nil {
		return nil, err
	}
	return &guide{[]step{
		{"guide_colleague", "user-plus", "/desk/admin/agents", len(agents) > 1},
		{"guide_board", "users", "/desk/admin/boards", len(boards) > 0},
	}}, nil
}
