// Package boltkv is the store's engine for one machine: a bbolt file in the data directory.
//
// What waits while one commit is flushed is committed together by the next flush; nobody waits for a timer. Every value
// carries a checksum. A file that is shorter than it was, or of another house, is refused before it is mapped, and after a
// failed flush the engine turns read-only and says so: "unknown" must never be taken for "not done".
package boltkv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"deskbell/internal/disk"
	"deskbell/internal/store"
)

// FileName is the data file's name in the data directory.
const FileName = "deskbell.db"

// mapped is address space, not memory: a file that outgrows its mapping must be mapped anew, and for that one long read
// would stop all writers.
const mapped = 64 << 30

// Engine is an open data file.
type Engine struct {
	dir  string
	db   *bolt.DB
	file *os.File // as db has it open
	card *card

	mu      sync.Mutex
	leading bool
	queue   []*work

	broken  atomic.Pointer[error] // set once, by a failed flush
	lowDisk func(dir string) bool
}

// Open opens the data file in dir, or makes both. It waits a second for another process to let go, then says which.
func Open(dir string) (*Engine, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the data directory %s: %w", dir, advised(err))
	}
	c, err := readCard(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, FileName)
	txid, err := c.inspect(path)
	if err != nil {
		return nil, err
	}
	db, file, err := openFile(path)
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("%s is in use by %s: stop it first, or ask it with the same --data", path, holder(dir))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open %s: %w", path, advised(err))
	}
	e := &Engine{dir: dir, db: db, file: file, card: c, lowDisk: lowDisk}
	if c.opened, err = os.Stat(path); err == nil {
		err = e.identify()
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	c.warnIfBehind(txid)
	if err := c.run(dir); err != nil {
		db.Close()
		return nil, fmt.Errorf("cannot write in %s: %w", dir, advised(err))
	}
	return e, nil
}

// openFile maps the file. bbolt panics at a damaged page; here that becomes a sentence.
func openFile(path string) (db *bolt.DB, file *os.File, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // see guard
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it is damaged (%v): restore the last good backup", p)
		}
	}()
	options := bolt.Options{
		Timeout:         time.Second,
		FreelistType:    bolt.FreelistMapType,
		PreLoadFreelist: true,
		NoStatistics:    true,
		OpenFile: func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	}
	if runtime.GOOS != "windows" && ^uint(0)>>32 != 0 {
		options.InitialMmapSize = mapped
	}
	db, err = bolt.Open(path, 0o600, &options)
	if err != nil && options.InitialMmapSize > 0 && !errors.Is(err, berrors.ErrTimeout) {
		options.InitialMmapSize = 0 // little address space: ulimit -v, or a small container
		db, err = bolt.Open(path, 0o600, &options)
	}
	return db, file, err
}

// identify holds the file's installation id against the one that stands beside it, and gives a new file its own.
func (e *Engine) identify() error {
	key := store.K("installation")
	var found string
	err := e.View(context.Background(), func(txn store.Txn) error {
		values, err := txn.Get("meta", key)
		found = string(values[0])
		return err
	})
	if err != nil {
		return err
	}
	if found == "" {
		if e.card.Installation != "" {
			return fmt.Errorf("%s is empty but belonged to house %s: restore the last good backup", e.db.Path(), e.card.Installation)
		}
		found = store.NewRef()
		err := e.Update(context.Background(), func(txn store.Txn) error { return txn.Put("meta", key, []byte(found)) })
		if err != nil {
			return err
		}
	}
	if e.card.Installation == "" {
		e.card.Installation = found
		return e.card.write(e.dir, e.db.Path())
	}
	if e.card.Installation != found {
		return fmt.Errorf("%s is of house %s, but house.json beside it is of %s: put back the file that belongs here, or remove house.json if the file is right",
			e.db.Path(), found, e.card.Installation)
	}
	return nil
}

// View runs fn over the newest committed state.
func (e *Engine) View(ctx context.Context, fn func(store.Txn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	tx, err := e.db.Begin(false)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return guard(func() error { return fn(&txn{tx: tx}) })
}

// Bound gives the stamp that comes next: one writer at a time means that none below it can still appear.
func (e *Engine) Bound(ctx context.Context) (bound store.Key, err error) {
	err = e.View(ctx, func(t store.Txn) error {
		n, err := t.(*txn).number(stampSeq)
		bound = store.K(n + 1)
		return err
	})
	return bound, err
}

// Buckets lists the buckets that exist.
func (e *Engine) Buckets(ctx context.Context) (names []string, err error) {
	err = e.View(ctx, func(t store.Txn) error {
		return t.(*txn).tx.ForEach(func(name []byte, _ *bolt.Bucket) error {
			names = append(names, string(name))
			return nil
		})
	})
	return names, err
}

// Copy writes the whole file as it is now, while writers go on, to the writer that to gives for so many bytes. What writers
// free meanwhile cannot be used again before it ends.
func (e *Engine) Copy(to func(size int64) (io.Writer, error)) error {
	tx, err := e.db.Begin(false)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return guard(func() error {
		w, err := to(tx.Size())
		if err != nil {
			return err
		}
		_, err = tx.WriteTo(w)
		return err
	})
}

// Size is the length of the data in bytes.
func (e *Engine) Size() (size int64, err error) {
	err = e.db.View(func(tx *bolt.Tx) error { size = tx.Size(); return nil })
	return size, err
}

// CopyAside lays a whole copy beside the data file, flushed, before it is changed in a way that cannot be undone.
func (e *Engine) CopyAside(name string) error {
	path := filepath.Join(e.dir, FileName+"."+name)
	temp := path + ".part"
	defer os.Remove(temp)
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := e.Copy(func(int64) (io.Writer, error) { return f, nil }); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return disk.FlushFolder(e.dir)
}

// Broken tells why the engine is read-only; nil while it writes.
func (e *Engine) Broken() error {
	if p := e.broken.Load(); p != nil {
		return *p
	}
	return nil
}

// Low tells whether the disk is below the reserve.
func (e *Engine) Low() bool { return e.lowDisk(e.dir) }

// Close waits for the transactions that run and closes the file.
func (e *Engine) Close() error {
	e.card.stop(e.dir)
	return e.db.Close()
}

// bare strips the path that an os error repeats.
func bare(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// advised is what the system says about the data directory, with what to do about it.
func advised(err error) error {
	advice := ""
	switch {
	case errors.Is(err, fs.ErrPermission):
		advice = "give it, with all that is in it, to the user who runs deskbell, or name another directory with --data"
	case errors.Is(err, fs.ErrExist): // MkdirAll's word for a link that leads nowhere
		return errors.New("a link on the way to it leads nowhere; mount or make what it points to, or name another directory with --data")
	case errors.Is(err, syscall.EROFS):
		advice = "have that disk mounted for writing, after a look at why it is not, or name a directory on another with --data"
	case disk.IsFull(err):
		advice = "make room on that disk, or name a directory on another with --data"
	default:
		return bare(err)
	}
	return fmt.Errorf("%w: %s", bare(err), advice)
}
