package forum

import (
	"time"

	"deskbell/internal/store"
)

// deed is what somebody decided about a post.
type deed string

const (
	approved  deed = "approved"
	refused   deed = "rejected"
	accepted  deed = "accepted"
	withdrawn deed = "withdrawn" // it is no longer the accepted answer
)

// decision is an entry of a topic's log: who decided what, and when.
type decision struct {
	Topic string    `json:"topic"`
	Stamp store.Key `json:"stamp"`
	Post  int       `json:"post"`
	Deed  deed      `json:"deed"`
	By    Author    `json:"by"`
	At    time.Time `json:"at"`
}

var decisions = store.NewTable("forum_log", func(d *decision) store.Key { return store.K(d.Topic, d.Stamp) })

// keep writes a decision down.
func keep(tx *store.Tx, w Who, p *Post, d deed) error {
	stamp, err := tx.Stamp()
	if err != nil {
		return err
	}
	return decisions.Put(tx, &decision{p.Topic, stamp, p.N, d, w.signed(), tx.Now()})
}
