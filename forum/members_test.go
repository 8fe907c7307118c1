package forum_test

import (
	"strings"
	"testing"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

func TestNames(t *testing.T) {
	h := open(t)
	for name, want := range map[string]string{
		"Zoë O’Neill-Straße":    "",
		"محمد علي":              "",
		"Иван Петров":           "",
		"Stefan":                "",
		"":                      "fault.required",
		"\u200b":                "fault.required",
		strings.Repeat("x", 61): "fault.too_long",
		"<b>Zoe</b>":            "forum.name_signs",
		"Zoe ✔":                 "forum.name_signs",
		"123":                   "forum.name_signs",
		"Ana Souza":             "forum.name_reserved", // an agent, as customers know her
		"ANA  SOUZA":            "forum.name_reserved",
		"Аnа Sоuzа":             "forum.name_reserved", // with Cyrillic letters
		"Ana Maria Souza":       "forum.name_reserved", // the name that only colleagues know
		"Αna S0uza":             "forum.name_reserved",
		"A\u200dna Souza":       "forum.name_reserved",
		"𝐀𝐧𝐚 𝐒𝐨𝐮𝐳𝐚":             "forum.name_reserved",
		"Admin":                 "forum.name_reserved",
		"аdmin":                 "forum.name_reserved",
		"Ꭺna Sоuzа":             "forum.name_reserved", // with a Cherokee letter
		"Zоe":                   "forum.name_reserved", // two alphabets in one word pass for somebody
		"Zoe Иванова":           "",
		"ＺｏｅさんA":                "",
		"admin1":                "forum.name_reserved",
		"Adm1n Zoe":             "forum.name_reserved",
		"Zoe Support":           "forum.name_reserved",
		"Suporte":               "forum.name_reserved",
		"M0derator":             "forum.name_reserved",
		"Deskbell":              "forum.name_reserved", // the shop's own name
		"Desk bell":             "forum.name_reserved",
	} {
		got := h.refused(func(tx *store.Tx) error {
			_, _, err := forum.Introduce(tx, name, "somebody@example.com", "en")
			return err
		})
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestAGuestIsKnownByHisBrowserOnly(t *testing.T) {
	h := open(t)
	var cookie, another string
	var m *forum.Member
	h.Do(func(tx *store.Tx) (err error) {
		m, cookie, err = forum.Introduce(tx, "Bob", "bob@example.com", "en")
		if err == nil {
			_, another, err = forum.Introduce(tx, "Bob", "bob@example.com", "en")
		}
		return err
	})
	for name, c := range map[string]struct {
		cookie string
		want   bool
	}{
		"his own":            {cookie, true},
		"another browser's":  {another, false},
		"without the secret": {m.ID + ".", false},
		"a made-up one":      {m.ID + "." + store.NewRef(), false},
		"none":               {"", false},
		"a long one":         {cookie + strings.Repeat("x", 1000), false},
	} {
		h.See(func(tx *store.Tx) error {
			g, err := forum.Guest(tx, c.cookie)
			if got := g != nil && g.ID == m.ID; got != c.want {
				t.Errorf("%s: known %v, want %v", name, got, c.want)
			}
			return err
		})
	}
}

func TestATypedAddressTakesNothingOver(t *testing.T) {
	h := open(t)
	zoe := h.who("zoe")
	impostor := h.guest("Zoe", "zoe@example.com")
	if impostor.Member.ID == zoe.Member.ID {
		t.Fatal("whoever types an address is its owner")
	}
	topic := h.ask(zoe)
	for name, deed := range map[string]func(tx *store.Tx) error{
		"accept": func(tx *store.Tx) error { _, err := forum.Accept(tx, impostor, topic.ID, 1); return err },
		"vote":   func(tx *store.Tx) error { return forum.Vote(tx, impostor, topic.ID, 1, true) },
	} {
		if h.refused(deed) == "" {
			t.Errorf("an impostor may %s", name)
		}
	}
	if p := h.answer(impostor, topic, "Thanks, it works."); p.State != forum.Held {
		t.Errorf("an impostor's post is %s", p.State)
	}
}

func TestAGuestWhoProvesHisAddressKeepsWhatHeAsked(t *testing.T) {
	h := open(t)
	guest := h.guest("Bob", "bob@example.com")
	topic := h.ask(guest)
	join := func(email string) (m *forum.Member) {
		h.Do(func(tx *store.Tx) error {
			c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: email, Verified: true}}, people.Profile{})
			if err == nil {
				m, err = forum.Join(tx, c, "Bob", guest.Member)
			}
			return err
		})
		return m
	}
	if m := join("eve@example.com"); m.ID == guest.Member.ID {
		t.Error("he proved another address than he had typed")
	}
	m := join("bob@example.com")
	if m.ID != guest.Member.ID || !topic.Author.Is(forum.Who{Member: m}) {
		t.Error("his question is no longer his")
	}
}

func TestAProgramOfTheShopsVouches(t *testing.T) {
	h := open(t)
	var w, again forum.Who
	h.Do(func(tx *store.Tx) (err error) {
		if w, err = forum.Vouch(tx, h.ana, "Bob", "bob@example.com"); err == nil {
			again, err = forum.Vouch(tx, h.ana, "Bob", "BOB@example.com")
		}
		return err
	})
	if w.Member.ID != again.Member.ID {
		t.Error("one address, two members")
	}
	topic := h.ask(w)
	if topic.State != forum.Shown || topic.Author.Name != "Bob" || topic.Author.Staff() {
		t.Errorf("the topic is %s, of %+v", topic.State, topic.Author)
	}
	if got := h.refused(func(tx *store.Tx) error {
		_, err := forum.Vouch(tx, people.Actor{}, "Bob", "b@example.com")
		return err
	}); got != "fault.forbidden" {
		t.Errorf("nobody may vouch: %q", got)
	}
}
