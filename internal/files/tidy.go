package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"deskbell/internal/disk"
	"deskbell/internal/store"
)

// Follow tidies the shelf once an hour until ctx ends.
func (s *Shelf) Follow(ctx context.Context) {
	for {
		if err := s.tidy(ctx); err != nil && ctx.Err() == nil {
			slog.Error("the files cannot be tidied and wait an hour", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}

// tidy removes the uploads that nothing has taken up for a day, then the files that no row names: theirs, and those that a
// crash left between a file and its row.
func (s *Shelf) tidy(ctx context.Context) error {
	for {
		gone, err := s.removeLoose(ctx)
		if err != nil {
			return err
		}
		if len(gone) == 0 {
			return s.removeStrays(ctx)
		}
		for _, hash := range gone {
			if err := s.drop(ctx, hash); err != nil {
				return err
			}
		}
	}
}

// removeLoose removes some rows and gives the hashes that they named.
func (s *Shelf) removeLoose(ctx context.Context) (gone []string, err error) {
	err = s.db.Update(store.Urgent(ctx), func(tx *store.Tx) error {
		old := store.Range{To: store.K(tx.Now().Add(-patience))}
		page, _, err := uploads.Page(tx, "loose", old, 100)
		if err != nil {
			return err
		}
		gone = nil
		for _, u := range page {
			if err := uploads.Delete(tx, store.K(u.ID)); err != nil {
				return err
			}
			gone = append(gone, u.Hash)
		}
		return nil
	})
	return gone, err
}

// drop removes a file unless a row names it.
func (s *Shelf) drop(ctx context.Context, hash string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var needed *Upload
	err := s.db.View(ctx, func(tx *store.Tx) (err error) {
		needed, err = uploads.By(tx, "hash", store.K(hash))
		return err
	})
	if err != nil || needed != nil {
		return err
	}
	if err := os.Remove(s.path(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return disk.FlushFolder(filepath.Dir(s.path(hash)))
}

// removeStrays looks at one folder after the other; a file younger than a day may be about to get its row.
func (s *Shelf) removeStrays(ctx context.Context) error {
	return s.stored(ctx, func(hash string, info fs.FileInfo) error {
		if s.db.Now().Sub(info.ModTime()) < patience {
			return nil
		}
		return s.drop(ctx, hash)
	})
}

// stored calls do for every file on the shelf that is named as a file should be.
func (s *Shelf) stored(ctx context.Context, do func(hash string, info fs.FileInfo) error) error {
	folders, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if folder.Name() == tmp || !folder.IsDir() {
			continue
		}
		inside, err := os.ReadDir(filepath.Join(s.dir, folder.Name()))
		if err != nil {
			return err
		}
		for _, entry := range inside {
			info, err := entry.Info()
			hash := folder.Name() + entry.Name()
			if errors.Is(err, fs.ErrNotExist) || !isHash(hash) {
				continue
			}
			if err := errors.Join(err, ctx.Err()); err != nil {
				return err
			}
			if err := do(hash, info); err != nil {
				return err
			}
		}
	}
	return nil
}

// Check reads every file that a row names and compares hash and size, and reports files that no row has named for two days.
// It says how many files it read.
func (s *Shelf) Check(ctx context.Context, report func(string)) (read int, err error) {
	err = each(ctx, s.db, func(u *Upload) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		read++
		if problem := s.examine(u); problem != "" {
			report(fmt.Sprintf("file %s (upload %s) %s", u.Hash, u.ID, problem))
		}
		return nil
	})
	if err != nil {
		return read, err
	}
	return read, s.stored(ctx, func(hash string, info fs.FileInfo) error {
		if s.db.Now().Sub(info.ModTime()) < 2*patience {
			return nil // tidy has not had its turn
		}
		return s.db.View(ctx, func(tx *store.Tx) error {
			u, err := uploads.By(tx, "hash", store.K(hash))
			if err == nil && u == nil {
				report(fmt.Sprintf("file %s belongs to no upload", hash))
			}
			return err
		})
	})
}

func (s *Shelf) examine(u *Upload) (problem string) {
	f, err := s.Open(u.Hash)
	if err != nil {
		return "is missing"
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	switch {
	case err != nil:
		return "cannot be read: " + err.Error()
	case n != u.Size:
		return fmt.Sprintf("has %d bytes instead of %d", n, u.Size)
	case hex.EncodeToString(sum.Sum(nil)) != u.Hash:
		return "is not what was sent: its hash is another"
	}
	return ""
}
