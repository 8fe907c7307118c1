package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"deskbell/internal/store"
)

// Engine is what every engine must pass.
func Engine(t *testing.T, open func(t *testing.T) store.Engine) {
	for name, test := range map[string]func(*testing.T, store.Engine){
		"what an update wrote is there":                         written,
		"an update that errs leaves nothing":                    nothingLeft,
		"a panic is that update's error and leaves nothing":     panicked,
		"many at once all get what they wrote":                  manyAtOnce,
		"a failing one does not take the others with it":        failingAmongOthers,
		"numbers rise and nobody gets the same":                 numbers,
		"a number is given once, even to who writes nothing":    numberAlone,
		"stamps rise in the order of commits":                   stamps,
		"a scan keeps to its range, forward and back":           ranges,
		"a write to a bucket that is being walked is refused":   writeWhileWalking,
		"a walk after earlier writes of its commit is complete": walkAfterWrites,
		"a view sees nothing of what comes later":               stillPicture,
		"a view cannot write":                                   viewWrites,
		"a caller who gave up is not served":                    gaveUp,
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t)
			defer e.Close()
			test(t, e)
		})
	}
}

var background = context.Background()

func put(t testing.TB, e store.Engine, bucket, key, value string) {
	t.Helper()
	err := e.Update(background, func(txn store.Txn) error { return txn.Put(bucket, store.K(key), []byte(value)) })
	if err != nil {
		t.Fatal(err)
	}
}

func keys(t testing.TB, e store.Engine, bucket string, r store.Range) (found []string) {
	t.Helper()
	err := e.View(background, func(txn store.Txn) error {
		for pair, err := range txn.Scan(bucket, r) {
			if err != nil {
				return err
			}
			parts, err := pair.Key.Parts()
			if err != nil {
				return err
			}
			found = append(found, fmt.Sprint(parts...))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func expect(t testing.TB, e store.Engine, bucket string, want ...string) {
	t.Helper()
	if got := keys(t, e, bucket, store.Range{}); !slices.Equal(got, want) {
		t.Errorf("%s holds %v, want %v", bucket, got, want)
	}
}

func written(t *testing.T, e store.Engine) {
	put(t, e, "b", "one", "1")
	put(t, e, "b", "two", "2")
	err := e.View(background, func(txn store.Txn) error {
		values, err := txn.Get("b", store.K("two"), store.K("three"), store.K("one"))
		if err != nil {
			return err
		}
		if !bytes.Equal(values[0], []byte("2")) || values[1] != nil || !bytes.Equal(values[2], []byte("1")) {
			t.Errorf("got %q", values)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Update(background, func(txn store.Txn) error { return txn.Delete("b", store.K("one")) }); err != nil {
		t.Fatal(err)
	}
	expect(t, e, "b", "two")
}

func nothingLeft(t *testing.T, e store.Engine) {
	no := errors.New("no")
	err := e.Update(background, func(txn store.Txn) error {
		if err := txn.Put("b", store.K("x"), nil); err != nil {
			return err
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Errorf("got %v, want the update's own error", err)
	}
	expect(t, e, "b")
}

func panicked(t *testing.T, e store.Engine) {
	err := e.Update(background, func(txn store.Txn) error {
		if err := txn.Put("b", store.K("x"), nil); err != nil {
			return err
		}
		panic("oh")
	})
	if err == nil {
		t.Error("a panic was no error")
	}
	expect(t, e, "b")
	put(t, e, "b", "y", "") // it goes on
}

func manyAtOnce(t *testing.T, e store.Engine) {
	const writers, each = 16, 20
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				put(t, e, "b", fmt.Sprintf("%02d-%02d", w, i), "")
			}
		})
	}
	all.Wait()
	if n := len(keys(t, e, "b", store.Range{})); n != writers*each {
		t.Errorf("%d are there, want %d", n, writers*each)
	}
}

func failingAmongOthers(t *testing.T, e store.Engine) {
	no := errors.New("no")
	var all sync.WaitGroup
	for w := range 40 {
		all.Go(func() {
			err := e.Update(background, func(txn store.Txn) error {
				if w%4 == 0 {
					return no // before its first write
				}
				if err := txn.Put("b", store.K(fmt.Sprintf("%02d", w)), nil); err != nil {
					return err
				}
				switch {
				case w%4 == 1:
					return no // after it
				case w%4 == 2 && w > 20:
					panic("oh")
				}
				return nil
			})
			if failed := w%4 < 2 || w%4 == 2 && w > 20; failed != (err != nil) {
				t.Errorf("writer %d: %v", w, err)
			}
		})
	}
	all.Wait()
	var want []string
	for w := range 40 {
		if w%4 == 3 || w%4 == 2 && w <= 20 {
			want = append(want, fmt.Sprintf("%02d", w))
		}
	}
	expect(t, e, "b", want...)
}

func numbers(t *testing.T, e store.Engine) {
	var mu sync.Mutex
	seen := map[uint64]bool{}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			last := uint64(0)
			for range 20 {
				var n uint64
				err := e.Update(background, func(txn store.Txn) (err error) {
					n, err = txn.Next("tickets")
					return errors.Join(err, txn.Put("b", store.K(n), nil))
				})
				mu.Lock()
				if err != nil || seen[n] || n <= last {
					t.Errorf("number %d after %d, given before: %v, %v", n, last, seen[n], err)
				}
				seen[n], last = true, n
				mu.Unlock()
			}
		})
	}
	all.Wait()
}

func numberAlone(t *testing.T, e store.Engine) {
	next := func() (n uint64) {
		err := e.Update(background, func(txn store.Txn) (err error) {
			n, err = txn.Next("tickets")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if one, two := next(), next(); one >= two {
		t.Errorf("%d, then %d", one, two)
	}
}

func stamps(t *testing.T, e store.Engine) {
	var last store.Key
	for range 10 {
		var one, two store.Key
		err := e.Update(background, func(txn store.Txn) (err error) {
			one, err = txn.Stamp()
			if err != nil {
				return err
			}
			two, err = txn.Stamp()
			return errors.Join(err, txn.Put("b", two, nil))
		})
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Compare(last, one) >= 0 || bytes.Compare(one, two) >= 0 {
			t.Errorf("stamps %v, %v, %v do not rise", last, one, two)
		}
		last = two
	}
	if bound, err := e.Bound(background); err != nil || bytes.Compare(last, bound) >= 0 {
		t.Errorf("bound %v is not above %v (%v)", bound, last, err)
	}
}

func ranges(t *testing.T, e store.Engine) {
	for _, k := range []string{"a", "b", "c", "d", "e"} {
		put(t, e, "b", k, "")
	}
	k := func(s string) store.Key { return store.K(s) }
	for name, c := range map[string]struct {
		r    store.Range
		want []string
	}{
		"all":                    {store.Range{}, []string{"a", "b", "c", "d", "e"}},
		"all, back":              {store.Range{Back: true}, []string{"e", "d", "c", "b", "a"}},
		"from":                   {store.Range{From: k("c")}, []string{"c", "d", "e"}},
		"from, back":             {store.Range{From: k("c"), Back: true}, []string{"e", "d", "c"}},
		"to":                     {store.Range{To: k("c")}, []string{"a", "b"}},
		"after":                  {store.Range{After: k("c")}, []string{"d", "e"}},
		"after, back":            {store.Range{After: k("c"), Back: true}, []string{"b", "a"}},
		"after the last":         {store.Range{After: k("e")}, nil},
		"before the first, back": {store.Range{After: k("a"), Back: true}, nil},
		"prefix":                 {store.Range{Prefix: k("b")}, []string{"b"}},
		"prefix and after":       {store.Range{Prefix: k("b"), After: k("b")}, nil},
		"an empty stretch":       {store.Range{From: k("d"), To: k("b")}, nil},
	} {
		if got := keys(t, e, "b", c.r); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func writeWhileWalking(t *testing.T, e store.Engine) {
	put(t, e, "b", "x", "")
	put(t, e, "b", "y", "")
	err := e.Update(background, func(txn store.Txn) error {
		for pair, err := range txn.Scan("b", store.Range{}) {
			if err != nil {
				return err
			}
			if err := txn.Delete("b", pair.Key); err == nil {
				t.Error("a delete while walking was taken")
			}
			if err := txn.Put("b", store.K("z"), nil); err == nil {
				t.Error("a put while walking was taken")
			}
			if err := txn.Put("other", store.K("z"), nil); err != nil {
				t.Errorf("a put elsewhere: %v", err)
			}
			break
		}
		return txn.Put("b", store.K("z"), nil) // the walk is over
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, e, "b", "x", "y", "z")
}

func walkAfterWrites(t *testing.T, e store.Engine) {
	for i := range 500 {
		put(t, e, "b", fmt.Sprintf("%03d", i), "value")
	}
	err := e.Update(background, func(txn store.Txn) error {
		for i := 0; i < 500; i += 2 {
			if err := txn.Delete("b", store.K(fmt.Sprintf("%03d", i))); err != nil {
				return err
			}
		}
		var rest []store.Key
		for pair, err := range txn.Scan("b", store.Range{}) {
			if err != nil {
				return err
			}
			rest = append(rest, bytes.Clone(pair.Key))
		}
		if len(rest) != 250 {
			t.Errorf("the walk met %d, want 250", len(rest))
		}
		for _, key := range rest {
			if err := txn.Delete("b", key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, e, "b")
}

func stillPicture(t *testing.T, e store.Engine) {
	put(t, e, "b", "x", "")
	err := e.View(background, func(txn store.Txn) error {
		put(t, e, "b", "y", "")
		n := 0
		for _, err := range txn.Scan("b", store.Range{}) {
			if err != nil {
				return err
			}
			n++
		}
		if n != 1 {
			t.Errorf("the view sees %d, want the one of before", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, e, "b", "x", "y")
}

func viewWrites(t *testing.T, e store.Engine) {
	err := e.View(background, func(txn store.Txn) error { return txn.Put("b", store.K("x"), nil) })
	if err == nil {
		t.Error("a view could write")
	}
}

func gaveUp(t *testing.T, e store.Engine) {
	ctx, cancel := context.WithCancel(background)
	cancel()
	err := e.Update(ctx, func(txn store.Txn) error { return txn.Put("b", store.K("x"), nil) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	expect(t, e, "b")
}
