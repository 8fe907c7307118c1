package search

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// One step reads at most so much: a view of the store stays short, and a batch small.
const (
	stepRows  = 500
	stepBytes = 4 << 20
)

// step is what was read in one view of the store.
type step struct {
	documents map[string]*Document // by document id; nil where there is nothing to be found any more
	bytes     int
}

func (s *step) full() bool { return len(s.documents) >= stepRows || s.bytes >= stepBytes }

// read reads on from where the index stands, and says whether there may be more.
func (x *Index) read(ctx context.Context) (more bool, err error) {
	at := *x.at
	s := step{documents: map[string]*Document{}}
	err = x.db.View(ctx, func(tx *store.Tx) (err error) {
		if at.Table != "" {
			more = true
			return x.readTable(tx, &at, &s)
		}
		more, err = x.readFeed(tx, &at, &s)
		return err
	})
	if err != nil {
		return false, err
	}
	if err := x.write(at, s); err != nil {
		return false, err
	}
	x.at = &at
	return more, nil
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
		if err := x.take(tx, s, at.Table, at.Row); err != nil {
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

// readFeed reads the rows that the feed names, each once however often it does.
func (x *Index) readFeed(tx *store.Tx, at *place, s *step) (more bool, err error) {
	entries, err := store.Feed(tx, at.Feed, stepRows)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		if s.full() {
			return true, nil
		}
		if err := x.take(tx, s, e.Table, e.Key); err != nil {
			return false, err
		}
		at.Feed = e.Stamp
	}
	return len(entries) == stepRows, nil
}

// take adds the document of a row to a step. A row that is gone, or too damaged to be read, is not to be found.
func (x *Index) take(tx *store.Tx, s *step, table string, key store.Key) error {
	describe, id := x.describe[table], table+"\x00"+string(key)
	if describe == nil {
		return nil
	}
	if _, taken := s.documents[id]; taken {
		return nil
	}
	d, err := describe(tx, key)
	var damaged *store.Damaged
	switch {
	case fault.Is(err, fault.NotFound):
		d = nil
	case errors.As(err, &damaged):
		slog.Error("a row cannot be found until it is repaired", "err", err)
		d = nil
	case err != nil:
		return fmt.Errorf("describe %s %v: %w", table, key, err)
	}
	s.documents[id] = d
	if d != nil {
		s.bytes += len(d.Title) + len(d.Text)
	}
	return nil
}

// write makes a step true in the index, together with the place that it leads to. A step without documents is not worth a
// flush: read again, it would be as empty.
func (x *Index) write(at place, s step) (err error) {
	if len(s.documents) == 0 && at.Table == x.at.Table {
		return nil
	}
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
	return nil
}
