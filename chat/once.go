package chat

import (
	"context"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// deed is what a visitor does under an id of his. Before gives what it made when it was done, no event when it never was, and
// writes nothing; do does it.
type deed struct {
	before, do func(*store.Tx) (made, error)
	begins     bool // as far as the line knows, it makes the visitor's ticket
}

// made is what a deed has brought about.
type made struct {
	ticket *tickets.Ticket
	event  *tickets.Event
	files  []tickets.File
}

// once does a deed the first time that its id comes, and acks it every time: also where nothing can be written any more, for
// whoever says again what is on disk has only missed its ack.
func (s *Session) once(ctx context.Context, id string, d deed) Answer {
	if err := s.pace(ctx, id, d.begins); err != nil {
		return s.refuse(id, err)
	}
	var m made
	source := s.source(id)
	err := s.room.DB.Update(ctx, func(tx *store.Tx) (err error) {
		if m, err = d.before(tx); err != nil || m.event != nil {
			return err
		}
		if m, err = d.do(tx); err == nil {
			s.room.unsure.Mark(source)
		}
		return err
	})
	if err == nil {
		s.room.unsure.Clear(source)
	} else {
		m, err = s.missed(ctx, source, d, err)
	}
	if err != nil {
		return s.refuse(id, err)
	}
	return s.ack(id, m)
}

// missed looks for a deed on disk that could not be written now, and gives the refusal back when it is not there. One whose own
// flush failed may be seen and yet not be on disk: nobody acks that before it was written anew.
func (s *Session) missed(ctx context.Context, source string, d deed, refusal error) (m made, err error) {
	if !fault.Is(refusal, fault.Full) && !fault.Is(refusal, fault.Unavailable) || s.room.unsure.Has(source) {
		return made{}, refusal
	}
	err = s.room.DB.View(ctx, func(tx *store.Tx) (err error) {
		m, err = d.before(tx)
		return err
	})
	if err == nil && m.event == nil {
		err = refusal
	}
	return m, err
}

// ack answers a deed that is on disk, with links to the files that came with it. The line that did it gets no event of it.
func (s *Session) ack(id string, m made) Answer {
	t, e := m.ticket, m.event
	switch {
	case s.ticket == 0:
		s.enter(t.ID)
		s.more() // what happened on it before we listened
	case t.ID != s.ticket:
		s.more() // the talk went on in another ticket: Next takes the line there
	}
	switch {
	case t.ID != s.ticket || e.N <= s.cursor:
	case e.N == s.cursor+1:
		s.cursor = e.N // as it mostly is: there is nothing before it to read
	default:
		s.acked = append(s.acked, e.N)
	}
	return Answer{Frames: [][]byte{encode(ackFrame{"ack", id, t.Ref, e.N, e.At, s.room.attachments(m.files)})}}
}

// pace counts a deed that is written. One that is on disk already passes in any case: whoever says it again has missed its
// ack, and must not be told that it was refused.
func (s *Session) pace(ctx context.Context, id string, begins bool) error {
	if s.room.Unlimited {
		return nil
	}
	wait := s.wait(begins, time.Now())
	if wait <= 0 {
		return nil
	}
	known := false
	err := s.room.DB.View(ctx, func(tx *store.Tx) (err error) {
		known, err = s.did(tx, id)
		return err
	})
	if err == nil && !known {
		err = fault.Wait("fault.too_often", wait)
	}
	return err
}

// did tells whether the visitor's id stands for something that he has said or done.
func (s *Session) did(tx *store.Tx, id string) (bool, error) {
	if said, err := tickets.BySource(tx, Channel, s.source(id)); err != nil || said != nil {
		return said != nil, err
	}
	d, err := dones.Find(tx, store.K(s.visitor, id))
	return d != nil, err
}
