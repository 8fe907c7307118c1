// Package kb is what the shop wrote once so as not to say it twice: articles in categories, read by everybody.
//
// An Article is a place in the book; what stands there is a Text for each language. A Text is a draft until it is published,
// and archived when it is no longer to be read. Whoever edits a published Text works on a draft beside it: readers see the old
// words until Publish replaces them in one moment. What was published is a Revision, never changed and never removed, and
// any of them can be restored as a draft. What was public once keeps its address: an old slug leads to the new one.
//
// Everything that somebody does is a verb over a transaction and asks for permission itself: Create, Save, Publish, Discard,
// Archive, Restore, Readdress, MoveArticle; AddCategory, ChangeCategory, MoveCategory, RemoveCategory. Save and Publish say
// which Edit their author had before him, and are refused when somebody else was quicker. What the public may read needs no
// actor and is in read.go; nothing else leaves the room without one.
//
// After a change "kb" rings, and feed entries name the tables of texts or categories. Who found an article helpful, and how
// often it was read, are rows of their own and ring nothing.
package kb

import (
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/language"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/text"
)

// What agents may do with articles. Whoever may publish may also arrange the book: its categories and their order.
var (
	ReadArticles    = people.Permit("read_articles", people.ScopeRead, people.Owner, people.Admin, people.Lead, people.AgentRole)
	WriteArticles   = people.Permit("write_articles", people.ScopeWrite, people.Owner, people.Admin, people.Lead, people.AgentRole)
	PublishArticles = people.Permit("publish_articles", people.ScopeWrite, people.Owner, people.Admin, people.Lead)
)

// Ring is what rings when something in the book changed.
const Ring = "kb"

// Sizes of what people write.
const (
	MaxName  = 60        // letters of a category's name
	MaxTitle = 200       // letters
	MaxText  = 200 << 10 // bytes of Markdown
	MaxWhy   = 1000      // letters of why an article did not help
)

// Language gives the one spelling of a language's tag that the book uses ("pt-br" is "pt-BR"). English if there is none.
func Language(tag string) (string, error) {
	if tag == "" {
		return "en", nil
	}
	t, err := language.Parse(tag)
	if err != nil || t == language.Und || len(tag) > 12 {
		return "", fault.Field("language", "fault.bad_value")
	}
	return t.String(), nil
}

func cleanTitle(at, title string, most int) (string, error) {
	title = text.Line(title)
	if title == "" {
		return "", fault.Field(at, "fault.required")
	}
	if utf8.RuneCountInString(title) > most {
		return "", fault.Field(at, "fault.too_long", "max", most)
	}
	return title, nil
}

func cleanText(markdown string) (string, error) {
	markdown = text.Clean(markdown)
	if len(markdown) > MaxText {
		return "", fault.Field("text", "fault.too_long", "max", MaxText)
	}
	return markdown, nil
}

// place puts id among ids at position at, counted without id itself; beyond the end is the end.
func place(ids []string, id string, at int) []string {
	others := without(ids, id)
	at = min(max(at, 0), len(others))
	return append(others[:at:at], append([]string{id}, others[at:]...)...)
}

// firstFree gives base, or base-2, base-3 … : the first that taken does not know. Where so many are taken, id tells them apart.
func firstFree(base, id string, taken func(slug string) (bool, error)) (string, error) {
	for n := 1; n < 20; n++ {
		slug := base
		if n > 1 {
			slug = fmt.Sprintf("%s-%d", base, n)
		}
		if used, err := taken(slug); err != nil || !used {
			return slug, err
		}
	}
	return base + "-" + id, nil
}
