package chat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

func TestAnEmptyVisitLeavesNothing(t *testing.T) {
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	if w.Visitor == "" || w.Ticket != "" || len(w.Events) != 0 || w.Online {
		t.Errorf("welcomed with %s", w.raw)
	}
	v.send(`{"t":"typing","on":true}`)
	v.send(`{"t":"page","url":"https://shop.example/tables","title":"Tables"}`)
	v.send(`{"t":"read","seq":3}`)
	v.send(`{"t":"end","id":"e"}`)
	v.expect("ack")
	v.session.Close()
	if n := len(s.tickets()); n != 0 {
		t.Errorf("it left %d tickets", n)
	}
	s.See(func(tx *store.Tx) error {
		all, _, err := people.ListContacts(tx, people.System, nil, 10)
		if len(all) > 0 {
			t.Errorf("it left the contact %+v", all[0])
		}
		return err
	})
}

func TestTheFirstMessageOpensATicket(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	ack := v.say("m1", "Do you have chairs?")
	ticket := s.ticket()
	if ack.ID != "m1" || ack.Seq != ticket.Last || ack.Ticket != ticket.Ref || ack.At == "" {
		t.Errorf("acked with %s, want event %d of %s", ack.raw, ticket.Last, ticket.Ref)
	}
	if ticket.Channel != chat.Channel || ticket.Status != tickets.New {
		t.Errorf("the ticket is %+v", ticket)
	}
	v.nothing() // his own words do not come back to him

	s.answer(ticket.ID, "Yes, **two**.")
	v.expect("presence") // who has taken it
	e := v.expect("event")
	if e.Kind != "message" || e.From != "agent" || e.Name != "Ana" || e.Text != "Yes, **two**." || !strings.Contains(e.HTML, "<strong>two</strong>") {
		t.Errorf("the answer came as %s", e.raw)
	}
	v.nothing()
}

// The same id is one message: on one line, on another, in another tab, and after a restart.
func TestAnIdIsOneMessageForEver(t *testing.T) {
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	first := v.say("m1", "Hello")
	if again := v.say("m1", "Hello"); again.Seq != first.Seq || again.At != first.At {
		t.Errorf("the second ack is %s, want %s", again.raw, first.raw)
	}
	other := s.visit(frame{Visitor: w.Visitor})
	other.expect("welcome")
	if again := other.say("m1", "Hello"); again.Seq != first.Seq {
		t.Errorf("in another tab: %s, want %s", again.raw, first.raw)
	}
	s.restart()
	s.Clock.Add(25 * time.Hour)
	v = s.visit(frame{Visitor: w.Visitor})
	v.expect("welcome")
	if again := v.say("m1", "Hello"); again.Seq != first.Seq || again.At != first.At {
		t.Errorf("after a restart: %s, want %s", again.raw, first.raw)
	}
	for _, other := range []string{
		`{"t":"say","id":"m1","text":"Something else"}`,
		`{"t":"form","id":"m1","fields":{"name":"Zoé","email":"zoe@example.com","text":"Something else"}}`,
		`{"t":"rate","id":"m1","score":5}`,
		`{"t":"end","id":"m1"}`,
	} {
		v.send(other)
		if f := v.refused("id_reused"); f.ID != "m1" {
			t.Errorf("the error is about %q", f.ID)
		}
	}
	if got := s.ticket().Last; got != first.Seq {
		t.Errorf("the last message is %d, want %d", got, first.Seq)
	}
}

func TestSomebodyElsesIdIsNotTaken(t *testing.T) {
	s := open(t)
	for range 2 {
		v := s.visit()
		v.expect("welcome")
		v.say("m1", "Hello")
	}
	if n := len(s.tickets()); n != 2 {
		t.Errorf("two visitors with one id made %d tickets", n)
	}
}

func TestTheOtherTabsGetTheEvent(t *testing.T) {
	s := open(t)
	one := s.visit()
	w := one.expect("welcome")
	two := s.visit(frame{Visitor: w.Visitor}) // opened before there is a ticket
	two.expect("welcome")

	one.say("m1", "from one")
	late := two.expect("welcome") // the conversation began elsewhere
	if !slices.Equal(texts(late.Events), []string{"from one"}) {
		t.Errorf("the other tab was told %s", late.raw)
	}
	two.say("m2", "from two")
	if e := one.expect("event"); e.Text != "from two" || e.From != "contact" || e.Name != "" {
		t.Errorf("the first tab got %s", e.raw)
	}
	one.nothing()
	two.nothing()
}

func TestResume(t *testing.T) {
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	v.say("m1", "one")
	ticket := s.ticket()
	s.answer(ticket.ID, "two")
	s.answer(ticket.ID, "three")
	seq := ticket.Last + 2 // after an assignment comes "two"
	whole := []string{"one", "two", "three"}

	for name, c := range map[string]struct {
		known frame
		want  []string
	}{
		"where it broke off":            {frame{Ticket: ticket.Ref, Epoch: w.Epoch, Seq: seq}, []string{"three"}},
		"with nothing new":              {frame{Ticket: ticket.Ref, Epoch: w.Epoch, Seq: seq + 1}, nil},
		"beyond the end":                {frame{Ticket: ticket.Ref, Epoch: w.Epoch, Seq: 1 << 40}, nil},
		"before the beginning":          {frame{Ticket: ticket.Ref, Epoch: w.Epoch, Seq: -5}, whole},
		"from another ticket":           {frame{Ticket: "another", Epoch: w.Epoch, Seq: seq}, whole},
		"from before a restored backup": {frame{Ticket: ticket.Ref, Epoch: "another", Seq: seq}, whole},
		"knowing nothing":               {frame{}, whole},
	} {
		t.Run(name, func(t *testing.T) {
			c.known.Visitor = w.Visitor
			back := s.visit(c.known)
			got := back.expect("welcome")
			if !slices.Equal(texts(got.Events), c.want) || got.Ticket != ticket.Ref || got.Seq != seq+1 || got.Agent != "Ana" {
				t.Errorf("welcomed with %s, want %v", got.raw, c.want)
			}
			back.nothing()
		})
	}
}

// A long conversation comes in helpings: every event once, in order, however long the texts are.
func TestALongConversationComesWhole(t *testing.T) {
	for name, c := range map[string]struct{ messages, length int }{
		"many":  {230, 10},
		"large": {20, 16 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			v := s.visit()
			w := v.expect("welcome")
			v.say("m1", "0")
			ticket := s.ticket()
			s.Do(func(tx *store.Tx) error {
				for i := range c.messages {
					if _, err := tickets.Reply(tx, s.ana, ticket.ID, tickets.Draft{Text: fmt.Sprint(i+1, " ", strings.Repeat("x", c.length))}); err != nil {
						return err
					}
				}
				return nil
			})
			back := s.visit(frame{Visitor: w.Visitor})
			welcome := back.expect("welcome")
			if len(welcome.Events) > 100 || len(welcome.raw) > 256<<10 {
				t.Errorf("the welcome has %d events and %d bytes", len(welcome.Events), len(welcome.raw))
			}
			events := welcome.Events
			for len(events) < c.messages+1 {
				events = append(events, back.expect("event"))
			}
			back.nothing()
			for i, e := range events {
				if got, _, _ := strings.Cut(e.Text, " "); got != fmt.Sprint(i) || i > 0 && e.Seq <= events[i-1].Seq {
					t.Fatalf("event %d is %q with seq %d", i, got, e.Seq)
				}
			}
		})
	}
}

// Everything that agents do to a ticket, with a marker in every word that is not for its customer.
func TestWhatIsNotForCustomersNeverTravels(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	v.say("m1", "Hello")
	ticket := s.ticket()
	s.Do(func(tx *store.Tx) error {
		repairs, err := people.AddDepartment(tx, s.ana, "Marker department")
		if err != nil {
			return err
		}
		for _, do := range []func() error{
			func() error {
				_, err := tickets.Note(tx, s.ana, ticket.ID, tickets.Draft{Text: "marker note"})
				return err
			},
			func() error { return tickets.Assign(tx, s.ana, ticket.ID, s.ana.ID) },
			func() error { return tickets.Tag(tx, s.ana, ticket.ID, tickets.Tagged{Added: []string{"marker tag"}}) },
			func() error { return tickets.Rename(tx, s.ana, ticket.ID, "marker subject") },
			func() error { return tickets.Transfer(tx, s.ana, ticket.ID, repairs.ID) },
			func() error { return tickets.Snooze(tx, s.ana, ticket.ID, time.Time{}) },
			func() error {
				_, err := people.ChangeContact(tx, s.ana, ticket.Contact, people.ContactChange{Name: "marker name", Email: "marker@example.com"})
				return err
			},
			func() error { return tickets.Solve(tx, s.ana, ticket.ID) },
		} {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	})
	s.room.Types(ticket.ID, s.ana, true)
	s.answer(ticket.ID, "the end")
	for v.next().Text != "the end" {
	}
	back := s.visit(frame{Visitor: v.all[0].Visitor})
	back.expect("welcome")
	for _, f := range append(v.all, back.all...) {
		for _, secret := range []string{"marker", "Legal-Name", s.ana.ID, ticket.Contact, "tag", "note"} {
			if strings.Contains(strings.ToLower(f.raw), strings.ToLower(secret)) {
				t.Errorf("%q travelled: %s", secret, f.raw)
			}
		}
	}
}

// A closed ticket goes on in a new one, and every tab goes with it.
func TestWritingOnAClosedTicket(t *testing.T) {
	for name, end := range map[string]func(tx *store.Tx, by people.Actor, id tickets.ID) error{
		"closed": tickets.Close, "in the bin": tickets.Delete,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			one := s.visit()
			w := one.expect("welcome")
			one.say("m1", "first")
			old := s.ticket()
			two := s.visit(frame{Visitor: w.Visitor})
			two.expect("welcome")
			s.Do(func(tx *store.Tx) error { return end(tx, s.ana, old.ID) })
			if name == "closed" {
				if f := one.expect("presence"); !f.Over {
					t.Errorf("told %s, want that it is over", f.raw)
				}
			}
			one.nothing()

			ack := one.say("m2", "again")
			if ack.Ticket == old.Ref {
				t.Error("it was written on the old ticket")
			}
			for _, v := range []*tab{one, two} {
				if got := v.expect("welcome"); got.Ticket != ack.Ticket || !slices.Equal(texts(got.Events), []string{"again"}) {
					t.Errorf("taken to %s", got.raw)
				}
				v.nothing()
			}
			if again := two.say("m1", "first"); again.Ticket != old.Ref {
				t.Errorf("the old message is now %s", again.raw)
			}
		})
	}
}
