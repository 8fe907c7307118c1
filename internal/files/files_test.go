package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

var background = context.Background()

// cupboard is a house with a shelf, checked to the last byte when the test ends.
type cupboard struct {
	*storetest.House
	*Shelf
	t *testing.T
}

func openCupboard(t *testing.T) *cupboard {
	c := &cupboard{House: storetest.Open(t), t: t}
	c.Clock.Set(time.Now()) // files bear the system's time
	c.reopen()
	t.Cleanup(func() {
		for _, p := range c.problems() {
			t.Errorf("the shelf: %s", p)
		}
	})
	return c
}

func (c *cupboard) reopen() {
	c.t.Helper()
	var err error
	if c.Shelf, err = Open(filepath.Join(c.Dir, "files"), c.DB); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cupboard) problems() (all []string) {
	c.t.Helper()
	if _, err := c.Shelf.Check(background, func(p string) { all = append(all, p) }); err != nil {
		c.t.Fatal(err)
	}
	return all
}

func (c *cupboard) put(name, content string) *Upload {
	c.t.Helper()
	u, err := c.Put(background, Upload{Name: name, Type: "text/plain; charset=utf-8", Owner: "visitor:zoe"}, strings.NewReader(content), 1<<20)
	if err != nil {
		c.t.Fatal(err)
	}
	return u
}

func (c *cupboard) use(u *Upload, by string) {
	c.t.Helper()
	c.Do(func(tx *store.Tx) error {
		u, err := Get(tx, u.ID)
		if err != nil {
			return err
		}
		return Share(tx, u, by)
	})
}

func (c *cupboard) tidy() {
	c.t.Helper()
	if err := c.Shelf.tidy(background); err != nil {
		c.t.Fatal(err)
	}
}

// content reads a file back; "" when it is not there.
func (c *cupboard) content(hash string) string {
	c.t.Helper()
	f, err := c.Shelf.Open(hash)
	if fault.Is(err, fault.NotFound) {
		return ""
	}
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(data)
}

// onShelf lists the files there are, unfinished ones included.
func (c *cupboard) onShelf() (names []string) {
	c.t.Helper()
	err := filepath.WalkDir(filepath.Join(c.Dir, "files"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return names
}

func TestWhatWasSentIsKept(t *testing.T) {
	c := openCupboard(t)
	u := c.put("order.txt", "one parcel")
	if u.Name != "order.txt" || u.Type != "text/plain" || u.Size != 10 || u.Owner != "visitor:zoe" || !u.Created.Equal(c.Now()) {
		t.Errorf("%+v", u)
	}
	if got := c.content(u.Hash); got != "one parcel" {
		t.Errorf("it holds %q", got)
	}
	again := c.put("copy.txt", "one parcel")
	if again.ID == u.ID || again.Hash != u.Hash || len(c.onShelf()) != 1 {
		t.Errorf("the same content is %+v, the shelf holds %q", again, c.onShelf())
	}
	if empty := c.put("empty", ""); c.content(empty.Hash) != "" || empty.Size != 0 {
		t.Errorf("the empty file is %+v", empty)
	}
	c.Reopen()
	c.reopen()
	if got := c.content(u.Hash); got != "one parcel" {
		t.Errorf("after a restart it holds %q", got)
	}
}

func TestWhatIsCutOffLeavesNothing(t *testing.T) {
	gone, cancel := context.WithCancel(background)
	cancel()
	for name, put := range map[string]func(*cupboard) error{
		"too large": func(c *cupboard) error {
			_, err := c.Put(background, Upload{Name: "x"}, bytes.NewReader(make([]byte, 101)), 100)
			if !fault.Is(err, fault.TooLarge) {
				t.Errorf("too large: %v", err)
			}
			return err
		},
		"cut off": func(c *cupboard) error {
			_, err := c.Put(background, Upload{Name: "x"}, io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF)), 100)
			return err
		},
		"the sender has gone": func(c *cupboard) error {
			_, err := c.Put(gone, Upload{Name: "x"}, strings.NewReader("whole"), 100)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := openCupboard(t)
			if put(c) == nil {
				t.Error("it was taken")
			}
			if left := c.onShelf(); len(left) > 0 {
				t.Errorf("it left %q", left)
			}
		})
	}
	c := openCupboard(t)
	if _, err := c.Put(background, Upload{Name: "x", Owner: "zoe"}, bytes.NewReader(make([]byte, 100)), 100); err != nil {
		t.Errorf("exactly as large as may be: %v", err)
	}
}

func TestADiskThatTakesNothingIsNoMistakeOfOurs(t *testing.T) {
	for cause, want := range map[error]fault.Kind{syscall.ENOSPC: fault.Full, syscall.EROFS: fault.Unavailable, syscall.EIO: fault.Internal} {
		err := told(&fs.PathError{Op: "open", Path: "files/tmp/1", Err: cause})
		if got := fault.KindOf(err); got != want || !errors.Is(err, cause) {
			t.Errorf("%v is told as %v, a fault of kind %v, want %v", cause, err, got, want)
		}
	}
}

func TestWhatHoldsAnUploadHoldsItOnce(t *testing.T) {
	c := openCupboard(t)
	u := c.put("order.txt", "one parcel")
	c.use(u, "tickets/1/2")
	c.use(u, "tickets/1/2")
	c.use(u, "forum/7")
	c.See(func(tx *store.Tx) error {
		u, err := Get(tx, u.ID)
		if err == nil && !slices.Equal(u.Uses, []string{"tickets/1/2", "forum/7"}) {
			t.Errorf("it is held by %q", u.Uses)
		}
		return err
	})
}

func TestUploadsThatNobodyTakesUpGo(t *testing.T) {
	c := openCupboard(t)
	used, loose, twin := c.put("used", "one"), c.put("loose", "two"), c.put("twin", "one")
	c.use(used, "tickets/1/2")
	c.Clock.Add(patience)
	c.tidy()
	if c.content(loose.Hash) != "two" {
		t.Error("it went before its day was over")
	}
	c.Clock.Add(time.Millisecond)
	c.tidy()
	c.tidy()
	if c.content(loose.Hash) != "" {
		t.Error("an upload that nothing took up is still there")
	}
	c.See(func(tx *store.Tx) error {
		for _, u := range []*Upload{loose, twin} {
			if _, err := Get(tx, u.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("the row of %s: %v", u.Name, err)
			}
		}
		return nil
	})
	if c.content(used.Hash) != "one" {
		t.Error("the twin took the file with it that another upload needs")
	}
	c.Do(func(tx *store.Tx) error { return Release(tx, used.ID, "tickets/1/2") })
	c.tidy()
	if len(c.onShelf()) != 0 {
		t.Errorf("the shelf still holds %q", c.onShelf())
	}
}

func TestWhatACrashLeavesIsTidied(t *testing.T) {
	c := openCupboard(t)
	kept := c.put("kept", "kept")
	c.use(kept, "tickets/1/2")
	young, old := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	for hash, age := range map[string]time.Duration{young: time.Hour, old: patience + time.Hour} {
		path := filepath.Join(c.Dir, "files", below(hash))
		c.must(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("stray"), 0o600))
		c.must(os.Chtimes(path, time.Time{}, c.Now().Add(-age)))
	}
	c.must(os.WriteFile(filepath.Join(c.Dir, "files", tmp, "123"), []byte("half"), 0o600))
	c.reopen()
	c.tidy()
	var want []string
	for _, hash := range []string{young, kept.Hash} {
		want = append(want, filepath.Join(c.Dir, "files", below(hash)))
	}
	slices.Sort(want)
	if got := c.onShelf(); !slices.Equal(got, want) {
		t.Errorf("the shelf holds %q, want %q", got, want)
	}
}

func (c *cupboard) must(errs ...error) {
	c.t.Helper()
	if err := errors.Join(errs...); err != nil {
		c.t.Fatal(err)
	}
}

func TestCheckFindsWhatIsNotAsItWasSent(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(path string) error
		want  string
	}{
		"removed":     {os.Remove, "is missing"},
		"cut":         {func(path string) error { return os.Truncate(path, 3) }, "has 3 bytes instead of 10"},
		"other bytes": {func(path string) error { return os.WriteFile(path, []byte("one panther"[:10]), 0o600) }, "its hash is another"},
	} {
		t.Run(name, func(t *testing.T) {
			cup := openCupboard(t)
			u := cup.put("order.txt", "one parcel")
			cup.must(c.spoil(filepath.Join(cup.Dir, "files", below(u.Hash))))
			if all := cup.problems(); len(all) != 1 || !strings.Contains(all[0], c.want) {
				t.Errorf("it reports %q, want %q", all, c.want)
			}
			cup.put("again.txt", "one parcel") // the same content sent again heals it
		})
	}
	cup := openCupboard(t)
	stray := filepath.Join(cup.Dir, "files", below(strings.Repeat("ab", 32)))
	cup.must(os.MkdirAll(filepath.Dir(stray), 0o700), os.WriteFile(stray, nil, 0o600), os.Chtimes(stray, time.Time{}, cup.Now().Add(-3*patience)))
	if all := cup.problems(); len(all) != 1 || !strings.Contains(all[0], "belongs to no upload") {
		t.Errorf("of a stray it reports %q", all)
	}
	cup.tidy()
}

// The same content comes and goes at once: no row may be left without its file.
func TestTheSameFileSentWhileItIsTidiedAway(t *testing.T) {
	c := openCupboard(t)
	for range 10 {
		c.put("old", "one parcel")
		c.Clock.Add(patience + time.Second)
		var all sync.WaitGroup
		all.Go(c.tidy)
		all.Go(func() { c.put("new", "one parcel") })
		all.Wait()
		if p := c.problems(); len(p) > 0 {
			t.Fatal(p)
		}
	}
}

func TestSomebodyWhoNeverAttachesMustWait(t *testing.T) {
	c := openCupboard(t)
	for range maxWaiting {
		c.put("x", "x")
	}
	_, err := c.Put(background, Upload{Name: "x", Owner: "visitor:zoe"}, strings.NewReader("x"), 10)
	if !fault.Is(err, fault.Throttled) {
		t.Errorf("one too many: %v", err)
	}
	if _, err := c.Put(background, Upload{Name: "x", Owner: "visitor:ann"}, strings.NewReader("x"), 10); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

func TestNamesAreFitToShow(t *testing.T) {
	for name, want := range map[string]string{
		"order.txt":                       "order.txt",
		"größe 5.pdf":                     "größe 5.pdf",
		"../../etc/passwd":                "passwd",
		`C:\Users\zoe\order.txt`:          "order.txt",
		"":                                "file",
		"..":                              "file",
		"/":                               "file",
		" . ":                             "file",
		"a\r\nb\x00.txt":                  "a__b_.txt",
		"exe\u202Egpj.scr":                "exe_gpj.scr",
		"bad\xffutf8":                     "bad_utf8",
		strings.Repeat("é", 300) + ".jpg": strings.Repeat("é", 98) + ".jpg",
	} {
		if got := tidyName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"image/png":                "image/png",
		"Text/HTML; charset=utf-8": "text/html",
		"":                         "application/octet-stream",
		"nonsense":                 "application/octet-stream",
		"text/html\r\nX: y":        "application/octet-stream",
	} {
		if got := tidyType(name); got != want {
			t.Errorf("type %q becomes %q, want %q", name, got, want)
		}
	}
}

func TestOnlyHashesOpenFiles(t *testing.T) {
	c := openCupboard(t)
	u := c.put("order.txt", "one parcel")
	for _, hash := range []string{"", "..", u.Hash[:63], strings.ToUpper(u.Hash), "../" + u.Hash, strings.Repeat("0", 64)} {
		if _, err := c.Shelf.Open(hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", hash, err)
		}
	}
}
