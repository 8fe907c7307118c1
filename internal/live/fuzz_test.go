package live

import (
	"bytes"
	"context"
	"io"
	"net"
	"slices"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// Whatever a stranger writes after the upgrade: the Talk hears valid text within the limit only, the socket ends with the
// line, and it makes no difference how the network cuts the bytes.
func FuzzWire(f *testing.F) {
	f.Add(frame(fin|text, "hello"))
	f.Add(slices.Concat(frame(text, "ol\xc3"), frame(fin|pings, "ping"), frame(fin|more, "\xa1"), frame(fin|closes, closing(1000))))
	f.Add(append(frame(fin|blob, "hello"), frame(fin|text, "after the goodbye")...))
	f.Add(header(fin|text, mask, 1<<63))
	f.Add(append(header(fin|text, 0, 5), "hello"...))
	f.Fuzz(func(t *testing.T, wire []byte) {
		whole := hears(t, bytes.NewReader(wire))
		bytewise := hears(t, iotest.OneByteReader(bytes.NewReader(wire)))
		if !slices.Equal(whole, bytewise) {
			t.Errorf("in one piece it heard %q, byte by byte %q", whole, bytewise)
		}
		for _, message := range whole {
			if !utf8.ValidString(message) || len(message) > 4096 {
				t.Errorf("the talk heard %q", message)
			}
		}
	})
}

// hears writes r to a socket of its own and gives what its Talk heard.
func hears(t *testing.T, r io.Reader) []string {
	l := newPipes()
	k := newTalk()
	h := serve(t, Options{Limit: 4096}, k, l)
	var line net.Conn
	_, err := DialOver(context.Background(), func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := l.dial(ctx, network, address)
		line = conn
		return conn, err
	}, h.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		io.Copy(io.Discard, line)
	}()
	io.Copy(line, struct{ io.Reader }{r})
	line.Write(nil) // over a pipe it waits for a reader, who by then has heard the rest: a pong that fails would end it before
	line.Close()
	<-read
	h.ended(k)
	return k.heard
}
