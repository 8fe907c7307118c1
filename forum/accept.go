package forum

import (
	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Accept says that a post answers its topic's question; another one may be accepted later. Its author and the staff may. The
// topic is solved then, and so is its ticket.
func Accept(tx *store.Tx, w Who, topic string, n int) (*Topic, error) {
	t, err := judge(tx, w, topic)
	if err != nil || t.Accepted == n {
		return t, err
	}
	p, err := postOf(tx, topic, n)
	switch {
	case err != nil:
		return nil, err
	case p.State != Shown:
		return nil, fault.Missing("post")
	case p.N == 1:
		return nil, fault.New(fault.Invalid, "forum.accept_question")
	}
	t.Accepted = p.N
	if err := keep(tx, w, p, accepted); err != nil {
		return nil, err
	}
	if err := solved(tx, t); err != nil {
		return nil, err
	}
	return t, t.put(tx, "topic.solved")
}

// Withdraw says that no post answers the question after all.
func Withdraw(tx *store.Tx, w Who, topic string) (*Topic, error) {
	t, err := judge(tx, w, topic)
	if err != nil || t.Accepted == 0 {
		return t, err
	}
	p, err := postOf(tx, topic, t.Accepted)
	if err != nil {
		return nil, err
	}
	t.Accepted = 0
	if err := keep(tx, w, p, withdrawn); err != nil {
		return nil, err
	}
	return t, t.put(tx, "topic.changed")
}

// judge gives a topic to somebody who may say what answers it.
func judge(tx *store.Tx, w Who, topic string) (*Topic, error) {
	t, b, err := visible(tx, w, topic)
	if err != nil {
		return nil, err
	}
	if !mayAccept(w, t, b) {
		return nil, fault.New(fault.Forbidden, "forum.accept_whose")
	}
	return t, nil
}

func mayAccept(w Who, t *Topic, b *Board) bool {
	if w.Member != nil { // also one for whom a program vouches: he has his own rights, not the program's
		return t.Author.Is(w)
	}
	return w.moderates(b)
}
