package chat_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
)

// Many programs write null where they have nothing to say.
func TestNullSaysNothing(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	v.send(`{"t":"say","id":"m1","text":"Hello","attachments":null}`)
	said := v.expect("ack")
	v.send(`{"t":"say","id":"m1","text":"Hello"}`)
	if again := v.expect("ack"); again.Seq != said.Seq {
		t.Errorf("without the null it is another message: %s", again.raw)
	}
	v.send(`{"t":"typing","on":true,"text":null}`)
	v.send(`{"t":"page","url":"https://shop.example/","title":null}`)
	v.nothing()
	v.send(`{"t":"rate","id":"r1","score":5,"comment":null}`)
	v.expect("ack")
	v.send(`{"t":"form","id":"f1","fields":{"name":null,"email":"zoe@example.com","phone":null,"text":"Call me"},"attachments":null}`)
	v.expect("ack")
}

// away takes the data from under the house, until it is looked over: the store says no to every write from now on.
func (s *shop) away() {
	s.t.Helper()
	file := filepath.Join(s.Dir, boltkv.FileName)
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			s.t.Error(err)
		}
	}
	move(file, file+".away")
	s.t.Cleanup(func() { move(file+".away", file) })
}

func TestWhatIsOnDiskIsAckedWhereNothingCanBeWritten(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	deeds := map[string]string{
		"m1": `{"t":"say","id":"m1","text":"Hello"}`,
		"f1": `{"t":"form","id":"f1","fields":{"email":"zoe@example.com","text":"Call me"}}`,
		"r1": `{"t":"rate","id":"r1","score":5}`,
		"e1": `{"t":"end","id":"e1"}`,
	}
	acks := map[string]frame{}
	for _, id := range []string{"m1", "f1", "r1", "e1"} {
		v.send(deeds[id])
		acks[id] = v.expect("ack")
	}
	s.away()
	for id, sent := range deeds {
		v.send(sent)
		if again, was := v.expect("ack"), acks[id]; again.ID != id || again.Seq != was.Seq || again.At != was.At || again.Ticket != was.Ticket {
			t.Errorf("acked with %s, and again with %s", was.raw, again.raw)
		}
	}
	v.send(`{"t":"say","id":"m1","text":"Something else"}`)
	v.refused("id_reused")
	v.send(`{"t":"say","id":"m2","text":"Hello?"}`)
	v.refused("storage_full")
}

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

func TestWhatMayNotBeOnDiskIsNeverAcked(t *testing.T) {
	s := open(t)
	disk := &unflushed{Engine: s.Engine()}
	db, err := store.New(t.Context(), disk, store.Options{Clock: s.Clock})
	if err != nil {
		t.Fatal(err)
	}
	s.DB = db
	s.furnish()
	v := s.visit()
	v.expect("welcome")
	disk.broken.Store(true)
	for range 2 {
		v.send(`{"t":"say","id":"m1","text":"Hello"}`)
		v.refused("storage_full")
	}
	s.away() // from now on it is not even tried
	v.send(`{"t":"say","id":"m1","text":"Hello"}`)
	v.refused("storage_full")
}

// A disk that was full heals, and what was written on it then is on disk: whatever was once refused, and whatever else is now.
func TestWhatWasWrittenInTheEndIsAckedForEver(t *testing.T) {
	s := open(t)
	disk := &unflushed{Engine: s.Engine()}
	db, err := store.New(t.Context(), disk, store.Options{Clock: s.Clock})
	if err != nil {
		t.Fatal(err)
	}
	s.DB = db
	s.furnish()
	v := s.visit()
	v.expect("welcome")
	hello := `{"t":"say","id":"m1","text":"Hello"}`
	disk.broken.Store(true)
	v.send(hello)
	v.refused("storage_full")
	disk.broken.Store(false)
	v.send(hello)
	said := v.expect("ack")
	disk.broken.Store(true)
	for range 2 { // it is only found, in a flush that fails for others
		v.send(hello)
		if again := v.expect("ack"); again.Seq != said.Seq {
			t.Errorf("acked with %s, and again with %s", said.raw, again.raw)
		}
	}
	s.away()
	v.send(hello)
	v.expect("ack")
}
