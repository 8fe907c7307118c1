package web

import (
	"encoding/base64"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// mostCursor is how many bytes a key may have that comes in an address. Those of the house's own lists have far fewer.
const mostCursor = 1024

// Cursor writes a place in a list, a key of the store, so that it can stand in an address or a script. The end of the list,
// nil, is "".
func Cursor(k store.Key) string { return base64.RawURLEncoding.EncodeToString(k) }

// After reads a Cursor again; "" is the beginning of the list, nil. One that Cursor cannot have written is a fault of kind
// Invalid. One that somebody made up well finds nothing and harms nothing: a list never leaves its own part of the index.
func After(cursor string) (store.Key, error) {
	if cursor == "" {
		return nil, nil
	}
	k, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(k) == 0 || len(k) > mostCursor {
		return nil, fault.Field("cursor", "fault.bad_value")
	}
	return k, nil
}
