// Package fault holds the ways in which the house says no.
//
// A fault carries a kind, which an edge turns into a status; a catalogue key with its values, which an edge puts into the
// reader's language; and, where a field is to blame, that field's name. What went wrong inside stays in Err, for the log only.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Kind says in which way the house says no. Its zero value is Internal: an error that nobody thought of is ours.
type Kind int

const (
	Internal     Kind = iota // our mistake; the reader sees a number to quote
	Invalid                  // what came in cannot be taken as it is
	Unauthorized             // nobody is signed in, or the proof has expired
	Forbidden                // somebody known asks for what is openly not theirs
	NotFound                 // it is not there, or the reader must not learn that it is
	Conflict                 // it has changed meanwhile, or the id was used for something else
	TooLarge                 // more than fits
	Throttled                // too often; RetryAfter says when again
	Full                     // the disk is nearly full: nothing new until there is room
	Unavailable              // the house cannot write just now
)

// Status is the HTTP status of a kind (RFC 9110, and RFC 4918 for 507).
func (k Kind) Status() int {
	switch k {
	case Invalid:
		return 422
	case Unauthorized:
		return 401
	case Forbidden:
		return 403
	case NotFound:
		return 404
	case Conflict:
		return 409
	case TooLarge:
		return 413
	case Throttled:
		return 429
	case Full:
		return 507
	case Unavailable:
		return 503
	default:
		return 500
	}
}

// Error is a refusal that a person can act on.
type Error struct {
	Kind       Kind
	Say        string         // catalogue key, such as "fault.too_long"
	Values     map[string]any // for the sentence
	At         string         // the field that is to blame, if one is
	RetryAfter time.Duration  // for Throttled and Full
	Err        error          // the cause; for the log only
}

// Error is for logs and tests; people read Say in their own language.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Say)
	if e.At != "" {
		b.WriteString(" at " + e.At)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Values)) {
		fmt.Fprintf(&b, " %s=%v", name, e.Values[name])
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes a fault; values are name, value, name, value.
func New(kind Kind, say string, values ...any) *Error {
	e := &Error{Kind: kind, Say: say}
	for i := 0; i+1 < len(values); i += 2 {
		if e.Values == nil {
			e.Values = map[string]any{}
		}
		e.Values[values[i].(string)] = values[i+1]
	}
	return e
}

// Field says that the field at is to blame.
func Field(at, say string, values ...any) *Error {
	e := New(Invalid, say, values...)
	e.At = at
	return e
}

// Missing says that what (a catalogue word such as "ticket") is not there, or not for this reader.
func Missing(what string) *Error { return New(NotFound, "fault.not_found", "what", what) }

// Wait says that something came too often.
func Wait(say string, after time.Duration) *Error {
	e := New(Throttled, say, "seconds", int((after+time.Second-1)/time.Second))
	e.RetryAfter = after
	return e
}

// KindOf tells the kind of any error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a fault of that kind.
func Is(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}
