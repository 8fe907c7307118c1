package store

import (
	"bytes"
	"context"
	"fmt"
	"sort"

	"deskbell/internal/fault"
)

// Migration is one step that brings older data to this program's shape.
type migration struct {
	number int
	name   string
	do     func(*Tx) error
}

var migrations []migration

// AddMigration registers step n; steps are numbered from 1, appended, and never changed once released. Each runs in one
// transaction with its number.
func AddMigration(n int, name string, do func(*Tx) error) {
	migrations = append(migrations, migration{n, name, do})
	sort.Slice(migrations, func(i, j int) bool { return migrations[i].number < migrations[j].number })
}

// Copier is an engine that can lay a copy of itself aside before a migration.
type Copier interface {
	CopyAside(name string) error
}

// migrate runs the steps that this data has not seen. Newer data is refused and left as it is.
func (db *DB) migrate(ctx context.Context) error {
	newest := 0
	if n := len(migrations); n > 0 {
		newest = migrations[n-1].number
	}
	have, fresh := 0, false
	err := db.View(ctx, func(tx *Tx) (err error) {
		values, err := tx.Get(metaBucket, K("version"), K("epoch"))
		if err != nil {
			return err
		}
		fresh = values[1] == nil
		if values[0] != nil {
			_, err = fmt.Sscan(string(values[0]), &have)
		}
		return err
	})
	if err != nil {
		return err
	}
	if have > newest {
		return fmt.Errorf("the data is of version %d and this program knows %d: start the newer deskbell that wrote it, or restore a backup from before the upgrade", have, newest)
	}
	copied := fresh // there is nothing to copy yet
	for _, m := range migrations {
		if m.number <= have {
			continue
		}
		if c, ok := db.engine.(Copier); ok && !copied {
			if err := c.CopyAside(fmt.Sprintf("before-%d", m.number)); err != nil {
				return fmt.Errorf("copy the data before the upgrade: %w", err)
			}
			copied = true
		}
		err := db.Update(ctx, func(tx *Tx) error {
			if err := m.do(tx); err != nil {
				return err
			}
			return tx.Put(metaBucket, K("version"), fmt.Append(nil, m.number))
		})
		if err != nil {
			return fmt.Errorf("upgrade step %d (%s): %w", m.number, m.name, err)
		}
	}
	return nil
}

// introduce gives new data its installation id and epoch, and reads those of data that has them.
func (db *DB) introduce(tx *Tx) error {
	values, err := tx.Get(metaBucket, K("installation"), K("epoch"))
	if err != nil {
		return err
	}
	for i, name := range []string{"installation", "epoch"} {
		value := bytes.Clone(values[i])
		if value == nil {
			value = []byte(NewRef())
			if err := tx.Put(metaBucket, K(name), value); err != nil {
				return err
			}
		}
		if name == "installation" {
			db.installation = string(value)
		} else {
			db.epoch = string(value)
		}
	}
	return nil
}

// NewEpoch begins a new epoch: the data was put back, and what clients remember may not have happened.
func (db *DB) NewEpoch(ctx context.Context) error {
	err := db.Update(ctx, func(tx *Tx) error { return tx.Delete(metaBucket, K("epoch")) })
	if err != nil {
		return err
	}
	return db.Update(ctx, db.introduce)
}

// Report is what Check found.
type Report struct {
	Records  int      // values read: rows, index entries, feed entries and the house's own
	Problems []string // one sentence each; empty when all is well
}

type check struct {
	name string
	do   func(ctx context.Context, db *DB, report func(string)) error
}

var checks []check

// RegisterCheck adds an invariant that a room promises over its rows.
func RegisterCheck(name string, do func(ctx context.Context, db *DB, report func(string)) error) {
	checks = append(checks, check{name, do})
}

// Verifier is an engine that can look over its own file.
type Verifier interface {
	Verify(ctx context.Context) (problems []string)
}

// maxProblems keeps a report readable when a whole file is bad.
const maxProblems = 100

// Check reads every record, recomputes every index, and asks each room for its own promises. It reads in chunks, so that it
// can run beside writers; what changed while it looked is looked at again before it is reported.
func Check(ctx context.Context, db *DB) (Report, error) {
	c := checker{db: db, known: map[string]bool{feedBucket: true, cursorsBucket: true, metaBucket: true, seqBucket: true}}
	for _, t := range tables() {
		for _, bucket := range t.buckets() {
			c.known[bucket] = true
		}
	}
	buckets, err := db.engine.Buckets(ctx)
	if err != nil {
		return c.report, err
	}
	for _, bucket := range buckets {
		before := c.report.Records
		if err := c.bucket(ctx, bucket); err != nil {
			return c.report, err
		}
		if !c.known[bucket] && c.report.Records > before {
			c.problem(fmt.Sprintf("there is a table %q that this program does not know", bucket))
		}
	}
	if v, ok := db.engine.(Verifier); ok {
		for _, p := range v.Verify(ctx) {
			c.problem(p)
		}
	}
	for _, check := range checks {
		err := check.do(ctx, db, func(p string) { c.problem(check.name + ": " + p) })
		if err != nil {
			c.problem(fmt.Sprintf("%s: %v", check.name, err))
		}
	}
	return c.report, ctx.Err()
}

type checker struct {
	db     *DB
	known  map[string]bool
	report Report
}

func (c *checker) problem(p string) {
	if len(c.report.Problems) < maxProblems {
		c.report.Problems = append(c.report.Problems, p)
	}
}

const chunk = 2000

// bucket reads a bucket in chunks. A row must have exactly its index entries; an index entry must belong to its row.
func (c *checker) bucket(ctx context.Context, bucket string) error {
	table, index := registered[bucket], c.indexOf(bucket)
	var after Key
	for {
		n := 0
		err := c.db.View(ctx, func(tx *Tx) error {
			for pair, err := range tx.Scan(bucket, Range{After: after}) {
				if n++; n > chunk {
					return nil
				}
				if pair.Key != nil {
					after = bytes.Clone(pair.Key)
					c.report.Records++
				}
				if err != nil {
					c.problem(err.Error())
					continue
				}
				switch {
				case table != nil:
					err = c.row(tx, table, pair)
				case index != nil:
					err = c.entry(tx, index, bucket, pair)
				}
				if err != nil {
					c.problem(err.Error())
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if n <= chunk {
			return ctx.Err()
		}
	}
}

func (c *checker) indexOf(bucket string) anyTable {
	for _, t := range tables() {
		for _, b := range t.buckets()[1:] {
			if b == bucket {
				return t
			}
		}
	}
	return nil
}

func (c *checker) row(tx *Tx, t anyTable, pair Pair) error {
	entries, err := t.expected(pair.Key, pair.Value)
	if err != nil {
		return err
	}
	for _, e := range entries {
		values, err := tx.Get(e.bucket, e.key)
		if err != nil {
			return err
		}
		if !bytes.Equal(values[0], pair.Key) {
			return &Damaged{t.Name(), pair.Key, "is missing from the index " + e.bucket}
		}
	}
	return nil
}

func (c *checker) entry(tx *Tx, t anyTable, bucket string, pair Pair) error {
	rows, err := tx.Get(t.Name(), pair.Value)
	if err != nil {
		return err
	}
	if rows[0] == nil {
		return &Damaged{bucket, pair.Key, "names a row that is not there"}
	}
	entries, err := t.expected(pair.Value, rows[0])
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.bucket == bucket && bytes.Equal(e.key, pair.Key) {
			return nil
		}
	}
	return &Damaged{bucket, pair.Key, "does not belong to the row it names"}
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

const seqBucket = "seq"
