package email

import (
	"html"

	"deskbell/internal/mail"
	"deskbell/internal/text"
)

// Answer is what somebody said to a customer, with what the house says around it in the customer's language. A reply on a
// ticket and an answer in the forum come to him in the same shape.
type Answer struct {
	Intro string // who has answered, before the words
	Words string // Markdown
	GoOn  string // why to follow the link, before it stands in a plain text
	Open  string // the link's own words where there is HTML
	Link  string
	Why   string // why he gets this mail
}

// Mail is the answer as a mail.
func (a Answer) Mail(to mail.Address, subject string) Mail {
	paragraph := func(s string) string { return "<p>" + s + "</p>\n" }
	return Mail{
		To: to, Subject: subject,
		Text: a.Intro + "\n\n" + text.Plain(a.Words) + "\n\n" + a.GoOn + "\n" + a.Link + "\n\n" + a.Why + "\n",
		HTML: paragraph(html.EscapeString(a.Intro)) +
			"<blockquote>\n" + text.Markdown(a.Words, text.Breaks) + "</blockquote>\n" +
			paragraph(`<a href="`+html.EscapeString(a.Link)+`">`+html.EscapeString(a.Open)+"</a>") +
			paragraph("<small>"+html.EscapeString(a.Why)+"</small>"),
	}
}
