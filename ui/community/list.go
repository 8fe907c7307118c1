package community

import (
	"context"
	"net/http"
	"net/url"

	"deskbell/forum"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/front"
	"deskbell/ui/kit"
)

const (
	perList    = 30 // topics on a page
	mostTopics = 99 // as far as a board's topics are counted
)

// shelf is a board on the front page.
type shelf struct {
	*forum.Board
	Topics int
}

// list is a page of topics: of one board, or of all.
type list struct {
	front.Frame
	Board  *forum.Board // nil on the front page
	Boards []shelf      // on the front page
	Filter forum.Filter
	Topics []row
	First  string
	Next   string
}

// row is a topic in a list.
type row struct {
	*forum.Topic
	Board *forum.Board // nil where all are of one
}

func (f *face) home(w http.ResponseWriter, r *http.Request) error {
	page := list{Filter: forum.Filter(r.URL.Query().Get("show"))}
	err := f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if page.Frame, err = gather(tx, r, i18n.T(r.Context(), "public.community"), "/community"); err != nil {
			return err
		}
		if page.Boards, err = shelves(tx); err != nil {
			return err
		}
		return page.topics(tx, "", r.URL.Query().Get("cursor"))
	})
	if err != nil {
		return err
	}
	page.Public.Page.Description = i18n.T(r.Context(), "community.description", "shop", page.Shop.Name)
	page.Public.Page.NoIndex = page.Filter != forum.All || page.First != ""
	return web.Render(w, r, http.StatusOK, homePage(page))
}

func shelves(tx *store.Tx) (all []shelf, err error) {
	boards, err := forum.Boards(tx, people.Actor{})
	if err != nil {
		return nil, err
	}
	for _, b := range boards {
		n, err := forum.CountTopics(tx, b.ID, forum.All, mostTopics+1)
		if err != nil {
			return nil, err
		}
		all = append(all, shelf{b, n})
	}
	return all, nil
}

func (f *face) board(w http.ResponseWriter, r *http.Request) error {
	page := list{Filter: forum.Filter(r.URL.Query().Get("show"))}
	err := f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if page.Board, err = forum.BoardBySlug(tx, r.PathValue("slug")); err != nil {
			return err
		}
		if page.Frame, err = gather(tx, r, page.Board.Name, page.Board.Path()); err != nil {
			return err
		}
		return page.topics(tx, page.Board.ID, r.URL.Query().Get("cursor"))
	})
	if err != nil {
		return err
	}
	page.Public.Page.Description = page.Board.Description
	page.Public.Page.NoIndex = page.Filter != forum.All || page.First != ""
	return web.Render(w, r, http.StatusOK, boardPage(page))
}

// topics fills a page with a board's topics, "" for those of all.
func (l *list) topics(tx *store.Tx, board, from string) error {
	after, _ := web.After(from) // what somebody made up is the beginning
	topics, next, err := forum.Topics(tx, forum.Listing{Board: board, Filter: l.Filter, After: after, Limit: perList})
	if err != nil {
		return err
	}
	boards := map[string]*forum.Board{}
	for _, t := range topics {
		if board == "" && boards[t.Board] == nil {
			if boards[t.Board], err = forum.BoardByID(tx, t.Board); err != nil {
				return err
			}
		}
		l.Topics = append(l.Topics, row{t, boards[t.Board]})
	}
	if next != nil {
		l.Next = l.path(l.Filter, web.Cursor(next))
	}
	if from != "" {
		l.First = l.path(l.Filter, "")
	}
	return nil
}

// path is that of this list with another filter, or further on.
func (l *list) path(show forum.Filter, from string) string {
	q := url.Values{}
	if show != forum.All {
		q.Set("show", string(show))
	}
	if from != "" {
		q.Set("cursor", from)
	}
	if len(q) == 0 {
		return l.Path
	}
	return l.Path + "?" + q.Encode()
}

// tabs are the filters of a list.
func (l list) tabs(ctx context.Context) (tabs []kit.Tab) {
	for _, f := range forum.Filters() {
		tabs = append(tabs, kit.Tab{Label: i18n.T(ctx, filterName[f]), Href: l.path(f, ""), Current: f == l.Filter})
	}
	return tabs
}

var filterName = map[forum.Filter]string{
	forum.All:        "community.show_all",
	forum.Unanswered: "community.show_unanswered",
	forum.Solved:     "community.show_solved",
}

// none says that a list is empty, and why.
func (l list) none() string {
	switch l.Filter {
	case forum.Unanswered:
		return "community.none_unanswered"
	case forum.Solved:
		return "community.none_solved"
	}
	return "community.none"
}
