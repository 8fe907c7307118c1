// Package channelstest is the contract of a door as a test: every door runs it over its own other side.
package channelstest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
	"deskbell/tickets"
	"deskbell/tickets/channels"
)

// World is a door with what is on both sides of it.
type World struct {
	House *storetest.House
	Door  channels.Channel
	// Ticket opens a ticket whose contact the door can reach.
	Ticket func() tickets.ID
	// Arrived gives what came out on the other side since it was last asked.
	Arrived func() []Arrival
	// Trouble makes the other side fail in passing, or behave again. Nil where there is no other side that could.
	Trouble func(on bool)
}

// Arrival is a message on the other side.
type Arrival struct {
	ID   string // what the other side can tell it by
	Text string
}

// Run runs the contract. Each part gets a world of its own.
func Run(t *testing.T, open func(t *testing.T) World) {
	for name, test := range map[string]func(*testing.T, *World){
		"its name can stand in an address":                  named,
		"a reply arrives":                                   arrives,
		"a delivery that comes again can be told":           again,
		"two replies are two":                               two,
		"several at once all arrive":                        together,
		"a contact whom it cannot reach is absent":          absent,
		"a note never leaves the house":                     note,
		"what does not exist does not arrive":               nothing,
		"a deleted ticket is silent":                        deleted,
		"it says where a reply goes before it goes":         says,
		"whoever gave up is not told that it went well":     gaveUp,
		"trouble in passing is neither the end nor absence": trouble,
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			test(t, &w)
		})
	}
}

var background = context.Background()

// Agent is somebody who answers.
func Agent(h *storetest.House) (by people.Actor) {
	h.Do(func(tx *store.Tx) error {
		a, err := people.AgentByEmail(tx, "ana@shop.example")
		if fault.Is(err, fault.NotFound) {
			a, err = people.AddAgent(tx, people.System, people.NewAgent{Email: "ana@shop.example", Name: "Ana", Role: people.Admin})
		}
		if err != nil {
			return err
		}
		by = a.Actor()
		return nil
	})
	return by
}

// reply answers a ticket by the door and gives the delivery that carries it.
func (w *World) reply(id tickets.ID, text string) tickets.Delivery {
	by := Agent(w.House)
	var e *tickets.Event
	w.House.Do(func(tx *store.Tx) (err error) {
		e, err = tickets.Reply(tx, by, id, tickets.Draft{Text: text, Channel: w.Door.Name()})
		return err
	})
	return tickets.Delivery{Ticket: id, N: e.N, Channel: w.Door.Name()}
}

func (w *World) deliver(t *testing.T, d tickets.Delivery) {
	t.Helper()
	if err := w.Door.Deliver(background, w.House.DB, d); err != nil {
		t.Fatalf("delivering %+v: %v", d, err)
	}
}

// way is where the door says that a reply to a ticket would go.
func (w *World) way(id tickets.ID) (way channels.Way, err error) {
	w.House.See(func(tx *store.Tx) error {
		t, found := tickets.Find(tx, id)
		if found == nil {
			way, err = w.Door.Way(tx, t)
		}
		return found
	})
	return way, err
}

func (w *World) expectNothing(t *testing.T) {
	t.Helper()
	if got := w.Arrived(); len(got) > 0 {
		t.Errorf("there arrived %+v", got)
	}
}

func named(t *testing.T, w *World) {
	name := w.Door.Name()
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" {
		t.Errorf("it is called %q", name)
	}
}

func arrives(t *testing.T, w *World) {
	w.deliver(t, w.reply(w.Ticket(), "Your parcel is on its way."))
	got := w.Arrived()
	if len(got) != 1 || !strings.Contains(got[0].Text, "Your parcel is on its way.") || got[0].ID == "" {
		t.Errorf("there arrived %+v", got)
	}
}

func again(t *testing.T, w *World) {
	d := w.reply(w.Ticket(), "Your parcel is on its way.")
	w.deliver(t, d)
	first := w.Arrived()
	w.House.Clock.Add(time.Hour)
	w.deliver(t, d)
	for _, a := range w.Arrived() {
		if len(first) != 1 || a.ID != first[0].ID {
			t.Errorf("the second time it is %q, the first time it was %+v", a.ID, first)
		}
	}
}

func two(t *testing.T, w *World) {
	id := w.Ticket()
	w.deliver(t, w.reply(id, "one"))
	w.deliver(t, w.reply(id, "two"))
	got := w.Arrived()
	if len(got) != 2 || got[0].ID == got[1].ID || !strings.Contains(got[0].Text, "one") || !strings.Contains(got[1].Text, "two") {
		t.Errorf("there arrived %+v", got)
	}
}

func together(t *testing.T, w *World) {
	var all sync.WaitGroup
	for range 4 {
		d := w.reply(w.Ticket(), "hello")
		all.Go(func() {
			if err := w.Door.Deliver(background, w.House.DB, d); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := w.Arrived(); len(got) != 4 {
		t.Errorf("%d arrived, want 4", len(got))
	}
}

func says(t *testing.T, w *World) {
	way, err := w.way(w.Ticket())
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range i18n.Languages() {
		if phrase := i18n.In(language, way.Say, way.With...); phrase == "" || phrase == way.Say || strings.Contains(phrase, "{{") || len(phrase) > 100 {
			t.Errorf("in %s it says %q", language, phrase)
		}
	}
	w.expectNothing(t)
}

// absent: the contact is known by something that no door knows.
func absent(t *testing.T, w *World) {
	var id tickets.ID
	w.House.Do(func(tx *store.Tx) error {
		c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindExternal, Value: "nobody"}}, people.Profile{})
		if err != nil {
			return err
		}
		ticket, _, err := tickets.Receive(tx, tickets.Inbound{Channel: "elsewhere", By: c.Actor(), Text: "hello"})
		if err != nil {
			return err
		}
		id = ticket.ID
		return nil
	})
	err := w.Door.Deliver(background, w.House.DB, w.reply(id, "hello"))
	if !errors.Is(err, channels.Absent) {
		t.Errorf("got %v, want Absent", err)
	}
	if way, err := w.way(id); !errors.Is(err, channels.Absent) {
		t.Errorf("it says that a reply goes to %+v (%v), and it does not", way, err)
	}
	w.expectNothing(t)
}

func note(t *testing.T, w *World) {
	id, by := w.Ticket(), Agent(w.House)
	var e *tickets.Event
	w.House.Do(func(tx *store.Tx) (err error) {
		e, err = tickets.Note(tx, by, id, tickets.Draft{Text: "he is difficult"})
		return err
	})
	if err := w.Door.Deliver(background, w.House.DB, tickets.Delivery{Ticket: id, N: e.N, Channel: w.Door.Name()}); err == nil {
		t.Error("delivering a note went well")
	}
	w.expectNothing(t)
}

func nothing(t *testing.T, w *World) {
	id := w.Ticket()
	for _, d := range []tickets.Delivery{{Ticket: id, N: 99}, {Ticket: id + 99, N: 1}, {}} {
		d.Channel = w.Door.Name()
		if err := w.Door.Deliver(background, w.House.DB, d); err == nil {
			t.Errorf("delivering %+v went well", d)
		}
	}
	w.expectNothing(t)
}

func deleted(t *testing.T, w *World) {
	id, by := w.Ticket(), Agent(w.House)
	d := w.reply(id, "hello")
	w.House.Do(func(tx *store.Tx) error { return tickets.Delete(tx, by, id) })
	if err := w.Door.Deliver(background, w.House.DB, d); err == nil {
		t.Error("it was delivered")
	}
	w.expectNothing(t)
}

func gaveUp(t *testing.T, w *World) {
	d := w.reply(w.Ticket(), "hello")
	ctx, cancel := context.WithCancel(background)
	cancel()
	if err := w.Door.Deliver(ctx, w.House.DB, d); err == nil {
		t.Error("it went well")
	}
}

func trouble(t *testing.T, w *World) {
	if w.Trouble == nil {
		t.Skip("this door has no other side that could fail")
	}
	d := w.reply(w.Ticket(), "hello")
	w.Trouble(true)
	if err := w.Door.Deliver(background, w.House.DB, d); err == nil || errors.Is(err, channels.Absent) {
		t.Errorf("with trouble on the other side: %v", err)
	}
	w.expectNothing(t)
	w.Trouble(false)
	w.deliver(t, d)
	if got := w.Arrived(); len(got) != 1 {
		t.Errorf("afterwards there arrived %+v", got)
	}
}
