package house_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"deskbell/internal/files"
	"deskbell/internal/jobs"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets/channels/email"
	"deskbell/ui/house"
)

func open(t *testing.T, dir string) *house.House {
	t.Helper()
	h, err := house.Open(t.Context(), house.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func shut(t *testing.T, h *house.House) {
	t.Helper()
	if err := h.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestAHouseLeavesNothingRunning(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent()) // bleve has workers from its import on
	h := open(t, t.TempDir())
	h.Start()
	if err := h.Ready(t.Context()); err != nil {
		t.Errorf("a new house is not ready: %v", err)
	}
	shut(t, h)
}

func TestABackupComesBackAsItWas(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "again")
	h := open(t, from)
	var kept *files.Upload
	err := h.DB.Update(t.Context(), func(tx *store.Tx) error {
		_, err := people.AddDepartment(tx, people.System, "Sales")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	kept, err = h.Files.Put(t.Context(), files.Upload{Name: "bell.txt", Owner: "agent:ann"}, strings.NewReader("ding"), 100)
	if err != nil {
		t.Fatal(err)
	}
	var tape bytes.Buffer
	m, err := h.Backup(t.Context(), &tape)
	if err != nil {
		t.Fatal(err)
	}
	epoch, installation := h.DB.Epoch(), h.DB.Installation()
	shut(t, h)
	if len(m.Entries) != 3 {
		t.Errorf("the backup holds %v, want data, key and one file", m.Entries)
	}

	if _, err := house.Verify(bytes.NewReader(tape.Bytes())); err != nil {
		t.Fatal(err)
	}
	if err := house.Restore(t.Context(), bytes.NewReader(tape.Bytes()), to); err != nil {
		t.Fatal(err)
	}
	again := open(t, to)
	defer shut(t, again)
	if again.DB.Installation() != installation || again.DB.Epoch() == epoch {
		t.Errorf("installation %s and epoch %s, were %s and %s", again.DB.Installation(), again.DB.Epoch(), installation, epoch)
	}
	if !again.Key.Verify(h.Key.Sign("link", "1"), "link", "1") {
		t.Error("links of the house that was backed up no longer open")
	}
	f, err := again.Files.Open(kept.Hash)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	report, err := store.Check(t.Context(), again.DB)
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("the house that came back: %v %v", report.Problems, err)
	}
}

func TestWhatWaitedInABackupIsNotSentASecondTime(t *testing.T) {
	to := filepath.Join(t.TempDir(), "again")
	h := open(t, t.TempDir())
	err := h.DB.Update(t.Context(), func(tx *store.Tx) error {
		return h.Mail.Send(tx, email.Mail{To: mail.Address{Address: "zoe@example.com"}, Subject: "Your kettle", Text: "It is on its way."})
	})
	if err != nil {
		t.Fatal(err)
	}
	var tape bytes.Buffer
	if _, err := h.Backup(t.Context(), &tape); err != nil {
		t.Fatal(err)
	}
	shut(t, h)
	if err := house.Restore(t.Context(), &tape, to); err != nil {
		t.Fatal(err)
	}
	again := open(t, to)
	defer shut(t, again)
	if got := sent(t, again); len(got) != 0 {
		t.Errorf("%v went out again", got)
	}
	err = again.DB.Update(t.Context(), func(tx *store.Tx) error {
		held, _, err := jobs.List(tx, jobs.Failed, nil, 10)
		if err != nil || len(held) != 1 {
			return fmt.Errorf("%v are held back (%w), want one", held, err)
		}
		return jobs.Retry(tx, held[0].ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := sent(t, again); len(got) != 1 {
		t.Errorf("retried by hand, %v went out", got)
	}
}

// sent does what is due and gives the mails that went out, which a house without a relay keeps.
func sent(t *testing.T, h *house.House) (mails []email.Kept) {
	t.Helper()
	err := h.Settle(t.Context())
	if err == nil {
		err = h.DB.View(t.Context(), func(tx *store.Tx) (err error) {
			mails, _, err = h.Mail.List(tx, people.System, nil, 10)
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return mails
}

// watched is a tape that does something each time it is written to.
type watched struct {
	bytes.Buffer
	do func()
}

func (w *watched) Write(b []byte) (int, error) {
	w.do()
	return w.Buffer.Write(b)
}

func TestAHouseGoesOnWhileItIsBackedUp(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "again")
	h := open(t, from)
	h.Search.Documents() // the index is there
	names := func() string {
		entries, err := os.ReadDir(from)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, e := range entries {
			all = append(all, e.Name())
		}
		return strings.Join(all, " ")
	}
	before, added := names(), 0
	tape := &watched{do: func() {
		if now := names(); now != before {
			t.Errorf("beside the data lies %s, before it was %s", now, before)
		}
		err := h.DB.Update(t.Context(), func(tx *store.Tx) error {
			_, err := people.AddDepartment(tx, people.System, fmt.Sprint("Department ", added))
			return err
		})
		if err != nil {
			t.Error(err)
		}
		added++
	}}
	if _, err := h.Backup(t.Context(), tape); err != nil {
		t.Fatal(err)
	}
	shut(t, h)
	if err := house.Restore(t.Context(), bytes.NewReader(tape.Bytes()), to); err != nil {
		t.Fatal(err)
	}
	again := open(t, to)
	defer shut(t, again)
	report, err := store.Check(t.Context(), again.DB)
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("the house that came back: %v %v", report.Problems, err)
	}
	var kept []*people.Department
	err = again.DB.View(t.Context(), func(tx *store.Tx) (err error) {
		kept, err = people.Departments(tx)
		return err
	})
	if err != nil || len(kept) >= added {
		t.Errorf("%d of %d departments came back (%v): the picture is not of one moment", len(kept), added, err)
	}
}

// TestEveryBitOfABackupCounts flips one bit in each stretch of it; tar's own padding holds nothing and may change.
func TestEveryBitOfABackupCounts(t *testing.T) {
	h := open(t, t.TempDir())
	defer shut(t, h)
	var tape bytes.Buffer
	m, err := h.Backup(t.Context(), &tape)
	if err != nil {
		t.Fatal(err)
	}
	good := tape.Bytes()
	data := int(m.Entries[0].Size)
	for at := 0; at < 512+data; at += 1009 {
		bad := bytes.Clone(good)
		bad[at] ^= 4
		if _, err := house.Verify(bytes.NewReader(bad)); err == nil {
			t.Errorf("nobody notices a bit at %d", at)
		}
	}
	for _, length := range []int{0, 511, len(good) / 2, len(good) - 1024 - 512} {
		if _, err := house.Verify(bytes.NewReader(good[:length])); err == nil {
			t.Errorf("nobody notices that only %d bytes are left", length)
		}
	}
}

func TestOpeningSaysWhatIsWrong(t *testing.T) {
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "letter"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	half := t.TempDir()
	if err := os.WriteFile(filepath.Join(half, "restore.unfinished"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	taken := t.TempDir()
	defer shut(t, open(t, taken))
	for dir, want := range map[string]string{
		"":                               "--data",
		foreign:                          "holds other files",
		half:                             "not put back to its end",
		filepath.Join(foreign, "letter"): "cannot be the data directory",
		taken:                            "in use by",
	} {
		h, err := house.Open(t.Context(), house.Options{Dir: dir})
		if err == nil {
			shut(t, h)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", dir, err, want)
		}
	}
}
