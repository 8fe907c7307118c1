package forum

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// Doubt says why a post must be looked at before others see it.
type Doubt string

const (
	None      Doubt = ""
	Newcomer  Doubt = "new"      // nobody knows the author yet
	ManyLinks Doubt = "links"    // it leads to too many other places
	Repeated  Doubt = "repeated" // the author has said the same elsewhere
	TopicHeld Doubt = "topic"    // the topic itself is held
)

// Probation is how many posts of somebody who proved nothing must be shown before the next is shown by itself.
const Probation = 2

const (
	mostLinks  = 2
	remembered = 10 // earlier posts that a new one is compared with
)

// doubt says why p is held, if it is. Staff and those for whom a program of the shop vouches are not doubted.
func doubt(tx *store.Tx, w Who, t *Topic, p *Post) (Doubt, error) {
	switch {
	case w.Agent.Type != "":
		return None, nil
	case p.N > 1 && t.State != Shown:
		return TopicHeld, nil
	case !w.Member.Verified && w.Member.Shown < Probation:
		return Newcomer, nil
	case links(t, p) > mostLinks:
		return ManyLinks, nil
	}
	earlier, _, err := posts.Page(tx, "member", store.Range{Prefix: store.K(p.By.ID), Back: true}, remembered)
	if err != nil {
		return None, err
	}
	said := gist(p.Text)
	if slices.ContainsFunc(earlier, func(e *Post) bool { return e.Text == p.Text || said != "" && gist(e.Text) == said }) {
		return Repeated, nil
	}
	return None, nil
}

// gist is what a text says to somebody who skims: its letters and figures. A full stop more, or a sign that nobody sees, does
// not make another text.
func gist(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return -1
	}, s))
}

var link = regexp.MustCompile(`(?i)https?://(www\.)?|\bwww\.`)

// links counts those in a text as it was written, and as it will be shown: an address can be written so that only the page
// makes one of it.
func links(t *Topic, p *Post) int {
	n := len(link.FindAllStringIndex(p.Text, -1))
	n = max(n, strings.Count(text.Markdown(p.Text, text.Breaks, text.UGC), `<a href="http`))
	if p.N == 1 {
		n += len(link.FindAllStringIndex(t.Title, -1))
	}
	return n
}

// Waiting is a held post with what an agent needs to decide.
type Waiting struct {
	*Post
	Topic *Topic
	Board *Board
}

// HeldPosts gives what waits on the boards that by looks after, oldest first, and the cursor of the next page.
func HeldPosts(tx *store.Tx, by people.Actor, after store.Key, limit int) (list []Waiting, next store.Key, err error) {
	type found struct {
		place store.Key // within its board's stretch of the index
		post  *Post
		board *Board
	}
	var all []found
	mine, err := moderated(tx, by)
	if err != nil {
		return nil, nil, err
	}
	for _, b := range mine {
		prefix := store.K(b.ID)
		r := store.Range{Prefix: prefix}
		if after != nil {
			r.After = store.K(prefix, after)
		}
		few, _, err := posts.Page(tx, "held", r, limit+1)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range few {
			all = append(all, found{store.K(p.Created, p.key()), p, b})
		}
	}
	slices.SortFunc(all, func(a, b found) int { return bytes.Compare(a.place, b.place) })
	for i, f := range all {
		if i == limit {
			return list, all[i-1].place, nil
		}
		t, err := topics.Get(tx, store.K(f.post.Topic))
		if err != nil {
			return nil, nil, err
		}
		list = append(list, Waiting{f.post, t, f.board})
	}
	return list, nil, nil
}

// moderated lists the boards that by looks after; a retired one may still have held posts.
func moderated(tx *store.Tx, by people.Actor) (mine []*Board, err error) {
	for b, err := range boards.Scan(tx, "", store.Range{}) {
		if err != nil {
			return nil, err
		}
		if by.May(Moderate, b.Department) {
			mine = append(mine, b)
		}
	}
	return mine, nil
}

// CountHeld counts what waits for by, up to most.
func CountHeld(tx *store.Tx, by people.Actor, most int) (n int, err error) {
	mine, err := moderated(tx, by)
	if err != nil {
		return 0, err
	}
	for _, b := range mine {
		more, err := posts.Count(tx, "held", store.K(b.ID), most-n)
		if err != nil {
			return 0, err
		}
		if n += more; n >= most {
			break
		}
	}
	return n, nil
}

// Approve lets everybody see a post that was held, or takes back that it was rejected.
func Approve(tx *store.Tx, by people.Actor, topic string, n int) (*Post, error) {
	t, p, err := decide(tx, by, topic, n)
	if err != nil || p.State == Shown {
		return p, err
	}
	if p.N > 1 && t.State != Shown {
		return nil, fault.New(fault.Conflict, "forum.approve_first")
	}
	if err := keep(tx, Who{Agent: by}, p, approved); err != nil {
		return nil, err
	}
	if p.N == 1 {
		if err := unspam(tx, t); err != nil {
			return nil, err
		}
	}
	return p, show(tx, t, p)
}

// Reject takes a post away from everybody but agents: it was spam, or worse. A question takes its topic with it, and what
// answers it had.
func Reject(tx *store.Tx, by people.Actor, topic string, n int) (*Post, error) {
	t, p, err := decide(tx, by, topic, n)
	if err != nil || p.State == Rejected {
		return p, err
	}
	if err := keep(tx, Who{Agent: by}, p, refused); err != nil {
		return nil, err
	}
	if p.State == Shown {
		if err := seen(tx, p.By, -1); err != nil {
			return nil, err
		}
		if t.answeredBy(p) {
			t.Answers--
		}
	}
	p.State = Rejected
	if t.Accepted == p.N {
		t.Accepted = 0
	}
	if p.N == 1 {
		t.State = Rejected
		if err := spam(tx, t); err != nil {
			return nil, err
		}
	}
	if err := p.put(tx, "post.rejected"); err != nil {
		return nil, err
	}
	return p, t.put(tx, "topic.changed")
}

// decide gives a post to an agent who may decide about it.
func decide(tx *store.Tx, by people.Actor, topic string, n int) (*Topic, *Post, error) {
	t, b, err := visible(tx, Who{Agent: by}, topic)
	if err != nil {
		return nil, nil, err
	}
	if err := by.Must(Moderate, b.Department); err != nil {
		return nil, nil, err
	}
	p, err := postOf(tx, topic, n)
	return t, p, err
}
