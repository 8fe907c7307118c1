package desk

import (
	"encoding/json"
	"strings"
	"testing"

	"deskbell/internal/people"
	"deskbell/internal/store"
)

// Zoe has proved her address. Whoever types it in a chat is shown to be hers, and nothing says that it is her.
func TestAnAddressThatWasOnlyTypedIsNoProof(t *testing.T) {
	s := openShop(t)
	zoe := people.Identity{Kind: people.KindEmail, Value: "zoe@example.org", Verified: true}
	s.do(func(tx *store.Tx) error {
		_, err := people.Recognise(tx, []people.Identity{zoe}, people.Profile{Name: "Zoe"})
		return err
	})
	mailed := s.asks("Zoe", "t", "Hello", "Hello?", "")
	s.chats("", json.RawMessage(`{"t":"form","id":"1","fields":{"email":"zoe@example.org","text":"It is me"}}`))
	ana := s.as(s.ana)
	if page := ana.get(path(mailed.ID, "")); !strings.Contains(page.body, "facts-sure") || strings.Contains(page.body, "only-typed") {
		t.Error("her own ticket does not say that her address is proved")
	}
	if page := ana.get(path(mailed.ID+1, "")); strings.Contains(page.body, "facts-sure") || !strings.Contains(page.body, "only-typed") ||
		!strings.Contains(page.body, "zoe@example.org") {
		t.Error("the chat does not say that her address was only typed")
	}
}
