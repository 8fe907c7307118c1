package mail

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"
)

func plain() Message {
	return Message{
		ID:      "r.1042.7.abc@shop.example",
		Date:    time.Date(2026, time.January, 5, 10, 0, 0, 0, time.UTC),
		From:    Address{"Shop", "help@shop.example"},
		To:      Address{"Zoe", "zoe@example.com"},
		Subject: "Your order",
		Text:    "It is on its way.",
	}
}

// wire composes a message and reads it back as a stranger would.
func wire(t *testing.T, m Message) (*mail.Message, string) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, m); err != nil {
		t.Fatal(err)
	}
	raw := b.String()
	for i, line := range strings.Split(raw, "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("line %d is no line of a mail: %q", i, line)
		}
	}
	read, err := mail.ReadMessage(bufio.NewReader(&b))
	if err != nil {
		t.Fatalf("%v in:\n%s", err, raw)
	}
	return read, raw
}

func TestAMailHasOurHeadersAndNoOthers(t *testing.T) {
	m := plain()
	m.HTML = "<p>It is on its way.</p>"
	read, _ := wire(t, m)
	var names []string
	for name := range read.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	if want := []string{"Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}; !slices.Equal(names, want) {
		t.Errorf("headers %v, want %v", names, want)
	}
	for name, want := range map[string]string{
		"Message-Id": "<r.1042.7.abc@shop.example>",
		"Subject":    "Your order",
		"From":       `"Shop" <help@shop.example>`,
		"To":         `"Zoe" <zoe@example.com>`,
		"Date":       "Mon, 05 Jan 2026 10:00:00 +0000",
	} {
		if got := read.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestAnswersJoinTheirConversation(t *testing.T) {
	m := plain()
	m.InReplyTo, m.References, m.ReplyTo = "b@x", []string{"a@x", "b@x"}, "help+t.1042@shop.example"
	read, _ := wire(t, m)
	if got := read.Header.Get("In-Reply-To"); got != "<b@x>" {
		t.Errorf("In-Reply-To %q", got)
	}
	if got := read.Header.Get("References"); got != "<a@x> <b@x>" {
		t.Errorf("References %q", got)
	}
	if got := read.Header.Get("Reply-To"); got != "<help+t.1042@shop.example>" {
		t.Errorf("Reply-To %q", got)
	}
	if read.Header.Get("Auto-Submitted") != "" {
		t.Error("a person's mail says that a machine wrote it")
	}
}

func TestMachinesSaySo(t *testing.T) {
	for inReplyTo, want := range map[string]string{"": "auto-generated", "b@x": "auto-replied"} {
		m := plain()
		m.Machine, m.InReplyTo = true, inReplyTo
		if read, _ := wire(t, m); read.Header.Get("Auto-Submitted") != want {
			t.Errorf("Auto-Submitted %q, want %q", read.Header.Get("Auto-Submitted"), want)
		}
	}
}

// evils are values that want to be more than a value.
var evils = []string{
	"\r\nBcc: evil@example.com", "\nBcc: evil@example.com\n\nhello", "\rBcc: evil@example.com", "\u2028Bcc: evil@example.com",
	"a\x00b", "=?utf-8?q?=0D=0ABcc:_evil@example.com?=", `"quoted" <evil@example.com>`, "größe ☂ ёлка", "bad\xffutf8",
	strings.Repeat("long ", 400), strings.Repeat("x", 2000),
}

func stays(t *testing.T, evil string) {
	m := plain()
	m.Subject, m.From.Name, m.To.Name = evil, evil, evil
	m.Text, m.HTML = "hello "+evil, "<p>"+evil+"</p>"
	m.References = []string{"a@x" + evil, "b@x"}
	read, raw := wire(t, m)
	if head, _, _ := strings.Cut(raw, "\r\n\r\n"); read.Header.Get("Bcc") != "" || strings.Contains(head, "\nBcc:") {
		t.Errorf("%q made a header of its own:\n%s", evil, head)
	}
	for name, want := range map[string]string{"From": m.From.Address, "To": m.To.Address} {
		list, err := read.Header.AddressList(name)
		if err != nil || len(list) != 1 || list[0].Address != want {
			t.Errorf("%q in the name of %s: %v, %v", evil, name, list, err)
		}
	}
}

func TestNothingLeavesItsField(t *testing.T) {
	for _, evil := range evils {
		stays(t, evil)
	}
}

func FuzzNothingLeavesItsField(f *testing.F) {
	for _, evil := range evils {
		f.Add(evil)
	}
	f.Fuzz(stays)
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	for _, address := range []string{
		"", "zoe", "zoe@example.com\r\nBcc: evil@example.com", "zoe@example.com, evil@example.com",
		"Zoe <zoe@example.com>", "<zoe@example.com>", "zoe@example.com>", "zoe @example.com", "zoe@exa mple.com", "zoe@example.com\x00",
	} {
		for name, place := range map[string]func(*Message){
			"from":     func(m *Message) { m.From.Address = address },
			"to":       func(m *Message) { m.To.Address = address },
			"reply to": func(m *Message) { m.ReplyTo = address },
		} {
			if name == "reply to" && address == "" {
				continue
			}
			m := plain()
			place(&m)
			if err := write(io.Discard, m); err == nil {
				t.Errorf("%s %q was taken", name, address)
			}
		}
	}
	for _, id := range []string{"", "abc", "@x", "a@", "a b@x", "<a@x>", "a@x\r\nBcc: y", "ä@x"} {
		m := plain()
		m.ID = id
		if err := write(io.Discard, m); err == nil {
			t.Errorf("Message-ID %q was taken", id)
		}
	}
}

func TestTheTextArrivesAsItWasWritten(t *testing.T) {
	for name, text := range map[string]string{
		"lines":            "one\ntwo\r\nthree\n",
		"a dot alone":      "a\n.\nb",
		"from the begin":   "From here on\n",
		"languages":        "Devoluções são grátis. Возврат. 返品 ☂",
		"a very long line": strings.Repeat("word ", 500),
		"no space at all":  strings.Repeat("x", 3000),
		"spaces at ends":   "trailing  \n\tleading",
	} {
		t.Run(name, func(t *testing.T) {
			m := plain()
			m.Text, m.HTML = text, "<p>"+text+"</p>"
			read, _ := wire(t, m)
			kind, values, err := mime.ParseMediaType(read.Header.Get("Content-Type"))
			if err != nil || kind != "multipart/alternative" {
				t.Fatal(kind, err)
			}
			parts := multipart.NewReader(read.Body, values["boundary"])
			for _, want := range []string{text, "<p>" + text + "</p>"} {
				part, err := parts.NextRawPart()
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(quotedprintable.NewReader(part))
				if err != nil || strings.ReplaceAll(string(got), "\r\n", "\n") != strings.ReplaceAll(want, "\r\n", "\n") {
					t.Errorf("%v: %q, want %q", err, got, want)
				}
			}
		})
	}
}

func TestReferencesStayShort(t *testing.T) {
	var ids []string
	for i := range 200 {
		ids = append(ids, fmt.Sprintf("r.1042.%d.abcdefghijklmnop@shop.example", i))
	}
	refs := references(ids)
	if len("References: "+refs) > longest {
		t.Errorf("%d bytes", len(refs))
	}
	got := strings.Fields(refs)
	if got[0] != "<"+ids[0]+">" || got[len(got)-1] != "<"+ids[199]+">" || got[1] != "<"+ids[200-len(got)+1]+">" {
		t.Errorf("they begin with %q and end with %q", got[:2], got[len(got)-1])
	}
	for name, c := range map[string]struct {
		ids  []string
		want string
	}{
		"none":    {nil, ""},
		"one":     {[]string{"a@x"}, "<a@x>"},
		"two":     {[]string{"a@x", "b@x"}, "<a@x> <b@x>"},
		"a fake":  {[]string{"a@x", "no id", "b@x"}, "<a@x> <b@x>"},
		"a giant": {[]string{"a@x", strings.Repeat("y", 3000) + "@x", "b@x"}, "<a@x> <b@x>"},
	} {
		if got := strings.Join(strings.Fields(references(c.ids)), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestReplySubject(t *testing.T) {
	for _, c := range []struct{ subject, tag, want string }{
		{"Your order", "", "Re: Your order"},
		{"Re: Your order", "", "Re: Your order"},
		{"RE: AW: re[2]: Your order", "", "Re: Your order"},
		{"Regarding: your order", "", "Re: Regarding: your order"},
		{"Order 5: where is it?", "", "Re: Order 5: where is it?"},
		{"", "", "Re:"},
		{"a\r\nBcc: b", "", "Re: a Bcc: b"},
		{"Your order", "[#1042]", "Re: [#1042] Your order"},
		{"Re: [#1042] Your order", "[#1042]", "Re: [#1042] Your order"},
		{"[#1042] Re: Your order", "[#1042]", "Re: [#1042] Your order"},
	} {
		if got := ReplySubject(c.subject, c.tag); got != c.want {
			t.Errorf("%q %q: %q, want %q", c.subject, c.tag, got, c.want)
		}
	}
}

// write composes a message and writes it as it goes over the wire.
func write(w io.Writer, m Message) error {
	msg, err := Compose(m)
	if err != nil {
		return err
	}
	_, err = msg.WriteTo(w)
	return err
}
