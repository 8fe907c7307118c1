package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"deskbell/internal/live"
)

// committer is the limit that durable work is held against: bbolt and nothing else. What waits while one commit is flushed
// goes with the next; there is no timer, no checksum and no row.
type committer struct {
	db *bolt.DB

	mu      sync.Mutex
	leading bool
	waiting []*put
}

type put struct {
	n    uint64
	wake chan []*put
	err  error
}

// openBare opens a file with 20,000 records in it.
func openBare(dir string) (*committer, error) {
	db, err := bolt.Open(filepath.Join(dir, "bare.db"), 0o600, &bolt.Options{
		FreelistType: bolt.FreelistMapType, InitialMmapSize: 4 << 30, NoStatistics: true,
	})
	if err != nil {
		return nil, err
	}
	c := &committer{db: db}
	for from := uint64(0); from < 20_000; from += 1000 {
		var some []*put
		for n := from; n < from+1000; n++ {
			some = append(some, &put{n: n})
		}
		if err := c.commit(some); err != nil {
			return nil, err
		}
	}
	return c, nil
}

var (
	bareValue   = make([]byte, 1<<10)
	bareBuckets = [][]byte{[]byte("rows"), []byte("index1"), []byte("index2")}
)

func (c *committer) commit(some []*put) error {
	return c.db.Update(func(tx *bolt.Tx) error {
		for i, name := range bareBuckets {
			b, err := tx.CreateBucketIfNotExists(name)
			if err != nil {
				return err
			}
			value := bareValue
			if i > 0 {
				value = nil
			}
			for _, p := range some {
				if err := b.Put(binary.BigEndian.AppendUint64(nil, p.n), value); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// put writes record n durably.
func (c *committer) put(n uint64) error {
	p := &put{n: n, wake: make(chan []*put, 1)}
	c.mu.Lock()
	batch := []*put{p}
	if c.leading {
		c.waiting = append(c.waiting, p)
		c.mu.Unlock()
		if batch = <-p.wake; batch == nil {
			return p.err
		}
	} else {
		c.leading = true
		c.mu.Unlock()
	}
	err := c.commit(batch)
	for _, other := range batch[1:] {
		other.err = err
		other.wake <- nil
	}
	c.mu.Lock()
	next := c.waiting
	c.waiting = nil
	c.leading = len(next) > 0
	c.mu.Unlock()
	if len(next) > 0 {
		next[0].wake <- next
	}
	return err
}

// throughput is how many records a second so many writers put.
func (c *committer) throughput(writers int, d time.Duration) (float64, error) {
	var n atomic.Uint64
	n.Store(1 << 32)
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	began := time.Now()
	var done atomic.Int64
	for range writers {
		all.Go(func() {
			for time.Since(began) < d {
				if err := c.put(n.Add(1)); err != nil {
					failed.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(done.Load()) / time.Since(began).Seconds(), nil
}

// updates is how long one writer's bare Update takes, each time.
func (c *committer) updates(count int) (took durations, err error) {
	for i := range count {
		began := time.Now()
		if err := c.commit([]*put{{n: 1<<40 + uint64(i)}}); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// serveBare is the same socket path with one bare commit: what a socket says is committed, then shown to its pair.
func serveBare(ctx context.Context, dir string) error {
	c, err := openBare(dir)
	if err != nil {
		return err
	}
	defer c.db.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	hub := live.NewHub(live.Options{})
	pairs := &sync.Map{}
	mux := http.NewServeMux()
	mux.HandleFunc("/pair/{name}", func(w http.ResponseWriter, r *http.Request) {
		own := r.PathValue("name")
		other := "v" + own[1:]
		if own[0] == 'v' {
			other = "a" + own[1:]
		}
		t := &bareTalk{c: c, pairs: pairs, own: own, other: other}
		_ = hub.Upgrade(w, r, func(*http.Request) bool { return true }, t)
	})
	server := &http.Server{Handler: mux}
	go server.Serve(l)
	defer server.Close()
	return answer(hello{URL: fmt.Sprintf("http://%s", l.Addr())}, hub.Count)
}

type bareTalk struct {
	c          *committer
	pairs      *sync.Map
	own, other string

	mu   sync.Mutex
	news [][]byte
	s    *live.Socket
}

var bareNumber atomic.Uint64

func (t *bareTalk) Frame(s *live.Socket, data []byte) {
	t.s = s
	t.pairs.Store(t.own, t)
	if err := t.c.put(1<<50 + bareNumber.Add(1)); err != nil {
		s.Close(1011, "commit")
		return
	}
	if pair, ok := t.pairs.Load(t.other); ok {
		pair.(*bareTalk).tell(data)
	}
	s.Send([]byte(`{"t":"ack"}`))
}

func (t *bareTalk) tell(data []byte) {
	t.mu.Lock()
	t.news = append(t.news, append([]byte{}, data...))
	t.mu.Unlock()
	t.s.Wake()
}

func (t *bareTalk) Next(*live.Socket) ([][]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	news := t.news
	t.news = nil
	return news, nil
}

func (t *bareTalk) Closed(*live.Socket) { t.pairs.Delete(t.own) }
