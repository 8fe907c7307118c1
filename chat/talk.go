package chat

import (
	"sync/atomic"
	"time"

	"deskbell/internal/live"
)

// patience is how long a line may be open without a hello that is one. The socket itself waits as long for its first frame.
const patience = 15 * time.Second

// talk carries a session over a socket.
type talk struct {
	session *Session
	socket  atomic.Pointer[live.Socket]
	late    *time.Timer // runs from a first frame that was no hello
	leave   func()
}

// Talk is what is said on a visitor's socket. Leave is called when it has ended.
func (r *Room) Talk(from Origin, leave func()) live.Talk {
	t := &talk{leave: leave}
	t.session = r.Open(from, t.wake)
	return t
}

func (t *talk) wake() {
	if s := t.socket.Load(); s != nil {
		s.Wake()
	}
}

func (t *talk) Frame(s *live.Socket, data []byte) {
	t.socket.Store(s)
	answer := t.session.Frame(s.Context(), data)
	for _, frame := range answer.Frames {
		s.Send(frame)
	}
	if answer.Close != "" {
		s.Close(live.Policy, answer.Close)
		return
	}
	t.hurry(s)
}

// hurry closes a line on which nobody says hello.
func (t *talk) hurry(s *live.Socket) {
	greeted := t.session.Greeted()
	switch {
	case t.late == nil && !greeted:
		t.late = time.AfterFunc(patience, func() { s.Close(live.Policy, "no hello") })
	case t.late != nil && greeted:
		t.late.Stop()
	}
}

func (t *talk) Next(s *live.Socket) ([][]byte, error) { return t.session.Next(s.Context()) }

func (t *talk) Closed(*live.Socket) {
	if t.late != nil {
		t.late.Stop()
	}
	t.session.Close()
	t.leave()
}
