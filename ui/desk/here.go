package desk

import (
	"deskbell/internal/fault"
	"deskbell/internal/live"
	"deskbell/internal/people"
)

// stayWith takes a page that shows no tickets, such as one of the settings. It is told nothing: its line is there so that
// visitors know that somebody is, and ends with the session.
func (l *line) stayWith(s *live.Socket) {
	me, err := l.actor(s)
	if err != nil {
		s.Close(live.Policy, "signed out")
		return
	}
	if err := l.enter(s, me); err != nil {
		s.Close(live.OurMistake, "")
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.socket != nil {
		return // it has said so before
	}
	l.socket, l.me = s, me
	l.stop = []func(){l.desk.Bell.Subscribe(people.Topic, s.Wake, nil)}
}

// stay looks whether the agent of such a page may still be there. One who works elsewhere now comes again with his new rights.
func (l *line) stay(s *live.Socket) error {
	me, err := l.actor(s)
	switch {
	case fault.Is(err, fault.Unauthorized):
		s.Close(live.Policy, "signed out")
	case err != nil:
		return err
	case l.moved(me):
		s.Close(live.GoingAway, "come again")
	}
	return nil
}
