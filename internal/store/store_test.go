package store_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

type book struct {
	ID    string `json:"id"`
	Shelf string `json:"shelf"`
	Lent  bool   `json:"lent"`
	ISBN  string `json:"isbn"`
}

var books = store.NewTable("test_books", func(b *book) store.Key { return store.K(b.ID) },
	store.Index[book]{Name: "shelf", Keys: func(b *book) []store.Key {
		if b.Lent {
			return nil
		}
		return []store.Key{store.K(b.Shelf)}
	}},
	store.Index[book]{Name: "isbn", Unique: true, Keys: func(b *book) []store.Key { return []store.Key{store.K(b.ISBN)} }},
).Called("book")

func shelf(h *storetest.House, name string) (ids []string) {
	h.See(func(tx *store.Tx) error {
		for b, err := range books.Scan(tx, "shelf", store.Range{Prefix: store.K(name)}) {
			if err != nil {
				return err
			}
			ids = append(ids, b.ID)
		}
		return nil
	})
	return ids
}

func TestAnIndexFollowsItsRow(t *testing.T) {
	h := storetest.Open(t)
	h.Do(func(tx *store.Tx) error {
		for _, id := range []string{"a", "b", "c"} {
			if err := books.Put(tx, &book{ID: id, Shelf: "one", ISBN: id}); err != nil {
				return err
			}
		}
		return nil
	})
	h.Do(func(tx *store.Tx) error { return books.Put(tx, &book{ID: "b", Shelf: "two", ISBN: "b"}) })
	h.Do(func(tx *store.Tx) error { return books.Put(tx, &book{ID: "c", Shelf: "one", ISBN: "c", Lent: true}) })
	if got := shelf(h, "one"); !slices.Equal(got, []string{"a"}) {
		t.Errorf("shelf one holds %v", got)
	}
	if got := shelf(h, "two"); !slices.Equal(got, []string{"b"}) {
		t.Errorf("shelf two holds %v", got)
	}
	h.Do(func(tx *store.Tx) error { return books.Delete(tx, store.K("a")) })
	if got := shelf(h, "one"); got != nil {
		t.Errorf("after the delete shelf one holds %v", got)
	}
}

func TestAUniqueKeyIsTakenOnce(t *testing.T) {
	h := storetest.Open(t)
	h.Do(func(tx *store.Tx) error { return books.Put(tx, &book{ID: "a", ISBN: "1"}) })
	err := h.Update(context.Background(), func(tx *store.Tx) error { return books.Put(tx, &book{ID: "b", ISBN: "1"}) })
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want a Conflict", err)
	}
	h.Do(func(tx *store.Tx) error { return books.Put(tx, &book{ID: "a", ISBN: "2"}) })
	h.Do(func(tx *store.Tx) error { return books.Put(tx, &book{ID: "b", ISBN: "1"}) })
}

func TestWhatIsMissingOrTakenIsNamedAsReadersKnowIt(t *testing.T) {
	h := storetest.Open(t)
	h.Do(func(tx *store.Tx) error { return books.Put(tx, &book{ID: "a", ISBN: "1"}) })
	for name, ask := range map[string]func(tx *store.Tx) error{
		"by its key":   func(tx *store.Tx) error { _, err := books.Get(tx, store.K("b")); return err },
		"by an index":  func(tx *store.Tx) error { _, err := books.GetBy(tx, "isbn", store.K("2")); return err },
		"taken by one": func(tx *store.Tx) error { return books.Put(tx, &book{ID: "b", ISBN: "1"}) },
	} {
		t.Run(name, func(t *testing.T) {
			var no *fault.Error
			if err := h.DB.Update(t.Context(), ask); !errors.As(err, &no) || no.Values["what"] != "book" {
				t.Errorf("got %v, want a fault that speaks of a book", err)
			}
		})
	}
}

func TestPagesNeitherSkipNorRepeat(t *testing.T) {
	h := storetest.Open(t)
	add := func(id string) {
		h.Do(func(tx *store.Tx) error { return books.Put(tx, &book{ID: id, Shelf: "s", ISBN: id}) })
	}
	for _, id := range []string{"b", "d", "f", "h", "j"} {
		add(id)
	}
	var seen []string
	var after store.Key
	for page := 0; ; page++ {
		h.See(func(tx *store.Tx) error {
			rows, next, err := books.Page(tx, "shelf", store.Range{Prefix: store.K("s"), After: after}, 2)
			for _, b := range rows {
				seen = append(seen, b.ID)
			}
			after = next
			return err
		})
		if after == nil {
			break
		}
		if page == 0 {
			add("a") // before the cursor: it must not shift the next page
		}
	}
	if !slices.Equal(seen, []string{"b", "d", "f", "h", "j"}) {
		t.Errorf("saw %v", seen)
	}
}

func TestTheFeedIsReadOnFromACursor(t *testing.T) {
	h := storetest.Open(t)
	tell := func(kind string) {
		h.Do(func(tx *store.Tx) error { return tx.Tell(kind, "test_books", store.K("a")) })
	}
	read := func(after store.Key) (kinds []string, last store.Key) {
		h.See(func(tx *store.Tx) error {
			entries, err := store.Feed(tx, after, 10)
			for _, e := range entries {
				kinds, last = append(kinds, e.Kind), e.Stamp
			}
			return err
		})
		return kinds, last
	}
	tell("one")
	tell("two")
	kinds, cursor := read(nil)
	if !slices.Equal(kinds, []string{"one", "two"}) {
		t.Errorf("read %v", kinds)
	}
	h.Do(func(tx *store.Tx) error { return store.SetCursor(tx, "reader", cursor) })
	h.Reopen()
	tell("three")
	h.See(func(tx *store.Tx) (err error) {
		cursor, err = store.Cursor(tx, "reader")
		return err
	})
	if kinds, _ := read(cursor); !slices.Equal(kinds, []string{"three"}) {
		t.Errorf("after a restart read %v", kinds)
	}
	if rung := h.Rung(); !slices.Contains(rung, "feed") {
		t.Errorf("rung %v, want feed among them", rung)
	}
}

func TestNothingIsRungForWhatDidNotHappen(t *testing.T) {
	h := storetest.Open(t)
	h.Rung()
	h.Update(context.Background(), func(tx *store.Tx) error {
		tx.Ring("bell")
		return fault.Missing("book")
	})
	if rung := h.Rung(); rung != nil {
		t.Errorf("rung %v", rung)
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	const shelf = "test_books/shelf"
	for name, c := range map[string]struct {
		bucket string
		key    store.Key
		value  []byte // nil: take away what is there
	}{
		"an index entry is missing":        {shelf, store.K("s", "a"), nil},
		"an index entry leads nowhere":     {shelf, store.K("s", "ghost"), store.K("ghost")},
		"an index entry is of another row": {shelf, store.K("t", "a"), store.K("a")},
		"a row lies under another's key":   {"test_books", store.K("z"), []byte(`{"id":"a"}`)},
		"a row is not readable":            {"test_books", store.K("z"), []byte(`{`)},
		"a table is not ours":              {"strange", store.K("z"), []byte("?")},
	} {
		t.Run(name, func(t *testing.T) {
			h := storetest.Open(t)
			h.Do(func(tx *store.Tx) error { return books.Put(tx, &book{ID: "a", Shelf: "s", ISBN: "1"}) })
			set := func(value []byte) {
				h.Do(func(tx *store.Tx) error {
					if value == nil {
						return tx.Delete(c.bucket, c.key)
					}
					return tx.Put(c.bucket, c.key, value)
				})
			}
			set(c.value)
			report, err := store.Check(context.Background(), h.DB)
			if err != nil || len(report.Problems) == 0 {
				t.Errorf("check found %v (%v)", report.Problems, err)
			}
			if c.value == nil {
				set(store.K("a")) // mended: the house is checked again when the test ends
			} else {
				set(nil)
			}
		})
	}
}

// A key that a stranger made, as chat clients do, must not steer the terminal on which it is read.
func TestADamagedKeyIsPrintable(t *testing.T) {
	_, err := store.Unseal("said", store.K("E\x1b[2J\nall is well\u202e\u009b", 7), nil)
	want := `the record ["E\x1b[2J\nall is well\u202e\u009b" 7] in said is too short: run deskbell check, then restore the last good backup`
	if err == nil || err.Error() != want {
		t.Errorf("got  %q\nwant %q", err, want)
	}
}

// part draws one key part of a kind, and the kind decides how two of them compare.
func part(t *rapid.T, kind int, name string) any {
	switch kind {
	case 0:
		return rapid.String().Draw(t, name)
	case 1:
		return rapid.Int64().Draw(t, name)
	case 2:
		return rapid.Bool().Draw(t, name)
	default:
		return time.UnixMilli(rapid.Int64Range(-1e14, 1e14).Draw(t, name)).UTC()
	}
}

func compare(a, b any) int {
	switch a := a.(type) {
	case string:
		return bytes.Compare([]byte(a), []byte(b.(string)))
	case int64:
		return int(min(1, max(-1, sign(a, b.(int64)))))
	case bool:
		if a == b.(bool) {
			return 0
		} else if a {
			return 1
		}
		return -1
	default:
		return a.(time.Time).Compare(b.(time.Time))
	}
}

func sign(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestKeysSortAsTheyReadAndReadAsTheyWereMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.IntRange(0, 3), 1, 4).Draw(t, "kinds")
		var a, b []any
		want := 0
		for _, kind := range kinds {
			pa, pb := part(t, kind, "a"), part(t, kind, "b")
			a, b = append(a, pa), append(b, pb)
			if want == 0 {
				want = compare(pa, pb)
			}
		}
		ka, kb := store.K(a...), store.K(b...)
		if got := bytes.Compare(ka, kb); got != want {
			t.Fatalf("%v and %v compare %d, their keys %d", a, b, want, got)
		}
		parts, err := ka.Parts()
		if err != nil || !slices.EqualFunc(parts, a, func(x, y any) bool { return x == y }) {
			t.Fatalf("%v came back as %v (%v)", a, parts, err)
		}
		if end := ka.End(); bytes.Compare(ka, end) >= 0 {
			t.Fatalf("%v does not come before its end", ka)
		}
	})
}

func FuzzKeyParts(f *testing.F) {
	f.Add([]byte(store.K("a", 1, true, time.Unix(0, 0))))
	f.Add([]byte{1, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		parts, err := store.Key(raw).Parts()
		if err != nil {
			return
		}
		if again := store.K(parts...); !bytes.Equal(again, raw) {
			t.Errorf("%x reads as %v, which is written %x", raw, parts, []byte(again))
		}
	})
}

func FuzzUnseal(f *testing.F) {
	f.Add(store.Seal("b", store.K("k"), []byte("v")))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		value, err := store.Unseal("b", store.K("k"), sealed)
		if err == nil && !bytes.Equal(store.Seal("b", store.K("k"), value), sealed) {
			t.Error("it was taken, but would be sealed otherwise")
		}
	})
}
