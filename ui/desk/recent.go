package desk

import (
	"bytes"
	"slices"
	"sync"

	"deskbell/internal/store"
)

// recent keeps the newest entries of the feed, as they were read, because every open page wants the same ones.
type recent struct {
	mu      sync.Mutex
	after   store.Key // the entries are all that follow this stamp
	entries []store.Entry
}

// mostRecent is how many entries are kept; a line that is farther behind reads the feed itself.
const mostRecent = 2 * mostNews

// since gives at most limit entries after a cursor, as far as tx sees them; store.ErrTrimmed when the feed does not reach back
// so far.
func (r *recent) since(tx *store.Tx, cursor store.Key, limit int) ([]store.Entry, error) {
	end, err := store.FeedEnd(tx)
	if err != nil || bytes.Compare(end, cursor) <= 0 {
		return nil, err
	}
	start, err := store.FeedStart(tx)
	if err != nil {
		return nil, err
	}
	if bytes.Compare(cursor, start) < 0 {
		return nil, store.ErrTrimmed
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.after == nil || bytes.Compare(r.last(), start) < 0 {
		r.after, r.entries = cursor, nil // the first to ask, ever or for a month; whoever asks for less far back is served from here
	}
	whole, err := r.extend(tx)
	if err != nil {
		return nil, err
	}
	if !whole { // nobody had asked for long: the next to ask is the first again
		r.after, r.entries = nil, nil
		return store.Feed(tx, cursor, limit)
	}
	if cursor == nil || bytes.Compare(cursor, r.after) < 0 { // asked now: reading on may have dropped what follows cursor
		return store.Feed(tx, cursor, limit)
	}
	from := upTo(r.entries, cursor)
	to := upTo(r.entries, end) // others may have read on further than tx sees
	return slices.Clone(r.entries[from:min(to, from+limit)]), nil
}

// last is how far the feed was read.
func (r *recent) last() store.Key {
	if n := len(r.entries); n > 0 {
		return r.entries[n-1].Stamp
	}
	return r.after
}

// extend reads on from the last entry that is kept, and says whether it came to the end.
func (r *recent) extend(tx *store.Tx) (whole bool, err error) {
	more, err := store.Feed(tx, r.last(), mostRecent)
	if err != nil || len(more) == mostRecent {
		return false, err
	}
	r.entries = append(r.entries, more...)
	if old := len(r.entries) - mostRecent; old > 0 {
		r.after = r.entries[old-1].Stamp
		r.entries = slices.Clone(r.entries[old:])
	}
	return true, nil
}

// upTo finds how many entries come no later than a stamp.
func upTo(entries []store.Entry, stamp store.Key) int {
	n, _ := slices.BinarySearchFunc(entries, stamp, func(e store.Entry, k store.Key) int {
		if bytes.Compare(e.Stamp, k) <= 0 {
			return -1
		}
		return 1
	})
	return n
}
