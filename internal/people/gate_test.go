package people_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

func TestWhoComesIn(t *testing.T) {
	h := open(t)
	h.agent("olga", people.Owner)
	dora := h.agent("dora", people.AgentRole)
	h.Do(func(tx *store.Tx) error {
		if _, err := people.AddAgent(tx, people.System, people.NewAgent{Email: "ivy@example.com", Name: "Ivy", Role: people.AgentRole}); err != nil {
			return err
		}
		return people.DisableAgent(tx, people.System, dora.ID)
	})
	for name, c := range map[string]struct {
		email, password string
		want            bool
	}{
		"the right password":                   {"olga@example.com", password, true},
		"the address in capitals":              {" Olga@Example.com", password, true},
		"a wrong password":                     {"olga@example.com", "incorrect horse", false},
		"no password":                          {"olga@example.com", "", false},
		"more than the password":               {"olga@example.com", password + "x", false},
		"a password of a megabyte":             {"olga@example.com", strings.Repeat("x", 1<<20), false},
		"a password with a NUL behind":         {"olga@example.com", password + "\x00", false},
		"an account that there is not":         {"nobody@example.com", password, false},
		"an address that is none":              {"nobody", password, false},
		"an address of a megabyte":             {strings.Repeat("x", 1<<20), password, false},
		"somebody who was disabled":            {"dora@example.com", password, false},
		"somebody invited, who has none":       {"ivy@example.com", password, false},
		"somebody invited, with no password":   {"ivy@example.com", "", false},
		"an account named by broken bytes":     {"\xff\xfe", password, false},
		"nobody at all, with an empty address": {"", password, false},
	} {
		t.Run(name, func(t *testing.T) {
			in, err := h.gate.SignIn(t.Context(), people.SignIn{Email: c.email, Password: c.password, Address: name})
			if c.want {
				if err != nil || !h.in(in.Cookie) {
					t.Errorf("not let in: %v", err)
				}
				return
			}
			// Everybody who is refused gets the same fault, whoever he is.
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Unauthorized || f.Say != "people.wrong_password" || f.Values != nil {
				t.Errorf("refused by %v", err)
			}
		})
	}
}

func TestPasswords(t *testing.T) {
	h := open(t)
	for name, c := range map[string]struct{ plain, say string }{
		"eight characters":                    {"12345678", ""},
		"seven characters":                    {"1234567", "people.password_short"},
		"seven characters of two bytes":       {"ééééééé", "people.password_short"},
		"none":                                {"", "people.password_short"},
		"1,024 bytes":                         {strings.Repeat("x", 1024), ""},
		"1,025 bytes":                         {strings.Repeat("x", 1025), "fault.too_long"},
		"broken bytes":                        {"\xff\xff\xff\xff\xff\xff\xff\xff", "fault.bad_value"},
		"a NUL is a character like any other": {"12345678\x00", ""},
	} {
		if _, err := h.gate.Password(t.Context(), c.plain); says(t, err) != c.say {
			t.Errorf("%s: %v, want %q", name, err, c.say)
		}
	}
}

func TestAllOfAPasswordCounts(t *testing.T) {
	h := open(t)
	long := strings.Repeat("x", 100)
	for typed, right := range map[string]bool{
		long + "é":       true,
		long + "e\u0301": true, // the same letter, as another keyboard spells it
		long + "e":       false,
		long:             false,
	} {
		p, err := h.gate.Password(t.Context(), long+"é")
		if err != nil {
			t.Fatal(err)
		}
		email := fmt.Sprintf("%x@example.com", len(typed))
		h.Do(func(tx *store.Tx) error {
			_, err := people.AddAgent(tx, people.System, people.NewAgent{Email: email, Name: "X", Role: people.Owner, Password: p})
			return err
		})
		if _, err := h.gate.SignIn(t.Context(), people.SignIn{Email: email, Password: typed}); (err == nil) != right {
			t.Errorf("%q: %v", typed[99:], err)
		}
		h.Do(func(tx *store.Tx) error { return rename(tx, email) })
	}
}

// rename gives an address free for the next.
func rename(tx *store.Tx, email string) error {
	a, err := people.AgentByEmail(tx, email)
	if err != nil {
		return err
	}
	_, err = people.ChangeAgent(tx, people.System, a.ID, people.AgentChange{Email: "was-" + store.NewRef() + "@example.com", Name: "X", Role: a.Role})
	return err
}

// knock tries a wrong password and says how it was refused.
func (h *house) knock(email, address string) string {
	h.Helper()
	_, err := h.gate.SignIn(h.Context(), people.SignIn{Email: email, Password: "wrong", Address: address})
	return says(h.T, err)
}

const tooMany, wrong = "people.too_many_tries", "people.wrong_password"

const olgas = "olga@example.com"

// from is one of many addresses.
func from(i int) string { return fmt.Sprintf("198.51.100.%d", i) }

// flood tries n wrong passwords and says how many of them were compared.
func (h *house) flood(n int, email, address func(int) string) (compared int) {
	h.Helper()
	for i := range n {
		if h.knock(email(i), address(i)) == wrong {
			compared++
		}
	}
	return compared
}

func (h *house) right(address string) string {
	h.Helper()
	_, err := h.gate.SignIn(h.Context(), people.SignIn{Email: olgas, Password: password, Address: address})
	return says(h.T, err)
}

func TestThrottle(t *testing.T) {
	hers := func(int) string { return olgas }
	nobodys := func(int) string { return "nobody@example.com" }
	anybodys := func(i int) string { return fmt.Sprintf("%d@example.com", i) }
	one := func(int) string { return from(1) }
	six := func(i int) string { return fmt.Sprintf("2001:db8::%x", i) }
	for name, c := range map[string]struct {
		tries          int
		email, address func(int) string
		wait           time.Duration
		at             string // where the right password is typed then
		want           string
	}{
		"one account from many addresses":                    {14, hers, from, 0, from(99), tooMany},
		"a minute later the right password works":            {14, hers, from, time.Minute, from(99), ""},
		"many accounts from one address":                     {14, anybodys, one, 0, from(1), tooMany},
		"and from another address nobody notices":            {14, anybodys, one, 0, from(2), ""},
		"accounts that there are not are counted alike":      {14, nobodys, from, 0, from(99), ""},
		"an IPv6 customer has one network, not 2^64 of them": {14, anybodys, six, 0, "2001:db8::ffff", tooMany},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			h.agent("olga", people.Owner)
			if got := h.flood(c.tries, c.email, c.address); got != 10 {
				t.Errorf("%d passwords were compared, want 10", got)
			}
			h.Clock.Add(c.wait)
			if got := h.right(c.at); got != c.want {
				t.Errorf("the right password: %q, want %q", got, c.want)
			}
		})
	}
}

// Twenty-five wrong ones close an account to strangers for an hour, and every hour opens it for one. It is never closed to its
// owner where she was right before.
func TestADayOfWrongPasswords(t *testing.T) {
	h := open(t)
	h.agent("olga", people.Owner)
	if got := h.right(from(200)); got != "" {
		t.Fatalf("before: %q", got)
	}
	began, compared := h.Now(), 0
	for minute := range 3 {
		compared += h.flood(11, func(int) string { return olgas }, func(i int) string { return from(minute*11 + i) })
		h.Clock.Add(time.Minute)
	}
	if compared != 25 {
		t.Errorf("%d passwords were compared, want 25", compared)
	}
	if got := h.right(from(199)); got != tooMany {
		t.Errorf("where she never was: %q", got)
	}
	if got := h.right(from(200)); got != "" {
		t.Errorf("where she was right before: %q", got)
	}
	h.Clock.Set(began.Add(time.Hour))
	if got := h.right(from(199)); got != "" {
		t.Errorf("an hour later: %q", got)
	}
	for _, later := range []time.Duration{8 * time.Hour, 16 * time.Hour, 24*time.Hour - time.Second} {
		h.Clock.Set(began.Add(later))
		compared += h.flood(9, func(int) string { return olgas }, func(i int) string { return from(100 + int(later.Hours()) + i) })
	}
	if compared != 25+23 {
		t.Errorf("%d passwords were compared in a day, want 48: fifty at most", compared)
	}
}

// Who shares an agent's address, and spends what the address has, does not lock her out of an account that knows it.
func TestAnAddressThatIsShared(t *testing.T) {
	const cafe = "192.0.2.9"
	hers, nobodys := func(int) string { return olgas }, func(i int) string { return fmt.Sprintf("%d@example.com", i) }
	shared := func(int) string { return cafe }
	for name, c := range map[string]struct {
		guessed  func(int) string
		minutes  int
		compared int
		want     string
	}{
		"a minute's tries for anybody": {nobodys, 1, 10, ""},
		"a day's tries for anybody":    {nobodys, 3, 25, ""},
		"a minute's tries for her":     {hers, 1, 10, tooMany},
		"a day's tries for her":        {hers, 3, 25, tooMany},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			h.agent("olga", people.Owner)
			if got := h.right(cafe); got != "" {
				t.Fatalf("before: %q", got)
			}
			compared := 0
			for minute := range c.minutes {
				h.Clock.Add(time.Duration(min(minute, 1)) * time.Minute)
				compared += h.flood(11, c.guessed, shared)
			}
			if compared != c.compared {
				t.Errorf("%d passwords were compared, want %d", compared, c.compared)
			}
			if got := h.right(cafe); got != c.want {
				t.Errorf("the right password: %q, want %q", got, c.want)
			}
			// That she came in gives the address nothing back.
			if got := h.knock("new@example.com", cafe); got != tooMany {
				t.Errorf("a stranger's next try: %q", got)
			}
			if wait := h.sentAway(cafe); wait <= 0 || wait > time.Hour {
				t.Errorf("a stranger is to come back in %v, want an hour at most", wait)
			}
		})
	}
}

// sentAway knocks once more as nobody, and says for how long that is refused.
func (h *house) sentAway(address string) time.Duration {
	h.Helper()
	_, err := h.gate.SignIn(h.Context(), people.SignIn{Email: "nobody@example.com", Password: "wrong", Address: address})
	var f *fault.Error
	if !errors.As(err, &f) {
		h.Fatalf("not refused: %v", err)
	}
	return f.RetryAfter
}

// Her right passwords spend nothing of the address that she shares, and her guesser has ten tries there, not twenty.
func TestAKnownNetworkIsCountedApart(t *testing.T) {
	h := open(t)
	h.agent("olga", people.Owner)
	const cafe = "192.0.2.9"
	for range 12 {
		if got := h.right(cafe); got != "" {
			t.Fatalf("the right password: %q", got)
		}
	}
	strangers := func(i int) string { return fmt.Sprintf("%d@example.com", i) }
	if got := h.flood(11, strangers, func(int) string { return cafe }); got != 10 {
		t.Errorf("%d of the strangers' passwords were compared, want 10", got)
	}
	// Guesses at her account go on for a while; to the guesser it looks as for any other account.
	for _, email := range []string{olgas, "nobody@example.com"} {
		began := time.Now()
		if got := h.knock(email, cafe); got != tooMany {
			t.Errorf("a wrong password for %s: %q", email, got)
		}
		if took := time.Since(began); took < 2*time.Millisecond { // no hash of this cost is faster
			t.Errorf("%s was refused in %v: that tells whether a password was compared", email, took)
		}
	}
	for range 9 {
		h.knock(olgas, cafe)
	}
	if got := h.right(cafe); got != tooMany {
		t.Errorf("after ten guesses: %q", got)
	}
	h.Clock.Add(time.Minute)
	if got := h.right(cafe); got != "" {
		t.Errorf("a minute later: %q", got)
	}
}

func TestTheThrottleSaysWhen(t *testing.T) {
	h := open(t)
	for range 10 {
		h.knock("olga@example.com", "192.0.2.9")
	}
	h.Clock.Add(20 * time.Second)
	_, err := h.gate.SignIn(t.Context(), people.SignIn{Email: "olga@example.com", Password: "wrong", Address: "192.0.2.9"})
	var f *fault.Error
	if !errors.As(err, &f) || f.RetryAfter != 40*time.Second {
		t.Errorf("%v, want to come back in 40 s", err)
	}
}

func TestLimitsCanBeLifted(t *testing.T) {
	h := open(t)
	h.gate = people.NewGate(h.DB, people.GateOptions{Unlimited: true})
	for range 12 {
		if got := h.knock("olga@example.com", "192.0.2.9"); got != wrong {
			t.Fatalf("refused by %q", got)
		}
	}
}

// A flood costs two processors at most, and who finds too many waiting is told so at once.
func TestFewHashesAtOnce(t *testing.T) {
	h := open(t)
	h.gate = people.NewGate(h.DB, people.GateOptions{Unlimited: true})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var mu sync.Mutex
	answers := map[string]int{}
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			_, err := h.gate.SignIn(ctx, people.SignIn{Email: "olga@example.com", Password: "wrong"})
			mu.Lock()
			defer mu.Unlock()
			var f *fault.Error
			switch {
			case errors.As(err, &f):
				answers[f.Say]++
			case errors.Is(err, context.Canceled):
				answers["gave up"]++
			default:
				t.Errorf("answered by %v", err)
			}
			if answers["people.busy"] > 0 {
				stop() // who waits may give up
			}
		})
	}
	all.Wait()
	if answers["people.busy"] == 0 {
		t.Errorf("nobody was turned away: %v", answers)
	}
}

func TestChangePassword(t *testing.T) {
	h := open(t)
	olga := h.agent("olga", people.Owner)
	here, there := h.signIn("olga"), h.signIn("olga")
	var token string
	h.Do(func(tx *store.Tx) (err error) {
		token, _, err = people.CreateToken(tx, people.System, people.NewToken{Agent: olga.ID, Name: "robot", Scope: people.ScopeAdmin})
		return err
	})
	if _, err := h.gate.ChangePassword(t.Context(), here.Session, "wrong", "another password"); says(t, err) != "people.old_wrong" {
		t.Errorf("with a wrong old one: %v", err)
	}
	if _, err := h.gate.ChangePassword(t.Context(), here.Session, password, "short"); says(t, err) != "people.password_short" {
		t.Errorf("to a short one: %v", err)
	}
	h.Rung()
	now, err := h.gate.ChangePassword(t.Context(), here.Session, password, "another password")
	if err != nil {
		t.Fatal(err)
	}
	if !h.in(now.Cookie) || h.in(here.Cookie) || h.in(there.Cookie) {
		t.Errorf("in by the new session: %v, by the old: %v, elsewhere: %v; want only the new", h.in(now.Cookie), h.in(here.Cookie), h.in(there.Cookie))
	}
	if !slices.Contains(h.Rung(), people.Topic) {
		t.Error("open sockets were not told")
	}
	h.See(func(tx *store.Tx) error {
		if _, err := people.TokenActor(tx, token); !fault.Is(err, fault.Unauthorized) {
			t.Errorf("the token still acts: %v", err)
		}
		return nil
	})
	if h.knock("olga@example.com", "192.0.2.1") != wrong {
		t.Error("not refused")
	}
	if _, err := h.gate.SignIn(t.Context(), people.SignIn{Email: olga.Email, Password: "another password"}); err != nil {
		t.Errorf("the new password: %v", err)
	}
}
