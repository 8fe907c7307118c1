package search

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// A step is written in one batch, which stays small. Tables are read in views as long. Changes are read in bites, because they
// come while people talk, whose words must not wait behind a hundred tickets.
const (
	stepRows    = 500
	stepBytes   = 4 << 20
	bite        = 5 * time.Millisecond
	mostEntries = 10_000 // of the feed at once: in a conversation they name the same ticket again and again
)

// step is what was read since the last batch.
type step struct {
	documents map[string]*Document // by document id; nil where there is nothing to be found any more
	bytes     int
}

func (s *step) full() bool { return len(s.documents) >= stepRows || s.bytes >= stepBytes }

// read reads on from where the index stands, and says whether there may be more. It calls rest when it has
// worked for a while.
func (x *Index) read(ctx context.Context, rest func()) (more bool, err error) {
	if x.at.Table == "" {
		return x.readFeed(ctx, rest)
	}
	at, s := *x.at, step{documents: map[string]*Document{}}
	err = x.db.View(ctx, func(tx *store.Tx) error { return x.readTable(tx, &at, &s) })
	if err != nil {
		return false, err
	}
	if err := x.write(at, s); err != nil {
		return false, err
	}
	rest()
	return true, nil
}

// readTable reads a stretch of the table that is being read, or moves to the next.
func (x *Index) readTable(tx *store.Tx, at *place, s *step) error {
	for pair, err := range tx.Scan(at.Table, store.Range{After: at.Row}) {
		if err != nil && pair.Key == nil {
			return err
		}
		if s.full() {
			return nil
		}
		at.Row = bytes.Clone(pair.Key)
		if err := x.take(tx, s, named{at.Table, at.Row}); err != nil {
			return err
		}
	}
	next := ""
	for i, table := range at.Tables {
		if table == at.Table && i+1 < len(at.Tables) {
			next = at.Tables[i+1]
		}
	}
	at.Table, at.Row = next, nil
	return nil
}

// named is a row that the feed names.
type named struct {
	table string
	key   store.Key
}

// readFeed reads the rows that the feed names next, each once however often it does. The index has come further only when all
// of them are in it; those that are read again after a crash do no harm.
func (x *Index) readFeed(ctx context.Context, rest func()) (more bool, err error) {
	at := *x.at
	var rows []named
	err = x.db.View(ctx, func(tx *store.Tx) error {
		entries, err := store.Feed(tx, at.Feed, mostEntries)
		if len(entries) > 0 {
			at.Feed, more = entries[len(entries)-1].Stamp, len(entries) == mostEntries
			rows = x.namedIn(entries)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	for len(rows) > 0 {
		s := step{documents: map[string]*Document{}}
		for len(rows) > 0 && !s.full() {
			if rows, err = x.bite(ctx, &s, rows); err != nil {
				return false, err
			}
			rest()
		}
		reached := *x.at
		if len(rows) == 0 {
			reached = at
		}
		if err := x.write(reached, s); err != nil {
			return false, err
		}
		rest()
	}
	x.at = &at // where no entry named a row that can be found too: read again, it would not either
	return more, nil
}

// bite reads some of rows in one view, and gives those that are left.
func (x *Index) bite(ctx context.Context, s *step, rows []named) ([]named, error) {
	err := x.db.View(ctx, func(tx *store.Tx) error {
		began := time.Now() // here, where a busy machine has let it in
		for len(rows) > 0 && !s.full() && time.Since(began) < bite {
			if err := x.take(tx, s, rows[0]); err != nil {
				return err
			}
			rows = rows[1:]
		}
		return nil
	})
	return rows, err
}

// namedIn gives the rows of entries that can be found, each once.
func (x *Index) namedIn(entries []store.Entry) (rows []named) {
	seen := map[string]bool{}
	for _, e := range entries {
		row := named{e.Table, e.Key}
		if id := idOf(row); x.describe[e.Table] != nil && !seen[id] {
			seen[id], rows = true, append(rows, row)
		}
	}
	return rows
}

// idOf is the id of a row's document.
func idOf(row named) string { return row.table + "\x00" + string(row.key) }

// take adds the document of a row to a step. A row that is gone, or too damaged to be read, is not to be found.
func (x *Index) take(tx *store.Tx, s *step, row named) error {
	d, err := x.describe[row.table](tx, row.key)
	var damaged *store.Damaged
	switch {
	case fault.Is(err, fault.NotFound):
		d = nil
	case errors.As(err, &damaged):
		slog.Error("a row cannot be found until it is repaired", "err", err)
		d = nil
	case err != nil:
		return fmt.Errorf("describe %s %v: %w", row.table, row.key, err)
	}
	s.documents[idOf(row)] = d
	if d != nil {
		s.bytes += len(d.Title) + len(d.Text)
	}
	return nil
}

// write makes a step true in the index, together with the place that it leads to.
func (x *Index) write(at place, s step) (err error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.bleve == nil {
		return errClosed
	}
	defer func() {
		if trouble := recover(); trouble != nil {
			x.damaged.Store(true)
			err = fmt.Errorf("the search index is damaged and will be made anew: %v", trouble)
		}
	}()
	batch := x.bleve.NewBatch()
	for id, d := range s.documents {
		if d == nil || len(d.Readers) == 0 {
			batch.Delete(id)
			continue
		}
		if err := batch.Index(id, pageOf(d)); err != nil {
			return fmt.Errorf("index %s %s: %w", d.Type, d.ID, err)
		}
	}
	where, err := json.Marshal(at)
	if err != nil {
		return err
	}
	batch.SetInternal(placeKey, where)
	if err := x.bleve.Batch(batch); err != nil {
		return fmt.Errorf("write the search index: %w", err)
	}
	x.at = &at
	return nil
}
