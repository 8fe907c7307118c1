package text

import "testing"

func TestATeaserIsTheFirstParagraph(t *testing.T) {
	for name, c := range map[string]struct{ markdown, want string }{
		"one paragraph":         {"We pack until **3 p.m.** every day.", "We pack until 3 p.m. every day."},
		"a heading and a table": {"## Prices\n\n| To | Days |\n| --- | --- |\n| Rio | 2 |\n\nAll by *post*.", "All by post."},
		"a list before it":      {"- one\n\n  of its own\n- two\n\nThen words.", "Then words."},
		"a quotation before it": {"> Somebody said.\n\nWe say.", "We say."},
		"more behind it":        {"First.\n\nSecond.", "First."},
		"a line that goes on":   {"First\nand on.", "First and on."},
		"nothing but a list":    {"- one\n- two", "one two"},
		"nothing":               {"", ""},
		"a long one is cut":     {"Words and words and words and words and more of them, for ever.", "Words and words and words and…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Teaser(c.markdown, 32); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
