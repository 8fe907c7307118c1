package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	bleve "github.com/blevesearch/bleve/v2/search"
)

// Piece is a stretch of a title or a snippet; Hit says that it is one of the words that were looked for. It is text, not HTML.
type Piece struct {
	Text string
	Hit  bool
}

// mark is where a word that was looked for stands in a text, in bytes.
type mark struct{ start, end int }

// marks puts the places of all found words in order, each once.
func marks(found bleve.TermLocationMap) []mark {
	var all []mark
	for _, places := range found {
		for _, p := range places {
			all = append(all, mark{int(p.Start), int(p.End)})
		}
	}
	slices.SortFunc(all, func(a, b mark) int { return a.start - b.start })
	return slices.Compact(all)
}

// snippetLength is how much of a text is shown, in bytes.
const snippetLength = 200

// snippet cuts out the stretch of text with the most marks, or the beginning, between whole words.
func snippet(text string, all []mark) []Piece {
	from, to := 0, min(len(text), snippetLength)
	if n := len(all); n > 0 {
		first, last := densest(all)
		spare := max(0, snippetLength-(all[last].end-all[first].start))
		from = max(0, all[first].start-spare/3)
		to = min(len(text), max(from+snippetLength, all[last].end))
	}
	from, to = wholeWords(text, from, to)
	var inside []mark
	for _, m := range all {
		if m.start >= from && m.end <= to {
			inside = append(inside, mark{m.start - from, m.end - from})
		}
	}
	cut := pieces(text[from:to], inside)
	if from > 0 {
		cut = slices.Insert(cut, 0, Piece{Text: "… "})
	}
	if to < len(text) {
		cut = append(cut, Piece{Text: " …"})
	}
	return cut
}

// densest gives the first and last of the most marks that fit into one snippet.
func densest(all []mark) (first, last int) {
	from := 0
	for to := range all {
		for all[to].end-all[from].start > snippetLength && from < to {
			from++
		}
		if to-from > last-first {
			first, last = from, to
		}
	}
	return first, last
}

// wholeWords moves both ends of a stretch to spaces, if there are any near.
func wholeWords(text string, from, to int) (int, int) {
	for from > 0 && from < len(text) && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to--
	}
	const near = 24
	if from > 0 {
		if i := strings.IndexFunc(text[from:min(from+near, to)], unicode.IsSpace); i >= 0 {
			from += i
		}
	}
	if to < len(text) {
		start := max(from, to-near)
		for start < to && !utf8.RuneStart(text[start]) {
			start++
		}
		if i := strings.LastIndexFunc(text[start:to], unicode.IsSpace); i >= 0 {
			to = start + i
		}
	}
	for from < to && unicode.IsSpace(rune(text[from])) {
		from++
	}
	return from, to
}

// pieces parts text at its marks.
func pieces(text string, all []mark) []Piece {
	var parts []Piece
	done := 0
	for _, m := range all {
		if m.start < done || m.end > len(text) {
			continue // two forms of one word, or an index that is not of this text
		}
		if m.start > done {
			parts = append(parts, Piece{Text: text[done:m.start]})
		}
		parts = append(parts, Piece{Text: text[m.start:m.end], Hit: true})
		done = m.end
	}
	if done < len(text) {
		parts = append(parts, Piece{Text: text[done:]})
	}
	return parts
}
