package desk

import (
	"fmt"
	"strings"
	"testing"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// Rows are drawn once for all pages that show the same; what is each page's own must not go to another.
func TestPagesShareRowsAndNothingElse(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Where is my parcel?", "It is late.", "")
	s.as(s.ana).get(path(q.ID, "")) // she has read so far
	reads, finds := s.as(s.ana).opens("open", q.ID), s.as(s.rui).opens("open", 0)
	says := func(words string) (read, found do) {
		s.asks("Zoe", "t", "", words, "")
		id := "row-" + q.ID.String()
		return reads.until(words, change("row", id, words)), finds.until(words, change("row", id, words))
	}
	for i := range 3 {
		read, found := says(fmt.Sprint("Are you there? ", i))
		if !strings.Contains(read.HTML, "aria-current") || strings.Contains(found.HTML, "aria-current") {
			t.Errorf("open is what the other page shows:\n%s\n%s", read.HTML, found.HTML)
		}
	}
	reads.says(frameIn{T: "read", Seq: 100})
	reads.looks("open", 0)
	s.do(func(tx *store.Tx) error {
		return tickets.Tag(tx, s.rui.Actor(), q.ID, tickets.Tagged{Added: []string{"late"}})
	})
	tagged := change("row", "row-"+q.ID.String(), "late")
	read, found := reads.until("the tag", tagged), finds.until("the tag", tagged)
	if strings.Contains(read.HTML, "item-unread") || !strings.Contains(found.HTML, "item-unread") {
		t.Errorf("one agent's reading is another's:\n%s\n%s", read.HTML, found.HTML)
	}
}

func TestWhatPagesShareStaysSmall(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Where is my parcel?", "It is late.", "")
	var m memory
	s.do(func(tx *store.Tx) error {
		known, err := tickets.Listed(tx, q.ID, q.ID+1)
		if err != nil || known[1] != nil {
			t.Fatal(known, err)
		}
		rows, err := tickets.Rows(tx, s.ana.Actor(), known[:1])
		if err != nil {
			t.Fatal(rows, err)
		}
		for i := range 3 * mostRemembered {
			row := rows[0]
			row.Words = fmt.Sprint(i)
			if _, err := m.draw(t.Context(), views[0], row, false); err != nil {
				t.Fatal(err)
			}
		}
		return nil
	})
	if len(m.drawn) > mostRemembered {
		t.Errorf("%d drawings are kept", len(m.drawn))
	}
}

// A list that is looked at again finds its rows as they are now, whoever they are about.
func TestARowThatIsRememberedIsNeverOld(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Where is my parcel?", "It is late.", "")
	ana := s.as(s.ana)
	for range 2 {
		if got := ana.get("/desk?view=open"); !strings.Contains(got.body, "It is late.") {
			t.Fatal(got.body)
		}
	}
	s.do(func(tx *store.Tx) error {
		_, err := people.ChangeContact(tx, s.ana.Actor(), q.Contact, people.ContactChange{Name: "Zoe Silva"})
		return err
	})
	if got := ana.get("/desk?view=open"); !strings.Contains(got.body, "Zoe Silva") {
		t.Error("her row has the name that she had")
	}
}
