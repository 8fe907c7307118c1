package chat

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

const (
	lineIdle   = time.Minute // without anybody who listens, a line ends
	lineFrames = 20          // of one Send
	lineQueue  = 256 << 10   // bytes of answers that nobody fetches, then the line ends
)

// Line carries a session over plain requests, where sockets are blocked: one request says hello and listens, others bring
// frames. Its id stands for the visitor's token between them; it is random and ends with the line.
type Line struct {
	ID      string
	room    *Room
	session *Session
	leave   func()
	bell    chan struct{} // there may be something to receive
	idle    *time.Timer

	listening sync.Mutex // one listener at a time
	turn      sync.Mutex // held from a frame until its answers are queued: what follows them must not overtake them
	mu        sync.Mutex
	queue     [][]byte
	queued    int
	closed    bool
}

// OpenLine begins a line with its hello. A hello that is refused is an error; what a socket would have said before it closed is
// in the fault.
func (r *Room) OpenLine(ctx context.Context, from Origin, hello []byte, leave func()) (*Line, error) {
	l := &Line{ID: store.NewRef(), room: r, leave: leave, bell: make(chan struct{}, 1)}
	l.session = r.Open(from, l.wake)
	l.session.line = l.ID
	answer := l.session.Frame(ctx, hello)
	if !l.session.Greeted() {
		l.session.Close()
		return nil, refused(answer)
	}
	l.put(answer.Frames)
	l.idle = time.AfterFunc(lineIdle, l.Close)
	r.mu.Lock()
	open := !r.closed
	if open {
		r.lines[l.ID] = l
	}
	r.mu.Unlock()
	if !open {
		l.Close()
		return nil, fault.New(fault.Unavailable, "chat.storage_full")
	}
	return l, nil
}

// refused turns the error frame of a hello back into a fault, for the status of the answer.
func refused(a Answer) error {
	var frame errorFrame
	for _, data := range a.Frames {
		if json.Unmarshal(data, &frame) != nil {
			continue
		}
		switch frame.Code {
		case codeForbidden:
			return fault.New(fault.Forbidden, "chat.not_here")
		case codeStorageFull, codeInternal:
			return fault.New(fault.Unavailable, "chat.storage_full")
		}
	}
	return fault.New(fault.Invalid, "chat.bad_frame")
}

// Line finds an open line by its id.
func (r *Room) Line(id string) (*Line, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l := r.lines[id]; l != nil {
		return l, nil
	}
	return nil, fault.New(fault.NotFound, "chat.line_over")
}

// Send takes frames of the visitor, in their order.
func (l *Line) Send(ctx context.Context, frames []json.RawMessage) error {
	if len(frames) > lineFrames {
		return fault.New(fault.TooLarge, "chat.bad_frame")
	}
	for _, frame := range frames {
		if ends := l.hear(ctx, frame); ends {
			l.hangUp()
			return nil // the next to listen gets the last words, and then the end
		}
	}
	return nil
}

func (l *Line) hear(ctx context.Context, frame []byte) (ends bool) {
	l.turn.Lock()
	defer l.turn.Unlock()
	answer := l.session.Frame(ctx, frame)
	l.put(answer.Frames)
	return answer.Close != ""
}

func (l *Line) put(frames [][]byte) {
	l.mu.Lock()
	for _, frame := range frames {
		l.queue = append(l.queue, frame)
		l.queued += len(frame)
	}
	full := l.queued > lineQueue
	l.mu.Unlock()
	if full {
		l.hangUp() // he does not listen; he comes again and reads on
		return
	}
	l.wake()
}

func (l *Line) wake() {
	select {
	case l.bell <- struct{}{}:
	default:
	}
}

// Receive waits until there are frames for the visitor, or until ctx ends; none are given then. More is false when the line has
// ended and nothing else will come.
func (l *Line) Receive(ctx context.Context) (frames [][]byte, more bool, err error) {
	l.listening.Lock()
	defer l.listening.Unlock()
	l.idle.Stop()
	defer l.idle.Reset(lineIdle)
	for {
		frames, closed, err := l.take(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			return nil, false, err
		case closed:
			l.Close()
			return frames, false, nil
		case len(frames) > 0:
			return frames, true, nil
		}
		select {
		case <-l.bell:
		case <-ctx.Done():
			return nil, true, nil
		}
	}
}

// take gives what there is for the visitor now: first what was answered, then what is new.
func (l *Line) take(ctx context.Context) (frames [][]byte, closed bool, err error) {
	l.turn.Lock()
	defer l.turn.Unlock()
	l.mu.Lock()
	frames, l.queue, l.queued = l.queue, nil, 0
	closed = l.closed
	l.mu.Unlock()
	if closed {
		return frames, true, nil
	}
	news, err := l.session.Next(ctx)
	return append(frames, news...), false, err
}

// hangUp ends the session. What was answered already can still be received.
func (l *Line) hangUp() {
	l.mu.Lock()
	was := l.closed
	l.closed = true
	l.mu.Unlock()
	if was {
		return
	}
	l.session.Close()
	l.leave()
	l.wake()
}

// Close ends the line, and nobody finds it any more.
func (l *Line) Close() {
	l.hangUp()
	l.room.mu.Lock()
	defer l.room.mu.Unlock()
	delete(l.room.lines, l.ID)
}
