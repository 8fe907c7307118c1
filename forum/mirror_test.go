package forum_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// overdue is a topic of zoe's that has become a ticket.
func (h *house) overdue() *forum.Topic {
	h.t.Helper()
	topic := h.ask(h.who("zoe"), "Why is it sour?")
	h.Clock.Add(4 * time.Hour)
	if h.escalate() != 1 {
		h.t.Fatal("no ticket")
	}
	return topic
}

// ticket reads a topic's ticket.
func (h *house) ticket(topic *forum.Topic) (t *tickets.Ticket) {
	h.t.Helper()
	id := h.now(topic).Ticket
	h.See(func(tx *store.Tx) (err error) {
		t, err = tickets.Find(tx, id)
		return err
	})
	return t
}

// reply answers the ticket at the desk and gives what is to be delivered.
func (h *house) reply(topic *forum.Topic, text string) tickets.Delivery {
	h.t.Helper()
	id := h.now(topic).Ticket
	var e *tickets.Event
	h.Do(func(tx *store.Tx) (err error) {
		e, err = tickets.Reply(tx, h.ana, id, tickets.Draft{Text: text})
		return err
	})
	return tickets.Delivery{Ticket: id, N: e.N, Channel: e.Channel}
}

func (h *house) deliver(d tickets.Delivery) {
	h.t.Helper()
	if err := (forum.Door{}).Deliver(h.t.Context(), h.DB, d); err != nil {
		h.t.Fatal(err)
	}
}

// said gives what everybody reads on a topic as "name: text".
func (h *house) said(topic *forum.Topic) (said []string) {
	h.t.Helper()
	h.See(func(tx *store.Tx) error {
		th, err := forum.Read(tx, forum.Who{}, forum.Reading{Topic: topic.ID, Limit: 100})
		if err != nil {
			return err
		}
		said = []string{th.Question.By.Name + ": " + th.Question.Text}
		for _, p := range th.Posts {
			said = append(said, p.By.Name+": "+p.Text)
		}
		return nil
	})
	return said
}

func (h *house) expectTold(topic *forum.Topic, want ...string) {
	h.t.Helper()
	if got := h.told(topic); !slices.Equal(got, want) {
		h.t.Errorf("the ticket says\n%q, want\n%q", got, want)
	}
}

func (h *house) expectSaid(topic *forum.Topic, want ...string) {
	h.t.Helper()
	if got := h.said(topic); !slices.Equal(got, want) {
		h.t.Errorf("the topic says\n%q, want\n%q", got, want)
	}
}

func TestTheTicketBeginsWithAllThatTheAskerSaid(t *testing.T) {
	h := open(t)
	topic := h.ask(h.who("zoe"), "Why is it sour?")
	h.answer(h.who("zoe"), topic, "It was not last week.")
	h.Clock.Add(4 * time.Hour)
	h.escalate()
	h.expectTold(topic, "contact: Why is it sour?", "contact: It was not last week.")
	ticket := h.ticket(topic)
	if ticket.Channel != forum.Channel || ticket.Contact != topic.Author.Contact || !slices.Equal(ticket.Tags, []string{"forum"}) {
		t.Errorf("the ticket is %+v", ticket)
	}
}

func TestTheTicketSaysHowLongNobodyAnswered(t *testing.T) {
	h := open(t)
	ticket := h.ticket(h.overdue())
	h.See(func(tx *store.Tx) error {
		told, err := tickets.Events(tx, ticket.ID, 0, 1)
		if err != nil {
			return err
		}
		if opened := told[0].What.(tickets.Opened); opened.Waited != 4*time.Hour {
			t.Errorf("it says %v, and the board gives the community four hours", opened.Waited)
		}
		return nil
	})
}

func TestWhatIsPostedLaterJoinsTheTicket(t *testing.T) {
	h := open(t)
	topic := h.overdue()
	h.answer(h.who("zoe"), topic, "Anybody?")
	h.answer(h.who("ann"), topic, "Grind finer.")
	h.answer(h.who("ana"), topic, "Hello Zoe!") // the staff, in the forum itself
	h.answer(h.guest("Bob", "bob@example.com"), topic, "Buy mine.")
	want := []string{"contact: Why is it sour?", "contact: Anybody?", "community: Grind finer.", "agent: Hello Zoe!"}
	h.expectTold(topic, want...)
	if s := h.ticket(topic).Status; s != tickets.Pending {
		t.Errorf("the staff answered and the ticket is %s", s)
	}
	h.Do(func(tx *store.Tx) error { _, err := forum.Approve(tx, h.ana, topic.ID, 5); return err })
	h.expectTold(topic, append(want, "community: Buy mine.")...)
}

func TestTheDesksAnswerStandsUnderTheTopicOnce(t *testing.T) {
	h := open(t)
	topic := h.overdue()
	id := h.now(topic).Ticket
	h.Do(func(tx *store.Tx) error {
		_, err := tickets.Note(tx, h.ana, id, tickets.Draft{Text: "He asks every week."})
		return err
	})
	d := h.reply(topic, "Grind **finer**.")
	if d.Channel != forum.Channel {
		t.Fatalf("the answer goes by %q", d.Channel)
	}
	h.deliver(d)
	h.deliver(d) // the job was done and its end was not written down
	h.expectSaid(topic, "zoe: Why is it sour?", "Ana Souza: Grind **finer**.")
	h.expectTold(topic, "contact: Why is it sour?", "agent: Grind **finer**.") // and does not come back
}

func TestANoteNeverGoesOut(t *testing.T) {
	h := open(t)
	topic := h.overdue()
	var e *tickets.Event
	id := h.now(topic).Ticket
	h.Do(func(tx *store.Tx) (err error) {
		e, err = tickets.Note(tx, h.ana, id, tickets.Draft{Text: "He asks every week."})
		return err
	})
	err := forum.Door{}.Deliver(t.Context(), h.DB, tickets.Delivery{Ticket: e.Ticket, N: e.N, Channel: forum.Channel})
	if err == nil {
		t.Error("a note was delivered")
	}
	h.expectSaid(topic, "zoe: Why is it sour?")
}

func TestAPostThatTheStaffWroteHereIsNotDeliveredHere(t *testing.T) {
	h := open(t)
	topic := h.overdue()
	p := h.answer(h.who("ana"), topic, "Hello Zoe!")
	h.deliver(tickets.Delivery{Ticket: p.Ticket, N: p.Event, Channel: forum.Channel})
	h.expectSaid(topic, "zoe: Why is it sour?", "Ana Souza: Hello Zoe!")
}

func TestAnAcceptedAnswerSolvesTheTicket(t *testing.T) {
	h := open(t)
	topic := h.overdue()
	h.deliver(h.reply(topic, "Grind finer."))
	zoe := h.who("zoe")
	h.Do(func(tx *store.Tx) error { _, err := forum.Accept(tx, zoe, topic.ID, 2); return err })
	if s := h.ticket(topic).Status; s != tickets.Solved {
		t.Errorf("the ticket is %s", s)
	}
	h.answer(h.who("zoe"), topic, "It is sour again.")
	if s := h.ticket(topic).Status; s != tickets.Active {
		t.Errorf("the asker came back and the ticket is %s", s)
	}
}

func TestAClosedTicketGoesOnInANewOneForItsAskerOnly(t *testing.T) {
	h := open(t)
	topic := h.overdue()
	first := h.ticket(topic).ID
	h.Do(func(tx *store.Tx) error { return tickets.Close(tx, h.ana, first) })
	h.answer(h.who("ann"), topic, "Grind finer.")
	if h.ticket(topic).ID != first {
		t.Error("somebody else's word opened a ticket")
	}
	h.answer(h.who("zoe"), topic, "It is sour again.")
	if h.ticket(topic).ID == first {
		t.Error("the asker's word did not open a ticket")
	}
	h.expectTold(topic, "contact: It is sour again.")
	second := h.ticket(topic).ID
	h.See(func(tx *store.Tx) error {
		for _, id := range []tickets.ID{first, second} {
			of, err := forum.TopicOf(tx, id)
			if err != nil {
				return err
			}
			if of == nil || of.ID != topic.ID {
				t.Errorf("ticket %v does not lead to its topic", id)
			}
		}
		return nil
	})
}

func TestATopicThatWasSpamTakesItsTicketWithIt(t *testing.T) {
	h := open(t)
	topic := h.overdue()
	d := h.reply(topic, "Grind finer.")
	h.Do(func(tx *store.Tx) error { _, err := forum.Reject(tx, h.ana, topic.ID, 1); return err })
	if s := h.ticket(topic).Status; s != tickets.Junk {
		t.Errorf("the ticket is %s", s)
	}
	if err := (forum.Door{}).Deliver(t.Context(), h.DB, d); err == nil {
		t.Error("an answer was put where nobody can see it")
	}
	h.Do(func(tx *store.Tx) error { _, err := forum.Approve(tx, h.ana, topic.ID, 1); return err })
	if s := h.ticket(topic).Status; s == tickets.Junk {
		t.Errorf("it was no spam after all, and the ticket is %s", s)
	}
	h.deliver(d)
	h.expectSaid(topic, "zoe: Why is it sour?", "Ana Souza: Grind finer.")
}

// All that can happen to a topic in the second in which it falls due, at once, again and again: there is one ticket or none,
// nothing stands anywhere twice, and the house finds both sides alike when the test ends.
func TestEverythingInTheSameSecond(t *testing.T) {
	for range 20 {
		h := open(t)
		topic, zoe, ann := h.ask(h.who("zoe")), h.who("zoe"), h.who("ann")
		h.Clock.Add(4 * time.Hour)
		var all sync.WaitGroup
		do := func(fn func(tx *store.Tx) error) {
			all.Go(func() {
				err := h.Update(t.Context(), fn)
				if err != nil && !fault.Is(err, fault.NotFound) {
					t.Error(err)
				}
			})
		}
		escalate := func(tx *store.Tx) error { _, err := forum.Escalate(tx, 10); return err }
		do(escalate)
		do(func(tx *store.Tx) error { _, err := forum.Answer(tx, ann, topic.ID, "Grind finer."); return err })
		do(escalate)
		do(func(tx *store.Tx) error { _, err := forum.Answer(tx, zoe, topic.ID, "Anybody?"); return err })
		do(func(tx *store.Tx) error { _, err := forum.Accept(tx, zoe, topic.ID, 2); return err })
		do(escalate)
		all.Wait()
		if h.now(topic).Ticket == 0 {
			continue // the answer came first
		}
		told := h.told(topic)
		slices.Sort(told)
		if n := len(slices.Compact(told)); n != 3 {
			t.Errorf("%d different messages of 3 on the ticket", n)
		}
		if len(told) != 3 {
			t.Errorf("the ticket says %q", told)
		}
	}
}

func TestTwoDeliveriesAtOnceMakeOnePost(t *testing.T) {
	h := open(t)
	topic := h.overdue()
	d := h.reply(topic, "Grind finer.")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := (forum.Door{}).Deliver(t.Context(), h.DB, d); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	h.expectSaid(topic, "zoe: Why is it sour?", "Ana Souza: Grind finer.")
}

func TestAThousandTopicsAtOnce(t *testing.T) {
	h := open(t)
	zoe := h.who("zoe")
	h.Do(func(tx *store.Tx) error {
		for range 1000 {
			q := forum.Question{Board: h.board.ID, Title: "Why?", Text: store.NewRef()}
			if _, err := forum.Ask(tx, zoe, q); err != nil {
				return err
			}
		}
		return nil
	})
	h.Clock.Add(day)
	sum := 0
	for n := -1; n != 0; sum += n {
		n = h.escalate()
	}
	if sum != 1000 {
		t.Errorf("%d became tickets", sum)
	}
}
