package chat_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"deskbell/chat"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
)

// enter opens a screen of an agent's.
func (s *shop) enter(who people.Actor) (leave func(goodbye bool)) {
	s.t.Helper()
	leave, err := s.room.Enter(s.t.Context(), who)
	if err != nil {
		s.t.Fatal(err)
	}
	return leave
}

func TestAnAgentIsThereWhileAScreenIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		v := s.visit()
		if v.expect("welcome").Online {
			t.Error("somebody is there in an empty house")
		}
		first := s.enter(s.ana)
		if !v.expect("presence").Online {
			t.Error("Ana came, and the widget was told otherwise")
		}
		second := s.enter(s.ana)
		first(true)
		time.Sleep(time.Minute)
		v.nothing() // one screen is enough

		second(true)
		time.Sleep(3 * time.Second)
		reloaded := s.enter(s.ana)
		time.Sleep(time.Minute)
		v.nothing() // whoever goes from page to page does not leave

		reloaded(false)
		time.Sleep(25 * time.Second)
		back := s.enter(s.ana)
		time.Sleep(time.Minute)
		v.nothing() // nor does whoever loses the line for a moment

		back(true)
	})
}

func TestAnAgentIsGoneSoonAfterHeLeft(t *testing.T) {
	for name, c := range map[string]struct {
		part             func(first, last func(goodbye bool))
		earliest, latest time.Duration
	}{
		"with a goodbye": {func(first, last func(bool)) { first(true); last(true) }, 3 * time.Second, 5 * time.Second},
		"without a word": {func(first, last func(bool)) { first(true); last(false) }, 30 * time.Second, 35 * time.Second},
		"with a goodbye, after a line that he lost": {func(first, last func(bool)) { first(false); last(true) }, 3 * time.Second, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t)
				first, last := s.enter(s.ana), s.enter(s.ana)
				v := s.visit()
				v.expect("welcome")
				left := time.Now()
				c.part(first, last)
				if v.expect("presence").Online || time.Since(left) < c.earliest || time.Since(left) > c.latest {
					t.Errorf("the widget was told that nobody is there after %v", time.Since(left))
				}
				if team := s.room.Team(); len(team) != 0 {
					t.Errorf("there are %v", team)
				}
			})
		})
	}
}

func TestWhoSignsOutIsGoneAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		out := func() { s.room.SignedOut(s.ana.ID) }
		v := s.visit()
		v.expect("welcome")
		for name, leaves := range map[string]func(leave func(bool)){
			"his page is closed before": func(leave func(bool)) { leave(true); out() },
			"his page is closed after":  func(leave func(bool)) { out(); leave(true) },
		} {
			leave := s.enter(s.ana)
			if !v.expect("presence").Online {
				t.Errorf("%s: she came, and the widget was told otherwise", name)
			}
			left := time.Now()
			leaves(leave)
			if v.expect("presence").Online || time.Since(left) > time.Second {
				t.Errorf("%s: the widget was told that nobody is there after %v", name, time.Since(left))
			}
		}

		first, second := s.enter(s.ana), s.enter(s.ana)
		v.expect("presence")
		out()
		first(true)
		time.Sleep(time.Minute)
		second(false)
		time.Sleep(25 * time.Second)
		v.nothing() // in her other browser she goes from page to page
	})
}

func TestAnAgentWhoIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		leave := s.enter(s.ana)
		v := s.visit()
		if !v.expect("welcome").Online {
			t.Error("Ana is there, and the widget was told otherwise")
		}
		away := func(on bool) {
			if err := s.room.SetAway(t.Context(), s.ana, on); err != nil {
				t.Fatal(err)
			}
		}
		away(true)
		if v.expect("presence").Online {
			t.Error("Ana is away")
		}
		leave(true)
		time.Sleep(time.Minute)
		leave = s.enter(s.ana)
		v.nothing() // who was away is away when the screen opens again
		if team := s.room.Team(); len(team) != 1 || !team[0].Away {
			t.Errorf("there are %v", team)
		}
		away(false)
		if !v.expect("presence").Online {
			t.Error("Ana is back")
		}
		leave(true)
	})
}

// A widget of a department is answered by whoever works there.
func TestAvailabilityGoesByDepartment(t *testing.T) {
	s := open(t)
	var sales, repairs string
	agents := map[people.Role]people.Actor{}
	s.Do(func(tx *store.Tx) error {
		for name, id := range map[string]*string{"Sales": &sales, "Repairs": &repairs} {
			d, err := people.AddDepartment(tx, s.ana, name)
			if err != nil {
				return err
			}
			*id = d.ID
		}
		for _, role := range []people.Role{people.Lead, people.AgentRole} {
			a, err := people.AddAgent(tx, s.ana, people.NewAgent{
				Email: string(role) + "@shop.example", Name: string(role), Role: role, Departments: []string{sales},
			})
			if err != nil {
				return err
			}
			agents[role] = a.Actor()
		}
		return nil
	})
	for name, c := range map[string]struct {
		who        people.Role
		department string
		want       bool
	}{
		"an agent for nobody's widget":   {people.AgentRole, "", true},
		"an agent for his own":           {people.AgentRole, sales, true},
		"an agent for another's":         {people.AgentRole, repairs, false},
		"a lead, who works in every one": {people.Lead, repairs, true},
	} {
		t.Run(name, func(t *testing.T) {
			room := chat.New(chat.Options{DB: s.DB, Bell: s.bell})
			defer room.Close()
			leave, err := room.Enter(t.Context(), agents[c.who])
			if err != nil {
				t.Fatal(err)
			}
			defer leave(true)
			if got := room.Online(c.department); got != c.want {
				t.Errorf("online: %v, want %v", got, c.want)
			}
		})
	}
}

func TestTypingBothWays(t *testing.T) {
	s := open(t)
	for name, preview := range map[string]bool{"without a preview": false, "with one": true} {
		t.Run(name, func(t *testing.T) {
			s.Do(func(tx *store.Tx) (err error) {
				s.widget, err = chat.ChangeWidget(tx, s.ana, s.widget.ID, chat.Setup{Name: "Shop", Preview: preview})
				return err
			})
			v := s.visit()
			if v.expect("welcome").Preview != preview {
				t.Error("the visitor is told otherwise")
			}
			ref := v.say("m1", "Hello").Ticket
			var ticket *tickets.Ticket
			s.See(func(tx *store.Tx) (err error) {
				ticket, err = tickets.ByRef(tx, ref)
				return err
			})
			heard := make(chan chat.Typing, 10)
			defer s.bell.Subscribe(ticket.ID.Topic(), nil, func(news any) { heard <- news.(chat.Typing) })()

			v.send(`{"t":"typing","on":true,"text":"I would like"}`)
			got := <-heard
			want := chat.Typing{Ticket: ticket.ID, By: people.ByContact, On: true}
			if preview {
				want.Text = "I would like"
			}
			if got != want {
				t.Errorf("agents are told %+v, want %+v", got, want)
			}
			v.nothing()

			s.room.Types(ticket.ID, s.ana, true)
			if f := v.expect("typing"); !f.On || f.Name != "Ana" {
				t.Errorf("the visitor is told %s", f.raw)
			}
			<-heard
			v.session.Close()
			if got := <-heard; got.On || got.By != people.ByContact {
				t.Errorf("who left goes on typing: %+v", got)
			}
		})
	}
}

func TestTheRegisterOfVisitors(t *testing.T) {
	s := open(t)
	door := chat.Door{Room: s.room}
	v := s.visit()
	w := v.expect("welcome")
	v.say("m1", "Hello")
	ticket := s.ticket()
	absent := func() bool {
		return errors.Is(door.Deliver(t.Context(), s.DB, tickets.Delivery{Ticket: ticket.ID}), channels.Absent)
	}

	visits := s.room.Visits()
	if len(visits) != 1 || visits[0].Ticket != ticket.ID || visits[0].Page != (chat.Page{URL: "https://shop.example/chairs", Title: "Chairs"}) ||
		visits[0].Zone != "Europe/Lisbon" || visits[0].Widget != "Shop" {
		t.Errorf("the visits are %+v", visits)
	}
	v.send(`{"t":"page","url":"https://shop.example/cart?session=secret","title":"Your\ncart"}`)
	if at, here := s.room.Where(ticket.ID); !here || at.Page.URL != "https://shop.example/cart" || at.Page.Title != "Your cart" {
		t.Errorf("the visitor is at %+v", at)
	}
	v.send(`{"t":"page","url":"javascript:alert(1)","title":""}`)
	if at, _ := s.room.Where(ticket.ID); at.Page.URL != "" {
		t.Errorf("the visitor is at %+v", at)
	}
	other := s.visit(frame{Visitor: w.Visitor})
	if absent() {
		t.Error("he is here, and the door says that he is not")
	}
	v.session.Close()
	if absent() {
		t.Error("one of two tabs is enough to be here")
	}
	other.session.Close()
	if _, here := s.room.Where(ticket.ID); here || !absent() {
		t.Error("he left, and is still here")
	}
}
