package live

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Close codes of RFC 6455 §7.4.1 that the house says.
const (
	Normal     = 1000
	GoingAway  = 1001
	Protocol   = 1002
	NotText    = 1003
	NotUTF8    = 1007
	Policy     = 1008
	TooBig     = 1009
	OurMistake = 1011
)

const (
	readBuffer  = 256  // every idle socket keeps one; longer frames are read past it
	writeBuffer = 4096 // pooled: only a socket that writes has one
)

// Options of a hub. A zero field means the value in brackets.
type Options struct {
	Hello time.Duration // [15 s] the first frame is complete by then, and each later one so long after it began
	Write time.Duration // [10 s] a peer that does not take a frame in this time is disconnected
	Ping  time.Duration // [30 s]
	Dead  time.Duration // [75 s] without a pong or a frame; noticed at most half a Ping later
	Limit int64         // [128 KiB] of one message; it is closed with 1009 by its header
	Log   *slog.Logger  // [slog.Default()]
}

func (o Options) filled() Options {
	fill := func(d *time.Duration, or time.Duration) {
		if *d == 0 {
			*d = or
		}
	}
	fill(&o.Hello, 15*time.Second)
	fill(&o.Write, 10*time.Second)
	fill(&o.Ping, 30*time.Second)
	fill(&o.Dead, 75*time.Second)
	if o.Limit == 0 {
		o.Limit = 128 << 10
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// Hub holds all sockets of a server: it counts them, pings them, and closes them at shutdown.
type Hub struct {
	Options
	began   time.Time // signs of life are durations since then, which no change of the clock can move
	buffers sync.Pool // gorilla's write buffers

	mu     sync.Mutex
	wheel  wheel
	count  int
	closed bool
	stop   chan struct{} // closed when the hub closes: the wheel ends
	stood  chan struct{} // closed when the wheel has stopped
	empty  chan struct{} // closed when the hub is closed and the last socket has ended
}

// NewHub starts a hub and its wheel. Close ends both.
func NewHub(o Options) *Hub {
	h := &Hub{Options: o.filled(), began: time.Now()}
	h.stop, h.stood, h.empty = make(chan struct{}), make(chan struct{}), make(chan struct{})
	go h.turn()
	return h
}

// Count says how many sockets are open.
func (h *Hub) Count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

// Upgrade turns the request into a socket that talk speaks on, and returns at once: the handler should return too, so that
// nothing of the request stays in memory. A refused request has been answered when Upgrade returns its error, which is for the
// log. With a nil checkOrigin only the request's own host may stand in Origin.
func (h *Hub) Upgrade(w http.ResponseWriter, r *http.Request, checkOrigin func(*http.Request) bool, talk Talk) error {
	if status, why := h.refusal(r); status != 0 {
		refuse(w, r, status, why)
		return why
	}
	upgrader := websocket.Upgrader{
		HandshakeTimeout: h.Write,
		ReadBufferSize:   readBuffer,
		WriteBufferSize:  writeBuffer,
		WriteBufferPool:  &h.buffers,
		CheckOrigin:      checkOrigin,
		Error:            refuse,
	}
	conn, err := upgrader.Upgrade(hijacker{w}, r, nil)
	if err != nil {
		return err
	}
	s := newSocket(h, conn, talk, r.RemoteAddr)
	if !h.join(s) { // the hub was closed meanwhile
		s.farewell(GoingAway, "restart")
		_ = conn.Close() // it is over either way
		talk.Closed(s)
		return nil
	}
	go s.read()
	return nil
}

var (
	errClosed   = errors.New("the server is going down; connect again in a moment")
	errProtocol = errors.New("a websocket needs HTTP/1.1 and a GET without a body")
)

// refusal checks what gorilla takes for granted.
func (h *Hub) refusal(r *http.Request) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return http.StatusServiceUnavailable, errClosed
	case r.ProtoMajor != 1 || r.ProtoMinor != 1:
		return http.StatusUpgradeRequired, errProtocol
	case r.Method == http.MethodGet && r.ContentLength != 0:
		return http.StatusBadRequest, errProtocol
	}
	return 0, nil
}

func refuse(w http.ResponseWriter, _ *http.Request, status int, why error) {
	switch status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodGet)
	case http.StatusUpgradeRequired:
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
	}
	w.Header().Set("Sec-WebSocket-Version", "13")
	http.Error(w, fmt.Sprintf("%s: %v", http.StatusText(status), why), status)
}

// hijacker finds the connection under any number of wrappers, as http.ResponseController does.
type hijacker struct{ http.ResponseWriter }

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(h.ResponseWriter).Hijack()
}

func (h *Hub) join(s *Socket) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.count++
	h.wheel.add(s)
	return true
}

func (h *Hub) leave(s *Socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wheel.remove(s)
	h.count--
	if h.count == 0 && h.closed {
		close(h.empty)
	}
}

// Close refuses new sockets, says 1001 to all, and waits until they have ended. When ctx ends first it hangs up on those that
// are left and returns ctx's error.
func (h *Hub) Close(ctx context.Context) error {
	h.mu.Lock()
	if !h.closed {
		h.closed = true
		close(h.stop)
		if h.count == 0 {
			close(h.empty)
		}
	}
	all := h.wheel.all()
	h.mu.Unlock()

	for _, s := range all {
		s.Close(GoingAway, "restart")
	}
	<-h.stood
	select {
	case <-h.empty:
		return nil
	case <-ctx.Done():
	}
	for _, s := range all {
		s.hangUp()
	}
	return ctx.Err()
}

// now is the time since the hub began.
func (h *Hub) now() time.Duration { return time.Since(h.began) }
