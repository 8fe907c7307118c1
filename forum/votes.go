package forum

import (
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// vote says that a post helped a contact. Nobody has two for one post.
type vote struct {
	Topic   string    `json:"topic"`
	Post    int       `json:"post"`
	Contact string    `json:"contact"`
	At      time.Time `json:"at"`
}

var votes = store.NewTable("forum_votes", func(v *vote) store.Key { return store.K(v.Topic, v.Post, v.Contact) })

// mostVotes is as far as votes are counted.
const mostVotes = 1000

// Vote says that a post helped a member, or takes it back; saying so twice changes nothing. It takes a proved address: names
// are typed in a second, as often as one likes.
func Vote(tx *store.Tx, w Who, topic string, n int, helped bool) error {
	t, _, err := visible(tx, w, topic)
	if err != nil {
		return err
	}
	p, err := postOf(tx, topic, n)
	switch {
	case err != nil:
		return err
	case t.State != Shown || p.State != Shown:
		return fault.Missing("post")
	case w.Member == nil:
		return fault.New(fault.Unauthorized, "fault.sign_in")
	case !w.Member.Verified:
		return fault.New(fault.Forbidden, "forum.vote_needs_proof")
	case p.By.Contact == w.Member.Contact:
		return fault.New(fault.Invalid, "forum.own_vote")
	}
	v := &vote{p.Topic, p.N, w.Member.Contact, tx.Now()}
	have, err := votes.Find(tx, store.K(v.Topic, v.Post, v.Contact))
	if err != nil || helped == (have != nil) {
		return err
	}
	if helped {
		err = votes.Put(tx, v)
	} else {
		err = votes.Delete(tx, store.K(v.Topic, v.Post, v.Contact))
	}
	if err != nil {
		return err
	}
	return tx.Tell("post.voted", posts.Name(), p.key())
}

// Votes counts how many a post helped.
func Votes(tx *store.Tx, topic string, n int) (int, error) {
	return votes.Count(tx, "", store.K(topic, n), mostVotes)
}

// voted tells whether it helped w.
func voted(tx *store.Tx, w Who, p *Post) (bool, error) {
	if w.Member == nil || !w.Member.Verified {
		return false, nil
	}
	v, err := votes.Find(tx, store.K(p.Topic, p.N, w.Member.Contact))
	return v != nil, err
}
