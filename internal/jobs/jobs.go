// Package jobs does work that must happen: whatever goes out of the house, and whatever falls due.
//
// A job is added in the transaction of the deed that asks for it, so that there is never one without the other. It is leased,
// done outside any transaction, and ended in another; a crash in between does it again. So it is done at least once, with the
// same ID each time, by which the other side can tell a second try from a second job. What cannot be done is tried for about
// a day, then it has failed, is told to its room and kept until somebody retries or drops it. Nothing is given up in silence.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// State is where a job stands. A job that is done is not kept.
type State string

const (
	Waiting State = "waiting" // for its time, its turn in its line, or another try
	Running State = "running" // leased; back to waiting when the lease ends without a word
	Failed  State = "failed"
)

// Job is a piece of work. Whoever adds one fills in the first part.
type Job struct {
	Kind string // which handler does it
	Key  string // at most one job of a kind with this key at a time; "" for no such limit
	Line string // jobs of one line are done one after another, in the order in which they were added; "" for no line
	Data any    // what the handler needs, written as JSON; Read reads it

	ID      string // the same on every try
	State   State
	Tries   int // begun so far, this one included
	Added   time.Time
	At      time.Time // when the next try begins; zero for at once
	Trouble string    // why the last try did not do
}

// Read reads the job's data.
func (j Job) Read(into any) error {
	data, ok := j.Data.(json.RawMessage)
	if !ok {
		return fmt.Errorf("job %s %s was not read from the store", j.Kind, j.ID)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return Final(fmt.Errorf("job %s %s holds what its handler cannot read: %w", j.Kind, j.ID, err))
	}
	return nil
}

// row is a job in the store.
type row struct {
	ID      string          `json:"id"`
	Kind    string          `json:"kind"`
	Key     string          `json:"key,omitempty"`
	Line    string          `json:"line,omitempty"`
	Stamp   store.Key       `json:"stamp,omitempty"`  // its place in the line
	Behind  bool            `json:"behind,omitempty"` // another of the line comes first
	Data    json.RawMessage `json:"data"`
	State   State           `json:"state"`
	Due     time.Time       `json:"due,omitzero"` // when to begin: zero for at once; while it runs, when its lease ends
	Tries   int             `json:"tries"`
	Added   time.Time       `json:"added"`
	Trouble string          `json:"trouble,omitempty"`
}

func (r *row) job() Job {
	return Job{
		Kind: r.Kind, Key: r.Key, Line: r.Line, Data: r.Data,
		ID: r.ID, State: r.State, Tries: r.Tries, Added: r.Added, At: r.Due, Trouble: r.Trouble,
	}
}

var rows = store.NewTable("jobs", func(r *row) store.Key { return store.K(r.ID) },
	store.Index[row]{Name: "due", Keys: due},
	store.Index[row]{Name: "key", Keys: byKey, Unique: true},
	store.Index[row]{Name: "line", Keys: inLine},
	store.Index[row]{Name: "state", Keys: func(r *row) []store.Key { return []store.Key{store.K(r.State, r.Added)} }},
).Called("job")

// due holds what can be begun, soonest first, by kind. A lease only moves a job back in it: one that ends without a word is
// due again like any other. What begins at once has no time in it, so that no clock that is put back makes it wait.
func due(r *row) []store.Key {
	if r.State == Failed || r.Behind {
		return nil
	}
	return []store.Key{store.K(r.Kind, r.Due)}
}

func byKey(r *row) []store.Key {
	if r.Key == "" {
		return nil
	}
	return []store.Key{store.K(r.Kind, r.Key)}
}

// inLine holds the jobs of each line in order. One that failed steps out, so that the others go on.
func inLine(r *row) []store.Key {
	if r.Line == "" || r.State == Failed {
		return nil
	}
	return []store.Key{store.K(r.Line, r.Stamp)}
}

// Add adds a job in the transaction of the deed that asks for it. While there is one of its kind and key, even a failed one,
// nothing is added.
func Add(tx *store.Tx, j Job) error {
	if j.Key != "" {
		if have, err := rows.By(tx, "key", store.K(j.Kind, j.Key)); err != nil || have != nil {
			return err
		}
	}
	data, err := json.Marshal(j.Data)
	if err != nil {
		return fmt.Errorf("write the data of a job %s: %w", j.Kind, err)
	}
	r := &row{
		ID: tx.NewID(), Kind: j.Kind, Key: j.Key, Line: j.Line, Data: data,
		State: Waiting, Added: tx.Now(),
	}
	if r.Line != "" {
		if r.Stamp, err = tx.Stamp(); err != nil {
			return err
		}
		if r.Behind, err = taken(tx, r.Line); err != nil {
			return err
		}
	}
	tx.Ring(topic)
	return rows.Put(tx, r)
}

// topic is rung when there is something to begin.
const topic = "jobs"

func taken(tx *store.Tx, line string) (bool, error) {
	n, err := rows.Count(tx, "line", store.K(line), 1)
	return n > 0, err
}

// next lets the next job of r's line begin, once r is out of it.
func next(tx *store.Tx, r *row) error {
	if r.Line == "" {
		return nil
	}
	first, err := rows.By(tx, "line", store.K(r.Line))
	if err != nil || first == nil || !first.Behind {
		return err
	}
	first.Behind = false
	tx.Ring(topic)
	return rows.Put(tx, first)
}

// List gives jobs of a state, oldest first, and the cursor after which the next page begins.
func List(tx *store.Tx, state State, after store.Key, limit int) ([]Job, store.Key, error) {
	found, cursor, err := rows.Page(tx, "state", store.Range{Prefix: store.K(state), After: after}, limit)
	if err != nil {
		return nil, nil, err
	}
	list := make([]Job, len(found))
	for i, r := range found {
		list[i] = r.job()
	}
	return list, cursor, nil
}

// farBack is how many jobs Troubled looks through. A job has not long been waiting unless something is wrong with it, or with one
// before it in its line, so what it looks for is among the oldest.
const farBack = 1000

// Troubled gives jobs that were tried, met trouble and are tried again, oldest first, no more than limit. One that is at its next
// try just now is among them: nothing has shown yet that it gets over its trouble.
func Troubled(tx *store.Tx, limit int) ([]Job, error) {
	var list []Job
	for _, state := range []State{Running, Waiting} {
		looked := 0
		for r, err := range rows.Scan(tx, "state", store.Range{Prefix: store.K(state)}) {
			if err != nil {
				return nil, err
			}
			if looked++; looked > farBack || len(list) == limit {
				break
			}
			if r.Tries > 0 && r.Trouble != "" {
				list = append(list, r.job())
			}
		}
	}
	return list, nil
}

// ByKey gives the job of a kind that has a key, or a fault of kind NotFound.
func ByKey(tx *store.Tx, kind, key string) (Job, error) {
	r, err := rows.GetBy(tx, "key", store.K(kind, key))
	if err != nil {
		return Job{}, err
	}
	return r.job(), nil
}

// Count counts the jobs of a state, but no further than max.
func Count(tx *store.Tx, state State, max int) (int, error) {
	return rows.Count(tx, "state", store.K(state), max)
}

// Retry has a failed job tried again, from the first try, now.
func Retry(tx *store.Tx, id string) error {
	r, err := failed(tx, id)
	if err != nil {
		return err
	}
	if r.Line != "" {
		if r.Behind, err = taken(tx, r.Line); err != nil {
			return err
		}
	}
	r.State, r.Tries, r.Due = Waiting, 0, time.Time{}
	tx.Ring(topic)
	return rows.Put(tx, r)
}

// Drop forgets a failed job.
func Drop(tx *store.Tx, id string) error {
	r, err := failed(tx, id)
	if err != nil {
		return err
	}
	return rows.Delete(tx, store.K(r.ID))
}

func failed(tx *store.Tx, id string) (*row, error) {
	r, err := rows.Get(tx, store.K(id))
	if err == nil && r.State != Failed {
		return nil, fault.New(fault.Conflict, "jobs.not_failed")
	}
	return r, err
}

// Final marks an error that another try would meet again: the job has failed at once.
func Final(err error) error { return &final{err} }

type final struct{ error }

func (f *final) Unwrap() error { return f.error }

func isFinal(err error) bool {
	var f *final
	return errors.As(err, &f)
}

func init() { store.RegisterCheck("jobs", checkLines) }

// checkLines reports lines in which nobody comes first, which would stand for ever, or more than one, which would go at once.
func checkLines(ctx context.Context, db *store.DB, report func(string)) error {
	return db.View(ctx, func(tx *store.Tx) error {
		line, first := "", 0
		judge := func() {
			if line != "" && first != 1 {
				report(fmt.Sprintf("%d jobs are first in line %q", first, line))
			}
		}
		for r, err := range rows.Scan(tx, "line", store.Range{}) {
			if err != nil {
				return err
			}
			if r.Line != line {
				judge()
				line, first = r.Line, 0
			}
			if !r.Behind {
				first++
			}
		}
		judge()
		return ctx.Err()
	})
}
