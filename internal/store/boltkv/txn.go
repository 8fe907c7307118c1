package boltkv

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"

	bolt "go.etcd.io/bbolt"

	"deskbell/internal/store"
)

const (
	seqBucket = "seq"
	stampSeq  = "stamp"
)

// txn is one bbolt transaction, shared by the works of a batch.
type txn struct {
	tx       *bolt.Tx
	writable bool
	wrote    bool // by the work that runs now
	dirty    bool // by any of the batch
	buckets  map[string]*bolt.Bucket
	numbers  map[string]uint64 // sequences as far as they were given; written once, at the end
	walking  map[string]int    // buckets that are being ranged over
}

func (t *txn) bucket(name string) *bolt.Bucket {
	if b := t.buckets[name]; b != nil {
		return b
	}
	b := t.tx.Bucket([]byte(name))
	if b != nil {
		t.remember(name, b)
	}
	return b
}

func (t *txn) remember(name string, b *bolt.Bucket) {
	if t.buckets == nil {
		t.buckets = map[string]*bolt.Bucket{}
	}
	t.buckets[name] = b
}

func (t *txn) Get(bucket string, keys ...store.Key) ([][]byte, error) {
	values := make([][]byte, len(keys))
	b := t.bucket(bucket)
	if b == nil {
		return values, nil
	}
	for i, key := range keys {
		sealed := b.Get(key)
		if sealed == nil {
			continue
		}
		value, err := store.Unseal(bucket, key, sealed)
		if err != nil {
			return values, err
		}
		values[i] = value
	}
	return values, nil
}

// writing prepares a write into a bucket, or says why there can be none.
func (t *txn) writing(bucket string) (*bolt.Bucket, error) {
	if !t.writable {
		return nil, fmt.Errorf("store: a write to %s in a View", bucket)
	}
	if t.walking[bucket] > 0 {
		return nil, fmt.Errorf("store: a write to %s while ranging over it: gather first", bucket)
	}
	t.wrote, t.dirty = true, true
	if b := t.bucket(bucket); b != nil {
		return b, nil
	}
	b, err := t.tx.CreateBucketIfNotExists([]byte(bucket))
	if err == nil {
		t.remember(bucket, b)
	}
	return b, err
}

func (t *txn) Put(bucket string, key store.Key, value []byte) error {
	b, err := t.writing(bucket)
	if err != nil {
		return err
	}
	return b.Put(key, store.Seal(bucket, key, value))
}

func (t *txn) Delete(bucket string, key store.Key) error {
	b, err := t.writing(bucket)
	if err != nil {
		return err
	}
	return b.Delete(key)
}

func (t *txn) Scan(bucket string, r store.Range) iter.Seq2[store.Pair, error] {
	return func(yield func(store.Pair, error) bool) {
		b := t.bucket(bucket)
		if b == nil {
			return
		}
		if t.walking == nil {
			t.walking = map[string]int{}
		}
		t.walking[bucket]++
		defer func() { t.walking[bucket]-- }()
		low, high := r.Bounds()
		c := b.Cursor()
		for key, sealed := first(c, low, high, r.Back); inside(key, low, high); key, sealed = step(c, r.Back) {
			value, err := store.Unseal(bucket, key, sealed)
			if !yield(store.Pair{Key: key, Value: value}, err) {
				return
			}
		}
	}
}

func first(c *bolt.Cursor, low, high store.Key, back bool) (key, value []byte) {
	if !back {
		if len(low) == 0 {
			return c.First()
		}
		return c.Seek(low)
	}
	if high == nil {
		return c.Last()
	}
	if key, _ := c.Seek(high); key == nil {
		return c.Last()
	}
	return c.Prev()
}

func step(c *bolt.Cursor, back bool) (key, value []byte) {
	if back {
		return c.Prev()
	}
	return c.Next()
}

func inside(key, low, high []byte) bool {
	return key != nil && bytes.Compare(key, low) >= 0 && (high == nil || bytes.Compare(key, high) < 0)
}

// number tells how far a sequence has been given.
func (t *txn) number(seq string) (uint64, error) {
	if n, ok := t.numbers[seq]; ok {
		return n, nil
	}
	values, err := t.Get(seqBucket, store.K(seq))
	if err != nil || values[0] == nil {
		return 0, err
	}
	if len(values[0]) != 8 {
		return 0, &store.Damaged{Bucket: seqBucket, Key: store.K(seq), What: "is not a number"}
	}
	return binary.BigEndian.Uint64(values[0]), nil
}

func (t *txn) Next(seq string) (uint64, error) {
	if !t.writable {
		return 0, fmt.Errorf("store: a number of %s in a View", seq)
	}
	n, err := t.number(seq)
	if err != nil {
		return 0, err
	}
	if t.numbers == nil {
		t.numbers = map[string]uint64{}
	}
	t.numbers[seq] = n + 1
	t.dirty = true // a number that was given is never given again, whether or not its taker writes
	return n + 1, nil
}

func (t *txn) Stamp() (store.Key, error) {
	n, err := t.Next(stampSeq)
	return store.K(n), err
}

// keepNumbers writes the sequences once for the whole batch.
func (t *txn) keepNumbers() error {
	for seq, n := range t.numbers {
		if err := t.Put(seqBucket, store.K(seq), binary.BigEndian.AppendUint64(nil, n)); err != nil {
			return err
		}
	}
	return nil
}
