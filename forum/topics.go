package forum

import (
	"strconv"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/tickets"
)

// State says who may see a topic or a post.
type State string

const (
	Shown    State = "shown"    // everybody
	Held     State = "held"     // its author and agents, until an agent has looked
	Rejected State = "rejected" // agents: it was spam, or worse
)

// Topic is a public question with its answers. The question itself is its first post; both have the same state.
type Topic struct {
	ID       string       `json:"id"`
	Board    string       `json:"board"`
	Title    string       `json:"title"`
	Language string       `json:"language,omitempty"`
	Author   Author       `json:"author"`
	State    State        `json:"state"`
	Created  time.Time    `json:"created"`
	Shown    time.Time    `json:"shown,omitzero"`    // when everybody could first see it
	Active   time.Time    `json:"active"`            // the last post that everybody can see
	Due      time.Time    `json:"due,omitzero"`      // until when an answer is promised; zero when none is
	Last     int          `json:"last"`              // the number of the last post
	Answers  int          `json:"answers,omitempty"` // posts that all can see, by others than its author
	Accepted int          `json:"accepted,omitempty"`
	Ticket   tickets.ID   `json:"ticket,omitempty"`
	Earlier  []tickets.ID `json:"earlier,omitempty"` // tickets that were closed before the conversation went on
}

var topics = store.NewTable(Table, func(t *Topic) store.Key { return store.K(t.ID) },
	store.Index[Topic]{Name: "listed", Keys: listed},
	store.Index[Topic]{Name: "overdue", Keys: overdue},
	store.Index[Topic]{Name: "ticket", Unique: true, Keys: ticketed},
	store.Index[Topic]{Name: "asker", Keys: askedBy},
).Called("topic")

// Filter narrows a list of topics.
type Filter string

const (
	All        Filter = ""
	Unanswered Filter = "unanswered"
	Solved     Filter = "solved"
)

// Filters lists all of them.
func Filters() []Filter { return []Filter{All, Unanswered, Solved} }

// listed holds what everybody can see, of one board and of all ("") and by filter, in the order of the last post.
func listed(t *Topic) (keys []store.Key) {
	if t.State != Shown {
		return nil
	}
	filters := []Filter{All}
	switch {
	case t.Solved():
		filters = append(filters, Solved)
	case t.Answers == 0:
		filters = append(filters, Unanswered)
	}
	for _, f := range filters {
		keys = append(keys, store.K(t.Board, f, t.Active), store.K("", f, t.Active))
	}
	return keys
}

// ticketed finds a topic by any ticket that it has or had. No two topics share one.
func ticketed(t *Topic) (keys []store.Key) {
	if t.Ticket != 0 {
		keys = append(keys, t.Ticket.Key())
	}
	for _, id := range t.Earlier {
		keys = append(keys, id.Key())
	}
	return keys
}

// askedBy holds what each member asked, as far as he sees it himself.
func askedBy(t *Topic) []store.Key {
	if t.Author.Staff() || t.State == Rejected {
		return nil
	}
	return []store.Key{store.K(t.Author.ID, t.Created)}
}

// Solved tells whether an answer was accepted.
func (t *Topic) Solved() bool { return t.Accepted != 0 }

// Slug is the readable part of the topic's address; the id alone leads there too.
func (t *Topic) Slug() string { return text.Slug(t.Title) }

// Path is the topic's page.
func (t *Topic) Path() string {
	if slug := t.Slug(); slug != "" {
		return "/community/topics/" + t.ID + "/" + slug
	}
	return "/community/topics/" + t.ID
}

// PerPage is how many posts stand on one page of a topic.
const PerPage = 50

// PathTo leads to a post on the page where it stands. What is held stands at the end of every page, for its author.
func (t *Topic) PathTo(p *Post) string {
	path := t.Path()
	if p.State == Shown && p.N > PerPage {
		path += "?after=" + strconv.Itoa(p.N-1)
	}
	return path + "#post-" + strconv.Itoa(p.N)
}

// Listing is a page of the topics that everybody can see: at most Limit after After, nil for the beginning.
type Listing struct {
	Board  string // "" for all boards
	Filter Filter
	After  store.Key
	Limit  int
}

// Topics gives a page of topics, the last post first. Next is the After of the next page.
func Topics(tx *store.Tx, l Listing) (list []*Topic, next store.Key, err error) {
	switch l.Filter {
	case All, Unanswered, Solved:
	default:
		return nil, nil, fault.Field("filter", "fault.bad_value")
	}
	return topics.Page(tx, "listed", store.Range{Prefix: store.K(l.Board, l.Filter), After: l.After, Back: true}, l.Limit)
}

// Asked gives a page of what a member asked, the last first, and what is held of it too.
func Asked(tx *store.Tx, m *Member, after store.Key, limit int) (list []*Topic, next store.Key, err error) {
	return topics.Page(tx, "asker", store.Range{Prefix: store.K(m.ID), After: after, Back: true}, limit)
}

// CountTopics counts what everybody can see on a board, up to most.
func CountTopics(tx *store.Tx, board string, f Filter, most int) (int, error) {
	return topics.Count(tx, "listed", store.K(board, f), most)
}

// TopicByID gives a topic that w may see: a held one is there for its author and for agents only.
func TopicByID(tx *store.Tx, w Who, id string) (*Topic, error) {
	t, _, err := visible(tx, w, id)
	return t, err
}

// TopicOf gives the topic that a ticket belongs to, or nil.
func TopicOf(tx *store.Tx, id tickets.ID) (*Topic, error) { return topics.By(tx, "ticket", id.Key()) }

// visible gives a topic that w may see, with its board.
func visible(tx *store.Tx, w Who, id string) (*Topic, *Board, error) {
	t, err := topics.Get(tx, store.K(id))
	if err != nil {
		return nil, nil, err
	}
	b, err := boards.Get(tx, store.K(t.Board))
	if err != nil {
		return nil, nil, err
	}
	if t.State == Shown || w.moderates(b) || t.State == Held && t.Author.Is(w) {
		return t, b, nil
	}
	return nil, nil, fault.Missing("topic")
}

// put keeps a topic and tells what happened to it.
func (t *Topic) put(tx *store.Tx, kind string) error {
	if err := topics.Put(tx, t); err != nil {
		return err
	}
	tx.Ring(Ring)
	return tx.Tell(kind, topics.Name(), store.K(t.ID))
}
