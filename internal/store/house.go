package store

import (
	"bytes"
	"context"
	"fmt"
	"sort"
)

// migration is one step that brings older data to this program's shape.
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
