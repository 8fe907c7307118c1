package live

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// frames are the buffers in which messages are put together; an idle socket holds none.
var frames = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keepBuffer is the largest that goes back into the pool: most messages are small.
const keepBuffer = 32 << 10

// read is the socket's reader, and its owner: the socket ends when it does.
func (s *Socket) read() {
	defer s.end()
	defer func() {
		if p := recover(); p != nil {
			s.caught("Frame", p)
		}
	}()
	s.expect(s.hub.Hello)
	err := s.message()
	for err == nil {
		s.expect(0)
		err = s.next()
	}
	s.part(err)
}

// next waits for a message as long as the peer is alive, and takes it.
func (s *Socket) next() error {
	kind, r, err := s.conn.NextReader()
	if err != nil {
		return err
	}
	s.expect(s.hub.Hello) // endless fragments are not endless
	return s.take(kind, r)
}

// message takes the first message; its time runs since the upgrade.
func (s *Socket) message() error {
	kind, r, err := s.conn.NextReader()
	if err != nil {
		return err
	}
	return s.take(kind, r)
}

// take gathers one message as its bytes arrive, never by its declared length, and hands it to the Talk.
func (s *Socket) take(kind int, r io.Reader) error {
	buf := frames.Get().(*bytes.Buffer)
	defer func() {
		if buf.Cap() <= keepBuffer {
			buf.Reset()
			frames.Put(buf)
		}
	}()
	if _, err := buf.ReadFrom(r); err != nil {
		return err
	}
	s.alive()
	switch {
	case s.leaving(): // we have said goodbye and wait for the answer
	case kind != websocket.TextMessage:
		s.Close(NotText, "text frames only")
	case !utf8.Valid(buf.Bytes()): // gorilla lets it through
		s.Close(NotUTF8, "not UTF-8")
	default:
		s.hear(buf.Bytes())
	}
	return nil
}

// hear hands a message to the Talk, and makes up for the writer that wanted to ask Next meanwhile.
func (s *Socket) hear(data []byte) {
	s.turn.Lock()
	defer func() {
		s.turn.Unlock()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.barred {
			s.barred, s.news = false, true
			s.start()
		}
	}()
	s.talk.Frame(s, data)
}

func (s *Socket) leaving() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing()
}

// expect gives the peer so long, or as long as it lives when d is zero.
func (s *Socket) expect(d time.Duration) {
	var until time.Time
	if d > 0 {
		until = time.Now().Add(d)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.conn.SetReadDeadline(until)
	}
}

// part says goodbye in the way that fits the reader's last error.
func (s *Socket) part(err error) {
	var closed *websocket.CloseError
	var network net.Error
	switch {
	case errors.As(err, &closed): // the peer closed, and gorilla has echoed its code; or it is gone, which gorilla calls 1006
		s.noteLeft(closed.Code != websocket.CloseAbnormalClosure)
	case errors.As(err, &network) && !network.Timeout():
	case errors.As(err, &network) && s.isOver(): // it did not answer our goodbye, or we hung up
	case errors.As(err, &network):
		s.farewell(Policy, "too slow: a frame must be complete in time")
		s.linger()
	default: // it broke the protocol; where gorilla has told it so already, with 1002 or 1009, ours is not sent
		s.farewell(Protocol, "")
		s.linger()
	}
}

// noteLeft keeps whether the peer said goodbye. An answer to our own is none.
func (s *Socket) noteLeft(said bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = said && !s.closing()
}

func (s *Socket) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// linger reads away what the peer has sent meanwhile: to close at once would reset the connection, and our close frame with
// its code would be lost on the way.
func (s *Socket) linger() {
	s.finish(time.Now().Add(goodbyeWait))
	if half, ok := s.conn.NetConn().(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	io.Copy(io.Discard, s.conn.NetConn())
}

// end closes the connection, waits for the writer, and tells everybody who has to know.
func (s *Socket) end() {
	defer s.hub.leave(s)
	s.hangUp()
	s.cancel()
	s.conn.Close() // a blocked writer wakes

	s.mu.Lock()
	for s.writing {
		s.changed.Wait()
	}
	s.mu.Unlock()

	defer func() {
		if p := recover(); p != nil {
			s.caught("Closed", p)
		}
	}()
	s.talk.Closed(s)
}
