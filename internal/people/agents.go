package people

import (
	"slices"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Agent is somebody who answers.
type Agent struct {
	ID          string    `json:"id"`
	Email       string    `json:"email"`
	Name        string    `json:"name"`
	Alias       string    `json:"alias,omitempty"` // what customers read instead of the name
	Role        Role      `json:"role"`
	Departments []string  `json:"departments,omitempty"`
	Language    string    `json:"language,omitempty"`
	Theme       string    `json:"theme,omitempty"` // light or dark; as the screen has it when empty
	Disabled    bool      `json:"disabled,omitempty"`
	Created     time.Time `json:"created"`
	Joined      time.Time `json:"joined,omitzero"` // when a password was first chosen; until then the agent is invited
}

var agents = store.NewTable("agents", func(a *Agent) store.Key { return store.K(a.ID) },
	store.Index[Agent]{Name: "email", Unique: true, Keys: func(a *Agent) []store.Key { return []store.Key{store.K(a.Email)} }},
	store.Index[Agent]{Name: "owners", Keys: owners},
).Called("agent")

// owners holds those who can get into the house and give it away. There is always one, from the setup on.
func owners(a *Agent) []store.Key {
	if a.Role != Owner || a.Disabled {
		return nil
	}
	return []store.Key{{}}
}

// Shown is the name that customers read.
func (a *Agent) Shown() string {
	if a.Alias != "" {
		return a.Alias
	}
	return a.Name
}

// Actor is the agent as one who does something, with all the reach of a session. Its Departments are the row's own slice: they are
// to be read only.
func (a *Agent) Actor() Actor {
	return Actor{Type: ByAgent, ID: a.ID, Name: a.Shown(), Role: a.Role, Departments: a.Departments, Scope: ScopeAdmin}
}

// Agents lists all of them, oldest first: they are a team, not a table of unknown length. The rows are shared with whoever else
// asks, and to be read only; the slice is the caller's.
func Agents(tx *store.Tx) ([]*Agent, error) { return agents.AllShared(tx, "") }

// AgentByID gives one, disabled or not.
func AgentByID(tx *store.Tx, id string) (*Agent, error) {
	return agents.Get(tx, store.K(id))
}

// AgentByEmail gives the agent with an address, disabled or not.
func AgentByEmail(tx *store.Tx, email string) (*Agent, error) {
	email, err := Email("email", email)
	if err != nil {
		return nil, err
	}
	return agents.GetBy(tx, "email", store.K(email))
}

// NewAgent is what it takes to add one. Without a password the agent is invited: Invite makes the link.
type NewAgent struct {
	Email, Name, Alias string
	Role               Role
	Departments        []string
	Language           string
	Password           Password
}

// AddAgent takes somebody into the team. Nobody gives a role above his own.
func AddAgent(tx *store.Tx, by Actor, n NewAgent) (*Agent, error) {
	if err := by.Must(ManageAgents, ""); err != nil {
		return nil, err
	}
	if !by.over(n.Role) {
		return nil, forbidden()
	}
	return addAgent(tx, n)
}

func addAgent(tx *store.Tx, n NewAgent) (*Agent, error) {
	a := &Agent{ID: tx.NewID(), Language: n.Language, Created: tx.Now()}
	if err := a.fill(tx, AgentChange{n.Email, n.Name, n.Alias, n.Role, n.Departments}); err != nil {
		return nil, err
	}
	if n.Password.hash != "" {
		a.Joined = tx.Now()
		if err := passwords.Put(tx, &passwordRow{Agent: a.ID, Hash: n.Password.hash, Changed: tx.Now()}); err != nil {
			return nil, err
		}
	}
	return a, a.put(tx, "agent.added")
}

// AgentChange is everything about an agent that somebody else decides.
type AgentChange struct {
	Email, Name, Alias string
	Role               Role
	Departments        []string
}

// fill checks a change and takes it over.
func (a *Agent) fill(tx *store.Tx, c AgentChange) (err error) {
	if a.Email, err = Email("email", c.Email); err != nil {
		return err
	}
	same, err := agents.By(tx, "email", store.K(a.Email))
	if err != nil {
		return err
	}
	if same != nil && same.ID != a.ID {
		return fault.Field("email", "people.email_taken")
	}
	if a.Name, a.Alias, err = agentNames(c.Name, c.Alias); err != nil {
		return err
	}
	if !slices.Contains(Roles(), c.Role) {
		return fault.Field("role", "fault.bad_value")
	}
	a.Role = c.Role
	a.Departments, err = knownDepartments(tx, c.Departments)
	return err
}

func agentNames(name, alias string) (string, string, error) {
	name, err := cleanName("name", name)
	if err != nil || strings.TrimSpace(alias) == "" {
		return name, "", err
	}
	alias, err = cleanName("alias", alias)
	return name, alias, err
}

func (a *Agent) put(tx *store.Tx, kind string) error {
	if err := agents.Put(tx, a); err != nil {
		return err
	}
	return tx.Tell(kind, agents.Name(), store.K(a.ID))
}

// reach gives the agent that by is about to change: by must be one that may, and not below him.
func reach(tx *store.Tx, by Actor, id string) (*Agent, error) {
	if err := by.Must(ManageAgents, ""); err != nil {
		return nil, err
	}
	a, err := AgentByID(tx, id)
	if err != nil {
		return nil, err
	}
	if !by.over(a.Role) {
		return nil, forbidden()
	}
	return a, nil
}

// ChangeAgent changes what others decide about an agent. Nobody changes his own role, or gives one above it; the last owner
// stays one. Who loses or gains a role signs in again.
func ChangeAgent(tx *store.Tx, by Actor, id string, c AgentChange) (*Agent, error) {
	a, err := reach(tx, by, id)
	if err != nil {
		return nil, err
	}
	was := *a
	if err := a.fill(tx, c); err != nil {
		return nil, err
	}
	if a.Role != was.Role {
		switch {
		case by.ID == a.ID:
			return nil, fault.Field("role", "people.own_role")
		case !by.over(a.Role):
			return nil, fault.Field("role", "people.role_above")
		}
	}
	if err := a.put(tx, "agent.changed"); err != nil {
		return nil, err
	}
	if err := ownerStays(tx, "role"); err != nil {
		return nil, err
	}
	if a.Role != was.Role {
		return a, endAccess(tx, a.ID, "")
	}
	if a.Email != was.Email {
		err = dropLinks(tx, toPassword, a.ID) // they went to the old address
	}
	tx.Ring(Topic) // departments may have changed, which open sockets must know
	return a, err
}

// Self is what an agent decides about himself.
type Self struct{ Name, Alias, Language, Theme string }

// ChangeSelf takes over what an agent decides about himself.
func ChangeSelf(tx *store.Tx, by Actor, s Self) (*Agent, error) {
	if by.Type != ByAgent || !by.Scope.Covers(ScopeWrite) {
		return nil, forbidden()
	}
	a, err := AgentByID(tx, by.ID)
	if err != nil {
		return nil, err
	}
	if a.Name, a.Alias, err = agentNames(s.Name, s.Alias); err != nil {
		return nil, err
	}
	if len(s.Language) > 35 { // the longest tag that RFC 5646 asks anybody to take
		return nil, fault.Field("language", "fault.bad_value")
	}
	if !slices.Contains([]string{"", "light", "dark"}, s.Theme) {
		return nil, fault.Field("theme", "fault.bad_value")
	}
	a.Language, a.Theme = s.Language, s.Theme
	return a, a.put(tx, "agent.changed")
}

// DisableAgent shuts an agent out, at once and everywhere; what he wrote stays. Nobody shuts himself out, and the last owner
// cannot be.
func DisableAgent(tx *store.Tx, by Actor, id string) error {
	a, err := reach(tx, by, id)
	if err != nil || a.Disabled {
		return err
	}
	if by.ID == a.ID {
		return fault.New(fault.Invalid, "people.not_yourself")
	}
	a.Disabled = true
	if err := a.put(tx, "agent.disabled"); err != nil {
		return err
	}
	if err := ownerStays(tx, ""); err != nil {
		return err
	}
	return endAccess(tx, a.ID, "")
}

// EnableAgent lets a disabled agent in again, with the password he had.
func EnableAgent(tx *store.Tx, by Actor, id string) error {
	a, err := reach(tx, by, id)
	if err != nil || !a.Disabled {
		return err
	}
	a.Disabled = false
	return a.put(tx, "agent.enabled")
}

// ownerStays refuses the transaction that would leave the house without an owner. It reads what it guards, so two that each
// take one of two owners cannot both succeed.
func ownerStays(tx *store.Tx, at string) error {
	has, err := HasOwner(tx)
	if err == nil && !has {
		f := fault.New(fault.Invalid, "people.last_owner")
		f.At = at
		return f
	}
	return err
}

// HasOwner tells whether the house was set up.
func HasOwner(tx *store.Tx) (bool, error) {
	n, err := agents.Count(tx, "owners", nil, 1)
	return n > 0, err
}
