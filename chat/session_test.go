package chat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets"
)

func TestAnEmptyVisitLeavesNothing(t *testing.T) {
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	if w.Visitor == "" || w.Ticket != "" || len(w.Events) != 0 || w.Online {
		t.Errorf("welcomed with %s", w.raw)
	}
	v.send(`{"t":"typing","on":true}`)
	v.send(`{"t":"page","url":"https://shop.example/tables","title":"Tables"}`)
	v.send(`{"t":"read","seq":3}`)
	v.send(`{"t":"end","id":"e"}`)
	v.expect("ack")
	v.session.Close()
	if n := len(s.tickets()); n != 0 {
		t.Errorf("it left %d tickets", n)
	}
	s.See(func(tx *store.Tx) error {
		all, _, err := people.ListContacts(tx, people.System, nil, 10)
		if len(all) > 0 {
			t.Errorf("it left the contact %+v", all[0])
		}
		return err
	})
}

func TestTheFirstMessageOpensATicket(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	ack := v.say("m1", "Do you have chairs?")
	ticket := s.ticket()
	if ack.ID != "m1" || ack.Seq != ticket.Last || ack.Ticket != ticket.Ref || ack.At == "" {
		t.Errorf("acked with %s, want event %d of %s", ack.raw, ticket.Last, ticket.Ref)
	}
	if ticket.Channel != chat.Channel || ticket.Status != tickets.New {
		t.Errorf("the ticket is %+v", ticket)
	}
	v.nothing() // his own words do not come back to him

	s.answer(ticket.ID, "Yes, **two**.")
	v.expect("presence") // who has taken it
	e := v.expect("event")
	if e.Kind != "message" || e.From != "agent" || e.Name != "Ana" || e.Text != "Yes, **two**." || !strings.Contains(e.HTML, "<strong>two</strong>") {
		t.Errorf("the answer came as %s", e.raw)
	}
	v.nothing()
}

// The same id is one message: on one line, on another, in another tab, and after a restart.
func TestAnIdIsOneMessageForEver(t *testing.T) {
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	first := v.say("m1", "Hello")
	if again := v.say("m1", "Hello"); again.Seq != first.Seq || again.At != first.At {
		t.Errorf("the second ack is %s, want %s", again.raw, first.raw)
	}
	other := s.visit(frame{Visitor: w.Visitor})
	other.expect("welcome")
	if again := other.say("m1", "Hello"); again.Seq != first.Seq {
		t.Errorf("in another tab: %s, want %s", again.raw, first.raw)
	}
	s.restart()
	s.Clock.Add(25 * time.Hour)
	v = s.visit(frame{Visitor: w.Visitor})
	v.expect("welcome")
	if again := v.say("m1", "Hello"); again.Seq != first.Seq || again.At != first.At {
		t.Errorf("after a restart: %s, want %s", again.raw, first.raw)
	}
	for _, other := range []string{
		`{"t":"say","id":"m1","text":"Something else"}`,
		`{"t":"form","id":"m1","fields":{"name":"Zoé","email":"zoe@example.com","text":"Something else"}}`,
		`{"t":"rate","id":"m1","score":5}`,
		`{"t":"end","id":"m1"}`,
	} {
		v.send(other)
		if f := v.refused("id_reused"); f.ID != "m1" {
			t.Errorf("the error is about %q", f.ID)
		}
	}
	if got := s.ticket().Last; got != first.Seq {
		t.Errorf("the last message is %d, want %d", got, first.Seq)
	}
}

func TestSomebodyElsesIdIsNotTaken(t *testing.T) {
	s := open(t)
	for range 2 {
		v := s.visit()
		v.expect("welcome")
		v.say("m1", "Hello")
	}
	if n := len(s.tickets()); n != 2 {
		t.Errorf("two visitors with one id made %d tickets", n)
	}
}

func TestTheOtherTabsGetTheEvent(t *testing.T) {
	s := open(t)
	one := s.visit()
	w := one.expect("welcome")
	two := s.visit(frame{Visitor: w.Visitor}) // opened before there is a ticket
	two.expect("welcome")

	one.say("m1", "from one")
	late := two.expect("welcome") // the conversation began elsewhere
	if !slices.Equal(texts(late.Events), []string{"from one"}) {
		t.Errorf("the other tab was told %s", late.raw)
	}
	two.say("m2", "from two")
	if e := one.expect("event"); e.Text != "from two" || e.From != "contact" || e.Name != "" {
		t.Errorf("the first tab got %s", e.raw)
	}
	one.nothing()
	two.nothing()
}

func TestResume(t *testing.T) {
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	v.say("m1", "one")
	ticket := s.ticket()
	s.answer(ticket.ID, "two")
	s.answer(ticket.ID, "three")
	seq := ticket.Last + 2 // after an assignment comes "two"
	whole := []string{"one", "two", "three"}

	for name, c := range map[string]struct {
		known frame
		want  []string
	}{
		"where it broke off":            {frame{Ticket: ticket.Ref, Epoch: w.Epoch, Seq: seq}, []string{"three"}},
		"with nothing new":              {frame{Ticket: ticket.Ref, Epoch: w.Epoch, Seq: seq + 1}, nil},
		"beyond the end":                {frame{Ticket: ticket.Ref, Epoch: w.Epoch, Seq: 1 << 40}, nil},
		"before the beginning":          {frame{Ticket: ticket.Ref, Epoch: w.Epoch, Seq: -5}, whole},
		"from another ticket":           {frame{Ticket: "another", Epoch: w.Epoch, Seq: seq}, whole},
		"from before a restored backup": {frame{Ticket: ticket.Ref, Epoch: "another", Seq: seq}, whole},
		"knowing nothing":               {frame{}, whole},
	} {
		t.Run(name, func(t *testing.T) {
			c.known.Visitor = w.Visitor
			back := s.visit(c.known)
			got := back.expect("welcome")
			if !slices.Equal(texts(got.Events), c.want) || got.Ticket != ticket.Ref || got.Seq != seq+1 || got.Agent != "Ana" {
				t.Errorf("welcomed with %s, want %v", got.raw, c.want)
			}
			back.nothing()
		})
	}
}

// A long conversation comes in helpings: every event once, in order, however long the texts are.
func TestALongConversationComesWhole(t *testing.T) {
	for name, c := range map[string]struct{ messages, length int }{
		"many":  {230, 10},
		"large": {20, 16 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			v := s.visit()
			w := v.expect("welcome")
			v.say("m1", "0")
			ticket := s.ticket()
			s.Do(func(tx *store.Tx) error {
				for i := range c.messages {
					if _, err := tickets.Reply(tx, s.ana, ticket.ID, tickets.Draft{Text: fmt.Sprint(i+1, " ", strings.Repeat("x", c.length))}); err != nil {
						return err
					}
				}
				return nil
			})
			back := s.visit(frame{Visitor: w.Visitor})
			welcome := back.expect("welcome")
			if len(welcome.Events) > 100 || len(welcome.raw) > 256<<10 {
				t.Errorf("the welcome has %d events and %d bytes", len(welcome.Events), len(welcome.raw))
			}
			events := welcome.Events
			for len(events) < c.messages+1 {
				events = append(events, back.expect("event"))
			}
			back.nothing()
			for i, e := range events {
				if got, _, _ := strings.Cut(e.Text, " "); got != fmt.Sprint(i) || i > 0 && e.Seq <= events[i-1].Seq {
					t.Fatalf("event %d is %q with seq %d", i, got, e.Seq)
				}
			}
		})
	}
}

// Everything that agents do to a ticket, with a marker in every word that is not for its customer.
func TestWhatIsNotForCustomersNeverTravels(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	v.say("m1", "Hello")
	ticket := s.ticket()
	s.Do(func(tx *store.Tx) error {
		repairs, err := people.AddDepartment(tx, s.ana, "Marker department")
		if err != nil {
			return err
		}
		for _, do := range []func() error{
			func() error {
				_, err := tickets.Note(tx, s.ana, ticket.ID, tickets.Draft{Text: "marker note"})
				return err
			},
			func() error { return tickets.Assign(tx, s.ana, ticket.ID, s.ana.ID) },
			func() error { return tickets.Tag(tx, s.ana, ticket.ID, []string{"marker tag"}, nil) },
			func() error { return tickets.Rename(tx, s.ana, ticket.ID, "marker subject") },
			func() error { return tickets.Transfer(tx, s.ana, ticket.ID, repairs.ID) },
			func() error { return tickets.Snooze(tx, s.ana, ticket.ID, time.Time{}) },
			func() error {
				_, err := people.ChangeContact(tx, s.ana, ticket.Contact, people.ContactChange{Name: "marker name", Email: "marker@example.com"})
				return err
			},
			func() error { return tickets.Solve(tx, s.ana, ticket.ID) },
		} {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	})
	s.room.Types(ticket.ID, s.ana, true)
	s.answer(ticket.ID, "the end")
	for v.next().Text != "the end" {
	}
	back := s.visit(frame{Visitor: v.all[0].Visitor})
	back.expect("welcome")
	for _, f := range append(v.all, back.all...) {
		for _, secret := range []string{"marker", "Legal-Name", s.ana.ID, ticket.Contact, "tag", "note"} {
			if strings.Contains(strings.ToLower(f.raw), strings.ToLower(secret)) {
				t.Errorf("%q travelled: %s", secret, f.raw)
			}
		}
	}
}

// A closed ticket goes on in a new one, and every tab goes with it.
func TestWritingOnAClosedTicket(t *testing.T) {
	for name, end := range map[string]func(tx *store.Tx, by people.Actor, id tickets.ID) error{
		"closed": tickets.Close, "in the bin": tickets.Delete,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			one := s.visit()
			w := one.expect("welcome")
			one.say("m1", "first")
			old := s.ticket()
			two := s.visit(frame{Visitor: w.Visitor})
			two.expect("welcome")
			s.Do(func(tx *store.Tx) error { return end(tx, s.ana, old.ID) })
			one.nothing()

			ack := one.say("m2", "again")
			if ack.Ticket == old.Ref {
				t.Error("it was written on the old ticket")
			}
			for _, v := range []*tab{one, two} {
				if got := v.expect("welcome"); got.Ticket != ack.Ticket || !slices.Equal(texts(got.Events), []string{"again"}) {
					t.Errorf("taken to %s", got.raw)
				}
				v.nothing()
			}
			if again := two.say("m1", "first"); again.Ticket != old.Ref {
				t.Errorf("the old message is now %s", again.raw)
			}
		})
	}
}

func TestATokenThatIsNotOurs(t *testing.T) {
	s := open(t)
	v := s.visit()
	token := v.expect("welcome").Visitor
	v.say("m1", "secret words")
	var sibling *chat.Widget
	s.Do(func(tx *store.Tx) (err error) {
		sibling, err = chat.AddWidget(tx, s.ana, chat.Setup{Name: "Other"})
		return err
	})
	foreign, err := settings.NewKey(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	id, mac, _ := strings.Cut(token, ".")
	for name, c := range map[string]struct{ token, widget string }{
		"cut":                 {token[:len(token)-1], s.widget.Key},
		"without a signature": {id + ".", s.widget.Key},
		"of another visitor":  {store.NewRef() + "." + mac, s.widget.Key},
		"of another house":    {id + "." + foreign.Sign("visitor", s.widget.Key, id), s.widget.Key},
		"of another widget":   {token, sibling.Key},
		"a JWT":               {"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", s.widget.Key},
	} {
		t.Run(name, func(t *testing.T) {
			stranger := s.tab(chat.Origin{Ours: true})
			stranger.send(fmt.Sprintf(`{"t":"hello","v":1,"widget":%q,"visitor":%q}`, c.widget, c.token))
			stranger.refused("auth_expired")
			w := stranger.expect("welcome")
			if w.Visitor == c.token || w.Ticket != "" || len(w.Events) > 0 {
				t.Errorf("welcomed with %s", w.raw)
			}
			for _, f := range stranger.all {
				if strings.Contains(f.raw, "secret words") {
					t.Error("the old transcript was shown")
				}
			}
		})
	}
}

func TestTheHello(t *testing.T) {
	s := open(t)
	hello := func(more string) string { return fmt.Sprintf(`{"t":"hello","v":1,"widget":%q%s}`, s.widget.Key, more) }
	foreign := chat.Origin{Site: "https://evil.example"}
	for name, c := range map[string]struct {
		from  chat.Origin
		frame string
		code  string // "" is a welcome
		close bool
	}{
		"from our own page":       {chat.Origin{Site: "http://127.0.0.1:8080", Ours: true}, hello(""), "", false},
		"from the shop":           {chat.Origin{Site: "https://shop.example"}, hello(""), "", false},
		"from no page":            {chat.Origin{}, hello(""), "", false},
		"with an identity":        {chat.Origin{}, hello(`,"identity":{"jwt":"a.b.c"}`), "", false},
		"from another site":       {foreign, hello(""), "forbidden", true},
		"for no widget":           {chat.Origin{}, `{"t":"hello","v":1,"widget":"nobody"}`, "forbidden", true},
		"of another version":      {chat.Origin{}, fmt.Sprintf(`{"t":"hello","v":2,"widget":%q}`, s.widget.Key), "bad_frame", false},
		"with a field unknown":    {chat.Origin{}, hello(`,"admin":true`), "bad_frame", false},
		"with a field in page":    {chat.Origin{}, hello(`,"page":{"url":"","__proto__":{}}`), "bad_frame", false},
		"with a since of text":    {chat.Origin{}, hello(`,"since":"7"`), "bad_frame", false},
		"after something else":    {chat.Origin{}, `{"t":"say","id":"m1","text":"Hello"}`, "bad_frame", false},
		"with a token of 100 KiB": {chat.Origin{}, hello(`,"visitor":"` + strings.Repeat("x", 100<<10) + `"`), "auth_expired", false},
	} {
		t.Run(name, func(t *testing.T) {
			v := s.tab(c.from)
			v.send(c.frame)
			if c.code == "" {
				v.expect("welcome")
			} else {
				v.refused(c.code)
			}
			if (v.closed != "") != c.close {
				t.Errorf("closed: %q", v.closed)
			}
		})
	}
}

func TestFramesThatAreRefused(t *testing.T) {
	deep := strings.Repeat("[", 10000) + strings.Repeat("]", 10000)
	for name, c := range map[string]struct{ frame, code, id string }{
		"nothing":                 {"", "bad_frame", ""},
		"cut off":                 {`{"t":"say","id":"m1","te`, "bad_frame", ""},
		"null":                    {"null", "bad_frame", ""},
		"a list":                  {`["say"]`, "bad_frame", ""},
		"a number too large":      {`{"t":"read","seq":1e400}`, "bad_frame", ""},
		"half a number":           {`{"t":"read","seq":1.5}`, "bad_frame", ""},
		"10,000 levels":           {`{"t":"say","id":"m1","text":` + deep + `}`, "bad_frame", ""},
		"a key twice":             {`{"t":"say","id":"m1","text":"a","text":"b"}`, "bad_frame", ""},
		"a key twice, escaped":    {`{"t":"say","id":"m1","text":"a","\u0074ext":"b"}`, "bad_frame", ""},
		"a key within twice":      {`{"t":"form","id":"m1","fields":{"text":"a","text":"b"}}`, "bad_frame", "m1"},
		"another case":            {`{"t":"say","id":"m1","Text":"a"}`, "bad_frame", "m1"},
		"a field unknown":         {`{"t":"say","id":"m1","text":"a","ticket":"1042"}`, "bad_frame", "m1"},
		"an id that is a number":  {`{"t":"say","id":1,"text":"a"}`, "bad_frame", ""},
		"an id of 101 bytes":      {`{"t":"say","id":"` + strings.Repeat("x", 101) + `","text":"a"}`, "bad_frame", ""},
		"no id":                   {`{"t":"say","text":"a"}`, "bad_frame", ""},
		"a text that is null":     {`{"t":"say","id":"m1","text":null}`, "bad_frame", "m1"},
		"a NUL":                   {`{"t":"say","id":"m1","text":"a\u0000b"}`, "bad_frame", ""},
		"half a surrogate pair":   {`{"t":"say","id":"m1","text":"\ud800"}`, "bad_frame", ""},
		"the other half":          {`{"t":"say","id":"m1","text":"\udc00\ud800"}`, "bad_frame", ""},
		"something behind":        {`{"t":"say","id":"m1","text":"a"} {}`, "bad_frame", ""},
		"a text of nothing":       {`{"t":"say","id":"m1","text":" \n "}`, "bad_frame", "m1"},
		"a second hello":          {`{"t":"hello","v":1,"widget":"x"}`, "bad_frame", ""},
		"an unknown kind":         {`{"t":"sing","id":"m1"}`, "unknown_kind", "m1"},
		"a kind of the server's":  {`{"t":"welcome"}`, "unknown_kind", ""},
		"a note":                  {`{"t":"note","id":"m1","text":"a"}`, "forbidden", "m1"},
		"an assignment":           {`{"t":"assign","id":"m1","agent":"x"}`, "forbidden", "m1"},
		"reading as somebody":     {`{"t":"read_as","seq":1,"agent":"x"}`, "forbidden", ""},
		"a file of nobody's":      {`{"t":"say","id":"m1","text":"a","attachments":["x"]}`, "forbidden", "m1"},
		"eleven files":            {`{"t":"say","id":"m1","text":"a","attachments":["","","","","","","","","","",""]}`, "bad_frame", "m1"},
		"a form without address":  {`{"t":"form","id":"m1","fields":{"name":"Zoé","text":"a"}}`, "bad_frame", "m1"},
		"a form with half of one": {`{"t":"form","id":"m1","fields":{"email":"zoe@","text":"a"}}`, "bad_frame", "m1"},
		"a score of eleven":       {`{"t":"rate","id":"m1","score":11}`, "bad_frame", "m1"},
		"a byte too many":         {`{"t":"say","id":"m1","text":"` + strings.Repeat("x", chat.MaxText+1) + `"}`, "too_long", "m1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			v := s.visit()
			v.expect("welcome")
			v.say("m0", "Hello")
			before := s.ticket().Seq
			v.send(c.frame)
			if f := v.refused(c.code); f.ID != c.id {
				t.Errorf("the error is about %q, want %q", f.ID, c.id)
			}
			v.nothing()
			if v.closed != "" || s.ticket().Seq != before {
				t.Errorf("the line is closed (%q) or the ticket changed", v.closed)
			}
		})
	}
}

func TestTwentyErrorsEndTheLine(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	for i := range 20 {
		if v.closed != "" {
			t.Fatalf("closed after %d errors", i)
		}
		v.send(`{"t":"sing"}`)
		v.refused("unknown_kind")
	}
	if v.closed == "" {
		t.Error("twenty errors were not enough")
	}
}

func TestTheLongestText(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	v.say("m1", strings.Repeat("x", chat.MaxText))
}

func TestTooManyMessages(t *testing.T) {
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	taken := 0
	for i := range 40 {
		if i == 20 { // a new line is no new allowance
			v.session.Close()
			v = s.visit(frame{Visitor: w.Visitor})
			v.expect("welcome")
		}
		v.send(fmt.Sprintf(`{"t":"say","id":"m%d","text":"Hello"}`, i))
		if f := v.next(); f.T == "ack" {
			taken++
		} else if f.Code != "rate_limited" || f.RetryAfter < 1 || f.RetryAfter > 2 || f.ID != fmt.Sprint("m", i) {
			t.Fatalf("refused with %s", f.raw)
		}
	}
	if taken < 10 || taken > 15 { // ten at once, and one more every two seconds
		t.Errorf("%d messages were taken, want the burst of ten", taken)
	}
	if v.closed != "" {
		t.Error("the line was closed")
	}
}

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
	v.send(`{"t":"form","id":"f1","fields":{"email":"nonsense","text":"a"}}`)
	if f := v.refused("bad_frame"); f.Field != "email" {
		t.Errorf("it blames %q", f.Field)
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
