package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestShutdownLetsHandlersFinishAndStreamsEnd(t *testing.T) {
	begun, finish := make(chan struct{}, 2), make(chan struct{})
	e, err := New(Options{URL: &url.URL{Scheme: "http", Host: "127.0.0.1"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s := e.NewServer(e.Handler([]Route{
		Get("/slow", Anyone, func(w http.ResponseWriter, r *http.Request) error {
			begun <- struct{}{}
			<-finish
			return says("done")(w, r)
		}),
		Get("/stream", Anyone, func(w http.ResponseWriter, r *http.Request) error {
			begun <- struct{}{}
			<-Leaving(r)
			close(finish) // the stream ends first, the slow handler after it
			return nil
		}),
	}))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(l)
	answers := make(chan string, 2)
	for _, path := range []string{"/slow", "/stream"} {
		go func() {
			answer, err := http.Get("http://" + l.Addr().String() + path)
			if err != nil {
				answers <- err.Error()
				return
			}
			text, _ := io.ReadAll(answer.Body)
			answers <- string(text)
		}()
	}
	<-begun
	<-begun
	hungUp := false
	if err := s.Close(t.Context(), func(context.Context) { hungUp = true }); err != nil {
		t.Fatal(err)
	}
	if got := (<-answers) + (<-answers); got != "done" || !hungUp {
		t.Errorf("the answers are %q, sockets closed: %v", got, hungUp)
	}
}

func TestAConnectionThatIsHijackedIsLeftAlone(t *testing.T) {
	h := open(t, nil, Get("/socket", Anyone, func(w http.ResponseWriter, r *http.Request) error {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return err
		}
		defer conn.Close()
		fmt.Fprint(rw, "HTTP/1.1 101 Switching Protocols\r\n\r\nhello")
		return rw.Flush()
	}))
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /socket HTTP/1.1\r\nHost: %s\r\n\r\n", strings.TrimPrefix(h.url, "http://"))
	text, err := io.ReadAll(bufio.NewReader(conn))
	if err != nil || !strings.HasSuffix(string(text), "\r\n\r\nhello") {
		t.Errorf("%q, %v", text, err)
	}
}

// pipes is a listener in memory, whose connections know deadlines and whose time is that of a synctest bubble.
type pipes struct {
	dialed chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.dialed:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func (p *pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.dialed <- there
	return here
}

func TestSlowClientsAreCut(t *testing.T) {
	for name, c := range map[string]struct {
		head string
		drip string        // sent every second
		most time.Duration // the answer, too, may wait for patience, since this client does not read it
	}{
		"a header that never ends":      {"GET / HTTP/1.1\r\n", "X: y\r\n", 11 * time.Second},
		"a body that drips":             {"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n", "x", 2 * patience},
		"a body that nobody reads":      {"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n", "x", 2 * patience},
		"a reader who never reads on":   {"GET /much HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "", patience + time.Second},
		"a line that is slow but alive": {"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n", strings.Repeat("x", 10000), 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { testSlow(t, c.head, c.drip, c.most) })
		})
	}
}

// testSlow sends head, then drip every second, and expects the connection to be cut within most; never, when that is zero.
func testSlow(t *testing.T, head, drip string, most time.Duration) {
	e, err := New(Options{URL: &url.URL{Scheme: "http", Host: "127.0.0.1"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	s := e.NewServer(e.Handler([]Route{
		Post("/", Anyone, func(_ http.ResponseWriter, r *http.Request) error {
			n, err := io.Copy(io.Discard, r.Body)
			read = int(n)
			return err
		}).UpTo(1 << 20),
		Get("/much", Anyone, says(strings.Repeat("x", 1<<20))),
	}))
	l := &pipes{make(chan net.Conn), make(chan struct{})}
	go s.Serve(l)
	defer s.Close(t.Context(), nil)

	conn := l.dial()
	defer conn.Close()
	begun := time.Now()
	_, err = io.WriteString(conn, head)
	for sent := 0; err == nil && sent < 1000000; sent += len(drip) {
		<-time.After(time.Second)
		if _, err = io.WriteString(conn, drip); err == nil && drip == "" {
			break // a reader who sends nothing learns it only by reading
		}
	}
	if most == 0 {
		synctest.Wait()
		if err != nil || read != 1000000 {
			t.Errorf("cut after %v with %v, having read %d bytes", time.Since(begun), err, read)
		}
		return
	}
	if drip == "" {
		<-time.After(most)
		io.Copy(io.Discard, conn) // until it is cut
	}
	if took := time.Since(begun); took > most+time.Second {
		t.Errorf("cut only after %v", took)
	}
}
