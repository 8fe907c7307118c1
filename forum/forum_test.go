package forum_test

import (
	"testing"
	"time"

	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
	"deskbell/tickets"
)

const day = 24 * time.Hour

// house is a forum with one board, where somebody asks and somebody works.
type house struct {
	*storetest.House
	t     *testing.T
	board *forum.Board
	ana   people.Actor // of the staff
}

func open(t *testing.T) *house { return openWith(t, "4h", forum.Clock) }

func openWith(t *testing.T, after string, hours forum.Hours) *house {
	t.Helper()
	h := &house{House: storetest.Open(t), t: t}
	delay, err := forum.ParseDelay(after)
	if err != nil {
		t.Fatal(err)
	}
	h.Do(func(tx *store.Tx) error {
		a, err := people.AddAgent(tx, people.System, people.NewAgent{Email: "souza@shop.example", Name: "Ana Maria Souza", Alias: "Ana Souza", Role: people.AgentRole})
		if err != nil {
			return err
		}
		h.ana = a.Actor()
		h.board, err = forum.AddBoard(tx, people.System, forum.BoardChange{Name: "Brewing", EscalateAfter: delay, EscalateHours: hours, Tags: []string{"forum"}})
		return err
	})
	return h
}

// member is somebody with a proved address, zoe or ann; ana is the staff, "guest …" somebody who only typed a name, and
// nobody is "".
func (h *house) who(name string) (w forum.Who) {
	h.t.Helper()
	switch name {
	case "":
		return forum.Who{}
	case "ana":
		return forum.Who{Agent: h.ana}
	}
	h.Do(func(tx *store.Tx) error {
		proved := []people.Identity{{Kind: people.KindEmail, Value: name + "@example.com", Verified: true}}
		c, err := people.Recognise(tx, proved, people.Profile{})
		if err != nil {
			return err
		}
		w.Member, err = forum.Join(tx, c, name, nil)
		return err
	})
	return w
}

func (h *house) guest(name, email string) (w forum.Who) {
	h.t.Helper()
	h.Do(func(tx *store.Tx) (err error) {
		w.Member, _, err = forum.Introduce(tx, name, email, "en")
		return err
	})
	return w
}

func (h *house) ask(w forum.Who, words ...string) *forum.Topic {
	h.t.Helper()
	text := "The water runs through in ten seconds."
	if len(words) > 0 {
		text = words[0]
	}
	var topic *forum.Topic
	h.Do(func(tx *store.Tx) (err error) {
		topic, err = forum.Ask(tx, w, forum.Question{Board: h.board.ID, Title: "My espresso is sour", Text: text})
		return err
	})
	return topic
}

func (h *house) answer(w forum.Who, topic *forum.Topic, text string) *forum.Post {
	h.t.Helper()
	var p *forum.Post
	h.Do(func(tx *store.Tx) (err error) {
		p, err = forum.Answer(tx, w, topic.ID, text)
		return err
	})
	return p
}

// escalate sweeps until nothing is due and gives how many topics became tickets.
func (h *house) escalate() (n int) {
	h.t.Helper()
	h.Do(func(tx *store.Tx) (err error) {
		n, err = forum.Escalate(tx, 100)
		return err
	})
	return n
}

// now reads a topic as the staff sees it.
func (h *house) now(topic *forum.Topic) (t *forum.Topic) {
	h.t.Helper()
	h.See(func(tx *store.Tx) (err error) {
		t, err = forum.TopicByID(tx, forum.Who{Agent: h.ana}, topic.ID)
		return err
	})
	return t
}

// told gives the messages on a topic's ticket as "type: text".
func (h *house) told(topic *forum.Topic) (said []string) {
	h.t.Helper()
	id := h.now(topic).Ticket
	h.See(func(tx *store.Tx) error {
		events, err := tickets.Events(tx, id, 0, 1000)
		said = nil
		for _, e := range events {
			if e.Message() {
				said = append(said, string(e.By.Type)+": "+e.Said.Text)
			}
		}
		return err
	})
	return said
}

// refused gives the key of the fault with which the house says no, "" when it says yes.
func (h *house) refused(fn func(tx *store.Tx) error) string {
	h.t.Helper()
	err := h.Update(h.t.Context(), fn)
	if err == nil {
		return ""
	}
	f, ok := err.(*fault.Error)
	if !ok {
		h.t.Fatal(err)
	}
	return f.Say
}
