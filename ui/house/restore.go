package house

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"deskbell/internal/disk"
	"deskbell/internal/jobs"
	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
	"deskbell/tickets/channels"
)

// unfinished lies in a directory while a backup is put back into it. As long as it does, no house opens there.
const unfinished = "restore.unfinished"

// Restore makes a house in dir of a backup that Verify has found good, and begins a new epoch in it, so that browsers
// forget what they have seen since the backup was made. What waited to go out is left for somebody to send by hand. dir must be
// empty or not there.
func Restore(ctx context.Context, r io.Reader, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the data directory %s: %w", dir, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("cannot read the data directory %s: %w", dir, err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty: name an empty directory with --data; nothing was changed", dir)
	}
	mark := filepath.Join(dir, unfinished)
	if err := writeFile(mark, nil); err != nil {
		return fmt.Errorf("cannot write in %s: %w", dir, err)
	}
	err = eachEntry(r, func(name string, content io.Reader) error {
		if name == manifestName || ctx.Err() != nil {
			return ctx.Err()
		}
		return writeFile(filepath.Join(dir, filepath.FromSlash(name)), content)
	})
	if err != nil {
		return fmt.Errorf("%w; remove %s before you try again", err, dir)
	}
	if err := beginAgain(ctx, dir); err != nil {
		return err
	}
	if err := os.Remove(mark); err != nil {
		return err
	}
	return disk.FlushFolder(dir)
}

func beginAgain(ctx context.Context, dir string) error {
	engine, err := boltkv.Open(dir)
	if err != nil {
		return err
	}
	db, err := store.New(ctx, engine, store.Options{})
	if err != nil {
		return errors.Join(err, engine.Close())
	}
	err = db.NewEpoch(ctx)
	if err == nil {
		err = holdBack(ctx, db)
	}
	return errors.Join(err, db.Close())
}

// holdBack keeps mail from going out twice: what waited when the backup was made has probably gone out since.
func holdBack(ctx context.Context, db *store.DB) error {
	runner := &jobs.Runner{DB: db}
	channels.New(db).Attach(runner) // which tells the tickets whose replies are held back
	return runner.Abandon(ctx, "it waited when the backup was made and may have gone out since: retry it if it did not")
}

// writeFile writes a new file and flushes it and the folders that it is in.
func writeFile(name string, content io.Reader) error {
	folder := filepath.Dir(name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if content != nil {
		_, err = io.Copy(f, content)
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return errors.Join(disk.FlushFolder(folder), disk.FlushFolder(filepath.Dir(folder)))
}
