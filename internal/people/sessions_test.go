package people_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

func TestWhichCookieLetsIn(t *testing.T) {
	h := open(t)
	h.agent("olga", people.Owner)
	in := h.signIn("olga")
	id, secret, _ := strings.Cut(in.Cookie, ".")
	other, _, _ := strings.Cut(h.signIn("olga").Cookie, ".")
	for name, c := range map[string]struct {
		cookie string
		want   bool
	}{
		"the one that was given":         {in.Cookie, true},
		"none":                           {"", false},
		"the id alone":                   {id, false},
		"the id with no secret":          {id + ".", false},
		"another's secret":               {other + "." + secret, false},
		"half the secret":                {id + "." + secret[:13], false},
		"more than the secret":           {in.Cookie + "x", false},
		"what the store keeps of it":     {id + "." + in.Session.Secret, false},
		"a megabyte":                     {id + "." + strings.Repeat("x", 1<<20), false},
		"broken bytes":                   {"\xff\x00.\xff", false},
		"an id that there is not at all": {"x." + secret, false},
	} {
		if got := h.in(c.cookie); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if h.onDisk(secret) {
		t.Error("the secret lies on the disk in clear")
	}
}

// Whatever changes what an agent may do shuts all that he had open, and says so to the sockets.
func TestWhatEndsAccess(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(tx *store.Tx, by people.Actor, ann *people.Agent) error
		ends bool
	}{
		"he is disabled": {func(tx *store.Tx, by people.Actor, ann *people.Agent) error {
			return people.DisableAgent(tx, by, ann.ID)
		}, true},
		"he gets another role": {func(tx *store.Tx, by people.Actor, ann *people.Agent) error {
			_, err := people.ChangeAgent(tx, by, ann.ID, people.AgentChange{Email: ann.Email, Name: "ann", Role: people.Lead})
			return err
		}, true},
		"somebody else sets his password": {func(tx *store.Tx, by people.Actor, ann *people.Agent) error {
			return people.SetPassword(tx, by, ann.ID, people.Password{})
		}, true},
		"he gets another name": {func(tx *store.Tx, by people.Actor, ann *people.Agent) error {
			_, err := people.ChangeAgent(tx, by, ann.ID, people.AgentChange{Email: ann.Email, Name: "Anna", Role: ann.Role})
			return err
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			olga, ann := h.agent("olga", people.Owner), h.agent("ann", people.AgentRole)
			in := h.signIn("ann")
			var token, invitation string
			h.Do(func(tx *store.Tx) (err error) {
				if token, _, err = people.CreateToken(tx, people.System, people.NewToken{Agent: ann.ID, Name: "robot", Scope: people.ScopeRead}); err != nil {
					return err
				}
				invitation, err = people.Invite(tx, people.System, ann.ID)
				return err
			})
			h.Rung()
			h.Do(func(tx *store.Tx) error { return c.do(tx, olga.Actor(), ann) })
			if !slices.Contains(h.Rung(), people.Topic) {
				t.Error("open sockets were not told to look")
			}
			h.See(func(tx *store.Tx) error {
				_, err := people.TokenActor(tx, token)
				if ended := fault.Is(err, fault.Unauthorized); ended != c.ends {
					t.Errorf("the token ended: %v (%v)", ended, err)
				}
				_, err = people.Invited(tx, invitation)
				if ended := fault.Is(err, fault.NotFound); ended != c.ends {
					t.Errorf("the invitation ended: %v (%v)", ended, err)
				}
				return nil
			})
			if h.in(in.Cookie) == c.ends {
				t.Errorf("the session ended: %v", !c.ends)
			}
		})
	}
}

func TestSignInExchangesTheSession(t *testing.T) {
	h := open(t)
	h.agent("olga", people.Owner)
	planted := h.signIn("olga")
	in, err := h.gate.SignIn(t.Context(), people.SignIn{Email: "olga@example.com", Password: password, Cookie: planted.Cookie})
	if err != nil || h.in(planted.Cookie) || !h.in(in.Cookie) {
		t.Errorf("the old one lets in: %v, the new one: %v (%v)", h.in(planted.Cookie), h.in(in.Cookie), err)
	}
}

func TestSessionsEndByThemselves(t *testing.T) {
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		visits int // each ten days after the one before
		wait   time.Duration
		want   bool
	}{
		"29 days without a visit":       {0, 29 * day, true},
		"30 days without a visit":       {0, 30 * day, false},
		"29 days after the last visit":  {5, 29 * day, true},
		"half a year, whatever happens": {17, 10 * day, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			h.agent("olga", people.Owner)
			in := h.signIn("olga")
			for range c.visits {
				h.Clock.Add(10 * day)
				h.Do(func(tx *store.Tx) error { return people.Touch(tx, in.Session.ID) })
			}
			h.Clock.Add(c.wait)
			if got := h.in(in.Cookie); got != c.want {
				t.Errorf("it lets in: %v", got)
			}
			left := -1
			h.Do(func(tx *store.Tx) error {
				if _, err := people.Expire(tx, 10); err != nil {
					return err
				}
				_, some, err := people.ExpireDue(tx)
				left = 0
				if some {
					left = 1
				}
				return err
			})
			if (left == 1) != c.want {
				t.Errorf("%d left after the sweep", left)
			}
		})
	}
}

func TestASessionOfAClockThatWasAheadEndsInTime(t *testing.T) {
	const year = 365 * 24 * time.Hour
	h := open(t)
	h.agent("olga", people.Owner)
	h.Clock.Add(10 * year)
	in := h.signIn("olga")
	h.Clock.Add(-10 * year)
	if !h.in(in.Cookie) {
		t.Error("she is put out when the clock is put right")
	}
	h.Do(func(tx *store.Tx) error { return people.Touch(tx, in.Session.ID) })
	h.Clock.Add(year)
	if h.in(in.Cookie) {
		t.Error("it lets in a year after its last visit")
	}
}

func TestWhoIsShutOutWhileTheClockIsAheadStaysOut(t *testing.T) {
	const ahead = 31 * 24 * time.Hour
	h := open(t)
	h.agent("olga", people.Owner)
	ann := h.agent("ann", people.AgentRole)
	in := h.signIn("ann")
	h.Clock.Add(ahead)
	h.Do(func(tx *store.Tx) error { return people.SetPassword(tx, people.System, ann.ID, h.pass) })
	h.Clock.Add(-ahead)
	if h.in(in.Cookie) {
		t.Error("a session that only seemed to be over lets her in again")
	}
}

func TestTheSweepIsTold(t *testing.T) {
	h := open(t)
	h.agent("olga", people.Owner)
	first := h.signIn("olga")
	h.Clock.Add(time.Hour)
	h.signIn("olga")
	h.See(func(tx *store.Tx) error {
		due, ok, err := people.ExpireDue(tx)
		if err == nil && (!ok || !due.Equal(first.Session.Expires)) {
			t.Errorf("due at %v (%v), want %v", due, ok, first.Session.Expires)
		}
		return err
	})
	h.Clock.Set(first.Session.Expires)
	for i, want := range []int{1, 0} { // looking twice must not end two
		h.Do(func(tx *store.Tx) error {
			n, err := people.Expire(tx, 10)
			if n != want {
				t.Errorf("sweep %d removed %d, want %d", i, n, want)
			}
			return err
		})
	}
}

func TestWhoseSessionsOneSeesAndEnds(t *testing.T) {
	h := open(t)
	olga, adam, ann, ben := h.agent("olga", people.Owner), h.agent("adam", people.Admin), h.agent("ann", people.AgentRole), h.agent("ben", people.AgentRole)
	narrow := ann.Actor()
	narrow.Scope = people.ScopeWrite
	for name, c := range map[string]struct {
		by   people.Actor
		of   *people.Agent
		want bool
	}{
		"an agent his own":                          {ann.Actor(), ann, true},
		"an agent no other's":                       {ann.Actor(), ben, false},
		"an admin an agent's":                       {adam.Actor(), ann, true},
		"an admin no owner's":                       {adam.Actor(), olga, false},
		"a writing token not even its agent's":      {narrow, ann, false},
		"a contact nobody's":                        {people.Actor{Type: people.ByContact, ID: ann.ID}, ann, false},
		"the house's command line whose it pleases": {people.System, olga, true},
	} {
		t.Run(name, func(t *testing.T) {
			in := h.signIn(c.of.Name)
			h.See(func(tx *store.Tx) error {
				list, err := people.Sessions(tx, c.by, c.of.ID)
				if (err == nil) != c.want || c.want && len(list) == 0 {
					t.Errorf("listed %d: %v", len(list), err)
				}
				return nil
			})
			got := h.try(func(tx *store.Tx) error { return people.Revoke(tx, c.by, in.Session.ID) })
			if (got == "") != c.want {
				t.Errorf("revoked: %q", got)
			}
			if never := h.try(func(tx *store.Tx) error { return people.Revoke(tx, c.by, "never was") }); !c.want && got != never {
				t.Errorf("a foreign session answers %q, one that never was %q", got, never)
			}
			if h.in(in.Cookie) == c.want {
				t.Errorf("it lets in: %v", c.want)
			}
		})
	}
}

func TestRevokeAllKeepsOne(t *testing.T) {
	h := open(t)
	olga := h.agent("olga", people.Owner)
	here, there := h.signIn("olga"), h.signIn("olga")
	h.Do(func(tx *store.Tx) error { return people.RevokeAll(tx, olga.Actor(), olga.ID, here.Session.ID) })
	if !h.in(here.Cookie) || h.in(there.Cookie) {
		t.Errorf("here: %v, elsewhere: %v", h.in(here.Cookie), h.in(there.Cookie))
	}
	h.Do(func(tx *store.Tx) error { return people.SignOut(tx, here.Cookie) })
	if h.in(here.Cookie) {
		t.Error("signed out and still in")
	}
}

func TestTokens(t *testing.T) {
	h := open(t)
	sales := h.department("Sales")
	olga, ann := h.agent("olga", people.Owner), h.agent("ann", people.AgentRole, sales)
	var secret string
	var token *people.Token
	h.Do(func(tx *store.Tx) (err error) {
		secret, token, err = people.CreateToken(tx, olga.Actor(), people.NewToken{Agent: ann.ID, Name: "Robot", Scope: people.ScopeWrite})
		return err
	})
	if h.onDisk(secret) || h.onDisk(secret[len(people.TokenPrefix):]) {
		t.Error("the token lies on the disk in clear")
	}
	if !strings.HasSuffix(secret, token.Last4) || len(secret) < len(people.TokenPrefix)+26 {
		t.Errorf("%d characters, shown by %q", len(secret), token.Last4)
	}
	act := func(secret string) (a people.Actor, say string) {
		err := h.View(t.Context(), func(tx *store.Tx) (err error) {
			a, err = people.TokenActor(tx, secret)
			return err
		})
		return a, says(t, err)
	}
	a, say := act(secret)
	if say != "" || a.ID != ann.ID || a.Scope != people.ScopeWrite || !slices.Equal(a.Departments, []string{sales}) {
		t.Errorf("it acts as %+v (%q)", a, say)
	}
	for name, bad := range map[string]string{
		"none":              "",
		"the prefix":        people.TokenPrefix,
		"without prefix":    strings.TrimPrefix(secret, people.TokenPrefix),
		"a character more":  secret + "x",
		"what is kept":      people.TokenPrefix + token.Hash,
		"a session's":       h.signIn("ann").Cookie,
		"a megabyte of one": people.TokenPrefix + strings.Repeat("x", 1<<20),
	} {
		if _, say := act(bad); say != "people.token_unknown" {
			t.Errorf("%s: %q", name, say)
		}
	}
	h.Do(func(tx *store.Tx) error { return people.RevokeToken(tx, olga.Actor(), token.ID) })
	if _, say := act(secret); say != "people.token_unknown" {
		t.Errorf("revoked: %q", say)
	}
}
