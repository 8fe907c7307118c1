package api

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// change is a part of a PATCH: what was not sent stays as it is, and null empties it.
type change[T any] struct {
	Sent  bool
	Value T
}

// UnmarshalJSON notes that the part was sent.
func (c *change[T]) UnmarshalJSON(data []byte) error {
	c.Sent = true
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		return nil
	}
	return json.Unmarshal(data, &c.Value)
}

// Schema describes it as its value, or null.
func (c change[T]) Schema(r huma.Registry) *huma.Schema {
	s := *r.Schema(reflect.TypeFor[T](), false, "")
	s.Nullable = true
	return &s
}

// into puts what was sent into place.
func (c change[T]) into(place *T) {
	if c.Sent {
		*place = c.Value
	}
}
