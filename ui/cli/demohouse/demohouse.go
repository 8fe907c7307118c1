// Package demohouse fills a house with the data of a small made-up shop, so that somebody who has never seen Deskbell finds
// it at work: agents, customers in several languages, tickets in every status, articles, and a community where a question has
// become a ticket by itself.
//
// It goes by the verbs of the rooms and by nothing else, one moment of the last days after another, so the data is such as
// people would have made.
package demohouse

import (
	"context"
	"fmt"
	"time"

	"deskbell/chat"
	"deskbell/internal/hours"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/ui/house"
)

// Filled is what whoever shows the house needs to know.
type Filled struct {
	Agents []Agent
	Widget string // the key of the widget on the sample shop
}

// Agent is somebody who can sign in.
type Agent struct{ Name, Email, Password string }

// filler fills one house.
type filler struct {
	house       *house.House
	clock       *Clock
	agents      map[string]people.Actor // by first name
	contacts    map[string]*people.Contact
	departments map[string]string // ids by name
	boards      map[string]string
	filled      Filled
}

// Fill fills h, which goes by clock, and gives its agents password. site is the origin of the sample shop.
func Fill(ctx context.Context, h *house.House, clock *Clock, password, site string) (Filled, error) {
	f := &filler{
		house: h, clock: clock,
		agents: map[string]people.Actor{}, contacts: map[string]*people.Contact{}, departments: map[string]string{}, boards: map[string]string{},
	}
	clock.ago(9 * 24 * time.Hour)
	hash, err := h.Gate.Password(ctx, password)
	if err != nil {
		return Filled{}, err
	}
	steps := []func(*store.Tx) error{
		func(tx *store.Tx) error { return f.shop(tx, site) },
		func(tx *store.Tx) error { return f.team(tx, hash, password) },
		f.customers, f.openBoards, f.writeArticles,
	}
	for _, step := range steps {
		if err := h.DB.Update(ctx, step); err != nil {
			return Filled{}, err
		}
	}
	if err := f.community(ctx); err != nil {
		return Filled{}, fmt.Errorf("the community: %w", err)
	}
	if err := f.tell(ctx); err != nil {
		return Filled{}, err
	}
	clock.ago(0)
	return f.filled, h.Settle(ctx)
}

// at runs do as it was so long ago, after what had fallen due by then and before what falls due by it.
func (f *filler) at(ctx context.Context, ago time.Duration, do func(*store.Tx) error) error {
	f.clock.ago(ago)
	if err := f.house.Settle(ctx); err != nil {
		return err
	}
	if err := f.house.DB.Update(ctx, do); err != nil {
		return err
	}
	return f.house.Settle(ctx)
}

func (f *filler) shop(tx *store.Tx, site string) error {
	shop, err := settings.Shop.Get(tx)
	if err != nil {
		return err
	}
	shop.Name = "Kettle & Leaf"
	if err := people.Configure(tx, people.System, settings.Shop, shop); err != nil {
		return err
	}
	open := hours.Office("America/Sao_Paulo")
	open.Weekly[time.Saturday] = []hours.Span{{From: 9 * 60, To: 13 * 60}}
	if err := people.Configure(tx, people.System, settings.OpenHours, open); err != nil {
		return err
	}
	w, err := chat.AddWidget(tx, people.System, chat.Setup{
		Name: "Kettle & Leaf", Sites: []string{site}, Look: chat.Look{Color: "#2f6f4f"}, Preview: true,
	})
	if err != nil {
		return err
	}
	f.filled.Widget = w.Key
	return nil
}

func (f *filler) team(tx *store.Tx, hash people.Password, password string) error {
	for _, name := range []string{"Sales", "Workshop"} {
		d, err := people.AddDepartment(tx, people.System, name)
		if err != nil {
			return err
		}
		f.departments[name] = d.ID
	}
	f.filled.Agents = nil
	for _, n := range team {
		var in []string
		for _, name := range n.departments {
			in = append(in, f.departments[name])
		}
		a, err := people.AddAgent(tx, people.System, people.NewAgent{
			Email: n.email, Name: n.name, Role: n.role, Language: n.language, Departments: in, Password: hash,
		})
		if err != nil {
			return err
		}
		f.agents[n.key] = a.Actor()
		f.filled.Agents = append(f.filled.Agents, Agent{n.name, n.email, password})
	}
	return nil
}

func (f *filler) customers(tx *store.Tx) error {
	for _, c := range customers {
		by := []people.Identity{{Kind: people.KindEmail, Value: c.email, Verified: true}}
		if c.phone != "" {
			by = append(by, people.Identity{Kind: people.KindPhone, Value: c.phone})
		}
		contact, err := people.Recognise(tx, by, people.Profile{Name: c.name, Language: c.language, TimeZone: c.zone})
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		f.contacts[c.key] = contact
	}
	return nil
}

// tell lets every story happen, each line at its own time.
func (f *filler) tell(ctx context.Context) error {
	for i, s := range stories {
		var id tickets.ID
		for n, l := range s.lines {
			err := f.at(ctx, l.ago, func(tx *store.Tx) (err error) {
				id, err = f.say(tx, i, n, id)
				return err
			})
			if err != nil {
				return fmt.Errorf("%q, line %d: %w", s.subject, n, err)
			}
		}
		if s.end == nil {
			continue
		}
		if err := f.at(ctx, s.lines[len(s.lines)-1].ago, func(tx *store.Tx) error { return s.end(tx, f, id) }); err != nil {
			return fmt.Errorf("the end of %q: %w", s.subject, err)
		}
	}
	return nil
}

// say has line n of story i said on its ticket, which the first line opens.
func (f *filler) say(tx *store.Tx, i, n int, id tickets.ID) (tickets.ID, error) {
	s := stories[i]
	l := s.lines[n]
	if l.by == "" {
		thread := fmt.Sprintf("demo/%d", i)
		t, _, err := tickets.Receive(tx, tickets.Inbound{
			Channel: s.channel, Thread: thread, Source: fmt.Sprintf("%s/%d", thread, n), By: f.contacts[s.contact].Actor(),
			Subject: s.subject, Text: l.text, Department: f.departments[s.department], Tags: s.tags, Priority: s.priority,
		})
		if err != nil {
			return id, err
		}
		return t.ID, nil
	}
	what := tickets.Reply
	if l.note {
		what = tickets.Note
	}
	_, err := what(tx, f.agents[l.by], id, tickets.Draft{Text: l.text})
	return id, err
}
