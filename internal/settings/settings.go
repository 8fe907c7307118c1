// Package settings keeps what the owner chose: typed values in the store, one row for each.
//
// A room declares its own with Define, as a package variable with the value that holds until somebody chooses another:
//
//	var Look = settings.Define("chat.look", LookSetting{Colour: "#0f766e"})
//
// Get and Put work inside the caller's transaction; Put asks the value itself whether it makes sense (Checker), tells the
// feed and rings "settings". Who may put is asked one floor up, by people.Configure.
//
// What must be read back but never shown, such as a password for a mail relay, is a Secret: sealed under the house's Key
// before it comes near the store, and opened only by who holds that key. The same Key signs what leaves the house and comes
// back by strangers' hands: links, addresses, message ids.
package settings

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"deskbell/internal/store"
)

// row is a setting as it lies in the store. A name that was never put has no row.
type row struct {
	Name    string          `json:"name"`
	Value   json.RawMessage `json:"value"`
	Changed time.Time       `json:"changed"`
}

var rows = store.NewTable("settings", func(r *row) store.Key { return store.K(r.Name) })

// Setting is one typed value of the house.
type Setting[T any] struct {
	name    string
	initial []byte
}

// Checker is a value that knows when it makes no sense. Its fault names the field.
type Checker interface{ Check() error }

// defined holds how to read each setting. It is filled while packages are initialised and only read afterwards.
var defined = map[string]func(json.RawMessage) error{}

// Define declares the setting called name, with the value it has until somebody puts another. A field that a later release
// adds to T begins with its initial value; so T holds no maps whose initial value has entries, for they could never go.
func Define[T any](name string, initial T) Setting[T] {
	if defined[name] != nil {
		panic("settings: two settings are called " + name)
	}
	value, err := json.Marshal(initial)
	if err != nil {
		panic(fmt.Sprintf("settings: %s cannot be written: %v", name, err))
	}
	s := Setting[T]{name, value}
	defined[name] = func(value json.RawMessage) error {
		_, err := s.read(value)
		return err
	}
	return s
}

// Get gives the value as it is now.
func (s Setting[T]) Get(tx *store.Tx) (T, error) {
	r, err := rows.Find(tx, store.K(s.name))
	if err != nil {
		var none T
		return none, err
	}
	if r == nil {
		return s.read(nil)
	}
	return s.read(r.Value)
}

// Chosen tells whether somebody has put a value, be it the one that was there from the start.
func (s Setting[T]) Chosen(tx *store.Tx) (bool, error) {
	r, err := rows.Find(tx, store.K(s.name))
	return r != nil, err
}

// read lays a stored value over the initial one, which is decoded anew each time so that no two readers share a slice.
func (s Setting[T]) read(value json.RawMessage) (v T, err error) {
	if err := json.Unmarshal(s.initial, &v); err != nil {
		return v, fmt.Errorf("read the initial value of setting %s: %w", s.name, err)
	}
	if value == nil {
		return v, nil
	}
	if err := json.Unmarshal(value, &v); err != nil {
		return v, fmt.Errorf("read setting %s: %w", s.name, err)
	}
	return v, nil
}

// Put replaces the value. It asks nobody for permission: people.Configure does.
func (s Setting[T]) Put(tx *store.Tx, v T) error {
	if c, ok := any(v).(Checker); ok {
		if err := c.Check(); err != nil {
			return err
		}
	}
	value, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write setting %s: %w", s.name, err)
	}
	if err := rows.Put(tx, &row{s.name, value, tx.Now()}); err != nil {
		return err
	}
	tx.Ring("settings")
	return tx.Tell("settings.changed", rows.Name(), store.K(s.name))
}

func init() {
	store.RegisterCheck("settings", func(ctx context.Context, db *store.DB, report func(string)) error {
		return db.View(ctx, func(tx *store.Tx) error {
			for r, err := range rows.Scan(tx, "", store.Range{}) {
				if err != nil {
					return err
				}
				read := defined[r.Name]
				if read == nil {
					continue // a room that this program does not have; its setting waits for it
				}
				if err := read(r.Value); err != nil {
					report(err.Error())
				}
			}
			return nil
		})
	})
}
