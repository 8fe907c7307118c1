package kb

import (
	"context"
	"sync"
	"time"

	"deskbell/internal/store"
)

// views is how often a text was read. It is a row of its own: a reader must not be a writer of what he reads.
type views struct {
	Article  string `json:"article"`
	Language string `json:"language"`
	Total    int    `json:"total"`
}

var viewed = store.NewTable("kb_views", func(v *views) store.Key { return textKey(v.Article, v.Language) },
	store.Index[views]{Name: "most", Keys: func(v *views) []store.Key { return []store.Key{store.K(v.Language, v.Total)} }})

// Counter counts readers in memory, and writes them down together: a page that is read a thousand times a second costs the
// store no more than one that is read once. What a restart forgets is a minute's worth of a number that nobody bills.
type Counter struct {
	mu      sync.Mutex
	seen    map[[2]string]int // by article and language
	flushed time.Time
}

const flushEvery = time.Minute

// Seen counts one reader of a text, and says whether it is time to Flush.
func (c *Counter) Seen(t *Text, now time.Time) (due bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[[2]string]int{}
	}
	c.seen[[2]string{t.Article, t.Language}]++
	if due = now.Sub(c.flushed).Abs() >= flushEvery; due {
		c.flushed = now // one reader a minute writes, not all who come meanwhile
	}
	return due
}

// mostFlushed keeps one write short; the rest follows with the next.
const mostFlushed = 500

// Flush writes down what was counted. When it fails, nothing is forgotten.
func (c *Counter) Flush(ctx context.Context, db *store.DB) error {
	taken := c.take()
	if len(taken) == 0 {
		return nil
	}
	err := db.Update(ctx, func(tx *store.Tx) error {
		for id, n := range taken {
			v, err := viewed.Find(tx, textKey(id[0], id[1]))
			if err != nil {
				return err
			}
			if v == nil {
				v = &views{Article: id[0], Language: id[1]}
			}
			v.Total += n
			if err := viewed.Put(tx, v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.giveBack(taken)
	}
	return err
}

func (c *Counter) take() map[[2]string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := map[[2]string]int{}
	for id, n := range c.seen {
		if len(taken) == mostFlushed {
			break
		}
		taken[id] = n
		delete(c.seen, id)
	}
	return taken
}

func (c *Counter) giveBack(taken map[[2]string]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, n := range taken {
		c.seen[id] += n
	}
}

// MostRead gives what everybody may read in a language, most read first.
func MostRead(tx *store.Tx, lang string, limit int) ([]*Text, error) {
	// Some of the most read may not be public any more: a few more are looked at than are wanted.
	rows, _, err := viewed.Page(tx, "most", store.Range{Prefix: store.K(lang), Back: true}, 3*limit)
	if err != nil {
		return nil, err
	}
	keys := make([]store.Key, len(rows))
	for i, v := range rows {
		keys[i] = textKey(v.Article, v.Language)
	}
	all, err := texts.GetAll(tx, keys...)
	if err != nil {
		return nil, err
	}
	var public []*Text
	for _, t := range all {
		if t != nil && t.Public() && len(public) < limit {
			public = append(public, t)
		}
	}
	return public, nil
}
