package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

// reads gives books as lists read them.
func reads(tx *store.Tx, ids ...string) ([]*book, error) {
	keys := make([]store.Key, len(ids))
	for i, id := range ids {
		keys[i] = store.K(id)
	}
	return books.Shared(tx, keys...)
}

func TestSharedRowsAreAsTheStoreHasThem(t *testing.T) {
	h := storetest.Open(t)
	b := book{ID: "a", Shelf: "one", ISBN: "a"}
	h.Do(func(tx *store.Tx) error { return books.Put(tx, &b) })
	var was *book
	for step, change := range []func(){
		func() {}, func() { b.Shelf = "two" }, func() { b.Shelf = "one" }, func() { b.Lent = true },
	} {
		change()
		h.Do(func(tx *store.Tx) error {
			if err := books.Put(tx, &b); err != nil {
				return err
			}
			rows, err := reads(tx, "a", "nowhere")
			if err != nil || *rows[0] != b || rows[1] != nil {
				t.Errorf("step %d: %+v, %v; in its own transaction it is %+v", step, rows, err, b)
			}
			return err
		})
		h.See(func(tx *store.Tx) error {
			rows, err := reads(tx, "a", "a")
			if err != nil || *rows[0] != b || rows[0] != rows[1] || rows[0] == was {
				t.Errorf("step %d: %+v, %v; the store has %+v", step, rows, err, b)
			}
			was = rows[0]
			return err
		})
	}
	h.Do(func(tx *store.Tx) error { return books.Delete(tx, store.K("a")) })
	h.See(func(tx *store.Tx) error {
		rows, err := reads(tx, "a")
		if err != nil || rows[0] != nil {
			t.Errorf("what was deleted is still shared: %+v, %v", rows, err)
		}
		return nil
	})
}

// What a transaction read that did not become true must not be given to others.
func TestSharedRowsOfATransactionThatFailed(t *testing.T) {
	h := storetest.Open(t)
	b := book{ID: "a", Shelf: "one", ISBN: "a"}
	h.Do(func(tx *store.Tx) error { return books.Put(tx, &b) })
	_ = h.DB.Update(t.Context(), func(tx *store.Tx) error {
		if err := books.Put(tx, &book{ID: "a", Shelf: "burnt", ISBN: "a"}); err != nil {
			return err
		}
		_, err := reads(tx, "a")
		return fmt.Errorf("no: %w", err)
	})
	h.See(func(tx *store.Tx) error {
		rows, err := reads(tx, "a")
		if err != nil || *rows[0] != b {
			t.Errorf("%+v, %v; the store has %+v", rows[0], err, b)
		}
		return nil
	})
}

func TestSharedRowsAreNotKeptForEver(t *testing.T) {
	h := storetest.Open(t)
	const size = 100_000
	var ids []string
	h.Do(func(tx *store.Tx) error {
		for i := range 3 * store.MostShared / size {
			id := fmt.Sprint(i)
			ids = append(ids, id)
			if err := books.Put(tx, &book{ID: id, ISBN: id, Lent: true, Shelf: strings.Repeat("x", size)}); err != nil {
				return err
			}
		}
		return nil
	})
	h.See(func(tx *store.Tx) error {
		for some := range slices.Chunk(ids, 7) {
			rows, err := reads(tx, some...)
			if err != nil {
				return err
			}
			for i, row := range rows {
				if row.ID != some[i] {
					t.Errorf("%s is %s", some[i], row.ID)
				}
			}
			if got := store.SharedSize(tx); got > store.MostShared+7*(size+200) {
				t.Fatalf("%d bytes are kept", got)
			}
		}
		return nil
	})
}

func TestASmallTableIsSharedInTheOrderOfAnIndex(t *testing.T) {
	h := storetest.Open(t)
	h.Do(func(tx *store.Tx) error {
		for i, id := range []string{"c", "a", "b"} {
			if err := books.Put(tx, &book{ID: id, Shelf: fmt.Sprint(i), ISBN: id}); err != nil {
				return err
			}
		}
		return nil
	})
	for index, want := range map[string][]string{"": {"a", "b", "c"}, "shelf": {"c", "a", "b"}} {
		h.See(func(tx *store.Tx) error {
			rows, err := books.AllShared(tx, index)
			var got []string
			for _, row := range rows {
				got = append(got, row.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("by %q they are %q, want %q", index, got, want)
			}
			return err
		})
	}
}
