package boltkv_test

import (
	"bytes"
	"encoding/binary"
	"log/slog"
	"os"
	"strings"
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
