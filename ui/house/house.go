// Package house opens the rooms and wires them to one another, so that a program, a command or a test can have a whole house
// with one call. Deeds that need several rooms at once live here too; everything else belongs into a room.
//
// Nothing is served from here, and nothing runs before Start: a command that only reads opens a house, asks and closes it.
package house

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"

	"deskbell/chat"
	"deskbell/internal/files"
	"deskbell/internal/jobs"
	"deskbell/internal/live"
	"deskbell/internal/people"
	"deskbell/internal/search"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
	"deskbell/tickets/channels"
	"deskbell/tickets/channels/email"
)

// Options say which house to open.
type Options struct {
	Dir       string       // the data directory; made when it is not there
	URL       *url.URL     // the public address; http://127.0.0.1:8080 when nil
	Unlimited bool         // without throttles, for load and crash tests
	Clock     store.Clock  // the system's when nil
	Log       *slog.Logger // slog.Default() when nil

	Doors func(*House) []channels.Channel // the ways in and out; none when nil
}

// House is an open house. Its fields do not change while it is open.
type House struct {
	Dir       string
	URL       *url.URL
	Unlimited bool
	Log       *slog.Logger
	DB        *store.DB
	Key       settings.Key
	Bell      *live.Bell
	Hub       *live.Hub
	Gate      *people.Gate
	Files     *files.Shelf
	Search    *search.Index
	Jobs      *jobs.Runner
	Chat      *chat.Room
	Mail      *email.Door
	Doors     *channels.Doors

	ticker jobs.Ticker
	stop   context.CancelFunc
	work   sync.WaitGroup
}

// Open opens the house in o.Dir, or makes a new one there. Its errors are sentences for whoever typed the command.
func Open(ctx context.Context, o Options) (_ *House, err error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.URL == nil {
		o.URL = &url.URL{Scheme: "http", Host: "127.0.0.1:8080"}
	}
	if err := inspect(o.Dir); err != nil {
		return nil, err
	}
	h := &House{Dir: o.Dir, URL: o.URL, Unlimited: o.Unlimited, Log: o.Log, Bell: live.NewBell()}
	defer func() {
		if err != nil {
			h.closeRooms()
		}
	}()
	if h.DB, err = openStore(ctx, o, h.Bell.Ring); err != nil {
		return nil, err
	}
	if h.Key, err = settings.LoadKey(ctx, h.DB, o.Dir); err != nil {
		return nil, err
	}
	if h.Files, err = files.Open(filepath.Join(o.Dir, "files"), h.DB); err != nil {
		return nil, fmt.Errorf("open the files in %s: %w", o.Dir, err)
	}
	h.Search = search.Open(filepath.Join(o.Dir, "search"), h.DB)
	h.Hub = live.NewHub(live.Options{Log: o.Log})
	h.Gate = people.NewGate(h.DB, people.GateOptions{Unlimited: o.Unlimited})
	h.Jobs = &jobs.Runner{DB: h.DB, Bell: h.Bell}
	h.ticker = jobs.Ticker{DB: h.DB, Bell: h.Bell, Sweeps: sweeps()}
	h.Chat = chat.New(chat.Options{DB: h.DB, Key: h.Key, Bell: h.Bell, Unlimited: o.Unlimited, Log: o.Log})
	h.Mail = &email.Door{Key: h.Key, URL: o.URL}
	h.Mail.Attach(h.Jobs)
	h.Doors = channels.New(h.DB, doors(h, o)...)
	h.Doors.Attach(h.Jobs)
	h.describe()
	return h, nil
}

func doors(h *House, o Options) []channels.Channel {
	if o.Doors == nil {
		return nil
	}
	return o.Doors(h)
}

func openStore(ctx context.Context, o Options, ring func(string)) (*store.DB, error) {
	engine, err := boltkv.Open(o.Dir)
	if err != nil {
		return nil, err
	}
	db, err := store.New(store.Urgent(ctx), engine, // a house must open on a full disk, so that its people can make room
		store.Options{Clock: o.Clock, Ring: ring})
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return db, nil
}

// Rekey has the house in dir, whose own key is lost, go on with the key that lies there, or with a new one when none does.
func Rekey(ctx context.Context, dir string) error {
	if err := inspect(dir); err != nil {
		return err
	}
	db, err := openStore(ctx, Options{Dir: dir}, nil)
	if err != nil {
		return err
	}
	if _, err := settings.LoadKey(ctx, db, dir); err == nil {
		return errors.Join(fmt.Errorf("the house in %s has its own key: nothing was changed", dir), db.Close())
	}
	err = settings.ForgetKey(ctx, db)
	if err == nil {
		_, err = settings.LoadKey(ctx, db, dir)
	}
	return errors.Join(err, db.Close())
}

// Start begins the work in the background: what follows the feed, what falls due, what goes out. Close ends it.
func (h *House) Start() {
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	h.work.Go(func() { h.Search.Follow(ctx, h.Bell) })
	h.work.Go(func() { h.Files.Follow(ctx) })
	h.work.Go(func() { h.Doors.Listen(ctx) })
	h.work.Go(func() { h.Jobs.Run(ctx) })
	h.work.Go(func() { h.ticker.Run(ctx) })
}

// Settle does, now and here, all that is due: what the clock says, then what goes out. It is for a house that is filled or
// tested without Start.
func (h *House) Settle(ctx context.Context) error {
	if err := h.ticker.Tick(ctx); err != nil {
		return err
	}
	_, err := h.Jobs.Drain(ctx)
	return err
}

// Close ends everything in the order in which nothing is lost: the sockets and lines, then the work in the background, then the
// index, and the store last. Whoever serves the house has stopped accepting by then.
func (h *House) Close(ctx context.Context) error {
	err := h.Hub.Close(ctx)
	h.Chat.Close()
	if h.stop != nil {
		h.stop()
	}
	done := make(chan struct{})
	go func() {
		h.work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		// The store is left open: whatever still works must not find it closed. All that was acknowledged is on disk.
		return errors.Join(err, fmt.Errorf("the work in the background does not end: %w", ctx.Err()))
	}
	return errors.Join(err, h.closeRooms())
}

// closeRooms closes what is open, as far as Open came.
func (h *House) closeRooms() error {
	var errs []error
	if h.Search != nil {
		errs = append(errs, h.Search.Close())
	}
	if h.DB != nil {
		errs = append(errs, h.DB.Close())
	}
	return errors.Join(errs...)
}
