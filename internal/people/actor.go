package people

import (
	"slices"

	"deskbell/internal/fault"
)

// Role is an agent's rank. What a role may do is said by the permissions that name it.
type Role string

const (
	Owner     Role = "owner"
	Admin     Role = "admin"
	Lead      Role = "lead"
	AgentRole Role = "agent"
)

// Roles lists all of them, highest first.
func Roles() []Role { return []Role{Owner, Admin, Lead, AgentRole} }

// AtLeast tells whether r ranks as high as other. What is no role ranks below all.
func (r Role) AtLeast(other Role) bool { return r.rank() >= other.rank() }

func (r Role) rank() int {
	if i := slices.Index(Roles(), r); i >= 0 {
		return len(Roles()) - i
	}
	return 0
}

// everywhere: leads and above work in every department.
func (r Role) everywhere() bool { return r.AtLeast(Lead) }

// Scope is how far a token reaches; each scope includes those before it. The zero scope reaches nothing.
type Scope string

const (
	ScopeRead  Scope = "read"
	ScopeWrite Scope = "write"
	ScopeAdmin Scope = "admin"
)

// Scopes lists all of them, narrowest first.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeWrite, ScopeAdmin} }

// Covers tells whether s reaches as far as needed.
func (s Scope) Covers(needed Scope) bool {
	have, need := slices.Index(Scopes(), s), slices.Index(Scopes(), needed)
	return need >= 0 && have >= need
}

// Permission is something that one may or may not do: the scope that a token needs for it, and the roles that have it.
type Permission struct {
	Name  string
	Scope Scope
	Roles []Role
}

// permitted is filled while packages are initialised and only read afterwards.
var permitted []Permission

// Permit declares a permission, as a package variable of the room that asks for it.
func Permit(name string, scope Scope, roles ...Role) Permission {
	if slices.ContainsFunc(permitted, func(p Permission) bool { return p.Name == name }) {
		panic("people: two permissions are called " + name)
	}
	p := Permission{name, scope, roles}
	permitted = append(permitted, p)
	return p
}

// Permissions lists every permission of the house.
func Permissions() []Permission { return slices.Clone(permitted) }

// ActorType says what kind of somebody acts. The same word stands in the API as by.type.
type ActorType string

const (
	ByAgent     ActorType = "agent"
	ByContact   ActorType = "contact"
	BySystem    ActorType = "system"
	ByBot       ActorType = "bot"
	ByCommunity ActorType = "community" // a member of the forum who is not the ticket's contact
)

// Actor is whoever does something. The zero Actor is nobody and may nothing; an agent's is made by Agent.Actor, ActorOf or
// TokenActor. One written by hand needs a Scope too.
type Actor struct {
	Type        ActorType
	ID          string
	Name        string // as customers see it
	Role        Role
	Departments []string
	Scope       Scope
}

// System is the house itself: its sweeps, its followers, and whoever has its command line.
var System = Actor{Type: BySystem, Name: "Deskbell", Scope: ScopeAdmin}

// May tells whether a may do p in a department; "" is what belongs to no department, such as an unsorted ticket. Leads and
// above have every department, agents their own.
func (a Actor) May(p Permission, department string) bool {
	if a.Type == BySystem {
		return true
	}
	if a.Type != ByAgent || !a.Scope.Covers(p.Scope) || !slices.Contains(p.Roles, a.Role) {
		return false
	}
	return department == "" || a.Role.everywhere() || slices.Contains(a.Departments, department)
}

// Everywhere tells whether a works in every department, so that a view need not be merged of several.
func (a Actor) Everywhere() bool {
	return a.Type == BySystem || a.Type == ByAgent && a.Role.everywhere()
}

// Must is May as a fault, for what is no secret: that there are agents and settings everybody knows.
func (a Actor) Must(p Permission, department string) error {
	if a.May(p, department) {
		return nil
	}
	return forbidden()
}

func forbidden() error { return fault.New(fault.Forbidden, "fault.forbidden") }

// over tells whether a may touch somebody of that role: nobody reaches above himself.
func (a Actor) over(r Role) bool { return a.Type == BySystem || a.Role.AtLeast(r) }
