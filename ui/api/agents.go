package api

import (
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
)

type agent struct {
	ID          string      `json:"id"`
	Email       string      `json:"email"`
	Name        string      `json:"name"`
	Alias       string      `json:"alias" doc:"What customers read instead of the name"`
	Role        people.Role `json:"role" enum:"owner,admin,lead,agent"`
	Departments []string    `json:"departments"`
	Disabled    bool        `json:"disabled"`
	CreatedAt   time.Time   `json:"created_at"`
}

func showAgent(a *people.Agent) agent {
	return agent{a.ID, a.Email, a.Name, a.Alias, a.Role, append([]string{}, a.Departments...), a.Disabled, a.Created}
}

func (a *api) agents() {
	get(a, "agents", "List the team", listAgents)
	create(a, "agents", "Add an agent, who is invited to choose a password", people.ScopeAdmin, addAgent)
	get(a, "agents/{id}", "Get an agent", getAgent)
	patch(a, "agents/{id}", "Change an agent", people.ScopeAdmin, changeAgent)
}

// none is a request that says nothing but its path.
type none struct{}

func listAgents(tx *store.Tx, _ people.Actor, in *page) (list[agent], error) {
	all, err := people.Agents(tx)
	if err != nil {
		return list[agent]{}, err
	}
	return cut(in.Paging, all, func(a *people.Agent) string { return a.ID }, showAgent)
}

func getAgent(tx *store.Tx, _ people.Actor, in *Which) (agent, error) {
	found, err := people.AgentByID(tx, in.ID)
	return shown(found, err, showAgent)
}

type newAgent struct {
	Body struct {
		Email       string      `json:"email"`
		Name        string      `json:"name"`
		Alias       string      `json:"alias,omitempty"`
		Role        people.Role `json:"role" enum:"owner,admin,lead,agent"`
		Departments []string    `json:"departments,omitempty"`
	}
}

func addAgent(tx *store.Tx, by people.Actor, in *newAgent) (agent, error) {
	added, err := people.AddAgent(tx, by, people.NewAgent{
		Email: in.Body.Email, Name: in.Body.Name, Alias: in.Body.Alias, Role: in.Body.Role, Departments: in.Body.Departments,
	})
	if err != nil {
		return agent{}, err
	}
	return showAgent(added), nil
}

type agentChange struct {
	Which
	Body struct {
		Email       change[string]      `json:"email,omitempty"`
		Name        change[string]      `json:"name,omitempty"`
		Alias       change[string]      `json:"alias,omitempty"`
		Role        change[people.Role] `json:"role,omitempty"`
		Departments change[[]string]    `json:"departments,omitempty"`
		Disabled    change[bool]        `json:"disabled,omitempty"`
	}
}

func changeAgent(tx *store.Tx, by people.Actor, in *agentChange) (agent, error) {
	if err := by.Must(people.ManageAgents, ""); err != nil {
		return agent{}, err
	}
	was, err := people.AgentByID(tx, in.ID)
	if err != nil {
		return agent{}, err
	}
	to := people.AgentChange{Email: was.Email, Name: was.Name, Alias: was.Alias, Role: was.Role, Departments: was.Departments}
	in.Body.Email.into(&to.Email)
	in.Body.Name.into(&to.Name)
	in.Body.Alias.into(&to.Alias)
	in.Body.Role.into(&to.Role)
	in.Body.Departments.into(&to.Departments)
	if _, err = people.ChangeAgent(tx, by, was.ID, to); err != nil {
		return agent{}, err
	}
	if d := in.Body.Disabled; d.Sent && d.Value != was.Disabled {
		verb := people.EnableAgent
		if d.Value {
			verb = people.DisableAgent
		}
		if err := verb(tx, by, was.ID); err != nil {
			return agent{}, err
		}
	}
	now, err := people.AgentByID(tx, was.ID)
	return shown(now, err, showAgent)
}
