package store

import (
	"bytes"
	"encoding/json"
)

// Entry is one thing that became true: what happened (Kind), and to which row. The feed holds no words.
type Entry struct {
	Stamp Key    `json:"-"`
	Kind  string `json:"kind"`
	Table string `json:"table"`
	Key   Key    `json:"key"`
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
	value, err := json.Marshal(Entry{Kind: kind, Table: table, Key: key})
	if err != nil {
		return err
	}
	tx.Ring("feed")
	return tx.Put(feedBucket, stamp, value)
}

// Feed gives at most limit entries that became true after a stamp (nil: from the beginning), in order.
func Feed(tx *Tx, after Key, limit int) ([]Entry, error) {
	var entries []Entry
	for pair, err := range tx.Scan(feedBucket, Range{After: after}) {
		if err != nil {
			return nil, err
		}
		if len(entries) == limit {
			break
		}
		e := Entry{Stamp: bytes.Clone(pair.Key)}
		if err := json.Unmarshal(pair.Value, &e); err != nil {
			return nil, &Damaged{feedBucket, pair.Key, "cannot be read"}
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// FeedEnd gives the stamp of the newest entry, nil when there is none.
func FeedEnd(tx *Tx) (Key, error) {
	for pair, err := range tx.Scan(feedBucket, Range{Back: true}) {
		return bytes.Clone(pair.Key), err
	}
	return nil, nil
}

// TrimFeed removes entries up to a stamp, at most limit of them, and says how many went.
func TrimFeed(tx *Tx, upTo Key, limit int) (int, error) {
	var old []Key
	for pair, err := range tx.Scan(feedBucket, Range{To: upTo}) {
		if err != nil {
			return 0, err
		}
		if len(old) == limit {
			break
		}
		old = append(old, bytes.Clone(pair.Key))
	}
	for _, stamp := range old {
		if err := tx.Delete(feedBucket, stamp); err != nil {
			return 0, err
		}
	}
	return len(old), nil
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
