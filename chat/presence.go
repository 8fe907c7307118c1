package chat

import (
	"context"
	"slices"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// How long an agent may be without a screen before he counts as gone: no visitor shall be sent to a form because somebody goes
// from page to page, or loses the line for a moment. Whoever closes his last page is gone soon, so that nobody waits for him.
const (
	graceLeft = 4 * time.Second
	graceLost = 30 * time.Second
)

// parting is how soon after an agent signs out the lines of his pages have ended.
const parting = 5 * time.Second

// attending is an agent whose screen is open, or was a moment ago.
type attending struct {
	who     people.Actor
	screens int
	away    bool
	leaving *time.Timer
	out     time.Time // when he signed out of one of his browsers
}

func (a *attending) stop() {
	if a.leaving != nil {
		a.leaving.Stop()
	}
}

// away says that an agent takes no chats although his screen is open. It outlives the screen, and the house.
type away struct {
	Agent string    `json:"agent"`
	Since time.Time `json:"since"`
}

var aways = store.NewTable("chat_away", func(a *away) store.Key { return store.K(a.Agent) })

// Enter says that an agent has opened a screen. Leave says that its line has ended, and whether with a goodbye: he closed the
// page or went to another. Without one the line was lost, and he will be back if he can.
func (r *Room) Enter(ctx context.Context, who people.Actor) (leave func(goodbye bool), err error) {
	var away bool
	err = r.DB.View(ctx, func(tx *store.Tx) error {
		row, err := aways.Find(tx, store.K(who.ID))
		away = row != nil
		return err
	})
	if err != nil {
		return nil, err
	}
	r.change(who.ID, func(a *attending) {
		a.who, a.away = who, away
		a.screens++
		a.out = time.Time{}
		a.stop()
	})
	return func(goodbye bool) { r.exit(who.ID, goodbye) }, nil
}

// exit closes one screen. With the last one the agent is gone: at once if he has just signed out, otherwise after its grace.
func (r *Room) exit(agent string, goodbye bool) {
	over, grace := false, graceLost
	if goodbye {
		grace = graceLeft
	}
	r.change(agent, func(a *attending) {
		a.screens--
		over = a.screens == 0 && time.Since(a.out) < parting
		if a.screens == 0 && !over && !r.closed {
			a.leaving = time.AfterFunc(grace, func() { r.change(agent, (*attending).stop) })
		}
	})
	if over {
		r.change(agent, (*attending).stop)
	}
}

// SignedOut says that an agent has left for good in one of his browsers: when its pages were his last, nobody waits for him.
func (r *Room) SignedOut(agent string) {
	r.change(agent, func(a *attending) {
		a.out = time.Now()
		a.stop()
	})
}

// change does something to an agent's attendance, and rings if it changed who is there.
func (r *Room) change(agent string, do func(*attending)) {
	r.mu.Lock()
	a := r.team[agent]
	if a == nil {
		a = &attending{}
		r.team[agent] = a
	}
	was := *a
	do(a)
	if a.screens == 0 && was.screens == 0 { // the grace is over
		delete(r.team, agent)
	}
	changed := r.team[agent] == nil || was.away != a.away || was.who.ID == "" || was.who.Role != a.who.Role ||
		!slices.Equal(was.who.Departments, a.who.Departments)
	r.mu.Unlock()
	if changed {
		r.Bell.Ring(Presence)
	}
}

// SetAway says that an agent takes no chats for now, or takes them again.
func (r *Room) SetAway(ctx context.Context, by people.Actor, on bool) error {
	if by.Type != people.ByAgent || by.ID == "" {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	err := r.DB.Update(ctx, func(tx *store.Tx) error {
		if on {
			return aways.Put(tx, &away{by.ID, tx.Now()})
		}
		return aways.Delete(tx, store.K(by.ID))
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	a := r.team[by.ID]
	there := a != nil
	if there {
		a.away = on
	}
	r.mu.Unlock()
	if there {
		r.Bell.Ring(Presence)
	}
	return nil
}

// Attendance is an agent who is there.
type Attendance struct {
	Agent people.Actor
	Away  bool
}

// Team lists who is there, by name.
func (r *Room) Team() []Attendance {
	r.mu.Lock()
	defer r.mu.Unlock()
	var team []Attendance
	for _, a := range r.team {
		team = append(team, Attendance{a.who, a.away})
	}
	slices.SortFunc(team, func(a, b Attendance) int { return strings.Compare(a.Agent.Name, b.Agent.Name) })
	return team
}

// Online tells whether somebody is there to answer what comes in by a widget of a department ("" is none).
func (r *Room) Online(department string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.team {
		if !a.away && a.who.May(tickets.AnswerTickets, department) {
			return true
		}
	}
	return false
}
