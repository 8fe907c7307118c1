package api_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"deskbell/internal/store"
)

// unflushed is an engine whose commits can all be seen, but which cannot promise that they are on disk.
type unflushed struct {
	store.Engine
	broken atomic.Bool
}

func (e *unflushed) Update(ctx context.Context, fn func(store.Txn) error) error {
	if err := e.Engine.Update(ctx, fn); err != nil || !e.broken.Load() {
		return err
	}
	return store.ReadOnly(errors.New("the flush failed"))
}

func TestAKeyIsAnsweredOnceItsDeedIsOnDiskAndForEver(t *testing.T) {
	d := open(t)
	d.openTicket("My parcel", d.sales)
	disk := &unflushed{Engine: d.DB.Engine()}
	db, err := store.New(t.Context(), disk, store.Options{Clock: d.clock})
	if err != nil {
		t.Fatal(err)
	}
	d.DB = db
	note := func() answer {
		t.Helper()
		return d.ask("ana", "POST", "tickets/1/notes", m{"text": "hello"}, "Idempotency-Key", "k1")
	}
	disk.broken.Store(true)
	for range 2 {
		note().want(503)
	}
	disk.broken.Store(false)
	first := note().want(201)
	disk.broken.Store(true)
	for range 2 { // it is only found, in a flush that fails for others
		if again := note().want(201); again.raw != first.raw {
			t.Errorf("first %s\nthen %s", first.raw, again.raw)
		}
	}
}
