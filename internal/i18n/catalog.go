package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalog
var catalog embed.FS

var (
	spoken    = mustRead(catalog)
	matchable = Languages()
	matcher   = newMatcher(matchable)
)

// lexicon is all that the house can say in one language.
type lexicon struct {
	lang    string
	entries map[string]entry
	plural  *i18n.Localizer // answers which plural form a number takes
}

// mustRead panics: the catalogue is part of the program, so a broken one is a broken build.
func mustRead(files fs.FS) map[string]*lexicon {
	all, err := read(files)
	if err != nil {
		panic(err)
	}
	return all
}

func read(files fs.FS) (map[string]*lexicon, error) {
	all := map[string]*lexicon{}
	for _, k := range known {
		names, err := fs.Glob(files, path.Join("catalog", k.tag, "*.json"))
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			continue // nobody has begun to translate it
		}
		l := &lexicon{lang: k.tag, entries: map[string]entry{}, plural: pluralsOf(k.tag)}
		for _, name := range names {
			if err := l.read(files, name); err != nil {
				return nil, fmt.Errorf("internal/i18n/%s: %w", name, err)
			}
		}
		all[k.tag] = l
	}
	return all, nil
}

func (l *lexicon) read(files fs.FS, name string) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	// go-i18n takes nested keys apart at the dots; ours are flat, so each key is handed over as a message of its own.
	var flat map[string]any
	if err := json.Unmarshal(data, &flat); err != nil {
		return err
	}
	for key, value := range flat {
		if _, double := l.entries[key]; double {
			return fmt.Errorf("%s is written in two files", key)
		}
		m, err := i18n.NewMessage(value)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if l.entries[key], err = newEntry(m); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// pluralsOf makes the one message whose texts are the names of the plural forms: what go-i18n says for a number is its form.
func pluralsOf(lang string) *i18n.Localizer {
	tag := language.MustParse(lang)
	b := i18n.NewBundle(tag)
	b.MustAddMessages(tag, &i18n.Message{ID: "form", Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"})
	return i18n.NewLocalizer(b, lang)
}

// form names the plural form that the language uses for count.
func (l *lexicon) form(count any) string {
	if _, ok := count.(int); !ok {
		count = fmt.Sprint(count) // go-i18n knows few types of numbers, but reads them all
	}
	form, err := l.plural.Localize(&i18n.LocalizeConfig{MessageID: "form", PluralCount: count})
	if err != nil {
		return "other" // count is no number
	}
	return form
}

func newMatcher(langs []string) language.Matcher {
	tags := make([]language.Tag, len(langs))
	for i, lang := range langs {
		tags[i] = language.MustParse(lang)
	}
	return language.NewMatcher(tags)
}
