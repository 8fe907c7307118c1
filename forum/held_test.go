package forum_test

import (
	"testing"

	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

func TestWhatIsHeld(t *testing.T) {
	const threeLinks = "http://a.example https://www.b.example and www.c.example"
	for name, c := range map[string]struct {
		write func(h *house) forum.Doubt
		want  forum.Doubt
	}{
		"a member's first topic":        {doubtOf("zoe", "Why?"), forum.None},
		"a member with two links":       {doubtOf("zoe", "http://a.example and www.b.example"), forum.None},
		"a member with three links":     {doubtOf("zoe", threeLinks), forum.ManyLinks},
		"the staff with three links":    {doubtOf("ana", threeLinks), forum.None},
		"the same again":                {doubtOf("zoe", "Buy mine.", "Buy mine."), forum.Repeated},
		"the same in other clothes":     {doubtOf("zoe", "Buy mine.", "BUY\u200b  mine!"), forum.Repeated},
		"two smiles":                    {doubtOf("zoe", ":-)", ":-("), forum.None},
		"links that only a page shows":  {doubtOf("zoe", "[a](https&#58;//a.example) [b](&#104;ttp://b.example) [c](&#x68;ttp://c.example) [d](/help/en/tea)"), forum.ManyLinks},
		"a guest's first":               {guestDoubt(0), forum.Newcomer},
		"a guest's second":              {guestDoubt(1), forum.Newcomer},
		"a guest's third":               {guestDoubt(2), forum.None},
		"an answer in a topic not seen": {inHeldTopic, forum.TopicHeld},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			if got := c.write(h); got != c.want {
				t.Errorf("doubted as %q, want %q", got, c.want)
			}
		})
	}
}

// doubtOf writes one topic after the other and gives the doubt about the last.
func doubtOf(by string, words ...string) func(*house) forum.Doubt {
	return func(h *house) (d forum.Doubt) {
		for _, text := range words {
			d = h.post(h.ask(h.who(by), text), 1).Doubt
		}
		return d
	}
}

// guestDoubt gives the doubt about a guest's post after some of his were approved.
func guestDoubt(approved int) func(*house) forum.Doubt {
	return func(h *house) forum.Doubt {
		bob := h.guest("Bob", "bob@example.com")
		for range approved {
			topic := h.ask(bob, store.NewRef())
			h.Do(func(tx *store.Tx) error { _, err := forum.Approve(tx, h.ana, topic.ID, 1); return err })
			bob.Member.Shown++
		}
		return h.post(h.ask(bob), 1).Doubt
	}
}

func inHeldTopic(h *house) forum.Doubt {
	zoe := h.who("zoe")
	topic := h.ask(zoe, "http://a.example http://b.example http://c.example")
	return h.answer(zoe, topic, "And please hurry.").Doubt
}

func (h *house) post(topic *forum.Topic, n int) (p *forum.Post) {
	h.t.Helper()
	h.See(func(tx *store.Tx) (err error) {
		_, p, err = forum.PostByID(tx, forum.Who{Agent: h.ana}, topic.ID, n)
		return err
	})
	return p
}

func TestWhoSeesWhatIsHeld(t *testing.T) {
	h := open(t)
	bob, eve := h.guest("Bob", "bob@example.com"), h.guest("Eve", "bob@example.com")
	heldTopic := h.ask(bob)
	topic := h.ask(h.who("zoe"))
	held := h.answer(bob, topic, "Buy mine.")
	for name, c := range map[string]struct {
		who  forum.Who
		want bool
	}{
		"its author":                     {bob, true},
		"somebody with his address":      {eve, false},
		"another member":                 {h.who("ann"), false},
		"the asker":                      {h.who("zoe"), false},
		"nobody":                         {forum.Who{}, false},
		"the staff":                      {h.who("ana"), true},
		"an agent of another department": {forum.Who{Agent: people.Actor{Type: people.ByAgent, ID: "x"}}, false},
	} {
		h.See(func(tx *store.Tx) error {
			_, err := forum.TopicByID(tx, c.who, heldTopic.ID)
			if got := err == nil; got != c.want {
				t.Errorf("%s sees the topic: %v, want %v", name, got, c.want)
			}
			_, _, err = forum.PostByID(tx, c.who, topic.ID, held.N)
			if got := err == nil; got != c.want {
				t.Errorf("%s sees the post: %v, want %v", name, got, c.want)
			}
			th, err := forum.Read(tx, c.who, forum.Reading{Topic: topic.ID, Limit: 50})
			if err != nil {
				return err
			}
			if len(th.Posts) != 0 {
				t.Errorf("%s reads a held post among the others", name)
			}
			if got := len(th.Pending) == 1; got != (name == "its author") {
				t.Errorf("%s has a pending post: %v", name, got)
			}
			return nil
		})
	}
	h.See(func(tx *store.Tx) error {
		list, _, err := forum.Topics(tx, forum.Listing{Board: h.board.ID, Limit: 10})
		if len(list) != 1 || list[0].ID != topic.ID {
			t.Errorf("%d topics are listed", len(list))
		}
		if d, err := forum.Document(tx, store.K(heldTopic.ID)); d != nil || err != nil {
			t.Errorf("what is held can be found: %v %v", d, err)
		}
		return err
	})
}

func TestHeldPostsAreForThoseWhoLookAfterTheBoard(t *testing.T) {
	h := open(t)
	var theirs *forum.Board
	var rui people.Actor // sees boards without a department and his own
	h.Do(func(tx *store.Tx) error {
		d, err := people.AddDepartment(tx, people.System, "Sales")
		if err != nil {
			return err
		}
		other, err := people.AddDepartment(tx, people.System, "Repairs")
		if err != nil {
			return err
		}
		a, err := people.AddAgent(tx, people.System, people.NewAgent{Email: "rui@shop.example", Name: "Rui", Role: people.AgentRole, Departments: []string{d.ID}})
		if err != nil {
			return err
		}
		rui = a.Actor()
		theirs, err = forum.AddBoard(tx, people.System, forum.BoardChange{Name: "Repairs", Department: other.ID, EscalateHours: forum.Clock})
		return err
	})
	bob := h.guest("Bob", "bob@example.com")
	for range 3 {
		h.ask(bob, store.NewRef())
		h.Do(func(tx *store.Tx) error {
			_, err := forum.Ask(tx, bob, forum.Question{Board: theirs.ID, Title: "Broken", Text: store.NewRef()})
			return err
		})
		h.Clock.Add(1)
	}
	for name, c := range map[string]struct {
		by   people.Actor
		want int
	}{"the house": {people.System, 6}, "an agent": {rui, 3}, "nobody": {people.Actor{}, 0}} {
		h.See(func(tx *store.Tx) error {
			seen := map[string]bool{}
			var after store.Key
			for {
				list, next, err := forum.HeldPosts(tx, c.by, after, 2)
				if err != nil {
					return err
				}
				for _, p := range list {
					seen[p.ID()] = true
				}
				if after = next; next == nil {
					break
				}
			}
			n, err := forum.CountHeld(tx, c.by, 99)
			if len(seen) != c.want || n != c.want {
				t.Errorf("%s sees %d and counts %d, want %d", name, len(seen), n, c.want)
			}
			return err
		})
	}
	if got := h.refused(func(tx *store.Tx) error {
		list, _, err := forum.HeldPosts(tx, people.System, nil, 10)
		for _, p := range list {
			if p.Board.ID == theirs.ID {
				_, err = forum.Approve(tx, rui, p.Post.Topic, p.N)
				break
			}
		}
		return err
	}); got != "fault.not_found" {
		t.Errorf("an agent of another department approved: %q", got)
	}
}

func TestARejectedPostIsGoneForEverybodyElse(t *testing.T) {
	h := open(t)
	topic := h.ask(h.who("zoe"))
	ann := h.who("ann")
	h.answer(ann, topic, "Grind finer.")
	zoe := h.who("zoe")
	h.Do(func(tx *store.Tx) error { _, err := forum.Accept(tx, zoe, topic.ID, 2); return err })
	h.Do(func(tx *store.Tx) error { _, err := forum.Reject(tx, h.ana, topic.ID, 2); return err })
	h.See(func(tx *store.Tx) error {
		if _, _, err := forum.PostByID(tx, ann, topic.ID, 2); !fault.Is(err, fault.NotFound) {
			t.Errorf("its author still sees it: %v", err)
		}
		return nil
	})
	if now := h.now(topic); now.Solved() || now.Answers != 0 {
		t.Errorf("the topic is solved by it (%v) and counts it (%d)", now.Solved(), now.Answers)
	}
}
