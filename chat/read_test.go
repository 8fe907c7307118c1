package chat_test

import (
	"strings"
	"testing"

	"deskbell/internal/store"
	"deskbell/tickets"
)

// reads has Ana read the ticket as far as an event.
func (s *shop) reads(n int) {
	s.t.Helper()
	s.Do(func(tx *store.Tx) error { return tickets.MarkRead(tx, s.ana, s.ticket().ID, n) })
}

func TestTheVisitorIsToldThatHisWordsAreSeen(t *testing.T) {
	s := open(t)
	v := s.visit()
	hello := v.expect("welcome")
	first := v.say("m1", "Do you have chairs?")
	v.nothing()
	second := v.say("m2", "Red ones.")
	s.reads(first.Seq)
	if f := v.expect("read"); f.Seq != first.Seq {
		t.Errorf("told %s, want that %d is seen", f.raw, first.Seq)
	}
	s.reads(second.Seq + 10) // notes and the like are nothing to him
	if f := v.expect("read"); f.Seq != second.Seq {
		t.Errorf("told %s, want that %d is seen", f.raw, second.Seq)
	}
	s.reads(second.Seq + 20)
	v.nothing()

	other := s.visit(hello)
	if f := other.expect("welcome"); !strings.Contains(f.raw, `"read":`) {
		t.Errorf("his other tab is not told: %s", f.raw)
	}
	s.answer(s.ticket().ID, "Yes.")
	v.expect("presence")
	v.expect("event")
	v.nothing() // who answers has seen
}

func TestNobodyIsToldOfWhatIsNotSeen(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	v.say("m1", "Do you have chairs?")
	s.answer(s.ticket().ID, "Yes.")
	v.expect("presence")
	v.expect("event")
	v.say("m2", "Red ones?")
	s.Do(func(tx *store.Tx) error {
		_, err := tickets.Note(tx, s.ana, s.ticket().ID, tickets.Draft{Text: "Ask Rui"})
		return err
	})
	if f := v.expect("read"); strings.Contains(f.raw, "Rui") { // a note is written by who has read
		t.Errorf("told %s", f.raw)
	}
	v.nothing()
}
