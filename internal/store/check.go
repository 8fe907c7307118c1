package store

import (
	"bytes"
	"context"
	"fmt"
)

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

// Check reads every record, recomputes every index, and asks each room for its own promises. It reads in chunks, each
// from one picture of the store, so that it can run beside writers.
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
		if err := c.bucket(ctx, bucket); ctx.Err() != nil {
			return c.report, err
		} else if err != nil {
			c.problem(fmt.Sprintf("the rest of %s cannot be read: %v", bucket, err))
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
