package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sort"

	"deskbell/internal/fault"
)

// Index orders a table's rows in another way. Keys gives a row's keys in it, most of the time one: none means "not in this
// view". A key may end where several rows share it; the row's own key is added behind it, unless the index is Unique.
type Index[T any] struct {
	Name   string
	Keys   func(*T) []Key
	Unique bool // two rows with the same key are a fault of kind Conflict
}

// Table keeps rows of T as JSON under their own key, with their indexes. It is made once, as a package variable.
type Table[T any] struct {
	name    string
	called  string
	key     func(*T) Key
	indexes []Index[T]
}

// NewTable makes a table and registers it for Check.
func NewTable[T any](name string, key func(*T) Key, indexes ...Index[T]) *Table[T] {
	t := &Table[T]{name: name, called: name, key: key, indexes: indexes}
	register(t)
	return t
}

// Called gives a row the word by which readers know it, such as "agent": what is missing or taken is named by it.
func (t *Table[T]) Called(word string) *Table[T] {
	t.called = word
	return t
}

// Name is the table's name, as feed entries carry it.
func (t *Table[T]) Name() string { return t.name }

func (t *Table[T]) bucket(index string) string { return t.name + "/" + index }

// Get gives the row at key, or a fault of kind NotFound that says what is missing.
func (t *Table[T]) Get(tx *Tx, key Key) (*T, error) { return t.orMissing(t.Find(tx, key)) }

// GetBy gives the row that By gives, or a fault of kind NotFound that says what is missing.
func (t *Table[T]) GetBy(tx *Tx, index string, key Key) (*T, error) {
	return t.orMissing(t.By(tx, index, key))
}

func (t *Table[T]) orMissing(row *T, err error) (*T, error) {
	if err == nil && row == nil {
		return nil, fault.Missing(t.called)
	}
	return row, err
}

// Find gives the row at key, or nil when there is none.
func (t *Table[T]) Find(tx *Tx, key Key) (*T, error) {
	rows, err := t.GetAll(tx, key)
	if err != nil {
		return nil, err
	}
	return rows[0], nil
}

// GetAll gives the rows at keys in their order, nil for those that are not there.
func (t *Table[T]) GetAll(tx *Tx, keys ...Key) ([]*T, error) { return t.readAll(tx, keys, t.decode) }

func (t *Table[T]) readAll(tx *Tx, keys []Key, read func(Key, []byte) (*T, error)) ([]*T, error) {
	rows := make([]*T, len(keys))
	if len(keys) == 0 {
		return rows, nil
	}
	values, err := tx.Get(t.name, keys...)
	if err != nil {
		return nil, err
	}
	for i, value := range values {
		if value == nil {
			continue
		}
		if rows[i], err = read(keys[i], value); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (t *Table[T]) decode(key Key, value []byte) (*T, error) {
	row := new(T)
	if err := json.Unmarshal(value, row); err != nil {
		return nil, &Damaged{t.name, key, "cannot be read (" + err.Error() + ")"}
	}
	return row, nil
}

// Put writes a row and brings its index keys up to date.
func (t *Table[T]) Put(tx *Tx, row *T) error {
	key := t.key(row)
	before, err := t.Find(tx, key)
	if err != nil {
		return err
	}
	value, err := json.Marshal(row)
	if err != nil {
		return fmt.Errorf("write %s %v: %w", t.name, key, err)
	}
	if err := tx.Put(t.name, key, value); err != nil {
		return err
	}
	return t.reindex(tx, key, before, row)
}

// Delete removes the row at key with its index keys; that it is not there is no fault.
func (t *Table[T]) Delete(tx *Tx, key Key) error {
	before, err := t.Find(tx, key)
	if err != nil || before == nil {
		return err
	}
	if err := t.reindex(tx, key, before, nil); err != nil {
		return err
	}
	return tx.Delete(t.name, key)
}

// reindex moves a row from the index keys it had to those it has now. Keys that stay are not written again.
func (t *Table[T]) reindex(tx *Tx, key Key, before, after *T) error {
	for _, index := range t.indexes {
		old, now := index.entries(before, key), index.entries(after, key)
		bucket := t.bucket(index.Name)
		for _, k := range without(old, now) {
			if err := tx.Delete(bucket, k); err != nil {
				return err
			}
		}
		for _, k := range without(now, old) {
			if index.Unique {
				if err := t.free(tx, index, k, key); err != nil {
					return err
				}
			}
			if err := tx.Put(bucket, k, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Table[T]) free(tx *Tx, index Index[T], k, key Key) error {
	have, err := tx.Get(t.bucket(index.Name), k)
	if err != nil {
		return err
	}
	if have[0] != nil && !bytes.Equal(have[0], key) {
		return fault.New(fault.Conflict, "fault.taken", "what", t.called, "by", index.Name)
	}
	return nil
}

func (x Index[T]) entries(row *T, key Key) []Key {
	if row == nil {
		return nil
	}
	keys := x.Keys(row)
	if x.Unique {
		return keys
	}
	full := make([]Key, len(keys))
	for i, k := range keys {
		full[i] = K(k, key)
	}
	return full
}

// without gives those of keys that are not among others.
func without(keys, others []Key) (rest []Key) {
	for _, k := range keys {
		if !slices.ContainsFunc(others, func(other Key) bool { return bytes.Equal(other, k) }) {
			rest = append(rest, k)
		}
	}
	return rest
}

// Scan walks rows in the order of index ("" is the order of their own keys). Rows are read as the walk goes.
func (t *Table[T]) Scan(tx *Tx, index string, r Range) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for pair, err := range t.Pairs(tx, index, r) {
			var row *T
			if err == nil {
				row, err = t.rowOf(tx, index, pair)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// Pairs walks the entries of index as they lie in the store: its keys, and as values the rows' own keys. For index "" the values
// are the rows themselves.
func (t *Table[T]) Pairs(tx *Tx, index string, r Range) iter.Seq2[Pair, error] {
	if index == "" {
		return tx.Scan(t.name, r)
	}
	return tx.Scan(t.bucket(index), r)
}

func (t *Table[T]) rowOf(tx *Tx, index string, pair Pair) (*T, error) {
	if index == "" {
		return t.decode(pair.Key, pair.Value)
	}
	row, err := t.Find(tx, pair.Value)
	if err == nil && row == nil {
		return nil, &Damaged{t.bucket(index), pair.Key, "names a row that is not there"}
	}
	return row, err
}

// Page gives at most limit rows and, when more follow, the key after which the next page begins (Range.After).
func (t *Table[T]) Page(tx *Tx, index string, r Range, limit int) (rows []*T, next Key, err error) {
	var keys []Key
	var last Key
	for pair, err := range t.Pairs(tx, index, r) {
		if err != nil {
			return nil, nil, err
		}
		if len(keys)+len(rows) == limit {
			next = last
			break
		}
		last = bytes.Clone(pair.Key)
		if index != "" {
			keys = append(keys, bytes.Clone(pair.Value))
			continue
		}
		row, err := t.decode(pair.Key, pair.Value)
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, row)
	}
	if index == "" {
		return rows, next, nil
	}
	rows, err = t.GetAll(tx, keys...)
	if err == nil && slices.Contains(rows, nil) {
		err = &Damaged{t.bucket(index), last, "names a row that is not there"}
	}
	return rows, next, err
}

// Count counts the rows under prefix in index, but no further than max: badges say "99+".
func (t *Table[T]) Count(tx *Tx, index string, prefix Key, max int) (int, error) {
	n := 0
	for _, err := range t.Pairs(tx, index, Range{Prefix: prefix}) {
		if err != nil {
			return 0, err
		}
		if n++; n == max {
			break
		}
	}
	return n, nil
}

// By gives the first row whose key in index begins with key, or nil. For a unique index that is the row.
func (t *Table[T]) By(tx *Tx, index string, key Key) (*T, error) {
	for row, err := range t.Scan(tx, index, Range{Prefix: key}) {
		return row, err
	}
	return nil, nil
}

// Keys walks the own keys of the rows in the order of index, without reading the rows.
func (t *Table[T]) Keys(tx *Tx, index string, r Range) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		for pair, err := range t.Pairs(tx, index, r) {
			key := pair.Key
			if index != "" {
				key = pair.Value
			}
			if !yield(key, err) || err != nil {
				return
			}
		}
	}
}

// buckets are all buckets of the table.
func (t *Table[T]) buckets() []string {
	names := []string{t.name}
	for _, index := range t.indexes {
		names = append(names, t.bucket(index.Name))
	}
	return names
}

// expected gives the index entries that a row's bytes ask for, as bucket and key.
func (t *Table[T]) expected(key Key, value []byte) ([]entry, error) {
	row, err := t.decode(key, value)
	if err != nil {
		return nil, err
	}
	if own := t.key(row); !bytes.Equal(own, key) {
		return nil, &Damaged{t.name, key, "lies under another row's key"}
	}
	var entries []entry
	for _, index := range t.indexes {
		for _, k := range index.entries(row, key) {
			entries = append(entries, entry{t.bucket(index.Name), k})
		}
	}
	return entries, nil
}

type entry struct {
	bucket string
	key    Key
}

// anyTable is a table whatever its rows are.
type anyTable interface {
	Name() string
	buckets() []string
	expected(key Key, value []byte) ([]entry, error)
}

// registered holds every table of the program. It is filled while packages are initialised and only read afterwards.
var registered = map[string]anyTable{}

func register(t anyTable) {
	if registered[t.Name()] != nil {
		panic("store: two tables are called " + t.Name())
	}
	registered[t.Name()] = t
}

func tables() []anyTable {
	all := make([]anyTable, 0, len(registered))
	for _, t := range registered {
		all = append(all, t)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name() < all[j].Name() })
	return all
}
