package store

import (
	"bytes"
	"context"
	"iter"

	"deskbell/internal/fault"
)

// Txn is what an engine must do: six verbs over named, ordered buckets. Byte slices that it gives are valid until the
// transaction ends and must not be changed.
type Txn interface {
	// Get gives the values of keys, nil for those that are not there. Many at once is one trip, whatever the engine.
	Get(bucket string, keys ...Key) ([][]byte, error)
	Put(bucket string, key Key, value []byte) error
	Delete(bucket string, key Key) error
	// Scan walks a range in key order, or back. Writing to a bucket while it is being walked is an error of the write.
	Scan(bucket string, r Range) iter.Seq2[Pair, error]
	// Next gives a number of seq that nobody else has; they rise, gaps are allowed.
	Next(seq string) (uint64, error)
	// Stamp gives a key that sorts by the order in which transactions become true; within one, by the order of asking.
	Stamp() (Key, error)
}

// Engine runs transactions. Update may run fn more than once: assign, do not append, touch nothing outside.
type Engine interface {
	View(ctx context.Context, fn func(Txn) error) error
	Update(ctx context.Context, fn func(Txn) error) error
	Bound(ctx context.Context) (Key, error) // no stamp below it can still appear
	Buckets(ctx context.Context) ([]string, error)
	Close() error
}

// Pair is a key with its value.
type Pair struct {
	Key   Key
	Value []byte
}

// Range is a stretch of keys: those that begin with Prefix, from From (included) to To (not included), and past After, which
// is where an earlier page ended. All but Prefix may be nil. Back walks from the end; After is then the upper end.
type Range struct {
	Prefix, From, After, To Key
	Back                    bool
}

// Bounds gives the range as low (included) and high (not included; nil means to the end of the bucket).
func (r Range) Bounds() (low, high Key) {
	low, high = r.Prefix, r.Prefix.End()
	raise := func(k Key) {
		if bytes.Compare(k, low) > 0 {
			low = k
		}
	}
	lower := func(k Key) {
		if k != nil && (high == nil || bytes.Compare(k, high) < 0) {
			high = k
		}
	}
	raise(r.From)
	lower(r.To)
	switch {
	case r.After == nil:
	case r.Back:
		lower(r.After)
	default:
		raise(append(bytes.Clone(r.After), 0)) // the first key that can follow it
	}
	return low, high
}

// ReadOnly is what an engine answers after a failed flush.
func ReadOnly(cause error) error {
	f := fault.New(fault.Unavailable, "fault.read_only")
	f.Err = cause
	return f
}

// NoRoom is what an engine answers when the disk is nearly full.
func NoRoom(cause error) error {
	f := fault.New(fault.Full, "fault.disk_full")
	f.Err = cause
	return f
}
