package search

import (
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"golang.org/x/text/unicode/norm"
)

// maxWord is the longest word that is looked at whole, in bytes: a pasted key or picture must not fill the index.
const maxWord = 64

// stemmers cut a lower-case word down to what its forms have in common.
var stemmers = map[string]func(word string) string{
	"cs": stemCzech,
	"en": snowball(english.Stem),
	"es": snowball(spanish.Stem),
	"pt": snowball(portuguese.Stem),
	"ru": snowball(russian.Stem),
}

func snowball(stem func(*snowballstem.Env) bool) func(string) string {
	return func(word string) string {
		env := snowballstem.NewEnv(word)
		stem(env)
		return env.Current()
	}
}

// written are the forms under which a word of a text is kept: as people type it without accents, and its stem where the
// language is known and the stem is another word.
func written(word, language string) []string {
	word = lower(word)
	forms := []string{fold(word)}
	if stem, ok := stemmers[language]; ok {
		if s := fold(stem(word)); s != forms[0] && s != "" {
			forms = append(forms, s)
		}
	}
	return forms
}

// asked are the forms under which a word of a query is looked for: nobody says which language a query is in, so each
// language's stem is tried.
func asked(word string) []string {
	word = lower(word)
	forms := []string{fold(word)}
	for _, w := range append(accented(word), word) {
		for _, stem := range stemmers {
			if s := fold(stem(w)); s != "" {
				forms = append(forms, s)
			}
		}
	}
	slices.Sort(forms[1:])
	return slices.Compact(forms)
}

// endings are those that Portuguese and Spanish people leave bare when they type in a hurry. The stemmers know them only with
// their accents: "devolucao" must find "devoluções".
var endings = []struct{ bare, accented string }{
	{"cao", "ção"}, {"coes", "ções"}, {"ao", "ão"}, {"oes", "ões"}, {"aes", "ães"}, {"cion", "ción"}, {"sion", "sión"},
}

func accented(word string) []string {
	var words []string
	for _, e := range endings {
		if stem, ok := strings.CutSuffix(word, e.bare); ok && stem != "" {
			words = append(words, stem+e.accented)
		}
	}
	return words
}

func lower(word string) string {
	if len(word) > maxWord {
		word = strings.ToValidUTF8(word[:maxWord], "")
	}
	return strings.ToLower(norm.NFC.String(word))
}

// unbent spells the letters that are letters of their own to Unicode, but accents to whoever types without them.
var unbent = strings.NewReplacer("ß", "ss", "ø", "o", "ł", "l", "đ", "d", "æ", "ae", "œ", "oe", "ı", "i")

// fold takes a word's accents away.
func fold(word string) string {
	for i := range len(word) {
		if word[i] >= 0x80 {
			return unbent.Replace(strings.Map(unmarked, norm.NFKD.String(word)))
		}
	}
	return word
}

func unmarked(r rune) rune {
	if unicode.Is(unicode.Mn, r) {
		return -1
	}
	return r
}
