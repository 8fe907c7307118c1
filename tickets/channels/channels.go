// Package channels is where words come in and go out: the contract that every door keeps, and the dispatcher that carries
// replies to them.
//
// A door is one folder below this one, and chat and the forum have one each. What comes in by a door calls tickets.Receive in
// the transaction of its own choosing. What goes out is a job: the dispatcher hands it to the channel that the reply was meant
// for, and when nobody is there, to the next by which the contact can be reached. It never asks a channel for its name to treat
// it differently.
package channels

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// Channel is a door. What comes in calls tickets.Receive; what goes out is handed to Deliver, by a job, until it takes it.
type Channel interface {
	// Name is what tickets and feed entries call it: small letters, once in a house.
	Name() string
	// Deliver carries a reply out. It opens transactions of its own and is in none while it waits for the other side. The same
	// delivery may come again: the other side must be able to tell. Absent says that nobody is there, Kept that the door holds it
	// until it is set up, jobs.Final that no other try will help; any other error is tried again.
	Deliver(ctx context.Context, db *store.DB, d tickets.Delivery) error
	// Way says where a reply goes that is written to t now and comes to this door; Absent when Deliver would say so.
	Way(tx *store.Tx, t *tickets.Ticket) (Way, error)
}

// Absent is what a door answers when the contact cannot be reached by it: no address, no thread, nobody in the room.
var Absent error = absence{}

type absence struct{}

func (absence) Error() string { return "nobody is there" }

// Kept is what a door answers that has the reply but cannot carry it out as the house is set up. Nobody tries again by himself:
// when the door sends it after all, it has the dispatcher carry it out once more.
var Kept error = keeping{}

type keeping struct{}

func (keeping) Error() string { return "it is kept until the channel is set up" }

// Listener is a door that waits for what comes in. It runs while the house is open, and again after a pause if it fails.
type Listener interface {
	Listen(ctx context.Context, db *store.DB) error
}

// Hooked is a door that takes web hooks under /hooks/NAME/.
type Hooked interface {
	Hook(db *store.DB) http.Handler
}

// Busy is a door with jobs of its own beside the replies.
type Busy interface {
	Attach(r *jobs.Runner)
}

// Configured is a door that has something to set up. The admin page draws itself from Form, with the Values there are now,
// and hands what was typed to Configure, whose fault names the field.
type Configured interface {
	Form() settings.Form
	Values(tx *store.Tx) (map[string]string, error)
	Configure(tx *store.Tx, by people.Actor, values map[string]string) error
}

// Doors are the doors of a house, in the order in which a contact is looked for.
type Doors struct {
	db    *store.DB
	doors []Channel
}

// New opens a house's doors.
func New(db *store.DB, doors ...Channel) *Doors {
	names := map[string]bool{}
	for _, door := range doors {
		if names[door.Name()] {
			panic("channels: two doors are called " + door.Name())
		}
		names[door.Name()] = true
	}
	return &Doors{db, doors}
}

// All gives the doors.
func (d *Doors) All() []Channel { return d.doors }

// Find gives the door of that name, nil when there is none.
func (d *Doors) Find(name string) Channel {
	for _, door := range d.doors {
		if door.Name() == name {
			return door
		}
	}
	return nil
}

// Hooks answers everything under /hooks/: each door hears what comes behind its own name.
func (d *Doors) Hooks() http.Handler {
	mux := http.NewServeMux()
	for _, door := range d.doors {
		if hooked, ok := door.(Hooked); ok {
			path := "/hooks/" + door.Name() + "/"
			mux.Handle(path, http.StripPrefix(path[:len(path)-1], hooked.Hook(d.db)))
		}
	}
	return mux
}

// pauses between two starts of a door that fails.
const (
	firstPause = time.Second
	lastPause  = 15 * time.Minute
)

// Listen runs the doors that wait for what comes in, until ctx ends and they have all returned.
func (d *Doors) Listen(ctx context.Context) {
	var running sync.WaitGroup
	for _, door := range d.doors {
		if listener, ok := door.(Listener); ok {
			running.Go(func() { listen(ctx, d.db, door.Name(), listener) })
		}
	}
	running.Wait()
}

func listen(ctx context.Context, db *store.DB, name string, l Listener) {
	pause := firstPause
	for ctx.Err() == nil {
		began := time.Now()
		err := l.Listen(ctx, db)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > lastPause {
			pause = firstPause // it went well for a long time
		}
		slog.Error("a door does not hear and is tried again", "channel", name, "pause", pause, "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, lastPause)
	}
}
