package desk

import (
	"net/http"

	"deskbell/internal/people"
	"deskbell/internal/search"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/internal/web"
	"deskbell/tickets"
)

const pageOfHits = 20

// found is the search page.
type found struct {
	Screen screen
	Text   string
	Total  int
	Rows   []foundRow
	Next   int // how many to skip for the next page; 0 at the end
}

// foundRow is a ticket that answers, with why.
type foundRow struct {
	tickets.Row
	Found   []search.Piece // its subject, with the words that were looked for
	Snippet []search.Piece
}

// search finds tickets by their words. The index says what may fit, the tickets themselves say who may see it.
func (d *Desk) search(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Text string `form:"q"`
		From int    `form:"from"`
	}
	if err := web.Query(r, &f); err != nil {
		return err
	}
	page := found{Text: text.Cut(text.Line(f.Text), 200)}
	by := web.Actor(r)
	var readers []string
	err := d.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if readers, err = tickets.ReaderTerms(tx, by); err != nil {
			return err
		}
		page.Screen.Rail, err = d.gatherRail(tx, web.Agent(r), by, "search")
		return err
	})
	if err != nil {
		return err
	}
	if page.Text != "" {
		q := search.Q{Text: page.Text, Types: []string{"ticket"}, Readers: readers, Limit: pageOfHits, From: max(0, f.From)}
		if err := d.find(r, by, q, &page); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, searchPage(page))
}

func (d *Desk) find(r *http.Request, by people.Actor, q search.Q, page *found) error {
	hits, total, err := d.Search.Query(r.Context(), q)
	if err != nil {
		return err
	}
	page.Total = total
	if q.From+len(hits) < total {
		page.Next = q.From + len(hits)
	}
	return d.DB.View(r.Context(), func(tx *store.Tx) error {
		page.Rows = nil
		for _, hit := range hits {
			row, err := foundTicket(tx, by, hit)
			if err != nil {
				return err
			}
			if row != nil {
				page.Rows = append(page.Rows, *row)
			}
		}
		return nil
	})
}

// foundTicket looks at the ticket of a hit once more: it may be gone, or have changed hands since it was read.
func foundTicket(tx *store.Tx, by people.Actor, hit search.Hit) (*foundRow, error) {
	id, err := tickets.ParseID(hit.ID)
	if err != nil {
		return nil, nil
	}
	t, err := tickets.Find(tx, id)
	if err != nil || t == nil || !tickets.MayRead(by, t) {
		return nil, err
	}
	rows, err := tickets.Rows(tx, by, []*tickets.Ticket{t})
	if err != nil {
		return nil, err
	}
	return &foundRow{rows[0], hit.Title, hit.Snippet}, nil
}
