// Package mail knows how a mail is written: its headers, its parts, its names. It has no network and no store; it makes
// messages of plain values and says nothing about who may send what.
//
// It promises that whatever stands in a field stays in that field: a line break in a subject or a name becomes a space, and
// an address that is none is refused. A message tried again is the same message: the caller gives its Message-ID and its
// date, and nothing in it is random but the boundary between its parts. (RFC 5322, 2045 to 2047, 3834.)
package mail

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Address is a mailbox with the name to show for it.
type Address struct{ Name, Address string }

// Domain is what stands behind the last @.
func (a Address) Domain() string { return a.Address[strings.LastIndex(a.Address, "@")+1:] }

// IsAddress tells whether s is an address to which a mail can go.
func IsAddress(s string) bool {
	_, err := parse(Address{Address: s})
	return err == nil
}

// Message is a mail to one person.
type Message struct {
	ID         string // Message-ID without its angle brackets
	Date       time.Time
	From, To   Address
	ReplyTo    string // an address; "" when answers go to From
	Subject    string
	InReplyTo  string   // the Message-ID that it answers
	References []string // those of the conversation, oldest first
	Machine    bool     // no person wrote it, and none shall be told by a machine that it came
	Text       string   // plain text; every mail has it
	HTML       string   // the same with more to look at; "" for none
}

// errAddress is the error for what is no address.
var errAddress = errors.New("is not an e-mail address")

// Compose makes the message ready to be sent.
func Compose(m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	from, err := parse(m.From)
	if err != nil {
		return nil, fmt.Errorf("sender %q %w", m.From.Address, err)
	}
	to, err := parse(m.To)
	if err != nil {
		return nil, fmt.Errorf("recipient %q %w", m.To.Address, err)
	}
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	if m.ReplyTo != "" {
		answers, err := parse(Address{Address: m.ReplyTo})
		if err != nil {
			return nil, fmt.Errorf("reply address %q %w", m.ReplyTo, err)
		}
		msg.ReplyToMailAddress(answers)
	}
	if !isID(m.ID) {
		return nil, fmt.Errorf("%q cannot be a Message-ID", m.ID)
	}
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.Date)
	msg.Subject(oneLine(m.Subject))
	thread(msg, m)
	if m.Machine {
		msg.SetGenHeader("Auto-Submitted", automatic(m))
		msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	}
	msg.SetBodyString(gomail.TypeTextPlain, lines(m.Text))
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, lines(m.HTML))
	}
	return msg, nil
}

// thread sets the headers by which mail programs draw conversations. They hold ids, which have no spaces to fold at the
// wrong place.
func thread(msg *gomail.Msg, m Message) {
	if isID(m.InReplyTo) {
		msg.SetGenHeaderPreformatted("In-Reply-To", "<"+m.InReplyTo+">")
	}
	if refs := references(m.References); refs != "" {
		msg.SetGenHeaderPreformatted("References", refs)
	}
}

// automatic is the word of RFC 3834 for a machine's mail: an answer, or something of its own.
func automatic(m Message) string {
	if m.InReplyTo != "" {
		return "auto-replied"
	}
	return "auto-generated"
}

// longest is how long a References header may be: some servers cut or refuse longer ones.
const longest = 1500

// references gives the first id and as many of the latest as fit, oldest first, each on a line of its own.
func references(ids []string) string {
	var fit []string
	room := longest - len("References: ")
	for i := len(ids) - 1; i >= 0; i-- {
		if !isID(ids[i]) {
			continue
		}
		need := len(ids[i]) + len("<>\r\n ")
		first := len(ids[0]) + len("<>\r\n ")
		if i > 0 && isID(ids[0]) && need+first > room || need > room {
			if isID(ids[0]) && first <= room {
				fit = append(fit, "<"+ids[0]+">")
			}
			break
		}
		room -= need
		fit = append(fit, "<"+ids[i]+">")
	}
	slices.Reverse(fit)
	return strings.Join(fit, "\r\n ")
}

// isID tells whether s can stand between angle brackets: left@right, printable ASCII without spaces or brackets.
func isID(s string) bool {
	left, right, ok := strings.Cut(s, "@")
	if !ok || left == "" || right == "" || len(s) > 250 {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7F || r == '<' || r == '>' })
}

// parse takes an address as somebody typed it and its name apart from one another, so that neither can pose as the other.
func parse(a Address) (*mail.Address, error) {
	if strings.ContainsFunc(a.Address, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return nil, errAddress
	}
	parsed, err := mail.ParseAddress("<" + a.Address + ">")
	if err != nil || parsed.Address != a.Address {
		return nil, errAddress
	}
	parsed.Name = strings.ReplaceAll(oneLine(a.Name), `\`, "/") // net/mail writes some that it cannot read back
	return parsed, nil
}

// widest is how much of a value a header keeps, in bytes: a line of a mail has at most 998 (RFC 5322, 2.1.1), and a word
// cannot be folded.
const widest = 400

// oneLine keeps a value in its header: line breaks and other control characters become spaces.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	return strings.ToValidUTF8(s[:min(len(s), widest)], "")
}

// lines ends lines as mail does, without what no text holds.
func lines(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// ReplySubject is the subject of an answer: "Re:" once, whatever it said before, and the ticket's tag, such as "[#1042]", once
// if there is one.
func ReplySubject(subject, tag string) string {
	subject = oneLine(subject)
	if tag != "" {
		subject = oneLine(strings.ReplaceAll(subject, tag, " "))
	}
	for {
		rest, ok := cutReply(subject)
		if !ok {
			break
		}
		subject = rest
	}
	if tag != "" {
		subject = tag + " " + subject
	}
	return strings.TrimSpace("Re: " + subject)
}

// replies are the words for "Re:" in the languages that mail programs speak.
var replies = []string{"re", "aw", "sv", "vs", "ref", "rif", "res", "odp", "antw", "ответ", "на"}

func cutReply(subject string) (rest string, ok bool) {
	before, rest, found := strings.Cut(subject, ":")
	if !found {
		return subject, false
	}
	before = strings.ToLower(strings.TrimSpace(before))
	if name, _, counted := strings.Cut(before, "["); counted && strings.HasSuffix(before, "]") { // "Re[2]:"
		before = name
	}
	for _, word := range replies {
		if before == word {
			return strings.TrimSpace(rest), true
		}
	}
	return subject, false
}
