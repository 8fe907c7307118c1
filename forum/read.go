package forum

import (
	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Seen is a post as somebody sees it.
type Seen struct {
	*Post
	Votes int
	Voted bool // by the reader
	Own   bool // the reader wrote it
}

// Thread is a topic as somebody sees it: the question, the accepted answer, then all posts in order, a page of them at a time.
type Thread struct {
	*Topic
	Board     *Board
	Question  Seen
	Accepted  *Seen  // also among the posts, in its place
	Posts     []Seen // without the question
	Next      int    // the After of the next page; 0 at the end
	Pending   []Seen // the reader's own that are held
	MayAccept bool
	Moderates bool
}

// mostPending is how many of his own held posts a reader is shown.
const mostPending = 20

// Reading is a page of a topic: at most Limit posts after number After, 0 for the beginning.
type Reading struct {
	Topic        string
	After, Limit int
}

// Read gives a page of a topic to w.
func Read(tx *store.Tx, w Who, page Reading) (*Thread, error) {
	t, b, err := visible(tx, w, page.Topic)
	if err != nil {
		return nil, err
	}
	th := &Thread{Topic: t, Board: b, MayAccept: mayAccept(w, t, b), Moderates: w.moderates(b)}
	if th.Question, err = one(tx, w, t.ID, 1); err != nil {
		return nil, err
	}
	if t.Solved() {
		accepted, err := one(tx, w, t.ID, t.Accepted)
		if err != nil {
			return nil, err
		}
		th.Accepted = &accepted
	}
	r := store.Range{Prefix: store.K(t.ID), After: store.K(t.ID, max(page.After, 1))}
	list, next, err := posts.Page(tx, "thread", r, page.Limit)
	if err != nil {
		return nil, err
	}
	if th.Posts, err = seenBy(tx, w, list); err != nil {
		return nil, err
	}
	if next != nil {
		th.Next = list[len(list)-1].N
	}
	th.Pending, err = pending(tx, w, t)
	return th, err
}

// PostByID gives one post that w may see, with its topic.
func PostByID(tx *store.Tx, w Who, topic string, n int) (*Topic, *Post, error) {
	t, b, err := visible(tx, w, topic)
	if err != nil {
		return nil, nil, err
	}
	p, err := postOf(tx, topic, n)
	if err != nil {
		return nil, nil, err
	}
	if p.State != Shown && !w.moderates(b) && !(p.State == Held && p.By.Is(w)) {
		return nil, nil, fault.Missing("post")
	}
	return t, p, nil
}

// pending gives w's own posts on a topic that others do not see yet.
func pending(tx *store.Tx, w Who, t *Topic) ([]Seen, error) {
	if w.Member == nil {
		return nil, nil
	}
	list, _, err := posts.Page(tx, "pending", store.Range{Prefix: store.K(t.ID, w.Member.ID)}, mostPending)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 && list[0].N == 1 {
		list = list[1:] // the question is shown in its place
	}
	return seenBy(tx, w, list)
}

func one(tx *store.Tx, w Who, topic string, n int) (Seen, error) {
	p, err := postOf(tx, topic, n)
	if err != nil {
		return Seen{}, err
	}
	list, err := seenBy(tx, w, []*Post{p})
	if err != nil {
		return Seen{}, err
	}
	return list[0], nil
}

func seenBy(tx *store.Tx, w Who, list []*Post) (seen []Seen, err error) {
	for _, p := range list {
		s := Seen{Post: p, Own: p.By.Is(w)}
		if s.Votes, err = Votes(tx, p.Topic, p.N); err != nil {
			return nil, err
		}
		if s.Voted, err = voted(tx, w, p); err != nil {
			return nil, err
		}
		seen = append(seen, s)
	}
	return seen, nil
}
