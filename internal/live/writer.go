package live

import (
	"time"

	"github.com/gorilla/websocket"
)

// work is what one round of the writer has to do, in this order.
type work struct {
	pong *string
	ping bool
	send [][]byte // direct answers
	news bool     // then whatever Next has
	bye  *bye     // and the end
}

// write is the socket's writer: it runs while there is something to write.
func (s *Socket) write() {
	defer func() {
		if p := recover(); p != nil {
			s.caught("Next", p)
			s.rest()
		}
	}()
	for {
		w, ok := s.due()
		if !ok {
			return
		}
		if err := s.do(w); err != nil {
			s.hangUp() // the peer is gone or too slow; it comes again and reads on
		}
	}
}

// due takes what there is to do. When there is nothing the writer has ended: who brings more starts another.
func (s *Socket) due() (work, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := work{pong: s.pong, ping: s.pinging, send: s.queue, news: s.news && s.bye == nil, bye: s.bye}
	if s.over || w.pong == nil && !w.ping && w.send == nil && !w.news && w.bye == nil {
		s.writing = false
		s.changed.Broadcast()
		return work{}, false
	}
	s.pong, s.pinging, s.queue, s.queued, s.news = nil, false, nil, 0, false
	return w, true
}

// rest ends a writer that cannot say so itself.
func (s *Socket) rest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing = false
	s.changed.Broadcast()
}

func (s *Socket) do(w work) error {
	if w.pong != nil {
		if err := s.put(websocket.PongMessage, []byte(*w.pong)); err != nil {
			return err
		}
	}
	if w.ping {
		if err := s.put(websocket.PingMessage, nil); err != nil {
			return err
		}
	}
	if err := s.putAll(w.send); err != nil {
		return err
	}
	if w.news {
		if err := s.putNews(); err != nil {
			return err
		}
	}
	if w.bye != nil {
		err := s.put(websocket.CloseMessage, websocket.FormatCloseMessage(w.bye.code, w.bye.reason))
		s.finish(time.Now().Add(goodbyeWait))
		return err
	}
	return nil
}

// ask gives one helping of Next, and the direct answers that were queued by then: what follows an answer must not overtake it.
// While Frame runs there is nothing; the writer must not wait for it, since Frame may wait for room in the writer's queue.
func (s *Socket) ask() (answers, news [][]byte, err error) {
	s.setBarred(true)
	if !s.turn.TryLock() {
		return nil, nil, nil
	}
	defer s.turn.Unlock()
	s.setBarred(false)
	news, err = s.talk.Next(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	answers, s.queue, s.queued = s.queue, nil, 0
	return answers, news, err
}

func (s *Socket) setBarred(barred bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.barred = barred
}

// putNews sends one helping of Next and comes back for more.
func (s *Socket) putNews() error {
	answers, frames, err := s.ask()
	if err := s.putAll(answers); err != nil {
		return err
	}
	if err != nil {
		if s.ctx.Err() == nil {
			s.hub.Log.Warn("a socket cannot be told what is new; it is closed and will come again", "err", err, "remote", s.remote)
		}
		s.Close(OurMistake, "")
		return nil
	}
	if len(frames) == 0 {
		return nil
	}
	if err := s.putAll(frames); err != nil {
		return err
	}
	s.mu.Lock()
	s.news = true
	s.mu.Unlock()
	return nil
}

func (s *Socket) putAll(frames [][]byte) error {
	for _, frame := range frames {
		if err := s.put(websocket.TextMessage, frame); err != nil {
			return err
		}
	}
	return nil
}

// put writes one frame within the write deadline.
func (s *Socket) put(kind int, data []byte) error {
	s.conn.SetWriteDeadline(time.Now().Add(s.hub.Write))
	return s.conn.WriteMessage(kind, data)
}
