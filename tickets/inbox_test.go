package tickets_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

func TestTheInboxIsPagedByMergingDepartments(t *testing.T) {
	d := open(t)
	var want []string
	for i := range 30 {
		department := []string{"", d.sales, d.repairs}[i%3]
		ticket, _ := d.says("hello", thread(fmt.Sprint(i)), in(department))
		if department != d.repairs {
			want = append([]string{ticket.ID.String()}, want...)
		}
	}
	var got []string
	for cursor, n := "", 0; ; n++ {
		var page tickets.Page
		d.See(func(tx *store.Tx) (err error) {
			page, err = tickets.Inbox(tx, d.ana, tickets.View{After: cursor}, 7)
			return err
		})
		for _, row := range page.Rows {
			got = append(got, row.ID.String())
		}
		if n == 0 {
			d.says("a new one must not shift the next page", thread("new"))
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestViewsHoldWhatTheySay(t *testing.T) {
	d := open(t)
	mine, _ := d.says("mine", thread("1"))
	sales, _ := d.says("sales", thread("2"), in(d.sales))
	repairs, _ := d.says("repairs", thread("3"), in(d.repairs))
	solved, _ := d.says("solved", thread("4"))
	binned, _ := d.says("binned", thread("5"))
	d.Do(func(tx *store.Tx) error {
		if err := tickets.Assign(tx, d.boss, mine.ID, d.ana.ID); err != nil {
			return err
		}
		if err := tickets.Delete(tx, d.boss, binned.ID); err != nil {
			return err
		}
		return tickets.Solve(tx, d.boss, solved.ID)
	})
	for name, c := range map[string]struct {
		by   people.Actor
		view tickets.View
		want []tickets.ID
	}{
		"Ana's own":           {d.ana, tickets.View{Kind: tickets.Mine}, []tickets.ID{mine.ID}},
		"what nobody took":    {d.ana, tickets.View{Kind: tickets.Unassigned}, []tickets.ID{sales.ID}},
		"all live for Ana":    {d.ana, tickets.View{}, []tickets.ID{sales.ID, mine.ID}},
		"all live for Boss":   {d.boss, tickets.View{}, []tickets.ID{repairs.ID, sales.ID, mine.ID}},
		"one department":      {d.boss, tickets.View{Department: d.repairs}, []tickets.ID{repairs.ID}},
		"solved":              {d.ana, tickets.View{Kind: tickets.ByStatus, Status: tickets.Solved}, []tickets.ID{solved.ID}},
		"everything but spam": {d.ana, tickets.View{Kind: tickets.Everything}, []tickets.ID{solved.ID, sales.ID, mine.ID}},
		"nothing for nobody":  {people.Actor{}, tickets.View{}, nil},
	} {
		var page tickets.Page
		var count int
		d.See(func(tx *store.Tx) (err error) {
			if page, err = tickets.Inbox(tx, c.by, c.view, 50); err != nil {
				return err
			}
			count, err = tickets.Count(tx, c.by, c.view)
			return err
		})
		var got []tickets.ID
		for _, row := range page.Rows {
			got = append(got, row.ID)
		}
		if !slices.Equal(got, c.want) || count != len(c.want) {
			t.Errorf("%s: %v (counted %d), want %v", name, got, count, c.want)
		}
	}
	err := d.View(context.Background(), func(tx *store.Tx) error {
		_, err := tickets.Inbox(tx, d.ana, tickets.View{Department: d.repairs}, 50)
		return err
	})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("a department that Ana does not see: %v, want NotFound", err)
	}
}

func TestUnreadIsEachAgentsOwn(t *testing.T) {
	d := open(t)
	ticket, _ := d.says("hello")
	unread := func(by people.Actor) bool {
		var page tickets.Page
		d.See(func(tx *store.Tx) (err error) {
			page, err = tickets.Inbox(tx, by, tickets.View{}, 1)
			return err
		})
		return page.Rows[0].Unread
	}
	d.Do(func(tx *store.Tx) error { return tickets.MarkRead(tx, d.ana, ticket.ID, ticket.Seq) })
	if unread(d.ana) || !unread(d.rui) {
		t.Error("what Ana read is not read by Rui")
	}
	d.says("more")
	if !unread(d.ana) {
		t.Error("a new message is not unread")
	}
}
