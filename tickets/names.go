package tickets

import (
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

// acquaintances are the people who occur in a list, each looked up once.
type acquaintances struct {
	contacts map[string]*people.Contact
	agents   map[string]string // names, as customers see them
}

// meet looks up who occurs in a list of tickets.
func meet(tx *store.Tx, list []*Ticket) (acquaintances, error) {
	var who []By
	for _, t := range list {
		who = append(who, By{people.ByContact, t.Contact}, By{people.ByAgent, t.Assignee}, t.LastBy)
	}
	return lookUp(tx, who)
}

// lookUp finds contacts in one trip and agents, who are few, one by one. Who is gone has no name.
func lookUp(tx *store.Tx, who []By) (a acquaintances, err error) {
	a = acquaintances{map[string]*people.Contact{}, map[string]string{}}
	var ids []string
	for _, w := range who {
		switch w.Type {
		case people.ByAgent:
			if err := a.agent(tx, w.ID); err != nil {
				return a, err
			}
		case people.ByContact, people.ByCommunity:
			if _, have := a.contacts[w.ID]; !have && w.ID != "" {
				a.contacts[w.ID] = nil
				ids = append(ids, w.ID)
			}
		}
	}
	rows, err := people.Contacts(tx, ids...)
	for i, c := range rows {
		a.contacts[ids[i]] = c
	}
	return a, err
}

func (a acquaintances) agent(tx *store.Tx, id string) error {
	if _, have := a.agents[id]; have || id == "" {
		return nil
	}
	agent, err := people.AgentByID(tx, id)
	switch {
	case err == nil:
		a.agents[id] = agent.Shown()
	case fault.Is(err, fault.NotFound):
		a.agents[id] = ""
	default:
		return err
	}
	return nil
}

// name is what somebody is called; empty for the house itself.
func (a acquaintances) name(by By) string {
	switch by.Type {
	case people.ByAgent:
		return a.agents[by.ID]
	case people.ByContact, people.ByCommunity:
		if c := a.contacts[by.ID]; c != nil {
			return c.Name
		}
	}
	return ""
}
