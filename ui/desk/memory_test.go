package desk

import (
	"fmt"
	"strings"
	"testing"

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
	var c memory
	s.do(func(tx *store.Tx) error {
		for i := range 3 * mostRemembered {
			v := version{q.ID, fmt.Sprint(i)}
			rows, err := c.read(tx, []version{v, {q.ID + 1, "gone"}})
			if err != nil || len(rows) != 1 {
				t.Fatal(rows, err)
			}
			if _, err := c.draw(t.Context(), look{View: views[0]}, rows[v], v); err != nil {
				t.Fatal(err)
			}
		}
		return nil
	})
	if len(c.rows) > mostRemembered+1 || len(c.drawn) > mostRemembered+1 {
		t.Errorf("%d rows and %d drawings are kept", len(c.rows), len(c.drawn))
	}
}
