package live

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// talk is a Talk whose parts a test fills in.
type talk struct {
	frame  func(*Socket, []byte)
	next   func(*Socket) ([][]byte, error)
	closed chan struct{}

	mu     sync.Mutex
	socket *Socket
	heard  []string
	ends   int
}

func newTalk() *talk { return &talk{closed: make(chan struct{})} }

func (k *talk) Frame(s *Socket, data []byte) {
	k.mu.Lock()
	k.socket = s
	k.heard = append(k.heard, string(data))
	k.mu.Unlock()
	if k.frame != nil {
		k.frame(s, data)
		return
	}
	s.Send(append([]byte("heard "), data...))
}

func (k *talk) Next(s *Socket) ([][]byte, error) {
	if k.next != nil {
		return k.next(s)
	}
	return nil, nil
}

func (k *talk) Closed(*Socket) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ends++; k.ends == 1 {
		close(k.closed)
	}
}

// open is a server with one hub. Its sockets all speak k.
type open struct {
	t   testing.TB
	hub *Hub
	url string
	net Network
}

func listen(t testing.TB, o Options, k Talk) *open {
	return serve(t, o, k, nil)
}

// serve listens on loopback, or on l when a test brings its own network.
func serve(t testing.TB, o Options, k Talk, l *pipes) *open {
	t.Helper()
	o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	hub := NewHub(o)
	var listener net.Listener = l
	h := &open{t: t, hub: hub, url: "ws://deskbell.test/"}
	if l == nil {
		var err error
		if listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		h.url = "ws://" + listener.Addr().String() + "/"
	} else {
		h.net = l.dial
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hub.Upgrade(w, r, func(*http.Request) bool { return r.Header.Get("Origin") != "https://evil.example" }, k)
	})}
	go server.Serve(listener)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := hub.Close(ctx); err != nil {
			t.Errorf("the hub did not close: %v", err)
		}
		server.Close()
	})
	return h
}

func (h *open) dial() *Client {
	h.t.Helper()
	c, err := DialOver(context.Background(), h.net, h.url, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { c.Cut() })
	return c
}

// raw opens a socket whose frames the test writes byte by byte.
func (h *open) raw() net.Conn {
	h.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(h.url, "ws://"), "/"))
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { conn.Close() })
	io.WriteString(conn, handshake)
	answer := make([]byte, 0, 512)
	for !strings.HasSuffix(string(answer), "\r\n\r\n") {
		var b [1]byte
		if _, err := conn.Read(b[:]); err != nil {
			h.t.Fatal(err)
		}
		answer = append(answer, b[0])
	}
	if !strings.HasPrefix(string(answer), "HTTP/1.1 101") || strings.Contains(string(answer), "Extensions") {
		h.t.Fatalf("the upgrade was answered with %q", answer)
	}
	return conn
}

const handshake = "GET / HTTP/1.1\r\nHost: deskbell.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
	"Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

// must receives one frame within five seconds.
func (h *open) must(c *Client, want string) {
	h.t.Helper()
	got, err := h.receive(c)
	if err != nil || string(got) != want {
		h.t.Fatalf("received %.80q, %v; want %.80q", got, err, want)
	}
}

func (h *open) receive(c *Client) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return c.Receive(ctx)
}

func (h *open) ended(k *talk) {
	h.t.Helper()
	select {
	case <-k.closed:
	case <-time.After(30 * time.Second):
		h.t.Fatal("the socket did not end")
	}
}

// pipes is a network in memory, for tests in which time is not real.
type pipes struct {
	calls  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{calls: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.calls <- there
	return here, nil
}
