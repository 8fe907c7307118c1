package web

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

const (
	patience = 30 * time.Second // how long a connection may make no progress
	slowest  = 8 << 10          // bytes a second that a body must bring after that
)

// answer is the ResponseWriter of every handler. It knows what was answered, and it drops a reader who stops reading: the
// server has no write timeout, since that would cut long downloads and event streams as well.
type answer struct {
	http.ResponseWriter
	control *http.ResponseController
	status  int // 0 until the answer begins
	bytes   int64
}

func newAnswer(w http.ResponseWriter) *answer {
	a := &answer{ResponseWriter: w, control: http.NewResponseController(w)}
	a.extend()
	return a
}

// extend gives the connection time for what is about to be written. An error means that w has no deadlines, as in a test
// without a network, or that the connection is not ours any more.
func (a *answer) extend() { _ = a.control.SetWriteDeadline(time.Now().Add(patience)) }

func (a *answer) WriteHeader(status int) {
	if status >= 200 && a.status == 0 { // 1xx are not the answer yet
		a.status = status
	}
	a.extend()
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	a.extend()
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Flush sends what is written so far, for event streams.
func (a *answer) Flush() {
	a.extend()
	_ = a.control.Flush()
}

// Hijack gives the connection to a socket. Its deadlines are the socket's own from here on.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := a.control.Hijack()
	if err == nil {
		a.status = http.StatusSwitchingProtocols
	}
	return conn, rw, err
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// steady is a body that must keep coming. A client that drips a byte a second holds a connection for half a minute, not for
// ever; one that sends a large file over a slow line gets its time.
type steady struct {
	io.ReadCloser
	control *http.ResponseController
	begun   time.Time
	got     int64
}

func newSteady(a *answer, body io.ReadCloser) io.ReadCloser {
	if body == nil || body == http.NoBody {
		return body
	}
	s := &steady{ReadCloser: body, control: a.control, begun: time.Now()}
	s.extend() // also for a body that no handler reads: net/http reads its rest
	return s
}

func (s *steady) extend() {
	earned := time.Duration(s.got) * time.Second / slowest
	_ = s.control.SetReadDeadline(s.begun.Add(patience + earned))
}

func (s *steady) Read(p []byte) (int, error) {
	s.extend()
	n, err := s.ReadCloser.Read(p)
	s.got += int64(n)
	if errors.Is(err, io.EOF) {
		// From here on net/http itself reads, to notice that the client goes away. A deadline would look like that.
		_ = s.control.SetReadDeadline(time.Time{})
	}
	return n, err
}
