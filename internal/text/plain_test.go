package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"signs go, words stay":         {"# A *b* [c](https://d.example)\n\n- e\n- f", "A b c\ne\nf"},
		"lines stay":                   {"a\nb\n\n\n\nc", "a\nb\nc"},
		"a table":                      {"|a|b|\n|-|-|\n|c|d|", "a\nb\nc\nd"},
		"HTML in Markdown is words":    {"a < b && c <i>d</i>", "a < b && c <i>d</i>"},
		"entities are what they stand": {"a &amp; b", "a & b"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(strings.Fields(Plain(c.src)), " ")
			if want := strings.Join(strings.Fields(c.want), " "); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestFromHTML(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"blocks are lines":            {"<div>a</div><div>b<br>c</div>", "a\nb\nc"},
		"marks are no lines":          {"a<b>b</b> <i>c</i>", "ab c"},
		"cells stand apart":           {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		"what nobody reads":           {"<head><title>a</title></head><style>b</style>c<script>d</script>e", "ce"},
		"what never closes":           {"a<script>b", "a"},
		"text that looks like markup": {"1 &lt; 2 &amp;amp; 3", "1 < 2 &amp; 3"},
		"spaces are spaces":           {"  a \t\n  b  ", "a\nb"},
		"a thousand nested divisions": {strings.Repeat("<div>", 1000) + "a", "a"},
		"broken tags":                 {"a <b", "a"},
		"nothing":                     {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fromHTML(c.src); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestSnippet(t *testing.T) {
	for name, c := range map[string]struct {
		plain string
		most  int
		want  string
	}{
		"short":                       {"a b", 10, "a b"},
		"lines become one":            {"a\n\n b", 10, "a b"},
		"cut after a word":            {"one two three four", 12, "one two…"},
		"no comma before the dots":    {"one, two, three", 10, "one, two…"},
		"one long word":               {"abcdefghij", 5, "abcd…"},
		"an accent stays":             {"abce\u0301fghij", 5, "abc…"},
		"a family stays or goes":      {"👩‍👩‍👧👩‍👩‍👧", 3, "👩…"},
		"no room":                     {"abc", 0, ""},
		"a text that never ends":      {strings.Repeat("word ", 1_000_000), 9, "word…"},
		"a text of nothing but space": {strings.Repeat(" ", 100), 9, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Snippet(c.plain, c.most); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestClean(t *testing.T) {
	for name, c := range map[string]struct{ src, text, line string }{
		"nothing to do":       {"Olá, мир\n\tfim", "Olá, мир\n\tfim", "Olá, мир fim"},
		"lines of Windows":    {"a\r\nb\rc\u2028d", "a\nb\nc\u2028d", "a b c d"},
		"control characters":  {"a\x00\x1b[31mb\x7f\u0085", "a\x1b[31mb\x7f\u0085", "a[31mb"},
		"broken UTF-8":        {"a\xff\xfe\xedb", "a\uFFFDb", "a\uFFFDb"},
		"one spelling":        {"e\u0301", "e\u0301", "é"},
		"a turned direction":  {"a\u202egnp.exe", "a\u202egnp.exe", "agnp.exe"},
		"invisible letters":   {"\u200bAna\u2060\ufeff", "\u200bAna\u2060\ufeff", "Ana"},
		"joiners that matter": {"می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧"},
		"nothing but spaces":  {" \t\u00a0\n", " \t\u00a0\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Clean(c.src); got != c.text {
				t.Errorf("Clean gives %q, want %q", got, c.text)
			}
			if got := Line(c.src); got != c.line {
				t.Errorf("Line gives %q, want %q", got, c.line)
			}
		})
	}
}

func TestSlug(t *testing.T) {
	for title, want := range map[string]string{
		"How do I send it back?":           "how-do-i-send-it-back",
		"  --Hello,   World!-- ":           "hello-world",
		"Don't panic":                      "dont-panic",
		"Devolução e reembolso":            "devolucao-e-reembolso",
		"¿Dónde está mi pedido? Año nuevo": "donde-esta-mi-pedido-ano-nuevo",
		"Příliš žluťoučký kůň úpěl":        "prilis-zlutoucky-kun-upel",
		"Как вернуть товар? Подъезд, ёлка": "kak-vernut-tovar-podezd-yolka",
		"Мой заказ Її":                     "moy-zakaz-yiyi",
		"Straße, Ærø, Łódź, İstanbul":      "strasse-aero-lodz-istanbul",
		"配送と返品":                            "配送と返品",
		"हिन्दी में":                       "हिन्दी-में",
		"الشحن والإرجاع":                   "الشحن-والإرجاع",
		"ﬁne ① ２":                          "fine-1-2",
		"😀!?":                              "",
		"../../etc/passwd":                 "etc-passwd",
		"<script>":                         "script",
		strings.Repeat("palavra ", 30):     strings.TrimSuffix(strings.Repeat("palavra-", 10), "-"),
		strings.Repeat("x", 100):           strings.Repeat("x", 80),
	} {
		if got := Slug(title); got != want {
			t.Errorf("%q becomes %q, want %q", title, got, want)
		}
	}
}

func FuzzSlug(f *testing.F) {
	for _, title := range []string{"Ação & reação", "Подъезд", "हिन्दी", "ﷺ", "\xff\x00", "İ", "a\u0301\u0302", "ǅ", "%2e%2e/"} {
		f.Add(title)
	}
	f.Fuzz(func(t *testing.T, title string) {
		slug := Slug(title)
		if len(slug) > longestSlug || !utf8.ValidString(slug) {
			t.Errorf("%q becomes %q", title, slug)
		}
		for _, r := range slug {
			if r != '-' && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) || unicode.IsUpper(r) {
				t.Errorf("%q becomes %q, with %q", title, slug, r)
			}
		}
		if again := Slug(slug); again != slug {
			t.Errorf("%q becomes %q, and that %q", title, slug, again)
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add("a\r\n\x00\xffe\u0301\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]func(string) string{"Clean": Clean, "Line": Line} {
			once := clean(s)
			if twice := clean(once); twice != once || !utf8.ValidString(once) || strings.ContainsAny(once, "\x00\r") {
				t.Errorf("%s(%q) is %q, and again %q", name, s, once, twice)
			}
		}
		if got := Snippet(s, 20); utf8.RuneCountInString(got) > 20 || strings.Contains(got, "\n") {
			t.Errorf("Snippet(%q) is %q", s, got)
		}
	})
}
