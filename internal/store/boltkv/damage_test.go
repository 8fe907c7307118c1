package boltkv_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
)

// harmed opens a house after harm to the pages that hold its values, which a start does not read.
func harmed(t *testing.T, harm func(page []byte)) *boltkv.Engine {
	t.Helper()
	dir, file := house(t)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	size := os.Getpagesize() // as bbolt has it
	for at := 2 * size; at+size <= len(data); at += size {
		page := data[at : at+size]
		kind, count := binary.LittleEndian.Uint16(page[8:]), binary.LittleEndian.Uint16(page[10:])
		if kind == 2 && count > 2 { // a leaf with more on it than the house's own few values
			harm(page)
		}
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := boltkv.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// A bit of a header says that a page goes on for two thousand million more; nobody may go and look.
func TestAPageThatClaimsTooMuchIsNotFollowed(t *testing.T) {
	e := harmed(t, func(page []byte) { page[15] ^= 1 << 7 })
	problems := e.Verify(t.Context())
	if len(problems) != 1 || !strings.Contains(problems[0], "past the end of the file") {
		t.Errorf("verifying it says %q", problems)
	}
}

func TestADamagedPageIsOneSentence(t *testing.T) {
	log := logged(t)
	e := harmed(t, func(page []byte) { clear(page) })
	err := e.View(t.Context(), func(txn store.Txn) error {
		_, err := txn.Get("b", store.K(7))
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "the data file is damaged") || strings.Contains(log.String(), "goroutine") {
		t.Errorf("reading it gave %v, and logged %s", err, log)
	}
	err = e.View(t.Context(), func(store.Txn) error { panic("oh") })
	if err == nil || strings.Contains(err.Error(), "damaged") || !strings.Contains(log.String(), "goroutine") {
		t.Errorf("a mistake of the program's gave %v, and logged %s", err, log)
	}
}

// logged is what the program logs from now on.
func logged(t *testing.T) *bytes.Buffer {
	t.Helper()
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(was) })
	return &log
}

// A bit says that a value, or an element's key and value, lies gigabytes away. Whoever reads there is told; nobody dies of it.
func TestABitThatPointsOutsideOfTheFileKillsNobody(t *testing.T) {
	dir := t.TempDir()
	e, err := boltkv.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	err = e.Update(t.Context(), func(txn store.Txn) (err error) { // at once, which leaves few pages that nobody reads
		for i := range 16 {
			err = errors.Join(err, txn.Put("b", store.K(i), make([]byte, 500)))
		}
		return err
	})
	if err := errors.Join(err, e.Close()); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(filepath.Join(dir, boltkv.FileName))
	if err != nil {
		t.Fatal(err)
	}
	const position, valueLength = 4, 12 // in an element of a leaf
	size, leaves := os.Getpagesize(), 0
	for at := 2 * size; at+size <= len(sound); at += size {
		page := sound[at : at+size]
		kind, count := binary.LittleEndian.Uint16(page[8:]), int(binary.LittleEndian.Uint16(page[10:]))
		if kind != 2 || count == 0 {
			continue
		}
		leaves++
		for name, field := range map[string]int{"the value's length": valueLength, "the position": position} {
			data := bytes.Clone(sound)
			data[at+16+16*(count/2)+field+3] ^= 1 << 6
			t.Run(fmt.Sprintf("%s on page %d", name, at/size), func(t *testing.T) { survive(t, data) })
		}
	}
	if leaves < 5 {
		t.Errorf("the house has only %d leaf pages", leaves)
	}
}

// survive does to a data file whatever is done to one.
func survive(t *testing.T, data []byte) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, boltkv.FileName), data, 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := boltkv.Open(dir)
	if err != nil {
		if !strings.Contains(err.Error(), "damaged") {
			t.Errorf("opening it gives %v", err)
		}
		return
	}
	defer e.Close()
	_ = e.View(t.Context(), func(txn store.Txn) (err error) { // what it says is another test's: a stale page is none
		for _, bucket := range []string{"b", "meta", "seq"} {
			for pair, scanned := range txn.Scan(bucket, store.Range{}) {
				_, found := txn.Get(bucket, pair.Key)
				err = errors.Join(err, scanned, found)
			}
		}
		return err
	})
	for _, i := range []int{0, 8, 15} {
		err := e.Update(t.Context(), func(txn store.Txn) error { return txn.Put("b", store.K(i), []byte("new")) })
		if err != nil && !strings.Contains(err.Error(), "damaged") {
			t.Errorf("writing to %d gives %v", i, err)
		}
	}
	if err := e.Broken(); err != nil {
		t.Errorf("the house is read-only: %v", err)
	}
	if err := e.Copy(func(int64) (io.Writer, error) { return io.Discard, nil }); err != nil {
		t.Errorf("copying it gives %v", err)
	}
	e.Verify(t.Context())
}

func TestWhatPointsOutsideOfTheFileIsFound(t *testing.T) {
	e := harmed(t, func(page []byte) { page[16+12+3] ^= 1 << 7 }) // the length of the first value
	if problems := e.Verify(t.Context()); len(problems) == 0 || !strings.Contains(problems[0], "points outside") {
		t.Errorf("verifying it says %q", problems)
	}
	bad := func(txn store.Txn) error { return txn.Put("b", store.K(1), nil) } // beside the first
	good := func(txn store.Txn) error { return txn.Put("other", store.K(1), nil) }
	begun, goOn := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	var answers [3]error
	for i, work := range []func(store.Txn) error{
		func(store.Txn) error { close(begun); <-goOn; return nil }, bad, good, // the last two are committed together
	} {
		all.Go(func() { answers[i] = e.Update(t.Context(), work) })
		<-begun
		for boltkv.Queued(e) < i {
			runtime.Gosched()
		}
	}
	close(goOn)
	all.Wait()
	if err := answers[1]; err == nil || !strings.Contains(err.Error(), "the data file is damaged") {
		t.Errorf("writing to its page gives %v", err)
	}
	if err := answers[2]; err != nil {
		t.Errorf("writing elsewhere in the same moment gives %v", err)
	}
}
