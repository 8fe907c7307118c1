package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// maxDepth is more than any frame of ours has.
const maxDepth = 8

// errFrame says that something is no frame. Why not is for nobody: an honest client never sends one.
var errFrame = errors.New("not a frame")

// fields are the members of one JSON object that nobody has read yet. Reading the wrong type, and leaving one unread, is an
// error that stays until end is asked. Unlike json.Unmarshal it tells "text" from "Text" and refuses what is there twice, so
// that no two readers can see two meanings in one frame.
type fields struct {
	raw map[string]json.RawMessage
	err error
}

// parse takes a frame apart.
func parse(data []byte) *fields {
	if !utf8.Valid(data) || !sane(data) { // a socket has looked already, plain requests have not
		return &fields{err: errFrame}
	}
	return object(data)
}

// object walks the tokens of one object.
func object(data []byte) *fields {
	f := &fields{raw: map[string]json.RawMessage{}, err: errFrame}
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return f
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return f
		}
		key := name.(string) // the decoder allows nothing else here
		var value json.RawMessage
		if _, twice := f.raw[key]; twice || d.Decode(&value) != nil {
			return f
		}
		f.raw[key] = value
	}
	if _, err := d.Token(); err != nil {
		return f
	}
	if _, err := d.Token(); err != io.EOF {
		return f
	}
	f.err = nil
	return f
}

// take gives a member and counts it as read; nil when it is not there.
func (f *fields) take(name string) json.RawMessage {
	value := f.raw[name]
	delete(f.raw, name)
	return value
}

// null is how many programs write that they have nothing to say here.
const null = "null"

// read decodes a member into v, which keeps its value when the member is not there, or null.
func (f *fields) read(name string, v any) {
	value := f.take(name)
	if value == nil || string(value) == null {
		return
	}
	if json.Unmarshal(value, v) != nil {
		f.err = errFrame
	}
}

// need refuses null in members without which a frame says nothing: to take it for a zero would be to guess.
func (f *fields) need(names ...string) {
	for _, name := range names {
		if string(f.raw[name]) == null {
			f.err = errFrame
		}
	}
}

func (f *fields) text(name string) (s string) { f.read(name, &s); return s }
func (f *fields) flag(name string) (b bool)   { f.read(name, &b); return b }
func (f *fields) number(name string) (n int)  { f.read(name, &n); return n }

// texts gives a list of at most most texts.
func (f *fields) texts(name string, most int) (list []string) {
	f.read(name, &list)
	if len(list) > most {
		f.err = errFrame
	}
	return list
}

// within hands a member that is an object to read, and wants all of it read.
func (f *fields) within(name string, read func(*fields)) {
	value := f.take(name)
	if value == nil || string(value) == null {
		return
	}
	inner := object(value)
	read(inner)
	if inner.end() != nil {
		f.err = errFrame
	}
}

// end says what was wrong, after everything was read that the frame may have.
func (f *fields) end() error {
	if f.err == nil && len(f.raw) > 0 {
		return errFrame
	}
	return f.err
}

// sane refuses what the JSON decoder lets through: deep nesting, NUL, and halves of surrogate pairs (which it would replace
// without a word). It reads each byte once and calls nothing that could be made to recurse.
func sane(data []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			n, ok := escape(data[i:])
			if !ok {
				return false
			}
			i += n - 1
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return false
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return true
}

// escape gives the length of the escape sequence at the beginning of data, and whether it stands for a whole letter.
func escape(data []byte) (int, bool) {
	if len(data) < 2 || data[1] != 'u' {
		return 2, true
	}
	switch first := unit(data); {
	case first <= 0 || first >= 0xDC00 && first <= 0xDFFF: // not four hex digits; NUL; a second half first
		return 0, false
	case first >= 0xD800 && first <= 0xDBFF:
		second := unit(data[6:])
		return 12, second >= 0xDC00 && second <= 0xDFFF
	}
	return 6, true
}

// unit reads \uXXXX, -1 when it is not there.
func unit(data []byte) int {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(data[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return int(n)
}
