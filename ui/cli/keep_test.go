package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"unicode"

	"deskbell/internal/store"
	"deskbell/ui/house"
)

// What strangers made stands in damaged records, in their keys and in their fields: on a terminal it must stay text.
func TestACheckPrintsNothingThatATerminalObeys(t *testing.T) {
	h, err := house.Open(t.Context(), house.Options{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close(context.Background())
	const id = "E\x1b[2J\nall is well\u009b\u202e"
	row, err := json.Marshal(map[string]string{"agent": id})
	if err != nil {
		t.Fatal(err)
	}
	err = h.DB.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Put("contacts", store.K(id), []byte("{")); err != nil { // its key is said
			return err
		}
		return tx.Put("passwords", store.K(id), row) // and here a field
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := checkHouse(t.Context(), h, nil, &out); err == nil {
		t.Error("nothing was found")
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	spelt := 0
	for _, line := range lines {
		if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.HasPrefix(line, "all is well") {
			t.Errorf("printed %q", line)
		}
		spelt += strings.Count(line, `E\x1b[2J\nall is well\u009b\u202e`)
	}
	if spelt != 2 {
		t.Errorf("the id is spelt out %d times, want 2:\n%s", spelt, out.String())
	}
}
