package api

import (
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

type contact struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Email      string            `json:"email"`
	Phone      string            `json:"phone"`
	Language   string            `json:"language"`
	TimeZone   string            `json:"time_zone"`
	Identities []identity        `json:"identities"`
	Attributes map[string]string `json:"attributes"`
	CreatedAt  time.Time         `json:"created_at"`
	SeenAt     time.Time         `json:"seen_at"`
}

type identity struct {
	Kind     people.IdentityKind `json:"kind" enum:"email,phone,visitor,external"`
	Value    string              `json:"value"`
	Verified bool                `json:"verified"`
}

func showContact(c *people.Contact) contact {
	shown := contact{
		ID: c.ID, Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language, TimeZone: c.TimeZone, Attributes: c.Attributes,
		CreatedAt: c.Created, SeenAt: c.Seen,
		Identities: each(c.Identities, func(i people.Identity) identity { return identity{i.Kind, i.Value, i.Verified} }),
	}
	if shown.Attributes == nil {
		shown.Attributes = map[string]string{}
	}
	return shown
}

// may is the permission that a room leaves to whoever asks it.
func may(by people.Actor, p people.Permission) error {
	if by.May(p, "") {
		return nil
	}
	return fault.New(fault.Forbidden, "fault.forbidden")
}

func (a *api) contacts() {
	get(a, "contacts", "List contacts, the newest first", func(tx *store.Tx, by people.Actor, in *struct{ Paging }) (list[contact], error) {
		after, err := in.after()
		if err != nil {
			return list[contact]{}, err
		}
		rows, next, err := people.ListContacts(tx, by, after, in.most())
		return list[contact]{each(rows, showContact), cursor(next)}, err
	})
	get(a, "contacts/{id}", "Get a contact", func(tx *store.Tx, by people.Actor, in *Which) (contact, error) {
		if err := may(by, people.ReadContacts); err != nil {
			return contact{}, err
		}
		c, err := people.ContactByID(tx, in.ID)
		if err != nil {
			return contact{}, err
		}
		return showContact(c), nil
	})
	post(a, "contacts", "Add a contact, or find the one with that address", addContact)
	patch(a, "contacts/{id}", "Change a contact", people.ScopeWrite, changeContact)
}

type newContact struct {
	Body struct {
		Email string `json:"email"`
		Name  string `json:"name,omitempty"`
		Phone string `json:"phone,omitempty"`
	}
}

func addContact(tx *store.Tx, by people.Actor, in *newContact) (contact, error) {
	if err := may(by, people.WriteContacts); err != nil {
		return contact{}, err
	}
	known := []people.Identity{{Kind: people.KindEmail, Value: in.Body.Email}}
	if in.Body.Phone != "" {
		known = append(known, people.Identity{Kind: people.KindPhone, Value: in.Body.Phone})
	}
	c, err := people.Recognise(tx, known, people.Profile{Name: in.Body.Name})
	if err != nil {
		return contact{}, err
	}
	return showContact(c), nil
}

type contactChange struct {
	Which
	Body struct {
		Name       change[string]            `json:"name,omitempty"`
		Email      change[string]            `json:"email,omitempty"`
		Phone      change[string]            `json:"phone,omitempty"`
		Language   change[string]            `json:"language,omitempty"`
		TimeZone   change[string]            `json:"time_zone,omitempty"`
		Attributes change[map[string]string] `json:"attributes,omitempty"`
	}
}

func changeContact(tx *store.Tx, by people.Actor, in *contactChange) (contact, error) {
	if err := may(by, people.WriteContacts); err != nil {
		return contact{}, err
	}
	c, err := people.ContactByID(tx, in.ID)
	if err != nil {
		return contact{}, err
	}
	to := people.ContactChange{Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language, TimeZone: c.TimeZone, Attributes: c.Attributes}
	in.Body.Name.into(&to.Name)
	in.Body.Email.into(&to.Email)
	in.Body.Phone.into(&to.Phone)
	in.Body.Language.into(&to.Language)
	in.Body.TimeZone.into(&to.TimeZone)
	in.Body.Attributes.into(&to.Attributes)
	if c, err = people.ChangeContact(tx, by, c.ID, to); err != nil {
		return contact{}, err
	}
	return showContact(c), nil
}

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
	get(a, "agents", "List the team", func(tx *store.Tx, _ people.Actor, _ *struct{}) (list[agent], error) {
		all, err := people.Agents(tx)
		return list[agent]{Items: each(all, showAgent)}, err
	})
	get(a, "agents/{id}", "Get an agent", func(tx *store.Tx, _ people.Actor, in *Which) (agent, error) {
		found, err := people.AgentByID(tx, in.ID)
		if err != nil {
			return agent{}, err
		}
		return showAgent(found), nil
	})
	create(a, "agents", "Add an agent, who is invited to choose a password", people.ScopeAdmin, addAgent)
	patch(a, "agents/{id}", "Change an agent", people.ScopeAdmin, changeAgent)
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
	if err := may(by, people.ManageAgents); err != nil {
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
	if err != nil {
		return agent{}, err
	}
	return showAgent(now), nil
}

type department struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Retired bool   `json:"retired"`
}

func showDepartment(d *people.Department) department { return department{d.ID, d.Name, d.Retired} }

func (a *api) departments() {
	get(a, "departments", "List departments", func(tx *store.Tx, _ people.Actor, _ *struct{}) (list[department], error) {
		all, err := people.Departments(tx)
		return list[department]{Items: each(all, showDepartment)}, err
	})
	get(a, "departments/{id}", "Get a department", func(tx *store.Tx, _ people.Actor, in *Which) (department, error) {
		d, err := people.DepartmentByID(tx, in.ID)
		if err != nil {
			return department{}, err
		}
		return showDepartment(d), nil
	})
	create(a, "departments", "Open a department", people.ScopeAdmin, func(tx *store.Tx, by people.Actor, in *struct {
		Body struct {
			Name string `json:"name"`
		}
	}) (department, error) {
		d, err := people.AddDepartment(tx, by, in.Body.Name)
		if err != nil {
			return department{}, err
		}
		return showDepartment(d), nil
	})
	patch(a, "departments/{id}", "Rename or retire a department", people.ScopeAdmin, changeDepartment)
}

type departmentChange struct {
	Which
	Body struct {
		Name    change[string] `json:"name,omitempty"`
		Retired change[bool]   `json:"retired,omitempty"`
	}
}

func changeDepartment(tx *store.Tx, by people.Actor, in *departmentChange) (department, error) {
	d, err := people.DepartmentByID(tx, in.ID)
	if err != nil {
		return department{}, err
	}
	in.Body.Name.into(&d.Name)
	in.Body.Retired.into(&d.Retired)
	return showDepartment(d), people.ChangeDepartment(tx, by, d.ID, d.Name, d.Retired)
}
