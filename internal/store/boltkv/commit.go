package boltkv

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	bolt "go.etcd.io/bbolt"

	"deskbell/internal/disk"
	"deskbell/internal/store"
)

// work is one Update that waits for its answer.
type work struct {
	ctx  context.Context
	fn   func(store.Txn) error
	err  error
	wake chan []*work // nil: answered; else: lead these
}

// maxBatch keeps one commit short enough that nobody behind it waits long.
const maxBatch = 512

// Update runs fn in the next commit, together with all that wait. Whoever finds nobody committing leads; when his commit is
// flushed, the first of those who waited leads the next.
func (e *Engine) Update(ctx context.Context, fn func(store.Txn) error) error {
	w := &work{ctx: ctx, fn: fn}
	e.mu.Lock()
	if e.leading {
		w.wake = make(chan []*work, 1)
		e.queue = append(e.queue, w)
		e.mu.Unlock()
		if batch := <-w.wake; batch != nil {
			e.lead(batch)
		}
		return w.err
	}
	e.leading = true
	e.mu.Unlock()
	e.lead([]*work{w})
	return w.err
}

// lead commits a batch, whose first is the caller's own, and hands the lead on.
func (e *Engine) lead(batch []*work) {
	e.commit(batch)
	for _, w := range batch[1:] {
		w.wake <- nil
	}
	e.mu.Lock()
	n := min(len(e.queue), maxBatch)
	if n == 0 {
		e.leading = false
		e.mu.Unlock()
		return
	}
	next := e.queue[:n:n]
	e.queue = e.queue[n:]
	e.mu.Unlock()
	next[0].wake <- next
}

// commit answers every work of a batch. One that fails after it wrote is taken out, so that the others are not lost with
// it, and run alone afterwards: what it saw of the others may have been why it failed.
func (e *Engine) commit(batch []*work) {
	ready := e.admit(batch)
	var alone []*work
	for len(ready) > 0 {
		out := e.try(ready)
		if out == nil {
			break
		}
		alone = append(alone, out...)
		ready = slices.DeleteFunc(slices.Clone(ready), func(w *work) bool { return slices.Contains(out, w) })
	}
	for _, w := range alone {
		if broken := e.Broken(); broken != nil { // by the flush of the others, after which nothing is written
			w.err = store.ReadOnly(broken)
			continue
		}
		e.try([]*work{w})
	}
}

// admit answers those that need not be tried: given up by their caller, no room on the disk, or no writing at all.
func (e *Engine) admit(batch []*work) (ready []*work) {
	e.look()
	broken, low := e.Broken(), e.lowDisk(e.dir)
	for _, w := range batch {
		switch {
		case w.ctx.Err() != nil:
			w.err = w.ctx.Err()
		case broken != nil:
			w.err = store.ReadOnly(broken)
		case low && !store.IsUrgent(w.ctx):
			w.err = store.NoRoom(nil)
		default:
			ready = append(ready, w)
		}
	}
	return ready
}

// fail turns the engine read-only, and says so where somebody watches even when nobody asks.
func (e *Engine) fail(err error) {
	if e.broken.CompareAndSwap(nil, &err) {
		slog.Error("nothing can be written any more; what is there can still be read", "file", e.db.Path(), "err", err)
	}
}

// try runs works in one transaction and flushes it. It returns those that must be tried alone, because one failed after it
// wrote, or met a damaged page, and there are others to save from it; then nothing was done. Otherwise every work has its
// answer, and nil is returned.
func (e *Engine) try(works []*work) (alone []*work) {
	var c commitment
	err := guard(func() error {
		return e.db.Update(func(tx *bolt.Tx) (err error) { // unlike a Rollback of ours, it takes all of a commit back that panics
			if alone, err = run(tx, works); err == nil {
				c = commitment{tx.Size(), uint64(tx.ID())}
			}
			return err
		})
	})
	switch {
	case errors.Is(err, errNothing):
		return alone
	case c.id == 0:
		return answer(works, err)
	default:
		return e.flushed(c, works, err)
	}
}

// errNothing is the answer of run when there is nothing to commit.
var errNothing = errors.New("there is nothing to commit")

// run runs works in tx, and gives one that has to be tried alone.
func run(tx *bolt.Tx, works []*work) (alone []*work, err error) {
	t := &txn{tx: tx, writable: true}
	for i, w := range works {
		t.wrote = false
		w.err = guard(func() error { return w.fn(t) })
		t.walking = nil
		if w.err == nil || !t.wrote {
			continue
		}
		if len(works) > 1 {
			alone = works[i : i+1]
		}
		return alone, errNothing
	}
	if !t.dirty {
		return nil, errNothing
	}
	return nil, t.keepNumbers()
}

// commitment is what a commit is about to make true.
type commitment struct {
	size int64 // of the file
	id   uint64
}

// flushed answers works when their commit has ended with err. Even a work that wrote nothing is answered only now, for it may
// have read what the others wrote.
func (e *Engine) flushed(c commitment, works []*work, err error) (alone []*work) {
	var damaged *damage
	switch {
	case err == nil:
		e.card.committed(c.id)
		if c.size > e.card.Size {
			if err := e.card.write(e.dir, e.db.Path()); err != nil {
				// The data is safe; only a later cut of the file would go unnoticed.
				slog.Warn("house.json was not written", "err", err)
			}
		}
		return nil
	case errors.As(err, &damaged): // met while the pages were put together, before anything was written
		if len(works) == 1 {
			return answer(works, err)
		}
		return works
	case disk.IsFull(err):
		return answer(works, store.NoRoom(err))
	default:
		e.fail(fmt.Errorf("a commit failed: %w", err))
		return answer(works, store.ReadOnly(err))
	}
}

// answer gives an error to all that have none of their own; nobody is left to be tried.
func answer(works []*work, err error) []*work {
	for _, w := range works {
		if w.err == nil {
			w.err = err
		}
	}
	return nil
}
