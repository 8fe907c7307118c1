package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"deskbell/internal/store"
)

func TestRestartsAndBadIndexes(t *testing.T) {
	remove := func(pattern string) func(*reader) {
		return func(r *reader) { r.spoil(pattern, func(path string) error { return os.Remove(path) }) }
	}
	for name, meanwhile := range map[string]func(*reader){
		"nothing":                   func(*reader) {},
		"the folder is gone":        func(r *reader) { os.RemoveAll(filepath.Join(r.Dir, "search")) },
		"the description is gone":   remove("index_meta.json"),
		"the description is rubble": func(r *reader) { r.write("index_meta.json", "{") },
		"the root is gone":          remove("store/root.bolt"),
		"the root is empty":         func(r *reader) { r.write("store/root.bolt", "") },
		"the root is rubble":        func(r *reader) { r.write("store/root.bolt", strings.Repeat("rubble", 9000)) },
		"the segments are gone":     remove("store/*.zap"),
		"the segments are rubble":   func(r *reader) { r.write("store/*.zap", strings.Repeat("rubble", 9)) },
		"the data was put back":     func(r *reader) { r.must(r.NewEpoch(context.Background())) },
		"the feed was trimmed": func(r *reader) {
			r.trim() // past what the index has read
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := openReader(t)
			r.put(leaf{ID: "a", Text: "tiger"}, leaf{ID: "b", Text: "lion"})
			r.catchUp()
			r.must(r.Index.Close())
			r.put(leaf{ID: "c", Text: "tiger"}, leaf{ID: "b", Text: "bear"})
			meanwhile(r)
			r.open()
			r.catchUp()
			r.expect(Q{Text: "tiger"}, "a", "c")
			r.expect(Q{Text: "lion"})
			r.expect(Q{Text: "bear"}, "b")
		})
	}
}

// An index that is open all the while may be too slow for the feed, or have found it empty when it began.
func TestAnOpenIndexNoticesATrimmedFeed(t *testing.T) {
	for _, begun := range []bool{false, true} {
		r := openReader(t)
		r.catchUp()
		if begun {
			r.put(leaf{ID: "a", Text: "tiger"})
			r.catchUp()
		}
		r.put(leaf{ID: "b", Text: "lion"})
		r.trim()
		r.put(leaf{ID: "c", Text: "bear"})
		r.catchUp()
		r.expect(Q{Text: "lion"}, "b")
		r.expect(Q{Text: "bear"}, "c")
	}
}

// trim has all that the feed tells by now grow old and go.
func (r *reader) trim() {
	r.t.Helper()
	r.Clock.Add(60 * 24 * time.Hour)
	r.Do(func(tx *store.Tx) error {
		_, err := store.TrimFeed(tx, 1000)
		return err
	})
}

func (r *reader) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) spoil(pattern string, do func(path string) error) {
	r.t.Helper()
	paths, err := filepath.Glob(filepath.Join(r.Dir, "search", pattern))
	r.must(err)
	if len(paths) == 0 {
		r.t.Fatalf("the index has no %s", pattern)
	}
	for _, path := range paths {
		r.must(do(path))
	}
}

func (r *reader) write(pattern, content string) {
	r.spoil(pattern, func(path string) error { return os.WriteFile(path, []byte(content), 0o600) })
}

// A copy of the folder while it is being written is what a kill leaves behind.
func TestAKillLosesNothing(t *testing.T) {
	r := openReader(t)
	dir := filepath.Join(r.Dir, "search")
	for round := range 8 {
		r.put(leaf{ID: fmt.Sprint(round), Text: fmt.Sprintf("tiger number%d", round)})
		copied := make(chan error)
		aside := filepath.Join(t.TempDir(), "search")
		go func() { copied <- os.CopyFS(aside, os.DirFS(dir)) }()
		r.catchUp()
		if err := <-copied; err != nil && !os.IsNotExist(err) {
			t.Fatal(err) // a file may be gone between listing and copying, as it may in a kill
		}
		r.must(r.Index.Close())
		r.must(os.RemoveAll(dir))
		r.must(os.Rename(aside, dir))
		r.open()
		r.catchUp()
		if got := r.find(Q{Text: "tiger"}); len(got) != round+1 {
			t.Errorf("round %d: found %v", round, got)
		}
		if r.Documents() != uint64(round+1) {
			t.Errorf("round %d: the index holds %d documents", round, r.Documents())
		}
	}
}

func TestReindexReadsEverything(t *testing.T) {
	r := openReader(t)
	var all []leaf
	for i := range 1200 { // more than two steps
		all = append(all, leaf{ID: fmt.Sprintf("%04d", i), Text: fmt.Sprintf("tiger number%d", i)})
	}
	r.put(all...)
	told := uint64(0)
	r.must(r.Reindex(context.Background(), func(n uint64) { told = n }))
	if told != 1200 || r.Documents() != 1200 {
		t.Errorf("told %d, holds %d", told, r.Documents())
	}
	r.expect(Q{Text: "number1199"}, "1199")
}

func TestAnInterruptedRebuildGoesOn(t *testing.T) {
	r := openReader(t)
	var all []leaf
	for i := range 1200 {
		all = append(all, leaf{ID: fmt.Sprintf("%04d", i), Text: "tiger"})
	}
	r.put(all...)
	ctx, cancel := context.WithCancel(context.Background())
	if err := r.Reindex(ctx, func(uint64) { cancel() }); err == nil {
		t.Fatal("nothing was interrupted")
	}
	before := r.Documents()
	if before == 0 || before == 1200 {
		t.Fatalf("interrupted at %d documents", before)
	}
	r.must(r.Index.Close())
	r.open()
	r.catchUp()
	if r.Documents() != 1200 {
		t.Errorf("the index holds %d documents, want 1200", r.Documents())
	}
}

func TestAClosedIndexSaysSo(t *testing.T) {
	r := openReader(t)
	r.must(r.Index.Close())
	if _, _, err := r.Query(context.Background(), Q{Text: "tiger", Readers: []string{"all"}}); err == nil {
		t.Error("a closed index answered")
	}
	if err := r.CatchUp(context.Background()); err == nil {
		t.Error("a closed index caught up")
	}
}

func TestATroubleIsSaidOnce(t *testing.T) {
	full := func(segment int) error {
		return fmt.Errorf("source: persister, persist error: write /house/search/%d.zap: no space left on device", segment)
	}
	var trouble trouble
	now := time.Unix(0, 0)
	for _, step := range []struct {
		sentence string
		after    time.Duration
		err      error
		news     bool
	}{
		{"the disk is full", 0, full(1), true},
		{"it still is", time.Second, full(2), false},
		{"and still", 50 * time.Second, full(3), false},
		{"and still, after what seems a minute", 50 * time.Second, full(4), false},
		{"now the disk is broken", time.Second, errors.New("source: merger, write 5.zap: input/output error"), true},
		{"now it is full again", time.Second, full(6), true},
		{"it was emptied, and filled", 2 * time.Minute, full(7), true},
	} {
		now = now.Add(step.after)
		if got := trouble.isNews(step.err, now); got != step.news {
			t.Errorf("%s: news %v, want %v", step.sentence, got, step.news)
		}
	}
}
