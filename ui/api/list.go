package api

import (
	"slices"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/internal/web"
)

// list is how every list is answered. Next is the cursor of the following page, null at the end.
type list[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// Paging is what every list can be asked for.
type Paging struct {
	Cursor string `query:"cursor" doc:"The next of an earlier page"`
	Limit  int    `query:"limit" default:"50" minimum:"1" doc:"How many, at most 200"`
}

const mostItems = 200

func (p Paging) most() int { return min(max(p.Limit, 1), mostItems) }

// after is the cursor as a key of the store.
func (p Paging) after() (store.Key, error) { return web.After(p.Cursor) }

// cursor writes a key of the store so that it can stand in an address; null at the end.
func cursor(key store.Key) *string { return some(web.Cursor(key)) }

// cut gives a page of what is read whole because there are few. Its cursor is the last item's id, so that what is new shifts
// no page; whoever comes back with one that is gone since begins anew.
func cut[R, T any](p Paging, rows []R, id func(R) string, show func(R) T) (list[T], error) {
	if p.Cursor != "" {
		at := slices.IndexFunc(rows, func(row R) bool { return id(row) == p.Cursor })
		if at < 0 {
			return list[T]{}, fault.Field("cursor", "fault.bad_value")
		}
		rows = rows[at+1:]
	}
	var next *string
	if most := p.most(); len(rows) > most {
		rows = rows[:most]
		next = some(id(rows[most-1]))
	}
	return list[T]{each(rows, show), next}, nil
}

// some is an id or a cursor; null when it is empty.
func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// each makes a list of rows. It is never null.
func each[R, T any](rows []R, show func(R) T) []T {
	items := make([]T, len(rows))
	for i, row := range rows {
		items[i] = show(row)
	}
	return items
}

// shown is a row as the API shows it, unless there was an error.
func shown[R, T any](row R, err error, show func(R) T) (T, error) {
	if err != nil {
		var nothing T
		return nothing, err
	}
	return show(row), nil
}
