package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean makes a text fit to keep: valid UTF-8, lines that end in \n, and no NUL. All else comes back as it was written.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(s)
}

// Line makes a name or a title fit to keep and to show beside others: cleaned, in one spelling (NFC), on one line, without
// control characters and what is invisible or turns the direction of what follows. The joiners that Persian and emoji are written with stay.
func Line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) && !unicode.IsSpace(r):
			return -1
		case r == '\u200b', r == '\u2060', r == '\ufeff', r == '\u00ad', r == '\u034f', r == '\u061c', r == '\u180e', r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0':
			return -1 // they take no room: two names that differ by one look the same
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200e', r == '\u200f':
			return -1 // they turn the direction
		case r >= 0xE0000 && r <= 0xE0FFF:
			return -1 // tags
		}
		return r
	}, norm.NFC.String(Clean(s)))
	return strings.Trim(strings.Join(strings.Fields(s), " "), "\u200c\u200d ")
}

// Cut shortens s to at most most letters, for what must fit.
func Cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:max(0, most)])
}
