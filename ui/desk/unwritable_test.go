package desk

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

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
}
