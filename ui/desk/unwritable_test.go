package desk

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
)

// On a full disk, or with its data gone, a house cannot keep who has read what. Its agents read all the same.
func TestATicketIsShownWhereNothingCanBeWritten(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t1", "Broken cup", "It came in two.", "")
	ana := s.as(s.ana)
	file := filepath.Join(s.h.Dir, boltkv.FileName)
	if err := os.Rename(file, file+".away"); err != nil { // the store says no to every write from now on
		t.Fatal(err)
	}
	ana.get("/desk/tickets/"+q.ID.String()).wants(t, http.StatusOK, "It came in two.")
	ana.get("/desk").wants(t, http.StatusOK, "Broken cup")

	const nothing = "Nothing can be saved."
	typed := ana.post("/desk/new", "email", "zoe@example.org", "subject", "A cup", "text", "It came in two.", "once", "the-same")
	typed.wants(t, http.StatusServiceUnavailable, nothing, "It came in two.", `value="the-same"`)
	for _, path := range []string{"/desk", "/desk/tickets/" + q.ID.String(), "/desk/search", "/desk/held", "/desk/steps"} {
		ana.get(path).wants(t, http.StatusOK, nothing, "start Deskbell again")
	}
}

// brim is a disk that is full until it is not.
type brim struct {
	store.Engine
	full bool
}

func (*brim) Broken() error { return nil }
func (b *brim) Low() bool   { return b.full }

func TestAFullDiskIsSaidForAsLongAsItIs(t *testing.T) {
	s := openShop(t)
	disk := &brim{s.h.DB.Engine(), true}
	db, err := store.New(t.Context(), disk, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.h.DB = db
	ana := s.as(s.ana)
	const full = "The disk is nearly full"
	ana.get("/desk").wants(t, http.StatusOK, full, "goes on by itself", "data-again")
	disk.full = false
	ana.get("/desk").lacks(t, full, "data-again")
}
