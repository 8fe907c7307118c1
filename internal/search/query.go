package search

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/cs"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/search/query"
)

// Q is a question to the index.
type Q struct {
	Text     string   // as somebody typed it; the last word may be unfinished
	Types    []string // only these; none means all
	Language string   // only documents of this language; "" means any
	Readers  []string // the terms of whoever asks; without one of them a document does not exist
	Limit    int      // how many hits; 0 only counts
	From     int      // how many to skip
	Sentence bool     // Text was written to somebody: few of its words need to be in an answer
}

// Hit is a document that answers a question. Whoever shows it looks at the row once more: it may have changed hands since.
type Hit struct {
	Type, ID string
	Title    []Piece
	Snippet  []Piece
}

// What one question may cost.
const (
	maxQuestion = 512 // bytes of text that are looked at
	maxWords    = 12
	mostSlips   = 2    // in one word; bleve refuses more
	deepest     = 1000 // the last hit that can be asked for
)

// Query finds what has all the words, the last of them also as a beginning. Only when nothing has, it forgives a slip of the
// finger in each word and asks for most of them, and for some of a sentence's. It gives the hits, best first, and how many there are in all.
func (x *Index) Query(ctx context.Context, q Q) ([]Hit, int, error) {
	words := wordsOf(q.Text)
	if len(words) == 0 || len(q.Readers) == 0 || q.From >= deepest {
		return nil, 0, nil
	}
	q.Limit = min(q.Limit, deepest-q.From)
	hits, total, err := x.ask(ctx, q, all(words))
	if err == nil && total == 0 {
		hits, total, err = x.ask(ctx, q, most(words))
	}
	if err == nil && total == 0 && q.Sentence {
		hits, total, err = x.ask(ctx, q, some(words))
	}
	return hits, total, err
}

func (x *Index) ask(ctx context.Context, q Q, words query.Query) (hits []Hit, total int, err error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.bleve == nil {
		return nil, 0, errClosed
	}
	defer func() {
		if trouble := recover(); trouble != nil { // bleve reads its files as memory: damage in them shows as a panic
			x.damaged.Store(true)
			hits, total, err = nil, 0, fmt.Errorf("the search index is damaged and will be made anew: %v", trouble)
		}
	}()
	must := bleve.NewConjunctionQuery(words, anyOf("readers", q.Readers...))
	if len(q.Types) > 0 {
		must.AddQuery(anyOf("type", q.Types...))
	}
	if q.Language != "" {
		must.AddQuery(anyOf("language", base(q.Language)))
	}
	request := bleve.NewSearchRequestOptions(must, q.Limit, q.From, false)
	request.Fields = []string{"type", "id", "title", "text"}
	request.IncludeLocations = true
	request.SortBy([]string{"-_score", "-at", "_id"})
	result, err := x.bleve.SearchInContext(ctx, request)
	if err != nil {
		return nil, 0, fmt.Errorf("search: %w", err)
	}
	for _, found := range result.Hits {
		text := func(name string) string { s, _ := found.Fields[name].(string); return s }
		hits = append(hits, Hit{
			Type:    text("type"),
			ID:      text("id"),
			Title:   pieces(text("title"), marks(found.Locations["title"])),
			Snippet: snippet(text("text"), marks(found.Locations["text"])),
		})
	}
	return hits, int(result.Total), nil
}

// wordsOf takes a question apart, and leaves out the words that stand in every text as long as others remain.
func wordsOf(text string) []string {
	if len(text) > maxQuestion {
		text = text[:maxQuestion]
	}
	var words, telling []string
	for _, token := range unicode.NewUnicodeTokenizer().Tokenize([]byte(text)) {
		if !utf8.Valid(token.Term) || len(words) == maxWords {
			continue
		}
		word := lower(string(token.Term))
		words = append(words, word)
		if !common()[fold(word)] {
			telling = append(telling, word)
		}
	}
	if len(telling) == 0 {
		return words
	}
	return telling
}

// common are the words of the languages we know that stand in every text.
var common = sync.OnceValue(func() map[string]bool {
	words := analysis.NewTokenMap()
	for _, list := range [][]byte{
		cs.CzechStopWords, en.EnglishStopWords, es.SpanishStopWords, pt.PortugueseStopWords, ru.RussianStopWords,
	} {
		if err := words.LoadBytes(list); err != nil {
			panic(err) // the lists are part of the program
		}
	}
	folded := make(map[string]bool, len(words))
	for word := range words {
		folded[fold(word)] = true
	}
	return folded
})

// all asks for every word; the last may be the beginning of a longer one.
func all(words []string) query.Query {
	must := bleve.NewConjunctionQuery()
	for i, word := range words {
		must.AddQuery(formsOf(word, i == len(words)-1, false))
	}
	return must
}

// most asks for two of three words, each with a letter or two gone astray.
func most(words []string) query.Query {
	should := bleve.NewDisjunctionQuery()
	for i, word := range words {
		should.AddQuery(formsOf(word, i == len(words)-1, true))
	}
	should.SetMin(float64(len(words) - len(words)/3))
	return should
}

// some asks for a quarter of the words, as they were typed: a sentence has many that lead astray.
func some(words []string) query.Query {
	should := bleve.NewDisjunctionQuery()
	for i, word := range words {
		should.AddQuery(formsOf(word, i == len(words)-1, false))
	}
	should.SetMin(float64((len(words) + 3) / 4))
	return should
}

// weights: a title tells more than a text, a word as it was typed more than what it may have meant.
const (
	asTyped  = 1.0
	asStem   = 0.6
	asPrefix = 0.4
	asSlip   = 0.2
	inTitle  = 3.0
)

func formsOf(word string, unfinished, slips bool) query.Query {
	forms := asked(word)
	either := bleve.NewDisjunctionQuery()
	for _, field := range []struct {
		name   string
		weight float64
	}{{"title", inTitle}, {"text", 1}} {
		for i, form := range forms {
			weight := asStem
			if i == 0 {
				weight = asTyped
			}
			either.AddQuery(weighed(bleve.NewTermQuery(form), field.name, weight*field.weight))
		}
		if unfinished && utf8.RuneCountInString(forms[0]) > 1 {
			either.AddQuery(weighed(bleve.NewPrefixQuery(forms[0]), field.name, asPrefix*field.weight))
		}
		if n := utf8.RuneCountInString(forms[0]); slips && n > 3 {
			slip := bleve.NewFuzzyQuery(forms[0])
			slip.SetFuzziness(min(1+n/8, mostSlips))
			slip.SetPrefix(1)
			either.AddQuery(weighed(slip, field.name, asSlip*field.weight))
		}
	}
	return either
}

// weighable is a query on one field, of whichever kind.
type weighable interface {
	query.Query
	SetField(string)
	SetBoost(float64)
}

func weighed(q weighable, field string, weight float64) query.Query {
	q.SetField(field)
	q.SetBoost(weight)
	return q
}

// anyOf asks for one of the exact values, and leaves the order of the hits alone.
func anyOf(field string, values ...string) query.Query {
	either := bleve.NewDisjunctionQuery()
	for _, value := range slices.Compact(slices.Sorted(slices.Values(values))) {
		either.AddQuery(weighed(bleve.NewTermQuery(value), field, 0))
	}
	return either
}
