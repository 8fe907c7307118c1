package tickets

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// Sizes of a ticket's fields.
const (
	MaxFields     = 50
	MaxFieldName  = 40  // signs
	MaxFieldValue = 500 // letters
)

// SetFields writes values into a ticket's fields, which the shop's programs keep there for themselves, such as an order's number;
// a nil value takes its field away. Fields that are not named stay. A fault is at "custom_fields.NAME".
func SetFields(tx *store.Tx, by people.Actor, id ID, values map[string]*string) error {
	return change(tx, by, id, func(t *Ticket) (What, error) {
		what := Filled{Set: map[string]string{}}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			have, held := t.Fields[name]
			if values[name] == nil {
				if held {
					what.Removed = append(what.Removed, name)
				}
				continue
			}
			value, err := fieldValue(name, *values[name])
			if err != nil {
				return nil, err
			}
			if !held || have != value {
				what.Set[name] = value
			}
		}
		if len(what.Set) == 0 && len(what.Removed) == 0 {
			return nil, nil
		}
		if len(filled(t.Fields, what)) > MaxFields {
			return nil, fault.Field("custom_fields", "tickets.too_many_fields", "max", MaxFields)
		}
		return what, nil
	})
}

// fieldValue takes what somebody wants to keep under a name.
func fieldValue(name, value string) (string, error) {
	at := "custom_fields." + name
	if name == "" || len(name) > MaxFieldName || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_-.") != "" {
		return "", fault.Field(at, "tickets.bad_field", "max", MaxFieldName)
	}
	value = strings.TrimSpace(text.Clean(value))
	if utf8.RuneCountInString(value) > MaxFieldValue {
		return "", fault.Field(at, "fault.too_long", "max", MaxFieldValue)
	}
	return value, nil
}

// filled is what fields are after a change. It leaves those before it alone.
func filled(fields map[string]string, w Filled) map[string]string {
	after := maps.Clone(fields)
	if after == nil {
		after = map[string]string{}
	}
	maps.Copy(after, w.Set)
	for _, name := range w.Removed {
		delete(after, name)
	}
	if len(after) == 0 {
		return nil // as it is read back
	}
	return after
}
