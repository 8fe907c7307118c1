package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Plain gives the words of a Markdown text without its signs, a line for each paragraph, item or cell.
func Plain(markdown string) string { return fromHTML(Markdown(markdown, Breaks)) }

// fromHTML gives the words of an HTML text as a reader would see them, without what is no text.
func fromHTML(src string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(src))
	hidden := 0 // depth within elements whose content nobody reads
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return lines(b.String())
		case html.TextToken:
			if hidden == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			switch {
			case unread[tag] && kind == html.StartTagToken:
				hidden++
			case unread[tag] && kind == html.EndTagToken:
				hidden = max(0, hidden-1)
			case tag == atom.Td || tag == atom.Th:
				b.WriteByte(' ')
			case !inline[tag]:
				b.WriteByte('\n')
			}
		}
	}
}

var (
	unread = set(atom.Script, atom.Style, atom.Head, atom.Template, atom.Noscript, atom.Svg, atom.Math, atom.Iframe, atom.Object)
	inline = set(atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Del, atom.Em, atom.Font, atom.I,
		atom.Img, atom.Input, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Q, atom.S, atom.Samp, atom.Small, atom.Span,
		atom.Strike, atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Tt, atom.U, atom.Var, atom.Wbr)
)

func set(tags ...atom.Atom) map[atom.Atom]bool {
	all := map[atom.Atom]bool{}
	for _, tag := range tags {
		all[tag] = true
	}
	return all
}

// lines drops empty lines and the spaces around the others.
func lines(s string) string {
	var kept []string
	for line := range strings.Lines(s) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// Snippet gives the beginning of a plain text on one line, at most most letters long, cut after a word.
func Snippet(plain string, most int) string {
	if most < 1 {
		return ""
	}
	s := strings.Join(strings.Fields(head(plain, 8*most)), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	letters := []rune(s)
	end := most - 1 // one for the dots
	for i := end; i >= end/2; i-- {
		if letters[i] == ' ' {
			return strings.TrimRight(string(letters[:i]), " ,;:.") + "…"
		}
	}
	for end > 0 && unicode.In(letters[end], unicode.M, unicode.Cf) { // an accent, or the joint of an emoji, stays with its letter
		end--
	}
	return strings.TrimRight(string(letters[:end]), "\u200d") + "…"
}

// Glance is the beginning of a Markdown text on one line, without its signs. Only the beginning is read, and as Markdown only
// where there is some: lists show fifty of these, and somebody may have written a book.
func Glance(markdown string, most int) string {
	s := head(markdown, 4*most)
	if strings.ContainsAny(s, "*_`[]<>&\\~|#") {
		s = Plain(s)
	}
	return Snippet(s, most)
}

// head is the beginning of s that holds at least n letters' worth of bytes, if there are so many: the rest of a long text is
// not looked at.
func head(s string, n int) string {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	if n *= utf8.UTFMax; len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
