package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"deskbell/internal/disk"
	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Shelf is the folder with the files, DIR/files: ab/cdef… by hash, and tmp for what is still coming.
type Shelf struct {
	dir string
	db  *store.DB
	// disk tells how many bytes of the disk are free and how many it has; nothing of either where the system does not say.
	disk func(dir string) (free, all uint64)
	// Held for reading from a file's rename to the commit of its row, and for writing while a file is removed: the same content
	// sent again must not be removed in between.
	mu sync.RWMutex
}

const tmp = "tmp"

// Open opens the shelf in dir, which it makes if need be, and clears away what was still coming when the house last stopped.
func Open(dir string, db *store.DB) (*Shelf, error) {
	s := &Shelf{dir: dir, db: db, disk: diskOf}
	if err := os.RemoveAll(filepath.Join(dir, tmp)); err != nil {
		return nil, fmt.Errorf("clear unfinished uploads: %w", err)
	}
	for _, folder := range []string{dir, filepath.Join(dir, tmp)} {
		if err := makeFolder(folder); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Put keeps what r gives, at most max bytes, with the name, type and owner of u. When it returns, file and row are on disk.
// What is cut off or too large leaves nothing behind.
func (s *Shelf) Put(ctx context.Context, u Upload, r io.Reader, max int64) (*Upload, error) {
	return s.PutAnd(ctx, Arrival{u, r, max}, func(*store.Tx, *Upload) error { return nil })
}

// Arrival is a file on its way in: its name, type and owner, and at most Max bytes of what From gives.
type Arrival struct {
	Upload Upload
	From   io.Reader
	Max    int64
}

// PutAnd is Put with more that becomes true in the same moment; when that errs, there is no upload.
func (s *Shelf) PutAnd(ctx context.Context, a Arrival, more func(*store.Tx, *Upload) error) (*Upload, error) {
	u := a.Upload
	err := s.db.View(ctx, func(tx *store.Tx) error { return admit(tx, u.Owner) })
	if err != nil {
		return nil, err
	}
	temp, err := s.receive(ctx, &u, a.From, a.Max)
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp) // it has a place of its own by then
	u.Name, u.Type, u.Uses = tidyName(u.Name), tidyType(u.Type), nil
	return s.keep(ctx, u, temp, more)
}

// receive writes what comes to a temporary file, flushes it and learns its hash and size.
func (s *Shelf) receive(ctx context.Context, u *Upload, r io.Reader, max int64) (path string, err error) {
	f, err := os.CreateTemp(filepath.Join(s.dir, tmp), "*")
	if err != nil {
		return "", told(err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			os.Remove(f.Name())
		}
	}()
	sum := sha256.New()
	in := &incoming{ctx: ctx, full: s.full(u.Owner), from: io.LimitReader(r, max+1)}
	if u.Size, err = io.Copy(io.MultiWriter(f, sum), in); err != nil {
		return "", told(err)
	}
	if u.Size > max {
		return "", limited(max)
	}
	u.Hash = hex.EncodeToString(sum.Sum(nil))
	return f.Name(), told(errors.Join(f.Chmod(0o600), f.Sync()))
}

// incoming stops reading when whoever sends has gone, or the disk has no room left for what he sends.
type incoming struct {
	ctx  context.Context
	full func() bool
	from io.Reader
	read int
}

func (in *incoming) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	const often = 1 << 20
	if (in.read%often == 0 || in.read%often+len(p) > often) && in.full() {
		return 0, store.NoRoom(errors.New("an upload met a disk that is nearly full"))
	}
	n, err := in.from.Read(p)
	in.read += n
	return n, err
}

// keep moves a finished file to its place, flushes the folder and commits the row.
func (s *Shelf) keep(ctx context.Context, u Upload, temp string, more func(*store.Tx, *Upload) error) (*Upload, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	path := s.path(u.Hash)
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return nil, told(err)
	}
	if err := os.Rename(temp, path); err != nil && !same(path, u.Size) { // Windows does not replace a file that is being read
		return nil, told(err)
	}
	if err := disk.FlushFolder(filepath.Dir(path)); err != nil {
		return nil, told(err)
	}
	err := s.db.Update(ctx, func(tx *store.Tx) error {
		u.ID, u.Created = tx.NewID(), tx.Now()
		if err := uploads.Put(tx, &u); err != nil {
			return err
		}
		return more(tx, &u)
	})
	if err != nil {
		return nil, err // the file is a stray now, or used by another row; Tidy tells
	}
	return &u, nil
}

// Open opens the file with a hash for reading. It can be sought in.
func (s *Shelf) Open(hash string) (*os.File, error) {
	if !isHash(hash) {
		return nil, fault.Missing("file")
	}
	f, err := os.Open(s.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Missing("file")
	}
	return f, err
}

// below is where the file with a hash lies below the shelf's folder.
func below(hash string) string { return filepath.Join(hash[:2], hash[2:]) }

func (s *Shelf) path(hash string) string { return filepath.Join(s.dir, below(hash)) }

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == s
}

func same(path string, size int64) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() == size
}

// told turns the system's word for a disk that takes nothing into the house's.
func told(err error) error {
	switch {
	case disk.IsFull(err):
		return store.NoRoom(err)
	case errors.Is(err, syscall.EROFS):
		return store.ReadOnly(err)
	}
	return err
}

// makeFolder makes a folder that only this user can enter, whatever the umask says, and makes it last.
func makeFolder(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		err = errors.Join(os.Chmod(dir, 0o700), disk.FlushFolder(filepath.Dir(dir)))
	}
	return err
}
