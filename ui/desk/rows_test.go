package desk

import (
	"fmt"
	"testing"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// A list takes at most a page of rows at once; what stands below that many newer ones leaves it.
func TestMoreThanAPageOfChangesAtOnce(t *testing.T) {
	s := openShop(t)
	first := s.asks("Zoe", "first", "Number one", "It is late.", "")
	page, later := s.as(s.ana).opens("open", 0), s.as(s.rui).dials("")
	later.later = true
	later.looks("open", 0)
	var newest tickets.ID
	s.do(func(tx *store.Tx) error {
		zoe, err := people.ContactByID(tx, first.Contact)
		if err != nil {
			return err
		}
		for i := range pageOfList + 1 {
			thread := fmt.Sprint(i)
			if i == 0 {
				thread = "first"
			}
			q, _, err := tickets.Receive(tx, tickets.Inbound{Channel: "email", Thread: thread, By: zoe.Actor(), Text: fmt.Sprint("word ", i)})
			if err != nil {
				return err
			}
			newest = q.ID
		}
		return nil
	})
	page.until("the one below a page of newer ones", func(d do) bool { return d.What == "gone" && d.ID == rowID(first.ID) })
	page.until("the newest", change("row", rowID(newest), ""))
	later.until("the newest, as the first one stays where it belongs", func(d do) bool {
		if d.What == "gone" {
			t.Errorf("%s went from a later page", d.ID)
		}
		return d.What == "row" && d.ID == rowID(newest)
	})
}
