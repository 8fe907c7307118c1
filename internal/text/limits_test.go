package text

import (
	"strings"
	"testing"
	"time"
)

// knots are texts that cost a Markdown parser without limits up to minutes.
func knots() map[string]string {
	n, r := 10_000, strings.Repeat
	row := "|" + r("a|", 500) + "\n"
	steps, ticks := "", ""
	for i := range 1000 {
		steps += r(" ", 2*i) + "- a\n"
		ticks += r("`", i%700) + " "
	}
	return map[string]string{
		"brackets":               r("[", n),
		"brackets that close":    r("[", n) + "a" + r("](b)", n),
		"quotations":             r(">", n) + "x",
		"quotations with spaces": r("> ", n) + "x",
		"stars":                  r("*", n) + "x",
		"stars and words":        r("*a ", n),
		"stars and underscores":  r("*a_ ", 4*n),
		"links that never end":   r("[a](", 6*n),
		"links in angles":        r("[a](<b", 4*n),
		"images that never end":  r("![", n),
		"lists on one line":      r("- ", n) + "x",
		"lists down the page":    steps[:200_000],
		"numbers on one line":    r("1. ", n) + "x",
		"definitions":            r("[a]: b\n", 2*n) + r("[a]", 2*n),
		"code that never ends":   ticks[:200_000],
		"angles":                 r("<a ", 5*n),
		"comments":               r("<!--", 5*n),
		"tildes":                 r("~a~ ", 5*n),
		"tasks":                  r("- [ ] a\n", 3*n),
		"a table of 1 MB":        row + "|" + r("-|", 500) + "\n" + r(row, 1000),
		"a table of little":      "|" + r("a|", 1000) + "\n|" + r("-|", 1000) + "\n" + r("x\n", 120_000),
		"many tables of little":  r("|"+r("a|", 500)+"\n|"+r("-|", 500)+"\n"+r("x\n", 30)+"\n", 100),
		"a table too wide":       "|" + r("a|", 60_000) + "\n|" + r("-|", 60_000) + "\n",
		"addresses":              r("www.", 6*n) + r("http://a", 2*n),
		"almost mail addresses":  r("a@", 5*n) + r("a.", 5*n),
		"backslashes":            r("\\[", 6*n),
		"one long word":          r("a", 250_000),
	}
}

const ordinary = "A paragraph with a [link](https://example.com), *stress* and `code`, such as people write. \n\n"

// A second is the promise; on a busy machine, and under the race detector, it is as many times what an ordinary text of the
// greatest length costs there.
func TestNoTextCostsMuch(t *testing.T) {
	began := time.Now()
	Markdown(strings.Repeat(ordinary, longest/len(ordinary)))
	most := max(time.Second, 20*time.Since(began))
	for name, src := range knots() {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			out := Markdown(src)
			if took := time.Since(began); took > most {
				t.Errorf("%d bytes took %v, longer than %v", len(src), took, most)
			}
			if len(out) > 20*len(src)+1000 {
				t.Errorf("%d bytes became %d", len(src), len(out))
			}
		})
	}
}

func TestBeyondALimitTheWordsStay(t *testing.T) {
	for name, src := range map[string]string{
		"too long":   strings.Repeat("word ", longest/5) + "last",
		"too deep":   strings.Repeat("> ", 2*deepest) + "last",
		"too knotty": strings.Repeat("[a](", 40_000) + " last",
		"too wide":   "|" + strings.Repeat("a|", cells) + "\n|" + strings.Repeat("-|", cells) + "\n|last|",
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(Plain(src), "last") {
				t.Error("the last word is gone")
			}
		})
	}
}

func TestALimitSparesWhatPeopleWrite(t *testing.T) {
	table := "| a | b |\n|---|---|\n" + strings.Repeat("| 1 | 2 |\n", 2000)
	if got := strings.Count(Markdown(table), "<td>"); got != 4000 {
		t.Errorf("a table of 2,000 rows has %d cells", got)
	}
	long := strings.Repeat(ordinary, 2000)
	if got := strings.Count(Markdown(long), "<a "); got != 2000 {
		t.Errorf("a long article has %d links, want 2000", got)
	}
}
