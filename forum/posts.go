package forum

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/tickets"
)

// Post is what somebody wrote in a topic. The first one is the question.
type Post struct {
	Topic   string     `json:"topic"`
	N       int        `json:"n"` // counts from 1
	Board   string     `json:"board"`
	By      Author     `json:"by"`
	Text    string     `json:"text"` // Markdown
	State   State      `json:"state"`
	Doubt   Doubt      `json:"doubt,omitempty"` // why it was held
	Created time.Time  `json:"created"`
	Ticket  tickets.ID `json:"ticket,omitempty"` // the message on the topic's ticket that says the same
	Event   int        `json:"event,omitempty"`
	Told    bool       `json:"told,omitempty"` // its job to tell the asker by mail was added
}

var posts = store.NewTable("forum_posts", func(p *Post) store.Key { return p.key() },
	store.Index[Post]{Name: "thread", Keys: inThread},
	store.Index[Post]{Name: "held", Keys: heldPosts},
	store.Index[Post]{Name: "pending", Keys: pendingPosts},
	store.Index[Post]{Name: "member", Keys: ofMember},
	store.Index[Post]{Name: "event", Unique: true, Keys: paired},
).Called("post")

func (p *Post) key() store.Key { return store.K(p.Topic, p.N) }

// inThread holds what everybody can see, in order.
func inThread(p *Post) []store.Key {
	if p.State != Shown {
		return nil
	}
	return []store.Key{{}} // the post's own key follows
}

// pendingPosts holds what each author alone sees of a topic.
func pendingPosts(p *Post) []store.Key {
	if p.State != Held {
		return nil
	}
	return []store.Key{store.K(p.Topic, p.By.ID)}
}

// heldPosts holds what waits for an agent's look, by board, oldest first.
func heldPosts(p *Post) []store.Key {
	if p.State != Held {
		return nil
	}
	return []store.Key{store.K(p.Board, p.Created)}
}

// ofMember holds what each member wrote.
func ofMember(p *Post) []store.Key {
	if p.By.Staff() {
		return nil
	}
	return []store.Key{store.K(p.By.ID, p.Created)}
}

// paired holds the posts that stand on a ticket too. That it is unique is why nothing is ever mirrored twice, or back.
func paired(p *Post) []store.Key {
	if p.Event == 0 {
		return nil
	}
	return []store.Key{store.K(uint64(p.Ticket), p.Event)}
}

// ID names a post towards the outside.
func (p *Post) ID() string { return fmt.Sprintf("%s-%d", p.Topic, p.N) }

// ParsePost takes a post's id apart; what is none is a post that is not there.
func ParsePost(id string) (topic string, n int, err error) {
	topic, number, ok := strings.Cut(id, "-")
	n, err = strconv.Atoi(number)
	if !ok || err != nil || n < 1 || strconv.Itoa(n) != number {
		return "", 0, fault.Missing("post")
	}
	return topic, n, nil
}

// Question is a topic before it is asked.
type Question struct {
	Board, Title, Text string
	Language           string
}

// Ask opens a topic. It may be held: then its author sees it and others do not, and the promise begins when it is shown.
func Ask(tx *store.Tx, w Who, q Question) (*Topic, error) {
	b, err := BoardByID(tx, q.Board)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.Field("board", "forum.choose_board")
	}
	if err != nil {
		return nil, err
	}
	if b.Retired {
		return nil, fault.Field("board", "forum.board_retired")
	}
	t := &Topic{ID: tx.NewID(), Board: b.ID, Language: q.Language, State: Held, Created: tx.Now(), Active: tx.Now()}
	if t.Author, err = w.author(b); err != nil {
		return nil, err
	}
	t.Title = text.Line(q.Title)
	switch {
	case t.Title == "":
		return nil, fault.Field("title", "fault.required")
	case utf8.RuneCountInString(t.Title) > MaxTitle:
		return nil, fault.Field("title", "fault.too_long", "max", MaxTitle)
	}
	_, err = write(tx, w, t, &Post{By: t.Author, Text: q.Text})
	return t, err
}

// Answer adds a post to a topic. One by anybody but its author is an answer, and keeps the promise; a held one keeps nothing.
func Answer(tx *store.Tx, w Who, topic, words string) (*Post, error) {
	t, b, err := visible(tx, w, topic)
	if err != nil {
		return nil, err
	}
	by, err := w.author(b)
	if err != nil {
		return nil, err
	}
	if t.State != Shown && by.Staff() {
		return nil, fault.New(fault.Conflict, "forum.approve_first")
	}
	return write(tx, w, t, &Post{By: by, Text: words})
}

// write keeps what somebody wrote as the next post of a topic, and shows it unless somebody has to look at it first.
func write(tx *store.Tx, w Who, t *Topic, p *Post) (_ *Post, err error) {
	p.Topic, p.N, p.Board, p.State, p.Created = t.ID, t.Last+1, t.Board, Held, tx.Now()
	if p.Text, err = cleanText(p.Text); err != nil {
		return nil, err
	}
	if p.Doubt, err = doubt(tx, w, t, p); err != nil {
		return nil, err
	}
	t.Last = p.N
	if p.Doubt == None {
		return p, show(tx, t, p)
	}
	if err := p.put(tx, "post.held"); err != nil {
		return nil, err
	}
	return p, t.put(tx, "topic.changed")
}

func cleanText(s string) (string, error) {
	s = strings.TrimSpace(text.Clean(s))
	switch {
	case text.Line(s) == "":
		return "", fault.Field("text", "fault.required")
	case len(s) > MaxText:
		return "", fault.Field("text", "fault.too_long", "max", MaxText)
	}
	return s, nil
}

// show lets everybody see a post. It is the one place where an answer becomes one, and where the clock of a topic starts.
func show(tx *store.Tx, t *Topic, p *Post) error {
	p.State = Shown
	t.Active = tx.Now()
	switch {
	case p.N == 1:
		t.State = Shown
		if err := promise(tx, t); err != nil {
			return err
		}
	case t.answeredBy(p):
		t.Answers++
	}
	if err := mirror(tx, t, p); err != nil {
		return err
	}
	if err := seen(tx, p.By, 1); err != nil {
		return err
	}
	if err := tell(tx, t, p); err != nil {
		return err
	}
	if err := p.put(tx, "post.shown"); err != nil {
		return err
	}
	return t.put(tx, "topic.changed")
}

// answeredBy tells whether p, once shown, is an answer: the asker's own additions are none.
func (t *Topic) answeredBy(p *Post) bool {
	return p.N > 1 && !(p.By.Type == t.Author.Type && p.By.ID == t.Author.ID)
}

// seen counts how many of a member's posts everybody could see.
func seen(tx *store.Tx, by Author, more int) error {
	if by.Staff() {
		return nil
	}
	m, err := members.Get(tx, store.K(by.ID))
	if err != nil {
		return err
	}
	m.Shown += more
	return members.Put(tx, m)
}

// postOf gives a post of a topic.
func postOf(tx *store.Tx, topic string, n int) (*Post, error) {
	return posts.Get(tx, store.K(topic, n))
}

func (p *Post) put(tx *store.Tx, kind string) error {
	if err := posts.Put(tx, p); err != nil {
		return err
	}
	return tx.Tell(kind, posts.Name(), p.key())
}
