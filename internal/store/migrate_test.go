package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
)

// start opens the data in dir as a program with these migrations does, and gives what they wrote.
func start(t *testing.T, dir string, steps ...func(*store.Tx) error) (done []string, err error) {
	t.Helper()
	engine, err := boltkv.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	store.WithMigrations(steps, func() {
		var db *store.DB
		if db, err = store.New(context.Background(), engine, store.Options{}); err != nil {
			return
		}
		err = db.View(context.Background(), func(tx *store.Tx) error {
			for pair, err := range tx.Scan("done", store.Range{}) {
				if err != nil {
					return err
				}
				done = append(done, string(pair.Value))
			}
			return nil
		})
	})
	return done, err
}

func writes(what string) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		n, err := tx.Next("done")
		if err != nil {
			return err
		}
		return tx.Put("done", store.K(n), []byte(what))
	}
}

func TestMigrationsRunOnceAndInOrder(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		steps []func(*store.Tx) error
		want  []string
	}{
		{nil, nil},
		{[]func(*store.Tx) error{writes("one")}, []string{"one"}},
		{[]func(*store.Tx) error{writes("one"), writes("two"), writes("three")}, []string{"one", "two", "three"}},
		{[]func(*store.Tx) error{writes("one"), writes("two"), writes("three")}, []string{"one", "two", "three"}},
	} {
		done, err := start(t, dir, c.steps...)
		if err != nil || !slices.Equal(done, c.want) {
			t.Errorf("with %d steps: %v (%v), want %v", len(c.steps), done, err, c.want)
		}
	}
}

func TestACopyIsMadeBeforeTheFirstStep(t *testing.T) {
	dir := t.TempDir()
	if _, err := start(t, dir); err != nil {
		t.Fatal(err)
	}
	if _, err := start(t, dir, writes("one"), writes("two")); err != nil {
		t.Fatal(err)
	}
	copied := t.TempDir()
	data, err := os.ReadFile(filepath.Join(dir, boltkv.FileName+".before-1"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(copied, boltkv.FileName), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if done, err := start(t, copied); err != nil || done != nil {
		t.Errorf("the copy opens with %v (%v), want it as it was before", done, err)
	}
}

func TestAStepThatFailsLeavesTheDataAtTheOneBefore(t *testing.T) {
	dir := t.TempDir()
	if _, err := start(t, dir); err != nil {
		t.Fatal(err)
	}
	bad := func(tx *store.Tx) error { return errors.Join(writes("half")(tx), errors.New("no")) }
	if _, err := start(t, dir, writes("one"), bad); err == nil {
		t.Error("a failing step was no error")
	}
	done, err := start(t, dir, writes("one"), writes("two"))
	if err != nil || !slices.Equal(done, []string{"one", "two"}) {
		t.Errorf("afterwards: %v (%v)", done, err)
	}
}

func TestNewerDataIsRefusedAndLeftAlone(t *testing.T) {
	dir := t.TempDir()
	if _, err := start(t, dir, writes("one"), writes("two")); err != nil {
		t.Fatal(err)
	}
	_, err := start(t, dir, writes("one"))
	if err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("an older program says %v", err)
	}
	if done, err := start(t, dir, writes("one"), writes("two")); err != nil || len(done) != 2 {
		t.Errorf("the newer one then finds %v (%v)", done, err)
	}
}
