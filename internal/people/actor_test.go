package people_test

import (
	"testing"

	"deskbell/internal/people"
)

var (
	readThings   = people.Permit("test_read", people.ScopeRead, people.Roles()...)
	manageThings = people.Permit("test_manage", people.ScopeAdmin, people.Owner, people.Admin)
	leadThings   = people.Permit("test_lead", people.ScopeWrite, people.Owner, people.Admin, people.Lead)
)

func TestMay(t *testing.T) {
	agent := func(r people.Role, s people.Scope, departments ...string) people.Actor {
		return people.Actor{Type: people.ByAgent, ID: "1", Role: r, Scope: s, Departments: departments}
	}
	const full = people.ScopeAdmin
	for name, c := range map[string]struct {
		who   people.Actor
		what  people.Permission
		where string
		want  bool
	}{
		"nobody may nothing":                           {people.Actor{}, readThings, "", false},
		"the house itself may everything":              {people.System, manageThings, "sales", true},
		"a contact may nothing by permission":          {people.Actor{Type: people.ByContact, Role: people.Owner, Scope: full}, readThings, "", false},
		"an agent what is in no department":            {agent(people.AgentRole, full), readThings, "", true},
		"an agent his own department":                  {agent(people.AgentRole, full, "sales"), readThings, "sales", true},
		"an agent no other department":                 {agent(people.AgentRole, full, "sales"), readThings, "care", false},
		"an agent nothing that his role has not":       {agent(people.AgentRole, full, "sales"), leadThings, "sales", false},
		"a lead every department":                      {agent(people.Lead, full), leadThings, "care", true},
		"a lead nothing that his role has not":         {agent(people.Lead, full), manageThings, "", false},
		"an owner everything":                          {agent(people.Owner, full), manageThings, "care", true},
		"a role that there is not may nothing":         {agent("root", full), readThings, "", false},
		"a reading token of an owner reads":            {agent(people.Owner, people.ScopeRead), readThings, "", true},
		"a reading token of an owner does not manage":  {agent(people.Owner, people.ScopeRead), manageThings, "", false},
		"a writing token of an owner does not manage":  {agent(people.Owner, people.ScopeWrite), manageThings, "", false},
		"an admin token of an agent stays an agent's":  {agent(people.AgentRole, full), manageThings, "", false},
		"an actor without a scope may nothing":         {agent(people.Owner, ""), readThings, "", false},
		"a scope that there is not reaches nothing":    {agent(people.Owner, "all"), readThings, "", false},
		"a permission that was never declared is none": {agent(people.Owner, full), people.Permission{}, "", false},
	} {
		if got := c.who.May(c.what, c.where); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPermissionsAreListed(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range people.Permissions() {
		seen[p.Name] = true
	}
	if !seen["manage_agents"] || !seen["test_read"] {
		t.Errorf("listed: %v", seen)
	}
}
