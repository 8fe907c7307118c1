package store

import (
	"bytes"
	"encoding/json"
	"time"
)

// Entry is one thing that became true: what happened (Kind), and to which row. The feed holds no words.
type Entry struct {
	Stamp Key       `json:"-"`
	Kind  string    `json:"kind"`
	Table string    `json:"table"`
	Key   Key       `json:"key"`
	At    time.Time `json:"at,omitzero"` // for TrimFeed alone: nothing orders by it
}

const (
	feedBucket    = "feed"
	cursorsBucket = "cursors"
	metaBucket    = "meta"
	seqBucket     = "seq"
)

// Tell adds an entry to the feed and rings "feed".
func (tx *Tx) Tell(kind, table string, key Key) error {
	stamp, err := tx.Stamp()
	if err != nil {
		return err
	}
	value, err := json.Marshal(Entry{Kind: kind, Table: table, Key: key, At: tx.Now()})
	if err != nil {
		return err
	}
	tx.Ring("feed")
	return tx.Put(feedBucket, stamp, value)
}

// Feed gives at most limit entries that became true after a stamp, in order. FeedStart, which is nil in a
// young house, is the stamp to begin with. It is ErrTrimmed when some of what followed is gone: whoever asks must read the rows
// themselves.
func Feed(tx *Tx, after Key, limit int) ([]Entry, error) {
	start, err := FeedStart(tx)
	if err != nil {
		return nil, err
	}
	if bytes.Compare(after, start) < 0 {
		return nil, ErrTrimmed
	}
	var entries []Entry
	for pair, err := range tx.Scan(feedBucket, Range{After: after}) {
		if err != nil {
			return nil, err
		}
		if len(entries) == limit {
			break
		}
		e, err := entryOf(pair)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func entryOf(pair Pair) (Entry, error) {
	e := Entry{Stamp: bytes.Clone(pair.Key)}
	if err := json.Unmarshal(pair.Value, &e); err != nil {
		return e, &Damaged{feedBucket, pair.Key, "cannot be read"}
	}
	return e, nil
}

// FeedEnd gives the stamp of the newest entry, also when that was trimmed; nil when there never was one.
func FeedEnd(tx *Tx) (Key, error) {
	for pair, err := range tx.Scan(feedBucket, Range{Back: true}) {
		return bytes.Clone(pair.Key), err
	}
	return FeedStart(tx)
}

// Cursor tells how far the follower called name has read; nil when it never did.
func Cursor(tx *Tx, name string) (Key, error) {
	values, err := tx.Get(cursorsBucket, K(name))
	if err != nil {
		return nil, err
	}
	return bytes.Clone(values[0]), nil
}

// SetCursor keeps how far a follower has read, in the transaction of what it did about it.
func SetCursor(tx *Tx, name string, stamp Key) error {
	return tx.Put(cursorsBucket, K(name), stamp)
}
