package chat

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// Whatever a stranger sends: what is taken as a frame is one for every JSON reader, with the same members, no NUL, and no
// letter that had to be replaced.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		`{"t":"say","id":"m1","text":"ol\u00e1 \ud83d\ude00"}`, `{"t":"hello","v":1,"page":{"url":"x"}}`, `{"a":1,"a":2}`,
		`{"t":"\ud800"}`, `{"t":"\ud800\ud800"}`, `{"t":"\u0000"}`, `{"t":"\\u0000"}`, `[[[[[[[[[[]]]]]]]]]]`, `{"t":"x"}{}`, `{"t":"\u12`, "null",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read := parse(data)
		if read.err != nil {
			return
		}
		if !utf8.Valid(data) {
			t.Fatal("taken, but it is no UTF-8")
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(data, &members); err != nil {
			t.Fatalf("taken, but it is no JSON: %v", err)
		}
		if len(members) != len(read.raw) {
			t.Fatalf("%d members, encoding/json sees %d", len(read.raw), len(members))
		}
		for name, value := range members {
			if string(read.raw[name]) != string(value) {
				t.Errorf("%q is %s, encoding/json sees %s", name, read.raw[name], value)
			}
			var text string
			if json.Unmarshal(value, &text) == nil && strings.ContainsRune(text, 0) {
				t.Errorf("%s has a NUL", value)
			}
			if strings.ContainsRune(text, utf8.RuneError) && !strings.Contains(strings.ToLower(string(value)), `\ufffd`) && !strings.Contains(string(value), "\ufffd") {
				t.Errorf("%s lost a letter", value)
			}
		}
	})
}

// Every pair of escapes, as the standard library judges it.
func TestSurrogates(t *testing.T) {
	for _, first := range []rune{0x41, 0xD7FF, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000} {
		for _, second := range []rune{0x41, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000} {
			frame := `{"t":"` + escaped(first) + escaped(second) + `"}`
			surrogate := utf16.IsSurrogate(first) || utf16.IsSurrogate(second)
			want := !surrogate || utf16.DecodeRune(first, second) != utf8.RuneError
			if got := parse([]byte(frame)).err == nil; got != want {
				t.Errorf("%s is taken: %v, want %v", frame, got, want)
			}
		}
	}
}

func escaped(r rune) string {
	const hex = "0123456789abcdef"
	return `\u` + string([]byte{hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15]})
}
