package people_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
)

func TestTheFirstOwner(t *testing.T) {
	h := open(t)
	offer := func() (token string) {
		h.Do(func(tx *store.Tx) (err error) {
			token, err = people.OfferSetup(tx)
			return err
		})
		return token
	}
	leads := func(token string) string {
		return says(t, h.View(t.Context(), func(tx *store.Tx) error { return people.SetupOpen(tx, token) }))
	}
	first := offer()
	token := offer() // the house was started again before anybody came
	if leads(first) != "people.link_over" || leads(token) != "" || leads("") != "people.link_over" {
		t.Errorf("the first link: %q, the second: %q, none: %q", leads(first), leads(token), leads(""))
	}
	if h.onDisk(token) {
		t.Error("the link lies on the disk in clear")
	}
	setup := func(n people.NewAgent) error {
		return h.Update(t.Context(), func(tx *store.Tx) error {
			_, err := people.Setup(tx, token, n, people.SignIn{})
			return err
		})
	}
	if got := says(t, setup(people.NewAgent{Email: "a@example.com", Name: "A"})); got != "fault.required" {
		t.Errorf("without a password: %q", got)
	}
	// Two that race make one owner.
	var all sync.WaitGroup
	answers := make([]error, 8)
	for i := range answers {
		all.Go(func() {
			answers[i] = setup(people.NewAgent{Email: fmt.Sprintf("%d@example.com", i), Name: "O", Role: people.AgentRole, Password: h.pass})
		})
	}
	all.Wait()
	made := 0
	for _, err := range answers {
		if err == nil {
			made++
		} else if got := says(t, err); got != "fault.page_not_found" {
			t.Errorf("refused by %q", got)
		}
	}
	h.See(func(tx *store.Tx) error {
		team, err := people.Agents(tx)
		if err == nil && (made != 1 || len(team) != 1 || team[0].Role != people.Owner) {
			t.Errorf("%d were told that they are the owner; the team: %+v", made, team)
		}
		return err
	})
	if got := leads(token); got != "fault.page_not_found" {
		t.Errorf("afterwards: %q", got)
	}
	if again := offer(); again != "" {
		t.Error("a house with an owner offers its setup")
	}
}

func TestInvitation(t *testing.T) {
	h := open(t)
	olga := h.agent("olga", people.Owner)
	for name, c := range map[string]struct {
		between func(tx *store.Tx, ann *people.Agent) error
		wait    time.Duration
		want    string
	}{
		"taken at once":          {nil, 0, ""},
		"taken on the sixth day": {nil, 6 * 24 * time.Hour, ""},
		"a week old":             {nil, 7 * 24 * time.Hour, "people.link_over"},
		"replaced by a newer": {func(tx *store.Tx, ann *people.Agent) error {
			_, err := people.Invite(tx, olga.Actor(), ann.ID)
			return err
		}, 0, "people.link_over"},
		"of somebody who was disabled": {func(tx *store.Tx, ann *people.Agent) error {
			return people.DisableAgent(tx, olga.Actor(), ann.ID)
		}, 0, "people.link_over"},
		"of somebody with another address since": {func(tx *store.Tx, ann *people.Agent) error {
			_, err := people.ChangeAgent(tx, olga.Actor(), ann.ID, people.AgentChange{Email: ann.ID + "@example.org", Name: "A", Role: ann.Role})
			return err
		}, 0, "people.link_over"},
	} {
		t.Run(name, func(t *testing.T) {
			var token string
			var ann *people.Agent
			h.Do(func(tx *store.Tx) (err error) {
				email := strings.ReplaceAll(name, " ", ".") + "@example.com"
				if ann, err = people.AddAgent(tx, olga.Actor(), people.NewAgent{Email: email, Name: "Ann", Role: people.AgentRole}); err != nil {
					return err
				}
				token, err = people.Invite(tx, olga.Actor(), ann.ID)
				return err
			})
			if c.between != nil {
				h.Do(func(tx *store.Tx) error { return c.between(tx, ann) })
			}
			h.Clock.Add(c.wait)
			var in people.Entered
			accept := func(tx *store.Tx) (err error) {
				in, err = people.Accept(tx, token, h.pass, people.SignIn{})
				return err
			}
			if got := h.try(accept); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if c.want == "" && !h.in(in.Cookie) {
				t.Error("not in")
			}
			if got := h.try(accept); got != "people.link_over" {
				t.Errorf("a second time: %q", got)
			}
		})
	}
}

func TestSignInByMail(t *testing.T) {
	const zoe = "zoe@example.com"
	use := func(h *house, token string) string {
		return h.try(func(tx *store.Tx) error {
			in, c, err := people.SignInByLink(tx, token, people.Profile{Name: "Zoe"}, people.SignIn{})
			if err == nil && (c.Email != zoe || !c.Proved(people.KindEmail, zoe) || in.Session.Contact != c.ID) {
				t.Errorf("let in: %+v by %+v", c, in.Session)
			}
			return err
		})
	}
	for name, c := range map[string]struct {
		purpose people.Purpose
		before  func(h *house, token string)
		want    string
	}{
		"at once":              {people.LinkSignIn, nil, ""},
		"after 59 minutes":     {people.LinkSignIn, func(h *house, _ string) { h.Clock.Add(59 * time.Minute) }, ""},
		"after an hour":        {people.LinkSignIn, func(h *house, _ string) { h.Clock.Add(time.Hour) }, "people.link_over"},
		"a second time":        {people.LinkSignIn, func(h *house, token string) { use(h, token) }, "people.link_over"},
		"with another purpose": {people.Purpose("confirm"), nil, "people.link_over"},
		"after a mail program looked at it": {people.LinkSignIn, func(h *house, token string) {
			h.See(func(tx *store.Tx) error {
				_, err := people.PeekLink(tx, people.LinkSignIn, token)
				return err
			})
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			var token string
			h.Do(func(tx *store.Tx) (err error) {
				token, err = people.IssueLink(tx, c.purpose, "Zoe@Example.com", "")
				return err
			})
			if h.onDisk(token) {
				t.Error("the link lies on the disk in clear")
			}
			if c.before != nil {
				c.before(h, token)
			}
			if got := use(h, token); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestALinkGoesToAWholeAddress(t *testing.T) {
	h := open(t)
	for email, want := range map[string]string{
		"ann@shop.example": "",
		"ann@shop":         "fault.half_email",
		"ann.lee@shop":     "fault.half_email",
		"ann":              "fault.bad_email",
	} {
		got := h.try(func(tx *store.Tx) error {
			_, err := people.IssueLink(tx, people.LinkSignIn, email, "")
			return err
		})
		if got != want {
			t.Errorf("%s: %q, want %q", email, got, want)
		}
	}
}

func TestThreeMailsAnHour(t *testing.T) {
	h := open(t)
	ask := func(email string) string {
		return h.try(func(tx *store.Tx) error {
			_, err := people.IssueLink(tx, people.LinkSignIn, email, "")
			return err
		})
	}
	sent := 0
	for range 100 {
		h.Clock.Add(time.Second)
		switch ask("zoe@example.com") {
		case "":
			sent++
		case "people.mails_enough":
		default:
			t.Fatal("another refusal")
		}
	}
	if sent != 3 {
		t.Errorf("%d mails in an hour, want 3", sent)
	}
	h.Clock.Add(-24 * time.Hour)
	if got := ask("zoe@example.com"); got != "" {
		t.Errorf("the clock is put back by a day, and she is refused: %q", got)
	}
	h.Clock.Add(24 * time.Hour)
	if got := ask("max@example.com"); got != "" {
		t.Errorf("another's mail: %q", got)
	}
	h.Clock.Add(time.Hour)
	if got := ask("zoe@example.com"); got != "" {
		t.Errorf("an hour later: %q", got)
	}
}
