package desk

import (
	"context"
	"slices"
	"testing"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// What the live line says of one ticket (holds) and what the index says of all (Inbox) must never part.
func TestAViewHoldsWhatItsListShows(t *testing.T) {
	s := openShop(t)
	var all []tickets.ID
	turns := []func(*store.Tx, people.Actor, tickets.ID) error{
		nil, tickets.Wait, tickets.Solve, tickets.Spam, tickets.Close, tickets.Delete,
		func(tx *store.Tx, by people.Actor, id tickets.ID) error {
			return tickets.Snooze(tx, by, id, tx.Now().Add(1e12))
		},
	}
	for _, department := range []string{"", s.sales.ID, s.support.ID} {
		for _, agent := range []string{"", s.ana.ID, s.rui.ID} {
			for _, turn := range turns {
				q := s.asks("Zoe", department+agent+string(rune('a'+len(all))), "Hello", "Hello?", department)
				s.do(func(tx *store.Tx) error {
					if agent == s.ana.ID || agent == s.rui.ID && department != s.support.ID {
						if err := tickets.Assign(tx, people.System, q.ID, agent); err != nil {
							return err
						}
					}
					if turn == nil {
						return nil
					}
					return turn(tx, people.System, q.ID)
				})
				all = append(all, q.ID)
			}
		}
	}
	for _, agent := range []*people.Agent{s.ana, s.rui} {
		by := agent.Actor()
		shown := slices.Clone(views)
		for _, id := range append([]string{s.sales.ID, s.support.ID}, by.Departments...) {
			if by.May(tickets.ReadTickets, id) {
				shown = append(shown, departmentView(id, ""))
			}
		}
		for _, v := range shown {
			s.agree(t, by, v, all)
		}
	}
}

func (s *shop) agree(t *testing.T, by people.Actor, v view, all []tickets.ID) {
	t.Helper()
	var listed, held []tickets.ID
	err := s.h.DB.View(t.Context(), func(tx *store.Tx) error {
		listed, held = nil, nil
		rows, err := tickets.Binned(tx, by, 1000)
		if v.Holds.Kind != tickets.Bin {
			var page tickets.Page
			page, err = tickets.Inbox(tx, by, v.Holds, 1000)
			rows = page.Rows
		}
		if err != nil {
			return err
		}
		for _, row := range rows {
			listed = append(listed, row.ID)
		}
		for _, id := range all {
			q, err := tickets.Find(tx, id)
			if err != nil {
				return err
			}
			if v.holds(by, q) {
				held = append(held, id)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(listed)
	if !slices.Equal(listed, held) {
		t.Errorf("%s in %s: the list shows %v, the view holds %v", by.Name, v.Name, listed, held)
	}
}

func TestAViewIsFoundByTheNameInItsAddress(t *testing.T) {
	for _, v := range append(slices.Clone(views), departmentView("d1", "")) {
		if got := viewNamed(v.Name); got != v {
			t.Errorf("the name %q leads to %+v", v.Name, got)
		}
	}
	if got := viewNamed("nonsense"); got != views[0] {
		t.Errorf("a name that means nothing leads to %+v", got)
	}
}

func TestEveryKindOfEventHasItsSentence(t *testing.T) {
	n := names{Agents: map[string]string{"a": "Ana", "r": "Rui"}, Departments: map[string]string{"d": "Sales"}}
	by := tickets.By{Type: people.ByAgent, ID: "a"}
	for _, c := range []struct {
		what tickets.What
		want string
	}{
		{tickets.Assigned{Agent: "a"}, "Ana took this"},
		{tickets.Assigned{Agent: "r"}, "Ana assigned this to Rui"},
		{tickets.Assigned{Was: "r"}, "Ana gave this back to everybody"},
		{tickets.Transferred{Department: "d"}, "Ana moved this to Sales"},
		{tickets.Transferred{}, "Ana moved this to No department"},
		{tickets.Tagged{Added: []string{"late", "vip"}}, "Ana tagged this as late, vip"},
		{tickets.Tagged{Removed: []string{"late"}}, "Ana removed the tag late"},
		{tickets.Tagged{Added: []string{"vip"}, Removed: []string{"late"}}, "Ana added vip and removed late"},
		{tickets.Prioritised{Priority: tickets.Urgent}, "Ana set the priority to Urgent"},
		{tickets.Filled{Set: map[string]string{"order": "4711", "lot": "7"}, Removed: []string{"vip"}}, "Ana changed lot, order, vip"},
		{tickets.Turned{Status: tickets.Solved}, "Ana solved this"},
		{tickets.Deleted{}, "Ana deleted this ticket"},
		{tickets.Restored{}, "Ana took this ticket out of the bin"},
		{tickets.Carried{State: tickets.Failed, Channel: "email", Why: "no such mailbox"}, "This could not be delivered via e-mail: no such mailbox"},
		{tickets.Carried{State: tickets.Sent, Channel: "email"}, "Sent via e-mail instead"},
		{tickets.Carried{State: tickets.Kept, Channel: "email"}, "Kept, not sent yet: ask an administrator to set up e-mail and then to send it from “Outgoing mail”"},
		{tickets.Carried{State: tickets.Sent, Was: tickets.Kept, Channel: "email"}, "Sent via e-mail now"},
	} {
		e := tickets.Told{Event: tickets.Event{N: 2, By: by, What: c.what}}
		if got := n.happening(context.Background(), e); got != c.want {
			t.Errorf("%#v is said as %q, want %q", c.what, got, c.want)
		}
	}
	portuguese := i18n.With(context.Background(), "pt-BR")
	e := tickets.Told{Event: tickets.Event{N: 2, By: by, What: tickets.Turned{Status: tickets.Solved}}}
	if got := n.happening(portuguese, e); got != "Ana resolveu este ticket" {
		t.Errorf("in Portuguese it is %q", got)
	}
}
