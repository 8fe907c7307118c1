package live

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// bits of a frame's first two bytes, RFC 6455 §5.2.
const (
	fin    = 0x80
	rsv1   = 0x40
	mask   = 0x80
	more   = 0x0
	text   = 0x1
	blob   = 0x2
	closes = 0x8
	pings  = 0x9
)

// frame makes a masked frame, with a mask of zeros so that the payload stays readable.
func frame(first byte, payload string) []byte {
	return append(header(first, mask, uint64(len(payload))), payload...)
}

func header(first, second byte, length uint64) []byte {
	b := []byte{first}
	switch {
	case length < 126:
		b = append(b, second|byte(length))
	case length < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, second|126), uint16(length))
	default:
		b = binary.BigEndian.AppendUint64(append(b, second|127), length)
	}
	if second&mask != 0 {
		b = append(b, 0, 0, 0, 0)
	}
	return b
}

func closing(code uint16) string { return string(binary.BigEndian.AppendUint16(nil, code)) }

// readFrame reads one frame of the server.
func readFrame(conn net.Conn) (opcode byte, payload []byte, err error) {
	conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	var b [2]byte
	if _, err := io.ReadFull(conn, b[:]); err != nil {
		return 0, nil, err
	}
	length := uint64(b[1])
	if length == 126 {
		var long [2]byte
		if _, err := io.ReadFull(conn, long[:]); err != nil {
			return 0, nil, err
		}
		length = uint64(binary.BigEndian.Uint16(long[:]))
	}
	payload = make([]byte, length)
	_, err = io.ReadFull(conn, payload)
	return b[0] &^ fin, payload, err
}

// closedWith reads until the close frame and gives its code, or 0 when the line just ended.
func closedWith(t *testing.T, conn net.Conn) int {
	t.Helper()
	for {
		opcode, payload, err := readFrame(conn)
		if err != nil {
			t.Logf("the line ended: %v", err)
			return 0
		}
		if opcode == closes && len(payload) >= 2 {
			return int(binary.BigEndian.Uint16(payload))
		}
		if opcode == closes {
			return 1005
		}
	}
}

// What strangers may write, and how the socket ends. None of it reaches the Talk.
func TestWhatIsRefusedOnTheWire(t *testing.T) {
	for name, c := range map[string]struct {
		bytes []byte
		want  int
	}{
		"a length of 1 GiB and nothing more":   {header(fin|text, mask, 1<<30), TooBig},
		"one byte too many":                    {header(fin|text, mask, 128<<10+1), TooBig},
		"a whole message that is too big":      {frame(fin|text, strings.Repeat("x", 200<<10)), TooBig},
		"the top bit of a 64-bit length":       {header(fin|text, mask, 1<<63), 1002},
		"1,000 fragments whose sum passes":     {append(frame(text, "x"), bytes.Repeat(frame(more, strings.Repeat("x", 1024)), 999)...), TooBig},
		"an unmasked frame":                    {append(header(fin|text, 0, 5), "hello"...), 1002},
		"a reserved bit":                       {frame(fin|rsv1|text, "hello"), 1002},
		"a reserved opcode":                    {frame(fin|0x3, "hello"), 1002},
		"a control frame of 126 bytes":         {frame(fin|pings, strings.Repeat("x", 126)), 1002},
		"a ping in fragments":                  {frame(pings, "hello"), 1002},
		"a fragment of nothing":                {frame(fin|more, "hello"), 1002},
		"a new message within another":         {append(frame(text, "he"), frame(fin|text, "llo")...), 1002},
		"bytes":                                {frame(fin|blob, "hello"), NotText},
		"no UTF-8":                             {frame(fin|text, "hel\xfflo"), NotUTF8},
		"a cut rune over fragments":            {append(frame(text, "ol\xc3"), frame(fin|more, "x")...), NotUTF8},
		"a surrogate":                          {frame(fin|text, "\xed\xa0\x80"), NotUTF8},
		"close code 0":                         {frame(fin|closes, closing(0)), 1002},
		"close code 999":                       {frame(fin|closes, closing(999)), 1002},
		"close code 1005":                      {frame(fin|closes, closing(1005)), 1002},
		"close code 1016":                      {frame(fin|closes, closing(1016)), 1002},
		"a close reason that is not UTF-8":     {frame(fin|closes, closing(1000)+"\xff"), 1002},
		"a plain goodbye":                      {frame(fin|closes, closing(1000)), Normal},
		"a goodbye without a code":             {frame(fin|closes, ""), 1005},
		"a goodbye with a code of one's own":   {frame(fin|closes, closing(4321)), 4321},
		"a goodbye while a message is half in": {append(frame(text, "hel"), frame(fin|closes, closing(1000))...), Normal},
	} {
		t.Run(name, func(t *testing.T) {
			k := newTalk()
			h := listen(t, Options{}, k)
			conn := h.raw()
			go conn.Write(c.bytes) // the server may stop reading before the end
			if got := closedWith(t, conn); got != c.want {
				t.Errorf("closed with %d, want %d", got, c.want)
			}
			conn.Close()
			h.ended(k)
			if len(k.heard) != 0 {
				t.Errorf("the talk heard %.40q", k.heard)
			}
		})
	}
}

func TestWhatIsTakenOnTheWire(t *testing.T) {
	big := strings.Repeat("x", 128<<10)
	for name, c := range map[string]struct {
		bytes []byte
		want  []string
	}{
		"a frame":                   {frame(fin|text, "olá"), []string{"olá"}},
		"an empty frame":            {frame(fin|text, ""), []string{""}},
		"the longest frame":         {frame(fin|text, big), []string{big}},
		"a rune over two fragments": {append(frame(text, "ol\xc3"), frame(fin|more, "\xa1")...), []string{"olá"}},
		"a ping between fragments":  {slices.Concat(frame(text, "he"), frame(fin|pings, "are you there"), frame(fin|more, "llo")), []string{"hello"}},
	} {
		t.Run(name, func(t *testing.T) {
			k := newTalk()
			k.frame = func(s *Socket, _ []byte) { s.Send([]byte("taken")) }
			h := listen(t, Options{}, k)
			conn := h.raw()
			go conn.Write(c.bytes)
			for range c.want {
				opcode, payload, err := readFrame(conn)
				if opcode == 0xA && string(payload) == "are you there" {
					opcode, payload, err = readFrame(conn)
				}
				if err != nil || opcode != text || string(payload) != "taken" {
					t.Fatalf("answered %x %.80q, %v", opcode, payload, err)
				}
			}
			conn.Close()
			h.ended(k)
			if !slices.Equal(k.heard, c.want) {
				t.Errorf("heard %.40q, want %.40q", k.heard, c.want)
			}
		})
	}
}

func TestAPingIsAnsweredWithItsPayload(t *testing.T) {
	k := newTalk()
	h := listen(t, Options{}, k)
	conn := h.raw()
	conn.Write(frame(fin|pings, "are you there"))
	opcode, payload, err := readFrame(conn)
	if err != nil || opcode != 0xA || string(payload) != "are you there" {
		t.Errorf("answered %x %q, %v", opcode, payload, err)
	}
}
