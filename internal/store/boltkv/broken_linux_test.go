package boltkv_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
)

// refuseWrites has the system refuse every write to a file that this process has open, as a disk does that goes read-only.
func refuseWrites(t *testing.T, path string) {
	t.Helper()
	reading, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reading.Close()
	open, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range open {
		fd, err := strconv.Atoi(filepath.Base(link))
		if to, _ := os.Readlink(link); err != nil || to != path || fd == int(reading.Fd()) {
			continue
		}
		if err := syscall.Dup3(int(reading.Fd()), fd, syscall.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFileThatAnotherProcessBeginsIsLeftToIt(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, boltkv.FileName)
	if err := os.WriteFile(file, make([]byte, 100), 0o600); err != nil {
		t.Fatal(err)
	}
	other, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := syscall.Flock(int(other.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if e, err := boltkv.Open(dir); err == nil {
		e.Close()
		t.Error("it was opened")
	}
	if info, err := os.Stat(file); err != nil || info.Size() != 100 {
		t.Errorf("what the other had written was cut to %d bytes (%v)", info.Size(), err)
	}
}

func TestNothingIsWrittenAfterAFlushThatFailed(t *testing.T) {
	dir, file := house(t)
	e, err := boltkv.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	broken := false
	begun, goOn := make(chan struct{}), make(chan struct{})
	works := []func(store.Txn) error{
		func(txn store.Txn) error { // is taken out of its batch, and would be tried alone after the others
			if broken {
				t.Error("something was tried after a flush had failed")
			}
			return errors.Join(txn.Put("b", store.K("first"), nil), errors.New("it fails beside others"))
		},
		func(txn store.Txn) error {
			if !broken {
				refuseWrites(t, file)
				broken = true
			}
			return txn.Put("b", store.K("second"), nil)
		},
	}
	answers := make([]error, len(works))
	var all sync.WaitGroup
	all.Go(func() {
		err := e.Update(t.Context(), func(txn store.Txn) error {
			close(begun)
			<-goOn
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-begun
	for i, work := range works {
		all.Go(func() { answers[i] = e.Update(t.Context(), work) })
		for boltkv.Queued(e) <= i {
			runtime.Gosched()
		}
	}
	close(goOn)
	all.Wait()
	for i, err := range append(answers, e.Update(t.Context(), works[1])) {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("update %d: %v, want a fault of kind Unavailable", i, err)
		}
	}
	if e.Broken() == nil {
		t.Error("the engine does not say so")
	}
}
