package boltkv_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
	"deskbell/internal/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Engine(t, func(t *testing.T) store.Engine {
		e, err := boltkv.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return e
	})
}

// house makes a data directory with a few pages of data in it, closed.
func house(t *testing.T) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	e, err := boltkv.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		write(t, e, i)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, filepath.Join(dir, boltkv.FileName)
}

func write(t *testing.T, e *boltkv.Engine, i int) {
	t.Helper()
	err := e.Update(context.Background(), func(txn store.Txn) error {
		return txn.Put("b", store.K(i), make([]byte, 500))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestADamagedFileIsRefusedAndLeftAlone(t *testing.T) {
	for name, c := range map[string]struct {
		harm func(t *testing.T, dir, file string)
		say  string
	}{
		"cut to nothing":         {truncate(0), "damaged"},
		"cut to one byte":        {truncate(1), "damaged"},
		"cut to a page":          {truncate(4 << 10), "damaged"},
		"cut to two pages":       {truncate(8 << 10), "damaged"},
		"cut in half":            {truncate(-2), "damaged"},
		"both headers are zeros": {zero(0, 8<<10), "damaged"},
		"away":                   {func(t *testing.T, _, file string) { os.Remove(file) }, "missing"},
		"of another house": {func(t *testing.T, _, file string) {
			_, other := house(t)
			data, _ := os.ReadFile(other)
			os.WriteFile(file, data, 0o600)
		}, "is of house"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := house(t)
			c.harm(t, dir, file)
			before, _ := os.ReadFile(file)
			e, err := boltkv.Open(dir)
			if err == nil {
				e.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), c.say) {
				t.Errorf("it says %q, want a word of %q", err, c.say)
			}
			if after, _ := os.ReadFile(file); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestAStartThatFailsSaysWhatToDo(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(t.TempDir(), "not", "mounted"), broken); err != nil {
		t.Fatal(err)
	}
	for dir, sentence := range map[string]string{
		broken:                         "a link that leads nowhere",
		filepath.Join(broken, "house"): "a directory behind such a link",
	} {
		_, err := boltkv.Open(dir)
		if err == nil || !strings.Contains(err.Error(), "leads nowhere; mount or make") {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	// The others cannot be had in every test's surroundings: root may do everything.
	for sentence, c := range map[string]struct {
		trouble syscall.Errno
		say     string
	}{
		"somebody else's":        {syscall.EACCES, "permission denied: give it"},
		"not even root's":        {syscall.EPERM, "operation not permitted: give it"},
		"mounted read-only":      {syscall.EROFS, "read-only file system: have that disk mounted for writing"},
		"on a disk that is full": {syscall.ENOSPC, "no space left on device: make room"},
	} {
		err := boltkv.Advised(&fs.PathError{Op: "open", Path: "house", Err: c.trouble})
		if !strings.HasPrefix(err.Error(), c.say) || !errors.Is(err, c.trouble) || !strings.Contains(err.Error(), "--data") {
			t.Errorf("a directory that is %s: %v", sentence, err)
		}
	}
	if err := errors.New("it is damaged"); boltkv.Advised(err) != err {
		t.Error("what is a sentence already was changed")
	}
}

func truncate(to int64) func(*testing.T, string, string) {
	return func(t *testing.T, _, file string) {
		if to < 0 {
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			to = info.Size() / -to
		}
		if err := os.Truncate(file, to); err != nil {
			t.Fatal(err)
		}
	}
}

func zero(from, n int64) func(*testing.T, string, string) {
	return func(t *testing.T, _, file string) {
		f, err := os.OpenFile(file, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteAt(make([]byte, n), from); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOneBadHeaderIsSurvived(t *testing.T) {
	for name, at := range map[string]int64{"the first": 0, "the second": 4 << 10} {
		t.Run(name, func(t *testing.T) {
			dir, file := house(t)
			zero(at, 4<<10)(t, dir, file)
			e, err := boltkv.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			write(t, e, 99)
		})
	}
}

func TestAKilledFirstStartBeginsAnew(t *testing.T) {
	_, file := house(t)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		left []byte
		anew bool
	}{
		"nothing was written":       {nil, true},
		"only the length":           {make([]byte, 100), true},
		"a few bytes of a header":   {whole[:18], true},
		"half a header":             {whole[:40], true},
		"a file of somebody else's": {[]byte("Things to remember\n"), false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, boltkv.FileName)
			if err := os.WriteFile(file, c.left, 0o600); err != nil {
				t.Fatal(err)
			}
			e, err := boltkv.Open(dir)
			if err == nil {
				e.Close()
			}
			if (err == nil) != c.anew {
				t.Errorf("opening it gives %v", err)
			}
			if after, _ := os.ReadFile(file); !c.anew && string(after) != string(c.left) {
				t.Error("it was written over")
			}
		})
	}
}

func TestASecondProcessIsToldWhoHasTheFile(t *testing.T) {
	dir := t.TempDir()
	e, err := boltkv.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	_, err = boltkv.Open(dir)
	if err == nil || !strings.Contains(err.Error(), "process") || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v, want a sentence with the process and the path", err)
	}
}

func TestAFullDiskRefusesNewWorkAndHeals(t *testing.T) {
	e, err := boltkv.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	full := true
	boltkv.PretendDisk(e, func() bool { return full })
	add := func(ctx context.Context) error {
		return e.Update(ctx, func(txn store.Txn) error { return txn.Put("b", store.K("x"), nil) })
	}
	if err := add(context.Background()); !fault.Is(err, fault.Full) {
		t.Errorf("below the reserve: %v, want a fault of kind Full", err)
	}
	if err := add(store.Urgent(context.Background())); err != nil {
		t.Errorf("urgent work: %v", err)
	}
	full = false
	if err := add(context.Background()); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestAReplacedFileTurnsTheEngineReadOnly(t *testing.T) {
	dir, file := house(t)
	e, err := boltkv.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	write(t, e, 99) // a moment ago all was well
	if err := os.Rename(file, file+".old"); err != nil {
		t.Fatal(err)
	}
	err = e.Update(context.Background(), func(txn store.Txn) error { return txn.Put("b", store.K("x"), nil) })
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("a write: %v, want a fault of kind Unavailable", err)
	}
	err = e.View(context.Background(), func(txn store.Txn) error {
		_, err := txn.Get("b", store.K(1))
		return err
	})
	if err != nil {
		t.Errorf("a read: %v", err)
	}
	if problems := e.Verify(t.Context()); len(problems) > 0 {
		t.Errorf("what it still reads is said to have: %q", problems)
	}
}

func TestWatchingTheDataFile(t *testing.T) {
	for name, c := range map[string]struct {
		harm func(t *testing.T, file string)
		say  string
	}{
		"another lies at its place": {func(t *testing.T, file string) {
			_, other := house(t)
			if err := os.Rename(other, file); err != nil {
				t.Error(err)
			}
		}, "was replaced"},
		"it is away":    {func(_ *testing.T, file string) { os.Remove(file) }, "went away"},
		"all stays put": {func(*testing.T, string) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := house(t)
			e, err := boltkv.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			c.harm(t, file)
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				err := e.Watch(ctx)
				if c.say == "" && err != nil || c.say != "" && (err == nil || !strings.Contains(err.Error(), c.say)) {
					t.Errorf("it says %v, want a word of %q", err, c.say)
				}
			})
			if (e.Broken() == nil) != (c.say == "") {
				t.Errorf("broken: %v", e.Broken())
			}
		})
	}
}

func TestAFlippedBitIsNoticed(t *testing.T) {
	dir, file := house(t)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// The value of key 7 is 500 zeros behind its seal, many times in the file; find the newest by its key.
	key := string(store.K(7))
	at := strings.LastIndex(string(data), key)
	if at < 0 {
		t.Fatal("the record is not in the file")
	}
	for i := 0; i < len(data)-len(key); i++ {
		if string(data[i:i+len(key)]) == key {
			data[i+len(key)+100] ^= 4
		}
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := boltkv.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	err = e.View(context.Background(), func(txn store.Txn) error {
		_, err := txn.Get("b", store.K(7))
		return err
	})
	var damaged *store.Damaged
	if !errors.As(err, &damaged) {
		t.Errorf("reading it gave %v, want Damaged", err)
	}
}

// A file that is written to while it is looked over is as sound as before.
func TestVerifyingWhileOthersWrite(t *testing.T) {
	e, err := boltkv.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	written := make(chan struct{})
	go func() {
		defer close(written)
		for i := range 200 {
			write(t, e, i%50)
		}
	}()
	for {
		select {
		case <-written:
			return
		default:
		}
		if problems := e.Verify(t.Context()); len(problems) > 0 {
			t.Errorf("a sound file is said to have: %q", problems)
			<-written
			return
		}
	}
}

func TestTheHeaderIsReadAsBboltWroteIt(t *testing.T) {
	_, file := house(t)
	commits := boltkv.HeaderCommits(t, file)
	if len(commits) != 2 || commits[0]+1 != commits[1] && commits[1]+1 != commits[0] {
		t.Errorf("the headers speak of commits %v, want two neighbours", commits)
	}
}
