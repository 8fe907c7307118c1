package forum

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// Board is a part of the forum, such as "Brewing". A retired one takes no new topics and is not listed; what was asked there
// can still be read.
type Board struct {
	ID            string    `json:"id"`
	Name          string    `json:"name"`
	Slug          string    `json:"slug"`
	Description   string    `json:"description,omitempty"`
	Department    string    `json:"department,omitempty"` // where its tickets go, and whose agents look after it
	Tags          []string  `json:"tags,omitempty"`       // of its tickets
	EscalateAfter Delay     `json:"escalate_after"`
	EscalateHours Hours     `json:"escalate_hours"`
	Retired       bool      `json:"retired,omitempty"`
	Place         uint64    `json:"place"` // among the others: they stand in the order in which they were opened
	Created       time.Time `json:"created"`
}

var boards = store.NewTable("forum_boards", func(b *Board) store.Key { return store.K(b.ID) },
	store.Index[Board]{Name: "slug", Unique: true, Keys: func(b *Board) []store.Key { return []store.Key{store.K(b.Slug)} }},
).Called("board")

// Path is the board's page.
func (b *Board) Path() string { return "/community/boards/" + b.Slug }

// BoardChange is everything about a board that somebody decides. A new board begins best with DefaultBoard.
type BoardChange struct {
	Name, Description, Department string
	Tags                          []string
	EscalateAfter                 Delay
	EscalateHours                 Hours
	Retired                       bool
}

// DefaultBoard promises an answer within four hours in which the shop is open.
var DefaultBoard = BoardChange{EscalateAfter: Delay(4 * time.Hour), EscalateHours: Working}

// AddBoard opens a board. Its address is made of its name and stays when the name changes.
func AddBoard(tx *store.Tx, by people.Actor, c BoardChange) (*Board, error) {
	if err := by.Must(ManageBoards, ""); err != nil {
		return nil, err
	}
	place, err := tx.Next("forum_boards")
	if err != nil {
		return nil, err
	}
	b := &Board{ID: tx.NewID(), Place: place, Created: tx.Now()}
	if b.Slug = text.Slug(c.Name); b.Slug == "" {
		b.Slug = b.ID
	}
	same, err := boards.By(tx, "slug", store.K(b.Slug))
	if err != nil {
		return nil, err
	}
	if same != nil {
		return nil, fault.Field("name", "fault.taken")
	}
	return b, b.change(tx, c, "board.added")
}

// ChangeBoard takes a change over. Topics that wait already keep the promise that was made to them.
func ChangeBoard(tx *store.Tx, by people.Actor, id string, c BoardChange) (*Board, error) {
	if err := by.Must(ManageBoards, ""); err != nil {
		return nil, err
	}
	b, err := BoardByID(tx, id)
	if err != nil {
		return nil, err
	}
	return b, b.change(tx, c, "board.changed")
}

func (b *Board) change(tx *store.Tx, c BoardChange, kind string) (err error) {
	b.Name, b.Description, b.Retired = text.Line(c.Name), text.Line(c.Description), c.Retired
	switch {
	case b.Name == "":
		return fault.Field("name", "fault.required")
	case utf8.RuneCountInString(b.Name) > 60:
		return fault.Field("name", "fault.too_long", "max", 60)
	case utf8.RuneCountInString(b.Description) > 300:
		return fault.Field("description", "fault.too_long", "max", 300)
	case c.EscalateHours != Working && c.EscalateHours != Clock:
		return fault.Field("escalate_hours", "fault.bad_value")
	}
	if c.Department != "" {
		if _, err := people.DepartmentByID(tx, c.Department); fault.Is(err, fault.NotFound) {
			return fault.Field("department", "fault.bad_value")
		} else if err != nil {
			return err
		}
	}
	if b.Tags, err = cleanTags(c.Tags); err != nil {
		return err
	}
	b.Department, b.EscalateAfter, b.EscalateHours = c.Department, c.EscalateAfter, c.EscalateHours
	if err := boards.Put(tx, b); err != nil {
		return err
	}
	tx.Ring(Ring)
	return tx.Tell(kind, boards.Name(), store.K(b.ID))
}

// cleanTags refuses here what the ticket would refuse later, when nobody is there to be told.
func cleanTags(tags []string) (clean []string, err error) {
	for _, tag := range tags {
		tag = strings.ToLower(text.Line(tag))
		if tag == "" || slices.Contains(clean, tag) {
			continue
		}
		if utf8.RuneCountInString(tag) > 40 || len(clean) == 10 {
			return nil, fault.Field("tags", "forum.bad_tags")
		}
		clean = append(clean, tag)
	}
	return clean, nil
}

// Boards lists those that take topics, oldest first; all of them for who manages them.
func Boards(tx *store.Tx, by people.Actor) ([]*Board, error) {
	all := by.May(ManageBoards, "")
	var list []*Board
	for b, err := range boards.Scan(tx, "", store.Range{}) {
		if err != nil {
			return nil, err
		}
		if all || !b.Retired {
			list = append(list, b)
		}
	}
	slices.SortFunc(list, func(a, b *Board) int { return cmp.Compare(a.Place, b.Place) })
	return list, nil
}

// BoardByID gives one, retired or not.
func BoardByID(tx *store.Tx, id string) (*Board, error) {
	return boards.Get(tx, store.K(id))
}

// BoardBySlug gives the one with an address, retired or not.
func BoardBySlug(tx *store.Tx, slug string) (*Board, error) {
	return boards.GetBy(tx, "slug", store.K(slug))
}
