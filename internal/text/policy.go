package text

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// address is where a link may lead: a web page whose host stands plainly in it (no user:password@ before it), a mail address, a
// telephone, a place of our own or on this page. "//host" and "/\host" are hosts of somebody else, written to look like ours.
var address = regexp.MustCompile(`(?i)^(?:https?://[^/\\@?#\s]+(?:[/?#][^\s\\]*)?|mailto:[^\s\\]+|tel:[-+0-9().]+|/(?:[^/\\\s][^\s\\]*)?|#[^\s\\]*)$`)

// picture is where an image may come from.
var picture = regexp.MustCompile(`(?i)^(?:https://[^/\\@?#\s]+(?:[/?#][^\s\\]*)?|/[^/\\\s][^\s\\]*)$`)

// allowed is all that a text may bring into a page. It has no style, no class but a code block's language and a task's, and no name that
// we did not give.
var allowed = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li",
		"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^s-[\pL\pN\pM-]*$`)).OnElements("h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[A-Za-z0-9+#-]{1,30}$`)).OnElements("code")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^task$`)).OnElements("li")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|center|right)$`)).OnElements("th", "td")

	p.AllowAttrs("href").Matching(address).OnElements("a")
	p.AllowAttrs("title").OnElements("a", "img")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^(?:nofollow ugc )?noopener$`)).OnElements("a")
	p.AllowAttrs("target").Matching(regexp.MustCompile(`^_blank$`)).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)

	p.AllowAttrs("src").Matching(picture).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	return p
}()
