package store

import (
	"bytes"
	"errors"
	"time"
)

// The feed is kept for a month. Who follows it is a page, the search index or a program behind the API; one that was away for
// longer reads the rows anew in less time than a month's entries would take it.
const (
	feedKept = 30 * 24 * time.Hour
	feedBite = time.Hour // is trimmed together, so that a quiet house does not commit once for each entry that grows old
)

// ErrTrimmed says that the feed does not reach back to where somebody wants to read on.
var ErrTrimmed = errors.New("store: the feed no longer reaches back so far: read the rows themselves, then follow it from its end")

var trimmedKey = K("feed_trimmed")

// FeedStart is the stamp after which the feed is whole: that of the last entry that was trimmed, nil when none was.
func FeedStart(tx *Tx) (Key, error) {
	values, err := tx.Get(metaBucket, trimmedKey)
	if err != nil {
		return nil, err
	}
	return bytes.Clone(values[0]), nil
}

// TrimFeed removes the entries that are old and that every follower with a saved cursor has read, at most limit of them, and
// says how many went. Followers without one are told by Feed.
func TrimFeed(tx *Tx, limit int) (int, error) {
	slowest, err := slowestReader(tx)
	if err != nil {
		return 0, err
	}
	var old []Key
	for pair, err := range tx.Scan(feedBucket, Range{}) {
		if err != nil {
			return 0, err
		}
		e, err := entryOf(pair)
		if err != nil {
			return 0, err
		}
		if len(old) == limit || !isOld(tx, e) || slowest.isBehind(e) {
			break
		}
		old = append(old, e.Stamp)
	}
	if len(old) == 0 {
		return 0, nil
	}
	for _, stamp := range old {
		if err := tx.Delete(feedBucket, stamp); err != nil {
			return 0, err
		}
	}
	return len(old), tx.Put(metaBucket, trimmedKey, old[len(old)-1])
}

// TrimDue tells when there is something to trim next.
func TrimDue(tx *Tx) (time.Time, bool, error) {
	slowest, err := slowestReader(tx)
	if err != nil {
		return time.Time{}, false, err
	}
	for pair, err := range tx.Scan(feedBucket, Range{}) {
		if err != nil {
			return time.Time{}, false, err
		}
		first, err := entryOf(pair)
		switch {
		case err != nil || slowest.isBehind(first):
			return time.Time{}, false, err
		case isOld(tx, first) && first.At.After(tx.Now()):
			return tx.Now(), true, nil
		}
		return first.At.Add(feedKept + feedBite), true, nil
	}
	return time.Time{}, false, nil
}

// isOld is true too of what lies as far ahead: a clock wrote it that has been put right since, and nothing behind it would ever
// be trimmed.
func isOld(tx *Tx, e Entry) bool { return tx.Now().Sub(e.At).Abs() > feedKept }

// reader is how far somebody has read who saves his cursor; nil is nobody.
type reader Key

func (r reader) isBehind(e Entry) bool { return r != nil && bytes.Compare(r, e.Stamp) < 0 }

func slowestReader(tx *Tx) (reader, error) {
	var least reader
	for pair, err := range tx.Scan(cursorsBucket, Range{}) {
		if err != nil {
			return nil, err
		}
		if least == nil || bytes.Compare(pair.Value, least) < 0 {
			least = bytes.Clone(pair.Value)
		}
	}
	return least, nil
}
