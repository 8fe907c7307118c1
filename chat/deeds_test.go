package chat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"deskbell/chat"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

func TestTheForm(t *testing.T) {
	s := open(t)
	s.Do(func(tx *store.Tx) error { // a customer of old, with a conversation of her own
		zoe, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: "zoe@example.com", Verified: true}}, people.Profile{Name: "Zoé Secret"})
		if err != nil {
			return err
		}
		_, _, err = tickets.Receive(tx, tickets.Inbound{Channel: "email", By: zoe.Actor(), Text: "secret words"})
		return err
	})
	v := s.visit()
	w := v.expect("welcome")
	v.send(`{"t":"form","id":"f1","fields":{"name":"Impostor","email":"Zoe@Example.com","text":"Call me back"}}`)
	ack := v.expect("ack")

	back := s.visit(frame{Visitor: w.Visitor})
	got := back.expect("welcome")
	if got.Ticket != ack.Ticket || !slices.Equal(texts(got.Events), []string{"Call me back"}) {
		t.Errorf("the visitor sees %s", got.raw)
	}
	for _, f := range append(v.all, back.all...) {
		if strings.Contains(strings.ToLower(f.raw), "secret") || strings.Contains(f.raw, "example.com") {
			t.Errorf("somebody else's data travelled: %s", f.raw)
		}
	}
	s.See(func(tx *store.Tx) error {
		ticket, err := tickets.ByRef(tx, ack.Ticket)
		if err != nil {
			return err
		}
		c, err := people.ContactByID(tx, ticket.Contact)
		if err != nil {
			return err
		}
		visitor, _, _ := strings.Cut(w.Visitor, ".")
		if c.Email != "zoe@example.com" || c.Name != "Zoé Secret" || c.Proved(people.KindVisitor, visitor) {
			t.Errorf("for agents it is %+v, with a browser that proved nothing", c)
		}
		return nil
	})
}

func TestAFormNamesTheFieldThatIsWrong(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	for _, email := range []string{"nonsense", "rita@cliente"} {
		v.send(`{"t":"form","id":"f1","fields":{"email":"` + email + `","text":"a"}}`)
		if f := v.refused("bad_frame"); f.Field != "email" {
			t.Errorf("%s: it blames %q", email, f.Field)
		}
	}
}

func TestRatingAndEnding(t *testing.T) {
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	v.say("m1", "Hello")
	other := s.visit(frame{Visitor: w.Visitor})
	other.expect("welcome")

	v.send(`{"t":"rate","id":"r1","score":5,"comment":"Thanks"}`)
	rated := v.expect("ack")
	v.send(`{"t":"end","id":"e1"}`)
	ended := v.expect("ack")
	v.nothing()
	if e := other.expect("event"); e.Kind != "rated" || e.Score != 5 || e.Text != "Thanks" || e.Seq != rated.Seq {
		t.Errorf("the rating came as %s", e.raw)
	}
	if e := other.expect("event"); e.Kind != "ended" || e.Seq != ended.Seq {
		t.Errorf("the end came as %s", e.raw)
	}
	other.nothing()

	v.send(`{"t":"rate","id":"r1","score":5,"comment":"Thanks"}`)
	if again := v.expect("ack"); again.Seq != rated.Seq || again.At != rated.At {
		t.Errorf("the second ack is %s", again.raw)
	}
	v.send(`{"t":"rate","id":"r1","score":1}`)
	v.refused("id_reused")
	v.send(`{"t":"say","id":"e1","text":"Hello"}`)
	v.refused("id_reused")
	if status := s.ticket().Status; status != tickets.New {
		t.Errorf("leaving made the ticket %s", status)
	}
}

func TestRead(t *testing.T) {
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	v.say("m1", "Hello")
	ticket := s.ticket()
	s.answer(ticket.ID, "one")
	s.answer(ticket.ID, "two")
	knock := func() (k chat.Known) {
		s.See(func(tx *store.Tx) (err error) {
			k, err = s.room.Knock(tx, chat.Origin{}, chat.Knock{Widget: s.widget.Key, Visitor: w.Visitor}, 99)
			return err
		})
		return k
	}
	if n := knock().Waiting; n != 2 {
		t.Errorf("%d messages wait, want 2", n)
	}
	last := s.ticket().Last
	for _, seq := range []int{last - 1, 1, last + 1000} { // back and beyond are no reading
		v.send(fmt.Sprintf(`{"t":"read","seq":%d}`, seq))
	}
	s.See(func(tx *store.Tx) error {
		n, err := chat.ReadTo(tx, ticket.ID)
		if n != last {
			t.Errorf("read to %d, want %d", n, last)
		}
		return err
	})
	if n := knock().Waiting; n != 0 {
		t.Errorf("%d messages wait, want none", n)
	}
	s.answer(ticket.ID, "three")
	if n := knock().Waiting; n != 1 {
		t.Errorf("%d messages wait, want one", n)
	}
}

func TestKnocking(t *testing.T) {
	s := open(t)
	for name, c := range map[string]struct {
		from   chat.Origin
		widget string
		want   bool
	}{
		"the shop":      {chat.Origin{Site: "https://shop.example"}, s.widget.Key, true},
		"another site":  {chat.Origin{Site: "https://evil.example"}, s.widget.Key, false},
		"for no widget": {chat.Origin{Site: "https://shop.example"}, "nobody", false},
	} {
		t.Run(name, func(t *testing.T) {
			s.See(func(tx *store.Tx) error {
				_, err := s.room.Knock(tx, c.from, chat.Knock{Widget: c.widget}, 99)
				if (err == nil) != c.want || err != nil && !fault.Is(err, fault.Forbidden) {
					t.Errorf("answered %v", err)
				}
				return nil
			})
		})
	}
}
