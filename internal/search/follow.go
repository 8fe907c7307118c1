package search

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"deskbell/internal/store"
)

// Bell is what wakes the follower.
type Bell interface {
	Subscribe(topic string, ring func(), news func(any)) (cancel func())
}

// place is how far the index has read. It lies in the index and changes in the batch of what was read.
type place struct {
	Form   int       `json:"form"`
	House  string    `json:"house"`  // whose data: installation and epoch
	Tables []string  `json:"tables"` // which are read
	Feed   store.Key `json:"feed"`   // read up to here
	// A new index reads the tables themselves before it follows the feed from where that stood when it began.
	Table string    `json:"table,omitempty"` // being read; "" once all are
	Row   store.Key `json:"row,omitempty"`   // read up to here
}

var placeKey = []byte("place")

// breath is how long the follower lets changes gather: a busy conversation is read once a second, not with each word. After each
// bite it rests for many times as long as the bite took, because what people wait for is the conversation; but not for ever,
// after much was read at once.
const (
	breath  = time.Second
	share   = 20
	longest = time.Second
)

// Follow keeps the index up to date until ctx ends.
func (x *Index) Follow(ctx context.Context, bell Bell) {
	ear := make(chan struct{}, 1)
	cancel := bell.Subscribe("feed", func() { ring(ear) }, nil)
	defer cancel()
	for {
		wait := breath
		if err := x.catchUp(ctx, resting(ctx)); err != nil && ctx.Err() == nil {
			slog.Error("search cannot follow the feed and tries again in a minute", "err", err)
			wait = time.Minute
			ring(ear)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		select {
		case <-ctx.Done():
			return
		case <-ear:
		}
	}
}

// ring wakes whoever listens with ear, now or when he next does.
func ring(ear chan struct{}) {
	select {
	case ear <- struct{}{}:
	default:
	}
}

// resting gives a function that rests, each time it is called, in proportion to the time since it was called before.
func resting(ctx context.Context) func() {
	began := time.Now()
	return func() {
		select {
		case <-ctx.Done():
		case <-time.After(min(share*time.Since(began), longest)):
		}
		began = time.Now()
	}
}

// CatchUp reads all that the store has to tell. It begins anew where the index is of another house, of an earlier life of this
// one, or of an older program.
func (x *Index) CatchUp(ctx context.Context) error { return x.catchUp(ctx, func() {}) }

func (x *Index) catchUp(ctx context.Context, rest func()) error {
	x.reading.Lock()
	defer x.reading.Unlock()
	if err := x.settle(ctx); err != nil {
		return err
	}
	return x.readOn(ctx, rest)
}

// Reindex throws the index away and makes it anew. Until it is done, questions find what has been read so far. Progress is told
// now and then, if it is not nil, as the number of documents in the index.
func (x *Index) Reindex(ctx context.Context, progress func(documents uint64)) error {
	x.reading.Lock()
	defer x.reading.Unlock()
	if err := x.rebuild(ctx); err != nil {
		return err
	}
	return x.readOn(ctx, func() {
		if progress != nil {
			progress(x.Documents())
		}
	})
}

// readOn reads to the end, and calls rest when it has worked for a while.
func (x *Index) readOn(ctx context.Context, rest func()) error {
	for more := true; more; {
		var err error
		if more, err = x.read(ctx, rest); err != nil {
			return err
		}
	}
	return nil
}

// Documents is how many documents the index holds.
func (x *Index) Documents() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.bleve == nil {
		return 0
	}
	n, err := x.bleve.DocCount()
	if err != nil {
		return 0
	}
	return n
}

// settle learns where the index stands, and rebuilds it when that is no place in this store, or no more.
func (x *Index) settle(ctx context.Context) error {
	if x.damaged.Load() {
		return x.rebuild(ctx)
	}
	at := x.at
	if at == nil {
		var err error
		if at, err = x.lastPlace(); err != nil {
			return err
		}
	}
	fits, err := x.fits(ctx, at)
	if err != nil {
		return err
	}
	if !fits {
		return x.rebuild(ctx)
	}
	x.at = at
	return nil
}

// lastPlace is the place that the index was left at; nil when it has none that can be read.
func (x *Index) lastPlace() (*place, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.bleve == nil {
		return nil, errClosed
	}
	value, err := x.bleve.GetInternal(placeKey)
	if err != nil {
		return nil, fmt.Errorf("read where the search index stands: %w", err)
	}
	at := new(place)
	if json.Unmarshal(value, at) != nil {
		return nil, nil
	}
	return at, nil
}

// fits tells whether reading on from at misses nothing: same form, same house, same tables, and the feed still reaches back to it.
func (x *Index) fits(ctx context.Context, at *place) (bool, error) {
	if at == nil || at.Form != form || at.House != x.house() || !slices.Equal(at.Tables, x.tables()) {
		return false, nil
	}
	fits := true
	err := x.db.View(ctx, func(tx *store.Tx) error {
		end, err := store.FeedEnd(tx)
		if err != nil {
			return err
		}
		start, err := store.FeedStart(tx)
		fits = bytes.Compare(start, at.Feed) <= 0 && bytes.Compare(at.Feed, end) <= 0
		return err
	})
	return fits, err
}

func (x *Index) house() string { return x.db.Installation() + "/" + x.db.Epoch() }

func (x *Index) tables() []string { return slices.Sorted(maps.Keys(x.describe)) }

// rebuild puts an empty index in the place of this one, which will read the tables and then the feed from where it is now.
func (x *Index) rebuild(ctx context.Context) error {
	at := place{Form: form, House: x.house(), Tables: x.tables()}
	if len(at.Tables) > 0 {
		at.Table = at.Tables[0]
	}
	err := x.db.View(ctx, func(tx *store.Tx) (err error) {
		at.Feed, err = store.FeedEnd(tx)
		return err
	})
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.bleve == nil {
		return errClosed
	}
	if err := x.bleve.Close(); err != nil {
		slog.Warn("the old search index does not close", "err", err)
	}
	fresh, err := begin(x.dir)
	if err != nil {
		x.bleve = nil
		return err
	}
	x.bleve = fresh
	x.at = &at
	x.damaged.Store(false)
	return nil
}
