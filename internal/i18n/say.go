package i18n

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// entry is what one key says: a sentence, or one for each plural form.
type entry struct {
	other sentence
	forms map[string]sentence // nil where there is only one
}

// sentence is a text taken apart: words, and names of values between them.
type sentence []part

type part struct{ words, name string } // one of the two

var (
	placeholder = regexp.MustCompile(`\{\{\s*\.([A-Za-z][A-Za-z0-9_]*)\s*\}\}`)
	stray       = regexp.MustCompile(`\{\{|\}\}`)
)

func newEntry(m *i18n.Message) (entry, error) {
	var e entry
	for form, text := range map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other} {
		if text == "" {
			continue
		}
		s, err := parse(text)
		if err != nil {
			return entry{}, err
		}
		if form == "other" {
			e.other = s
			continue
		}
		if e.forms == nil {
			e.forms = map[string]sentence{}
		}
		e.forms[form] = s
	}
	if e.other == nil {
		return entry{}, fmt.Errorf("it has no text; write one, or the plural form %q", "other")
	}
	return e, nil
}

// parse takes a text apart. Nothing but names stands between braces: conditions belong to the code, not to translators.
func parse(text string) (sentence, error) {
	if !strings.Contains(text, "{{") && !strings.Contains(text, "}}") {
		return sentence{{words: text}}, nil // as most are, and all are read at each start
	}
	var s sentence
	rest := text
	for {
		at := placeholder.FindStringSubmatchIndex(rest)
		words := rest
		if at != nil {
			words = rest[:at[0]]
		}
		if stray.MatchString(words) {
			return nil, fmt.Errorf("%q: write a placeholder as {{.name}}", text)
		}
		if words != "" {
			s = append(s, part{words: words})
		}
		if at == nil {
			return s, nil
		}
		s = append(s, part{name: rest[at[2]:at[3]]})
		rest = rest[at[1]:]
	}
}

// values finds the value for a placeholder.
type values interface {
	value(name string) (any, bool)
}

type pairs []any

func (p pairs) value(name string) (any, bool) {
	for i := 0; i+1 < len(p); i += 2 {
		if p[i] == name {
			return p[i+1], true
		}
	}
	return nil, false
}

type named struct {
	values map[string]any
	in     *lexicon
}

func (n named) value(name string) (any, bool) {
	v, ok := n.values[name]
	if word, isText := v.(string); ok && isText && name == "what" {
		return n.in.what(word), true
	}
	return v, ok
}

// what says the name of a thing, such as "ticket", as the middle of a sentence needs it: with its article and gender.
func (l *lexicon) what(word string) string {
	key := "fault.what_" + word
	if _, ok := l.entries[key]; !ok {
		key = "fault.what_other"
	}
	return l.say(key, pairs(nil))
}

func (l *lexicon) say(key string, v values) string {
	e, ok := l.entries[key]
	if !ok {
		if l.lang == English {
			return key
		}
		return spoken[English].say(key, v)
	}
	s := e.other
	if e.forms != nil {
		if count, ok := v.value("count"); ok {
			if form, ok := e.forms[l.form(count)]; ok {
				s = form
			}
		}
	}
	return s.with(v)
}

func (s sentence) with(v values) string {
	if len(s) == 1 && s[0].name == "" {
		return s[0].words
	}
	var b strings.Builder
	for _, p := range s {
		if p.name == "" {
			b.WriteString(p.words)
			continue
		}
		value, _ := v.value(p.name)
		switch value := value.(type) {
		case nil: // a value that nobody gave is silence, not "<nil>" in a customer's face
		case string:
			b.WriteString(value)
		case int:
			b.WriteString(strconv.Itoa(value))
		default:
			fmt.Fprint(&b, value)
		}
	}
	return b.String()
}

// texts writes what e says into all, with its placeholders.
func (e entry) texts(key string, all map[string]string) {
	if e.forms == nil {
		all[key] = e.other.String()
		return
	}
	all[key+"#other"] = e.other.String()
	for form, s := range e.forms {
		all[key+"#"+form] = s.String()
	}
}

func (s sentence) String() string {
	var b strings.Builder
	for _, p := range s {
		if p.name != "" {
			b.WriteString("{{." + p.name + "}}")
		} else {
			b.WriteString(p.words)
		}
	}
	return b.String()
}
