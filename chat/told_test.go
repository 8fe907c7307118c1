package chat

import (
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// Every way in which a verb says no has a code, and a sentence in the visitor's language.
func TestRefusals(t *testing.T) {
	r := &Room{Options: Options{Log: slog.New(slog.DiscardHandler)}}
	for name, c := range map[string]struct {
		err   error
		code  string
		retry int
	}{
		"too large":        {fault.New(fault.TooLarge, "fault.too_large", "max", "16 KiB"), "too_long", 0},
		"too often":        {fault.Wait("fault.too_often", 1500*time.Millisecond), "rate_limited", 2},
		"what makes sense": {fault.Field("text", "fault.required"), "bad_frame", 0},
		"an unknown kind":  {fault.New(fault.Invalid, "chat.unknown_kind"), "unknown_kind", 0},
		"not allowed":      {fault.New(fault.Forbidden, "chat.not_here"), "forbidden", 0},
		"not there":        {fault.Missing("ticket"), "forbidden", 0},
		"a bad token":      {fault.New(fault.Unauthorized, "chat.auth_expired"), "auth_expired", 0},
		"an id again":      {fault.New(fault.Conflict, tickets.IDReused), "id_reused", 0},
		"a full disk":      {store.NoRoom(errors.New("secret path")), "storage_full", 30},
		"a broken disk":    {store.ReadOnly(errors.New("secret path")), "storage_full", 30},
		"our own mistake":  {errors.New("secret path"), "internal", 5},
	} {
		t.Run(name, func(t *testing.T) {
			for lang, foreign := range map[string]string{"en": "pt-BR", "pt-BR": "en"} {
				var f, other errorFrame
				data := r.refusal(lang, "m1", c.err)
				if err := errors.Join(json.Unmarshal(data, &f), json.Unmarshal(r.refusal(foreign, "m1", c.err), &other)); err != nil {
					t.Fatal(err)
				}
				if f.Code != c.code || f.RetryAfter != c.retry || f.ID != "m1" {
					t.Errorf("refused with %s, want %s after %d", data, c.code, c.retry)
				}
				if f.Message == "" || f.Message == other.Message || strings.Contains(f.Message, "{{") || strings.Contains(string(data), "secret") {
					t.Errorf("it says %q in %s and %q in %s", f.Message, lang, other.Message, foreign)
				}
			}
		})
	}
}
