package text

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Teaser is what a Markdown text begins with, on one line: its first paragraph, for a heading, a table or a list on one line
// says nothing. A text without a paragraph gives the beginning of what it has.
func Teaser(markdown string, most int) string {
	page := Markdown(markdown, Breaks)
	if first := firstParagraph(page); first != "" {
		return Snippet(first, most)
	}
	return Snippet(fromHTML(page), most)
}

// firstParagraph is the words of the first paragraph that stands by itself and has some.
func firstParagraph(src string) string {
	z := html.NewTokenizer(strings.NewReader(src))
	var p strings.Builder
	inside, within := false, 0 // of a paragraph; of so many elements around it
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return ""
		}
		name, _ := z.TagName()
		tag := atom.Lookup(name)
		switch {
		case inside && kind == html.EndTagToken && tag == atom.P:
			if words := fromHTML(p.String()); words != "" {
				return words
			}
			inside = false
			p.Reset()
		case inside:
			p.Write(z.Raw())
		case kind == html.StartTagToken && tag == atom.P && within == 0:
			inside = true
		case kind == html.StartTagToken && holds[tag]:
			within++
		case kind == html.EndTagToken && holds[tag]:
			within = max(0, within-1)
		}
	}
}

// holds are the elements whose paragraphs are not those of the text itself.
var holds = set(atom.Ul, atom.Ol, atom.Table, atom.Blockquote, atom.Pre, atom.Details)
