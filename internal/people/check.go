package people

import (
	"context"
	"fmt"

	"deskbell/internal/store"
)

// What the tables promise one another; that every identity, address and name belongs to one row only, the indexes promise.
func init() {
	store.RegisterCheck("people", func(ctx context.Context, db *store.DB, report func(string)) error {
		return db.View(ctx, func(tx *store.Tx) error {
			known, err := checkAgents(tx, report)
			if err != nil {
				return err
			}
			return checkAccess(tx, known, report)
		})
	})
}

// checkAgents gives the ids of all agents, with whether they are in.
func checkAgents(tx *store.Tx, report func(string)) (map[string]bool, error) {
	active := map[string]bool{}
	for a, err := range agents.Scan(tx, "", store.Range{}) {
		if err != nil {
			return nil, err
		}
		active[a.ID] = !a.Disabled
		for _, id := range a.Departments {
			d, err := departments.Find(tx, store.K(id))
			if err != nil {
				return nil, err
			}
			if d == nil {
				report(fmt.Sprintf("agent %s works in department %s, which is not there", a.Email, id))
			}
		}
	}
	return active, nil
}

// checkAccess: nothing lets in somebody who is not there or was shut out.
func checkAccess(tx *store.Tx, active map[string]bool, report func(string)) error {
	for p, err := range passwords.Scan(tx, "", store.Range{}) {
		if err != nil {
			return err
		}
		if _, known := active[p.Agent]; !known {
			report(fmt.Sprintf("there is a password of agent %s, who is not there", p.Agent))
		}
	}
	for t, err := range tokens.Scan(tx, "", store.Range{}) {
		if err != nil {
			return err
		}
		if !active[t.Agent] {
			report(fmt.Sprintf("token %s acts as agent %s, who is not in", t.ID, t.Agent))
		}
	}
	for s, err := range sessions.Scan(tx, "", store.Range{}) {
		if err != nil {
			return err
		}
		if s.Agent != "" && !active[s.Agent] {
			report(fmt.Sprintf("session %s lets in agent %s, who is not in", s.ID, s.Agent))
		}
	}
	return nil
}
