package forum_test

import (
	"testing"
	"time"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

func TestUnansweredTopicsBecomeTickets(t *testing.T) {
	for name, c := range map[string]struct {
		then func(h *house, topic *forum.Topic)
		wait time.Duration
		want int
	}{
		"nobody answers":                        {nothing, 4 * time.Hour, 1},
		"too early to say":                      {nothing, 4*time.Hour - time.Second, 0},
		"somebody answers":                      {answered("ann"), day, 0},
		"the staff answers":                     {answered("ana"), day, 0},
		"the asker adds a word":                 {answered("zoe"), day, 1},
		"a stranger's answer is held":           {heldAnswer, day, 1},
		"a stranger's answer is held, then not": {approvedAnswer, day, 0},
		"the only answer was spam":              {rejectedAnswer, day, 1},
		"the asker found out":                   {accepted, day, 0},
		"the topic was spam":                    {rejectedTopic, day, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			topic := h.ask(h.who("zoe"))
			c.then(h, topic)
			h.Clock.Add(c.wait)
			if got := h.escalate() + h.escalate(); got != c.want { // looking twice must not ask twice
				t.Errorf("%d tickets, want %d", got, c.want)
			}
			if has := h.now(topic).Ticket != 0; has != (c.want == 1) {
				t.Errorf("the topic has a ticket: %v", has)
			}
		})
	}
}

func nothing(*house, *forum.Topic) {}

func answered(by string) func(*house, *forum.Topic) {
	return func(h *house, topic *forum.Topic) { h.answer(h.who(by), topic, "Grind finer.") }
}

func heldAnswer(h *house, topic *forum.Topic) {
	h.answer(h.guest("Bob", "bob@example.com"), topic, "Buy mine.")
}

func approvedAnswer(h *house, topic *forum.Topic) {
	heldAnswer(h, topic)
	h.Do(func(tx *store.Tx) error { _, err := forum.Approve(tx, h.ana, topic.ID, 2); return err })
}

func rejectedAnswer(h *house, topic *forum.Topic) {
	approvedAnswer(h, topic)
	h.Do(func(tx *store.Tx) error { _, err := forum.Reject(tx, h.ana, topic.ID, 2); return err })
}

func accepted(h *house, topic *forum.Topic) {
	zoe := h.who("zoe")
	p := h.answer(zoe, topic, "It was the grinder.")
	h.Do(func(tx *store.Tx) error { _, err := forum.Accept(tx, zoe, topic.ID, p.N); return err })
}

func rejectedTopic(h *house, topic *forum.Topic) {
	h.Do(func(tx *store.Tx) error { _, err := forum.Reject(tx, h.ana, topic.ID, 1); return err })
}

func TestTheClockOfAHeldTopicStartsWhenItIsShown(t *testing.T) {
	h := open(t)
	topic := h.ask(h.guest("Bob", "bob@example.com"))
	if topic.State != forum.Held {
		t.Fatalf("a stranger's first topic is %s", topic.State)
	}
	h.Clock.Add(day)
	if h.escalate() != 0 {
		t.Error("a topic that nobody could see was overdue")
	}
	h.Do(func(tx *store.Tx) error { _, err := forum.Approve(tx, h.ana, topic.ID, 1); return err })
	due, owed := forum.Promise(h.now(topic))
	if want := h.Clock.Now().Add(4 * time.Hour); !owed || !due.Equal(want) {
		t.Errorf("promised until %v (%v), want %v", due, owed, want)
	}
	h.Clock.Add(4 * time.Hour)
	if h.escalate() != 1 {
		t.Error("it was shown, and nobody answered, and there is no ticket")
	}
}

// Monday 10:00 UTC is when the test's clock starts; the shop is open from nine to five.
func TestPromises(t *testing.T) {
	for name, c := range map[string]struct {
		after string
		hours forum.Hours
		asked time.Duration // after Monday 10:00
		want  time.Duration // after Monday 10:00; -1 for none
	}{
		"within the day":                {"4h", forum.Working, 0, 4 * time.Hour},
		"over night":                    {"4h", forum.Working, 5 * time.Hour, 25 * time.Hour},
		"over the weekend":              {"4h", forum.Working, 4*day + 5*time.Hour, 7*day + time.Hour},
		"day and night":                 {"4h", forum.Clock, 5 * time.Hour, 9 * time.Hour},
		"at once":                       {"0s", forum.Clock, 0, 0},
		"at once, and the shop is shut": {"0s", forum.Working, 10 * time.Hour, 10 * time.Hour},
		"never":                         {"off", forum.Clock, 0, -1},
	} {
		t.Run(name, func(t *testing.T) {
			h := openWith(t, c.after, c.hours)
			h.Clock.Add(c.asked)
			due, owed := forum.Promise(h.ask(h.who("zoe")))
			if owed != (c.want >= 0) || owed && !due.Equal(storetest.Monday.Add(c.want)) {
				t.Errorf("promised %v until %v, want %v", owed, due, storetest.Monday.Add(c.want))
			}
		})
	}
}

func TestAPromiseIsKeptWhateverTheBoardSaysLater(t *testing.T) {
	h := open(t)
	topic := h.ask(h.who("zoe"))
	h.Do(func(tx *store.Tx) error {
		_, err := forum.ChangeBoard(tx, people.System, h.board.ID, forum.BoardChange{Name: "Brewing", EscalateAfter: forum.Off, EscalateHours: forum.Clock})
		return err
	})
	h.Clock.Add(4 * time.Hour)
	if h.escalate() != 1 || h.now(topic).Ticket == 0 {
		t.Error("the promise was not kept")
	}
	if _, owed := forum.Promise(h.ask(h.who("zoe"), "And another thing.")); owed {
		t.Error("the board promises what it does not keep")
	}
}

func TestWhatFellDueWhileTheHouseWasClosedIsDoneWhenItOpens(t *testing.T) {
	h := open(t)
	for range 5 {
		h.ask(h.who("zoe"), store.NewRef())
	}
	h.Clock.Add(-time.Hour) // the clock was put back
	if h.escalate() != 0 {
		t.Error("a clock that went back made tickets")
	}
	h.Clock.Add(7 * day)
	h.Reopen()
	h.Do(func(tx *store.Tx) error {
		n, err := forum.Escalate(tx, 3)
		if n != 3 {
			t.Errorf("%d at once, want 3", n)
		}
		return err
	})
	if n := h.escalate(); n != 2 {
		t.Errorf("%d were left, want 2", n)
	}
	h.See(func(tx *store.Tx) error {
		_, any, err := forum.NextEscalation(tx)
		if any {
			t.Error("there is still something due")
		}
		return err
	})
}
