package community

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"deskbell/forum"
	"deskbell/internal/text"
)

// The words of schema.org's QAPage, as search engines read them.
type (
	ldPage struct {
		Context  string     `json:"@context"`
		Type     string     `json:"@type"`
		Question ldQuestion `json:"mainEntity"`
	}
	ldQuestion struct {
		Type      string     `json:"@type"`
		Name      string     `json:"name"`
		Text      string     `json:"text"`
		Answers   int        `json:"answerCount"`
		Votes     int        `json:"upvoteCount"`
		Asked     time.Time  `json:"datePublished"`
		Author    ldPerson   `json:"author"`
		Accepted  *ldAnswer  `json:"acceptedAnswer,omitempty"`
		Suggested []ldAnswer `json:"suggestedAnswer,omitempty"`
	}
	ldAnswer struct {
		Type   string    `json:"@type"`
		Text   string    `json:"text"`
		URL    string    `json:"url"`
		Votes  int       `json:"upvoteCount"`
		Given  time.Time `json:"datePublished"`
		Author ldPerson  `json:"author"`
	}
	ldPerson struct {
		Type string `json:"@type"`
		Name string `json:"name"`
	}
)

// mostSuggested is how many answers a search engine is told of besides the accepted one.
const mostSuggested = 10

// structured is a topic's page for search engines, or nil where it would not be a valid one: a question that everybody can see,
// with at least one answer, on the page with its address.
func (t thread) structured() *ldPage {
	if t.State != forum.Shown || t.Answers == 0 || t.First != "" {
		return nil
	}
	q := ldQuestion{
		Type: "Question", Name: t.Title, Text: text.Plain(t.Question.Text), Answers: t.Answers, Votes: t.Question.Votes,
		Asked: t.Created, Author: ldPerson{"Person", t.Author.Name},
	}
	for _, p := range t.Posts {
		switch {
		case p.N == t.Topic.Accepted:
		case p.By.ID != t.Author.ID && len(q.Suggested) < mostSuggested:
			q.Suggested = append(q.Suggested, t.ldAnswer(p))
		}
	}
	if t.Thread.Accepted != nil {
		a := t.ldAnswer(*t.Thread.Accepted)
		q.Accepted = &a
	}
	return &ldPage{"https://schema.org", "QAPage", q}
}

func (t thread) ldAnswer(p forum.Seen) ldAnswer {
	url := t.Origin + t.Path + "#post-" + strconv.Itoa(p.N)
	return ldAnswer{"Answer", text.Plain(p.Text), url, p.Votes, p.Created, ldPerson{"Person", p.By.Name}}
}

// data puts it into the page. It is no script: browsers do not run what has this type, so the content policy has no word in
// it; encoding/json writes < > & in a way that cannot end the element.
func (p *ldPage) data() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		words, err := json.Marshal(p)
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, `<script type="application/ld+json">`+string(words)+`</script>`)
		return err
	})
}
