package store

import (
	"bytes"
	"sync"
)

// Shared gives rows like GetAll, for lists that are read again and again: a row whose bytes are what they were the last time is
// the same *T and not read anew. So whoever has it must not change it, and whoever compares two may compare the pointers.
func (t *Table[T]) Shared(tx *Tx, keys ...Key) ([]*T, error) {
	return t.readAll(tx, keys, func(key Key, value []byte) (*T, error) {
		tx.shared.mu.Lock() // not for longer: reading the values may wait for the disk
		defer tx.shared.mu.Unlock()
		at := place{t.name, string(key)}
		if have, ok := tx.shared.rows[at]; ok && bytes.Equal(have.value, value) {
			return have.row.(*T), nil
		}
		row, err := t.decode(key, value)
		if err == nil {
			tx.shared.keep(at, bytes.Clone(value), row)
		}
		return row, err
	})
}

// AllShared gives every row of a small table in the order of index, shared.
func (t *Table[T]) AllShared(tx *Tx, index string) ([]*T, error) {
	var keys []Key
	for pair, err := range t.Pairs(tx, index, Range{}) {
		if err != nil {
			return nil, err
		}
		if index == "" {
			keys = append(keys, bytes.Clone(pair.Key))
		} else {
			keys = append(keys, bytes.Clone(pair.Value))
		}
	}
	rows, err := t.Shared(tx, keys...)
	for i, row := range rows {
		if row == nil {
			return nil, &Damaged{t.bucket(index), keys[i], "names a row that is not there"}
		}
	}
	return rows, err
}

// mostShared is how many bytes of values are kept beside their rows; then all begin anew, which costs one reading each.
const mostShared = 4 << 20

// shared are the rows that Shared has given. They need no forgetting when a row changes: what is kept is found again by its
// bytes, in whatever transaction these stand.
type shared struct {
	mu   sync.Mutex
	rows map[place]kept
	size int
}

type place struct{ table, key string }

type kept struct {
	value []byte
	row   any
}

func (s *shared) keep(at place, value []byte, row any) {
	if s.rows == nil || s.size > mostShared {
		s.rows, s.size = map[place]kept{}, 0
	}
	s.size += len(value) - len(s.rows[at].value)
	s.rows[at] = kept{value, row}
}
