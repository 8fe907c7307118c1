package search

import (
	"fmt"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"
)

// form is raised whenever documents are to be read in another way; an index of another form is made anew.
const form = 2

// page is a Document as bleve keeps it.
type page struct {
	Type     string   `json:"type"`
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Language string   `json:"language"`
	Readers  []string `json:"readers"`
	At       string   `json:"at"`
}

func pageOf(d *Document) page {
	at := d.At.UTC().Format(time.RFC3339) // sorts as it reads
	return page{d.Type, d.ID, d.Title, d.Text, base(d.Language), d.Readers, at}
}

// BleveType picks the analyzer of the page's language.
func (p page) BleveType() string {
	if p.Language == "" && strings.ContainsFunc(p.Title+p.Text, cyrillic) {
		return "ru" // of the languages that we know stems for, one is written so
	}
	return p.Language
}

func cyrillic(r rune) bool { return r >= 'а' && r <= 'я' }

// base is the language of a tag, without its region.
func base(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
	return tag
}

// mappings describes pages to bleve: one kind of document for each language that has a stemmer, and one for all others.
func mappings() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	for language := range stemmers {
		if err := addAnalyzer(m, language); err != nil {
			return nil, err
		}
		m.AddDocumentMapping(language, document("words_"+language))
	}
	if err := addAnalyzer(m, ""); err != nil {
		return nil, err
	}
	m.DefaultMapping = document("words_")
	return m, nil
}

func addAnalyzer(m *mapping.IndexMappingImpl, language string) error {
	err := m.AddCustomAnalyzer("words_"+language, map[string]any{
		"type":          custom.Name,
		"tokenizer":     unicode.Name,
		"token_filters": []string{"deskbell_" + language},
	})
	if err != nil {
		return fmt.Errorf("describe the words of %q: %w", language, err)
	}
	return nil
}

func document(analyzer string) *mapping.DocumentMapping {
	d := bleve.NewDocumentStaticMapping()
	words := func(name string) {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = analyzer, true, true, false, false
		d.AddFieldMappingsAt(name, f)
	}
	exact := func(name string, index, store, sort bool) {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Index, f.Store, f.DocValues = keyword.Name, index, store, sort
		f.IncludeTermVectors, f.IncludeInAll = false, false
		d.AddFieldMappingsAt(name, f)
	}
	words("title")
	words("text")
	exact("type", true, true, false)
	exact("id", false, true, false)
	exact("language", true, false, false)
	exact("readers", true, false, false)
	exact("at", true, false, true)
	return d
}

// forms is the token filter that writes each word in the forms under which it is kept. They share a place in the text, so
// that a snippet marks the word as it stands there, accents and ending included.
type forms struct{ language string }

func (f forms) Filter(in analysis.TokenStream) analysis.TokenStream {
	out := make(analysis.TokenStream, 0, len(in))
	for _, token := range in {
		for i, word := range written(string(token.Term), f.language) {
			if i == 0 {
				token.Term = []byte(word)
				out = append(out, token)
				continue
			}
			again := *token
			again.Term = []byte(word)
			out = append(out, &again)
		}
	}
	return out
}

func init() {
	register := func(language string) {
		err := registry.RegisterTokenFilter("deskbell_"+language,
			func(map[string]any, *registry.Cache) (analysis.TokenFilter, error) { return forms{language}, nil })
		if err != nil {
			panic(err) // two filters of one name: a mistake in the program
		}
	}
	register("")
	for language := range stemmers {
		register(language)
	}
}
