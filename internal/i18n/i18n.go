// Package i18n puts the house's words into the reader's language.
//
// The words lie in catalog/LANGUAGE/ROOM.json, one file for each room, so that whoever changes a room changes its words
// beside it. A key is "room.words_with_underscores"; its value is a text with {{.placeholders}}, or one text for each plural
// form of the language, chosen by the value named "count". go-i18n reads the files and knows the plural rules; every text is
// taken apart once, when the program starts, so that saying it costs no more than joining its parts.
//
// A key that a language lacks is said in English, and one that nobody has is said as itself: a test sees to it that neither
// happens. Keys that are put together at run time are declared beside the code that does so, by a comment:
//
//	// i18n: ROOM.words_*
//
// Values are inserted as they are. Escaping is for whoever writes them into a page.
package i18n

import (
	"context"
	"strings"

	"golang.org/x/text/language"
)

// English is the language that everybody gets for whom there is no better one.
const English = "en"

// known are the languages that the house can learn, in the order in which a reader is offered them, each by its own name.
// One of them is spoken as soon as its folder stands in the catalogue.
var known = []struct{ tag, name, dir string }{
	{English, "English", "ltr"},
	{"pt-BR", "Português (Brasil)", "ltr"},
	{"es", "Español", "ltr"},
	{"cs", "Čeština", "ltr"},
	{"ru", "Русский", "ltr"},
}

type reader struct{}

// With gives ctx a language, for T. An unknown one is English.
func With(ctx context.Context, lang string) context.Context {
	l, ok := spoken[lang]
	if !ok {
		l = spoken[English]
	}
	return context.WithValue(ctx, reader{}, l)
}

// Lang is the language of ctx.
func Lang(ctx context.Context) string { return of(ctx).lang }

func of(ctx context.Context) *lexicon {
	if l, ok := ctx.Value(reader{}).(*lexicon); ok {
		return l
	}
	return spoken[English]
}

// T says key in the language of ctx. What follows are names and values by turns; the value named "count" chooses the plural.
func T(ctx context.Context, key string, namesAndValues ...any) string {
	return of(ctx).say(key, pairs(namesAndValues))
}

// In says key in the language lang.
func In(lang, key string, namesAndValues ...any) string {
	l, ok := spoken[lang]
	if !ok {
		l = spoken[English]
	}
	return l.say(key, pairs(namesAndValues))
}

// Say is T for values that come as a map, as those of a fault do. The value named "what" is itself a word of the catalogue:
// "ticket" is looked up as fault.what_ticket, and a word that is not there becomes a general one.
func Say(ctx context.Context, key string, values map[string]any) string {
	l := of(ctx)
	return l.say(key, named{values, l})
}

// Languages lists what the house speaks, in the order in which a reader is offered it.
func Languages() []string {
	tags := make([]string, 0, len(known))
	for _, k := range known {
		if _, ok := spoken[k.tag]; ok {
			tags = append(tags, k.tag)
		}
	}
	return tags
}

// Name is what the speakers of lang call it; for a language that we do not know, its tag.
func Name(lang string) string {
	for _, k := range known {
		if k.tag == lang {
			return k.name
		}
	}
	return lang
}

// Dir is the direction in which lang is written, as the dir attribute wants it.
func Dir(lang string) string {
	for _, k := range known {
		if k.tag == lang {
			return k.dir
		}
	}
	return "ltr"
}

// Match finds the language for a reader: the first of prefer that the house speaks, and otherwise the best for what his
// browser asks for (RFC 9110, Accept-Language). "pt-PT" is served by "pt-BR".
func Match(acceptLanguage string, prefer ...string) string {
	for _, p := range prefer {
		if tag, err := language.Parse(p); err == nil {
			if _, i, sure := matcher.Match(tag); sure > language.No {
				return matchable[i]
			}
		}
	}
	if len(acceptLanguage) > 512 {
		return English // nobody reads so many languages
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 {
		return English
	}
	_, i, _ := matcher.Match(tags...)
	return matchable[i]
}

// All gives every text of lang whose key begins with prefix, for scripts, with its placeholders. The plural forms of one key
// come as key#one, key#other and so on, named as Intl.PluralRules names them.
func All(lang, prefix string) map[string]string {
	l, ok := spoken[lang]
	if !ok {
		l = spoken[English]
	}
	texts := map[string]string{}
	for _, from := range []*lexicon{spoken[English], l} { // what the language lacks is said in English
		for key, e := range from.entries {
			if strings.HasPrefix(key, prefix) {
				e.texts(key, texts)
			}
		}
	}
	return texts
}
