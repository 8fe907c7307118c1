package forum_test

import (
	"slices"
	"testing"

	"deskbell/forum"
	"deskbell/internal/store"
)

func TestWhoAcceptsWhat(t *testing.T) {
	for name, c := range map[string]struct {
		by   string
		post int
		want string
	}{
		"the asker":                    {"zoe", 2, ""},
		"the staff":                    {"ana", 2, ""},
		"the asker his own":            {"zoe", 3, ""},
		"somebody else":                {"ann", 2, "forum.accept_whose"},
		"nobody":                       {"", 2, "forum.accept_whose"},
		"the question":                 {"zoe", 1, "forum.accept_question"},
		"a post that is not there":     {"zoe", 9, "fault.not_found"},
		"a post that nobody else sees": {"zoe", 4, "fault.not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			topic := h.ask(h.who("zoe"))
			h.answer(h.who("ann"), topic, "Grind finer.")
			h.answer(h.who("zoe"), topic, "I found it.")
			h.answer(h.guest("Bob", "bob@example.com"), topic, "Buy mine.")
			by := h.who(c.by)
			got := h.refused(func(tx *store.Tx) error { _, err := forum.Accept(tx, by, topic.ID, c.post); return err })
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if h.now(topic).Solved() != (c.want == "") {
				t.Errorf("solved: %v", h.now(topic).Solved())
			}
		})
	}
}

func TestAnotherAnswerCanBeAcceptedAndThatIsWrittenDown(t *testing.T) {
	h := open(t)
	zoe := h.who("zoe")
	topic := h.ask(zoe)
	h.answer(h.who("ann"), topic, "Grind finer.")
	h.answer(h.who("ana"), topic, "Brew hotter.")
	for _, n := range []int{2, 2, 3} {
		h.Do(func(tx *store.Tx) error { _, err := forum.Accept(tx, zoe, topic.ID, n); return err })
	}
	ana := h.who("ana")
	h.Do(func(tx *store.Tx) error { _, err := forum.Withdraw(tx, ana, topic.ID); return err })
	h.See(func(tx *store.Tx) error {
		got, err := forum.Decided(tx, topic.ID)
		if want := []string{"zoe accepted", "zoe accepted", "Ana Souza withdrawn"}; !slices.Equal(got, want) {
			t.Errorf("the log says %q, want %q", got, want)
		}
		return err
	})
}

func TestVotes(t *testing.T) {
	h := open(t)
	topic := h.ask(h.who("zoe"))
	h.answer(h.who("ann"), topic, "Grind finer.")
	vote := func(w forum.Who, helped bool) string {
		return h.refused(func(tx *store.Tx) error { return forum.Vote(tx, w, topic.ID, 2, helped) })
	}
	for _, c := range []struct {
		name   string
		who    forum.Who
		helped bool
		says   string
		votes  int
	}{
		{"nobody", forum.Who{}, true, "fault.sign_in", 0},
		{"the staff", h.who("ana"), true, "fault.sign_in", 0},
		{"a guest", h.guest("Bob", "bob@example.com"), true, "forum.vote_needs_proof", 0},
		{"its author", h.who("ann"), true, "forum.own_vote", 0},
		{"a member", h.who("zoe"), true, "", 1},
		{"the same member again", h.who("zoe"), true, "", 1},
		{"another member", h.who("eva"), true, "", 2},
		{"who takes it back", h.who("zoe"), false, "", 1},
		{"and again", h.who("zoe"), false, "", 1},
	} {
		if got := vote(c.who, c.helped); got != c.says {
			t.Errorf("%s: %q, want %q", c.name, got, c.says)
		}
		h.See(func(tx *store.Tx) error {
			n, err := forum.Votes(tx, topic.ID, 2)
			if n != c.votes {
				t.Errorf("%s: %d votes, want %d", c.name, n, c.votes)
			}
			return err
		})
	}
}
