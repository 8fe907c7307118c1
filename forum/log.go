package forum

import (
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Deed is what somebody decided about a post.
type Deed string

const (
	Approved  Deed = "approved"
	Refused   Deed = "rejected"
	Accepted  Deed = "accepted"
	Withdrawn Deed = "withdrawn" // it is no longer the accepted answer
)

// Decision is an entry of a topic's log: who decided what, and when.
type Decision struct {
	Topic string    `json:"topic"`
	Stamp store.Key `json:"stamp"`
	Post  int       `json:"post"`
	Deed  Deed      `json:"deed"`
	By    Author    `json:"by"`
	At    time.Time `json:"at"`
}

var decisions = store.NewTable("forum_log", func(d *Decision) store.Key { return store.K(d.Topic, d.Stamp) })

// keep writes a decision down.
func keep(tx *store.Tx, w Who, p *Post, deed Deed) error {
	stamp, err := tx.Stamp()
	if err != nil {
		return err
	}
	return decisions.Put(tx, &Decision{p.Topic, stamp, p.N, deed, w.signed(), tx.Now()})
}

// Decisions gives what was decided about a topic's posts, oldest first, to those who may decide.
func Decisions(tx *store.Tx, w Who, topic string, limit int) ([]*Decision, error) {
	_, b, err := visible(tx, w, topic)
	if err != nil {
		return nil, err
	}
	if !w.moderates(b) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	list, _, err := decisions.Page(tx, "", store.Range{Prefix: store.K(topic)}, limit)
	return list, err
}
