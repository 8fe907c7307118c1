// Package store keeps what must not be lost: ordered keys, transactions, tables with indexes, the feed of everything that
// became true, migrations, and a check of all of it.
//
// It promises that what an Update returned nil for is on disk, whole, and that nobody was told before. It knows no domain, and
// it is no ORM: a table reads and writes rows, and an index is a function from a row to keys.
package store

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"slices"
	"time"
)

// Clock tells the time; tests have one that they can move.
type Clock interface{ Now() time.Time }

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

// Options say how a store runs. The zero value is right for a house of its own.
type Options struct {
	Clock Clock              // the system's when nil
	Ring  func(topic string) // called after the flush for each topic of a transaction, once; it must not block
	// Before, when set, runs first in every Update; the tests use it to run a transaction twice.
	Before func(ctx context.Context, engine Engine, fn func(Txn) error) error
}

// DB is an open store.
type DB struct {
	engine       Engine
	clock        Clock
	before       func(context.Context, Engine, func(Txn) error) error
	installation string
	epoch        string
	ring         func(topic string)
	shared       shared
}

// New opens a store over an engine: it brings the data up to this program's version and reads who the house is.
func New(ctx context.Context, engine Engine, o Options) (*DB, error) {
	db := &DB{engine: engine, clock: o.Clock, ring: o.Ring, before: o.Before}
	if db.clock == nil {
		db.clock = systemClock{}
	}
	if err := db.migrate(ctx); err != nil {
		return nil, err
	}
	err := db.Update(ctx, func(tx *Tx) error { return db.introduce(tx) })
	return db, err
}

// Now is the house's time: UTC, to the millisecond.
func (db *DB) Now() time.Time { return db.clock.Now().UTC().Truncate(time.Millisecond) }

// Installation is the id that this data was given when it was first made.
func (db *DB) Installation() string { return db.installation }

// Epoch changes when data is put back from a backup: what clients remember of an earlier epoch no longer holds.
func (db *DB) Epoch() string { return db.epoch }

// Engine is the engine underneath, for what only an engine can do.
func (db *DB) Engine() Engine { return db.engine }

// Close closes the engine.
func (db *DB) Close() error { return db.engine.Close() }

// View runs fn over a consistent picture. Gather in it, render after it: a long view keeps old pages alive.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	return db.engine.View(ctx, func(txn Txn) error {
		return fn(&Tx{Txn: txn, now: db.Now(), shared: &db.shared})
	})
}

// Update runs fn as one moment: all of it becomes true and durable, or none. It may run fn more than once. When it returns
// nil the data is on disk, and the topics that fn rang are rung. A fault of kind Unavailable after a failed flush means
// "unknown", not "not done": say nothing to anybody and let the client try again with the same id.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	var rung *Tx
	run := func(txn Txn) error {
		tx := &Tx{Txn: txn, now: db.Now(), writable: true, shared: &db.shared}
		rung = tx
		return fn(tx)
	}
	if db.before != nil {
		if err := db.before(ctx, db.engine, run); err != nil {
			return err
		}
	}
	if err := db.engine.Update(ctx, run); err != nil {
		return err
	}
	if db.ring != nil && rung != nil {
		for _, topic := range rung.topics {
			db.ring(topic)
		}
	}
	return nil
}

// Tx is a transaction with one moment of time.
type Tx struct {
	Txn
	now      time.Time
	writable bool
	topics   []string
	shared   *shared
}

// Now is the transaction's moment: UTC, to the millisecond. Nothing orders by it; it may go back with the clock.
func (tx *Tx) Now() time.Time { return tx.now }

// Ring wakes who listens to topic, after the flush and never before.
func (tx *Tx) Ring(topic string) {
	if !slices.Contains(tx.topics, topic) {
		tx.topics = append(tx.topics, topic)
	}
}

// NewID makes an id: 48 bits of the moment and 80 random ones, as 26 characters that sort by time.
func (tx *Tx) NewID() string {
	var id [16]byte
	rand.Read(id[:])
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(tx.now.UnixMilli())<<16)
	copy(id[:6], at[:6])
	return spell(id[:])
}

// NewRef makes a name of 128 random bits that nobody can guess, as 26 characters safe in a URL.
func NewRef() string {
	var id [16]byte
	rand.Read(id[:])
	return spell(id[:])
}

// alphabet leaves out i, l, o and u, as Crockford's does, so that an id can be read aloud; it sorts as its values do.
var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

func spell(id []byte) string { return alphabet.EncodeToString(id) }

type urgent struct{}

// Urgent marks work that may use the disk's reserve: signing in, and whatever makes room.
func Urgent(ctx context.Context) context.Context { return context.WithValue(ctx, urgent{}, true) }

// IsUrgent tells an engine whether ctx may use the reserve.
func IsUrgent(ctx context.Context) bool { return ctx.Value(urgent{}) != nil }
