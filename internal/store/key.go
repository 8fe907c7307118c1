package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// Key is an ordered key: comparing the bytes of two keys compares the parts they were made of, one after the other.
type Key []byte

// Part tags, in the order in which parts of different types sort.
const (
	tagBytes  = 0x01 // strings and byte slices: escaped, closed by 0x00 0x01
	tagNumber = 0x02 // signed and unsigned whole numbers: 9 bytes, sign first
	tagBool   = 0x03
	tagTime   = 0x04 // milliseconds since 1970, UTC
)

// K makes a key of parts: strings, byte slices, whole numbers, bools, times, and types made from these. A Key among them
// is joined as it is, so that an index key can end with the primary key. K panics at any other type: that is a mistake in
// the program, not in its input.
func K(parts ...any) Key {
	k := make(Key, 0, 16*len(parts))
	for _, part := range parts {
		k = appendPart(k, part)
	}
	return k
}

func appendPart(k Key, part any) Key {
	switch v := part.(type) {
	case Key:
		return append(k, v...)
	case string:
		return appendText(k, v)
	case []byte:
		return appendText(k, string(v))
	case int:
		return appendInt(k, int64(v))
	case int64:
		return appendInt(k, v)
	case uint64:
		return appendUint(k, v)
	case bool:
		if v {
			return append(k, tagBool, 1)
		}
		return append(k, tagBool, 0)
	case time.Time:
		k = append(k, tagTime)
		return binary.BigEndian.AppendUint64(k, uint64(v.UnixMilli())^(1<<63))
	}
	switch v := reflect.ValueOf(part); v.Kind() {
	case reflect.String:
		return appendText(k, v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return appendInt(k, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return appendUint(k, v.Uint())
	}
	panic(fmt.Sprintf("store: a key has no part of type %T", part))
}

// appendText escapes 0x00 as 0x00 0xFF, so that the closing 0x00 0x01 sorts before any longer text.
func appendText(k Key, s string) Key {
	k = append(k, tagBytes)
	for {
		i := bytes.IndexByte([]byte(s), 0)
		if i < 0 {
			break
		}
		k = append(append(k, s[:i]...), 0x00, 0xFF)
		s = s[i+1:]
	}
	return append(append(k, s...), 0x00, 0x01)
}

func appendInt(k Key, n int64) Key {
	if n >= 0 {
		return appendUint(k, uint64(n))
	}
	k = append(k, tagNumber, 0)
	return binary.BigEndian.AppendUint64(k, uint64(n)) // two's complement sorts rightly among the negatives
}

func appendUint(k Key, n uint64) Key {
	k = append(k, tagNumber, 1)
	return binary.BigEndian.AppendUint64(k, n)
}

// Parts takes a key apart again: strings, int64 (uint64 above its range), bools and times. It errs on bytes that K cannot
// have made.
func (k Key) Parts() ([]any, error) {
	var parts []any
	for len(k) > 0 {
		part, rest, err := k.part()
		if err != nil {
			return nil, err
		}
		parts, k = append(parts, part), rest
	}
	return parts, nil
}

func (k Key) part() (any, Key, error) {
	body := k[1:]
	switch k[0] {
	case tagBytes:
		return textPart(body)
	case tagNumber:
		if len(body) < 9 || body[0] > 1 {
			break
		}
		n := binary.BigEndian.Uint64(body[1:])
		if body[0] == 0 {
			if n>>63 == 0 {
				break
			}
			return int64(n), body[9:], nil
		}
		if n > math.MaxInt64 {
			return n, body[9:], nil
		}
		return int64(n), body[9:], nil
	case tagBool:
		if len(body) < 1 || body[0] > 1 {
			break
		}
		return body[0] == 1, body[1:], nil
	case tagTime:
		if len(body) < 8 {
			break
		}
		ms := int64(binary.BigEndian.Uint64(body) ^ (1 << 63))
		return time.UnixMilli(ms).UTC(), body[8:], nil
	}
	return nil, nil, fmt.Errorf("store: %x is not a key", []byte(k))
}

func textPart(body Key) (any, Key, error) {
	var text []byte
	for {
		i := bytes.IndexByte(body, 0)
		if i < 0 || i+1 == len(body) {
			return nil, nil, fmt.Errorf("store: a text in a key has no end")
		}
		text = append(text, body[:i]...)
		mark := body[i+1]
		body = body[i+2:]
		switch mark {
		case 0x01:
			return string(text), body, nil
		case 0xFF:
			text = append(text, 0)
		default:
			return nil, nil, fmt.Errorf("store: a text in a key has a bad escape")
		}
	}
}

// String shows a key's parts, for messages. Texts are quoted: visitors make some of them, and a terminal must not obey those.
func (k Key) String() string {
	parts, err := k.Parts()
	if err != nil {
		return fmt.Sprintf("%x", []byte(k))
	}
	for i, part := range parts {
		if text, ok := part.(string); ok {
			parts[i] = strconv.Quote(text)
		}
	}
	return fmt.Sprint(parts)
}

// End is the first key after all keys that begin with k; nil when there is none.
func (k Key) End() Key {
	for i := len(k) - 1; i >= 0; i-- {
		if k[i] < 0xFF {
			end := bytes.Clone(k[:i+1])
			end[i]++
			return end
		}
	}
	return nil
}
