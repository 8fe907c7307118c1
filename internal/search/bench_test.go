package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

// library is a house with n documents of some sixty words each, drawn from three thousand, and an index that has read none.
func library(b *testing.B, n int) *Index {
	h := storetest.Open(b)
	r := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 3000)
	for i := range words {
		words[i] = fmt.Sprintf("w%dord", r.IntN(1e6))
	}
	for i := 0; i < n; i += 500 {
		h.Do(func(tx *store.Tx) error {
			for j := i; j < min(n, i+500); j++ {
				var text strings.Builder
				for range 60 {
					text.WriteString(words[int(float64(len(words))*r.Float64()*r.Float64())] + " ")
				}
				l := leaf{ID: fmt.Sprint(j), Title: words[j%len(words)], Text: text.String(), Readers: []string{"all"}}
				if err := leaves.Put(tx, &l); err != nil {
					return err
				}
			}
			return nil
		})
	}
	x := Open(filepath.Join(h.Dir, "search"), h.DB)
	b.Cleanup(func() { x.Close() })
	x.Register("leaves", describe)
	return x
}

func BenchmarkReadingIn(b *testing.B) {
	const n = 5000
	x := library(b, n)
	b.ResetTimer()
	for range b.N {
		if err := x.Reindex(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/document")
}

func BenchmarkQuery(b *testing.B) {
	x := library(b, 20000)
	if err := x.CatchUp(context.Background()); err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]func(i int) string{
		"two words": func(i int) string { return titleOf(x, i) + " " + titleOf(x, i+1) },
		"typing":    func(i int) string { return titleOf(x, i)[:4] },
		"a slip":    func(i int) string { return "z" + titleOf(x, i) },
	} {
		b.Run(name, func(b *testing.B) {
			for i := range b.N {
				if _, _, err := x.Query(context.Background(), Q{Text: text(i), Readers: []string{"all"}, Limit: 20}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// titleOf gives a word that documents have.
func titleOf(x *Index, i int) (title string) {
	_ = x.db.View(context.Background(), func(tx *store.Tx) error {
		l, err := leaves.Get(tx, store.K(fmt.Sprint(i%20000)))
		if err == nil {
			title = l.Title
		}
		return err
	})
	return title
}
