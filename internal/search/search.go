// Package search finds words in everything the house has written down.
//
// It promises that what it finds is what the store says, a moment ago: it reads the store's feed and keeps the place up to
// which it has read inside the batch that it read it for, so that a crash can neither skip nor repeat anything that matters. It
// never answers without asking who reads: a document carries the terms of those who may see it, and whoever has none of them
// learns neither the words nor how many there were. It is no place of record: a damaged or foreign index is thrown away and
// made anew from the store.
package search

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Document is what can be found of one row.
type Document struct {
	Type     string    // "ticket", "article" …; what Q.Types asks for
	ID       string    // what the reader's link needs
	Title    string    // weighs more than Text
	Text     string    // plain text
	Language string    // "en", "pt-BR" …; "" when nobody knows
	Readers  []string  // the terms of those who may find it; none means nobody
	At       time.Time // newer first where two are equally good
}

// Describe makes the document of the row at key, or nil when nothing of it is to be found any more.
type Describe func(tx *store.Tx, key store.Key) (*Document, error)

// Index is an open index beside its store.
type Index struct {
	db       *store.DB
	dir      string
	describe map[string]Describe // by table; filled before the first CatchUp

	reading sync.Mutex // one reader of the feed at a time
	at      *place     // how far it has read; nil until settle; under reading

	damaged atomic.Bool  // a question stumbled over bad data: the next CatchUp rebuilds
	mu      sync.RWMutex // over which index is open, not over what is in it
	bleve   bleve.Index  // nil once closed
}

var errClosed = fault.New(fault.Unavailable, "search.closed")

// Open opens the index in dir, or begins an empty one where there is none that can be read. It does not wait for it, because a
// house can do all else meanwhile and a large index takes its time: whoever asks or reads first waits. Where there can be no
// index at all it says so in the log, and every question has the answer that search is not there.
func Open(dir string, db *store.DB) *Index {
	x := &Index{db: db, dir: dir, describe: map[string]Describe{}}
	x.mu.Lock()
	go func() {
		defer x.mu.Unlock()
		opened, err := openOrBegin(dir)
		if err != nil {
			slog.Error("there is no search: give the house its folder back and start it again", "dir", dir, "err", err)
			return
		}
		x.bleve = opened
	}()
	return x
}

func openOrBegin(dir string) (bleve.Index, error) {
	opened, err := open(dir)
	if err == nil {
		return opened, nil
	}
	if !errors.Is(err, bleve.ErrorIndexPathDoesNotExist) {
		slog.Warn("the search index cannot be read and is made anew", "dir", dir, "err", err)
	}
	return begin(dir)
}

// Register says how rows of table are found. All tables are registered before Follow, CatchUp or Reindex is called.
func (x *Index) Register(table string, describe Describe) { x.describe[table] = describe }

// Close ends reading and closes the index. What was read stays read.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.bleve == nil {
		return nil
	}
	err := x.bleve.Close()
	x.bleve = nil
	return err
}

// settings keep the index safe and small: a batch is on disk when it returns, and only the newest snapshot is kept.
var settings = map[string]any{
	"bolt_timeout":           "2s",
	"numSnapshotsToKeep":     1,
	"asyncErrorCallbackName": "deskbell",
}

// Half of the machine may take texts apart: who talks meanwhile has the other half. And when a batch cannot be written, on a
// full disk for one, bleve tries again without a pause: it is given one here.
func init() {
	bleve.Config.SetAnalysisQueueSize(max(1, runtime.NumCPU()/2))
	var t trouble
	scorch.RegistryAsyncErrorCallbacks["deskbell"] = func(err error, path string) {
		if t.isNews(err, time.Now()) {
			slog.Error("the search index cannot be written, and is tried each second: look after the disk", "path", path, "err", err)
		}
		time.Sleep(time.Second)
	}
}

// trouble is what was last in the way of writing. Each try meets it again, and it shall not fill the log, which may lie on the
// same full disk.
type trouble struct {
	mu   sync.Mutex
	why  string
	seen time.Time
}

// over is how long nothing is heard of a trouble that has ended: who meets it again says it again.
const over = time.Minute

// isNews tells whether err is another trouble than the last one. Every try writes another file, so only the reason at the end
// of what bleve says is compared.
func (t *trouble) isNews(err error, now time.Time) bool {
	text := err.Error()
	why := text[strings.LastIndex(text, ": ")+1:]
	t.mu.Lock()
	defer t.mu.Unlock()
	news := why != t.why || now.Sub(t.seen) > over
	t.why, t.seen = why, now
	return news
}

// open answers damage with an error, also where bleve would panic over it.
func open(dir string) (index bleve.Index, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			index, err = nil, fmt.Errorf("open the search index: %v", trouble)
		}
	}()
	return bleve.OpenUsing(dir, settings)
}

// begin makes an empty index in place of whatever is there.
func begin(dir string) (bleve.Index, error) {
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("clear the search index: %w", err)
	}
	shape, err := mappings()
	if err != nil {
		return nil, err
	}
	index, err := bleve.NewUsing(dir, shape, scorch.Name, scorch.Name, settings)
	if err != nil {
		return nil, fmt.Errorf("begin a search index in %s: %w", dir, err)
	}
	return index, os.Chmod(dir, 0o700)
}
