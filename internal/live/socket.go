package live

import (
	"context"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Talk is what is said on one socket: one value per socket, made by whoever upgrades.
type Talk interface {
	// Frame takes one text frame, valid UTF-8, on the socket's reader: the next is read when it returns. Data is lent for the call.
	// Next does not run meanwhile, and what Frame sends goes out before what a later Next gives.
	Frame(s *Socket, data []byte)
	// Next gives the frames to send now, after a Wake, on the socket's writer; it is asked again until it gives none. How much
	// one call gives is how much waits in memory for a slow peer. It must not call Send. An error closes the socket with 1011.
	Next(s *Socket) (frames [][]byte, err error)
	// Closed is called once, when neither Frame nor Next runs or ever will again.
	Closed(s *Socket)
}

// Direct answers wait in a queue of this length for a peer that is slow to read them.
const (
	queueFrames = 64
	queueBytes  = 64 << 10
)

// goodbyeWait is how long a peer may take to answer our close frame, or to stop sending after it broke the protocol.
const goodbyeWait = 2 * time.Second

// Socket is one websocket. Its methods are safe for concurrent use.
type Socket struct {
	hub    *Hub
	conn   *websocket.Conn
	talk   Talk
	ctx    context.Context
	cancel context.CancelFunc
	remote string

	heard       atomic.Int64 // last sign of life, as the hub's now
	slot, place int          // in the wheel; the hub's lock guards them
	pingNext    bool         // the wheel's own

	turn sync.Mutex // held by Frame and by Next while they run

	mu      sync.Mutex
	changed sync.Cond // the queue has room, the writer has ended, or all is over
	queue   [][]byte  // direct answers
	queued  int       // their bytes
	pong    *string   // the peer's last ping waits for its answer
	pinging bool      // a ping is due
	news    bool      // Next is to be asked
	barred  bool      // Next could not be asked, because Frame ran
	bye     *bye      // a close frame is due
	writing bool      // a writer runs
	over    bool      // nothing is written any more
	left    bool      // the peer said goodbye first
	until   time.Time // once over: the reader's last moment
}

type bye struct {
	code   int
	reason string
}

func newSocket(h *Hub, conn *websocket.Conn, talk Talk, remote string) *Socket {
	s := &Socket{hub: h, conn: conn, talk: talk, remote: remote}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.changed.L = &s.mu
	s.alive()
	conn.SetReadLimit(h.Limit)
	conn.SetPingHandler(s.pinged)
	conn.SetPongHandler(func(string) error { s.alive(); return nil })
	return s
}

// Context ends when the connection does. It is not the request's, which ended with the upgrade.
func (s *Socket) Context() context.Context { return s.ctx }

// Wake says that Next has something to send. It never waits.
func (s *Socket) Wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.news = true
	s.start()
}

// Send queues a direct answer, which goes out before anything that Next gives. It waits while the queue is full, and that holds
// the reader back when Frame calls it; it is false when the socket closes instead. The frame belongs to the socket from then on.
func (s *Socket) Send(frame []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.closing() && len(s.queue) > 0 && (len(s.queue) >= queueFrames || s.queued+len(frame) > queueBytes) {
		s.changed.Wait()
	}
	if s.closing() {
		return false
	}
	s.queue = append(s.queue, frame)
	s.queued += len(frame)
	s.start()
	return true
}

// Close sends what is queued and a close frame, and ends the socket when the peer has answered it. It does not wait; only the
// first call counts. A reason has at most 123 bytes.
func (s *Socket) Close(code int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing() {
		return
	}
	s.bye = &bye{code, reason}
	s.changed.Broadcast()
	s.start()
}

// Left tells, once Closed is called, whether the peer said goodbye of its own accord, as a browser does whose page is closed or
// left. Otherwise the line was lost without a word, or it was we who closed.
func (s *Socket) Left() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.left
}

// closing says that no new frame is taken in either direction.
func (s *Socket) closing() bool { return s.bye != nil || s.over }

// start starts a writer unless one runs. It is called with the lock held.
func (s *Socket) start() {
	if s.writing || s.over {
		return
	}
	s.writing = true
	go s.write()
}

// ping has a ping sent.
func (s *Socket) ping() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pinging = true
	s.start()
}

// pinged has the peer's ping answered. Of several pings only the last needs an answer (RFC 6455 §5.5.3), so a flood of them
// fills no queue.
func (s *Socket) pinged(payload string) error {
	s.alive()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pong = &payload
	s.start()
	return nil
}

func (s *Socket) alive() { s.heard.Store(int64(s.hub.now())) }

// hangUp ends the socket without a word. It does not wait: the reader wakes, and cleans up.
func (s *Socket) hangUp() { s.finish(time.Now()) }

// finish says that nothing is written any more, and that the reader reads until then at the latest.
func (s *Socket) finish(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over && !until.Before(s.until) {
		return
	}
	s.over, s.until = true, until
	s.conn.SetReadDeadline(until)
	s.changed.Broadcast()
}

// farewell sends a close frame past the queue, if the line takes it soon.
func (s *Socket) farewell(code int, reason string) {
	s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(goodbyeWait/2))
}

// caught logs a panic of the Talk and closes this socket; the house goes on.
func (s *Socket) caught(where string, p any) {
	s.hub.Log.Error("a socket's talk panicked", "where", where, "panic", p, "remote", s.remote, "stack", string(debug.Stack()))
	s.farewell(OurMistake, "")
	s.hangUp()
}
