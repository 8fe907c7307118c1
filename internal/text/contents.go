package text

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// number moves the headings of an article under its title, which is the page's only h1, and gives each a name to link to.
func number(doc ast.Node, source []byte) []Heading {
	var nodes []*ast.Heading
	highest := 6
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			nodes = append(nodes, h)
			highest = min(highest, h.Level)
		}
		return ast.WalkContinue, nil
	})
	var headings []Heading
	used := map[string]int{}
	for _, h := range nodes {
		h.Level = min(h.Level-highest+2, 6)
		words := strings.TrimSpace(string(plainOf(h, source)))
		id := idFor(words, used)
		h.SetAttributeString("id", []byte(id))
		if words != "" {
			headings = append(headings, Heading{h.Level, id, words})
		}
	}
	return headings
}

// idFor makes a name that no script mistakes for one of its own (a bare "location" or "title" would hide the browser's).
func idFor(words string, used map[string]int) string {
	id := "s-" + Slug(words)
	used[id]++
	if n := used[id]; n > 1 {
		id += "-" + strconv.Itoa(n)
	}
	return id
}

func plainOf(n ast.Node, source []byte) []byte {
	var words []byte
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			words = append(words, n.Value(source)...)
			if n.SoftLineBreak() || n.HardLineBreak() {
				words = append(words, ' ')
			}
		case *ast.String:
			words = append(words, n.Value...)
		case *ast.AutoLink:
			words = append(words, n.Label(source)...)
		}
		return ast.WalkContinue, nil
	})
	return words
}
