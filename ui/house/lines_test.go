package house

import (
	"testing"

	"deskbell/internal/search"
)

func TestASnippetKeepsItsLinesApart(t *testing.T) {
	for name, c := range map[string]struct {
		found []search.Piece
		want  string
	}{
		"a table":         {[]search.Piece{{Text: "Tea", Hit: true}, {Text: "\nDegrees\nGreen\n75"}}, "Tea · Degrees · Green · 75"},
		"paragraphs":      {[]search.Piece{{Text: "Wait.\nThen "}, {Text: "pour", Hit: true}, {Text: "!\nDrink"}}, "Wait. Then pour! Drink"},
		"a heading":       {[]search.Piece{{Text: "Prices\nAll by post."}}, "Prices · All by post."},
		"on one line":     {[]search.Piece{{Text: "… as it is"}}, "… as it is"},
		"nothing at all":  {nil, ""},
		"after its marks": {[]search.Piece{{Text: "How hot?", Hit: true}, {Text: "\nHot"}}, "How hot? Hot"},
	} {
		got := ""
		for i, p := range apart(c.found) {
			got += p.Text
			if p.Hit != c.found[i].Hit {
				t.Errorf("%s: the mark of %q is lost", name, p.Text)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
