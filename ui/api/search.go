package api

import (
	"context"
	"strconv"
	"strings"

	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/search"
	"deskbell/internal/store"
	"deskbell/kb"
	"deskbell/tickets"
)

type found struct {
	Type    string `json:"type" enum:"ticket,article,topic"`
	ID      string `json:"id"`
	Title   string `json:"title"`
	Snippet string `json:"snippet" doc:"Plain text around the words"`
	URL     string `json:"url"`
}

type question struct {
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" default:"20" minimum:"1"`
	Q      string `query:"q" required:"true"`
	Type   string `query:"type" enum:"ticket,article,topic"`
}

func (a *api) search() {
	ask(a, "search", "Find tickets, articles and topics", a.find)
}

// find answers with what the reader may see, the best first. The index says what fits, the rows say who may see it.
func (a *api) find(ctx context.Context, by people.Actor, in *question) (result list[found], err error) {
	result.Items = []found{}
	q := search.Q{Text: in.Q, Limit: Paging{Limit: in.Limit}.most()}
	if in.Type != "" {
		q.Types = []string{in.Type}
	}
	if in.Cursor != "" {
		if q.From, err = strconv.Atoi(in.Cursor); err != nil || q.From < 0 {
			return result, fault.Field("cursor", "fault.bad_value")
		}
	}
	hits, total, err := a.hits(ctx, by, q)
	if err != nil {
		return result, err
	}
	if next := q.From + len(hits); len(hits) > 0 && next < total {
		result.Next = some(strconv.Itoa(next))
	}
	err = a.DB.View(ctx, func(tx *store.Tx) error {
		result.Items = []found{}
		for _, hit := range hits {
			path, err := a.place(tx, by, hit)
			if err != nil {
				return err
			}
			if path != "" {
				result.Items = append(result.Items, found{hit.Type, hit.ID, plain(hit.Title), plain(hit.Snippet), a.address(path)})
			}
		}
		return nil
	})
	return result, err
}

// hits asks the index in by's name.
func (a *api) hits(ctx context.Context, by people.Actor, q search.Q) ([]search.Hit, int, error) {
	err := a.DB.View(ctx, func(tx *store.Tx) (err error) {
		q.Readers, err = tickets.ReaderTerms(tx, by)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	q.Readers = append(q.Readers, kb.ReaderTerms(by)...)
	return a.Search.Query(ctx, q)
}

// place is where a hit can be read, "" when by may not.
func (a *api) place(tx *store.Tx, by people.Actor, hit search.Hit) (path string, err error) {
	switch hit.Type {
	case "ticket":
		t, err := ticketOf(tx, by, hit)
		if err != nil || t == nil {
			return "", err
		}
		return "/desk/tickets/" + t.ID.String(), nil
	case "article":
		article, language, _ := strings.Cut(hit.ID, ".")
		t, _, err := kb.ForEditing(tx, by, kb.TextID{Article: article, Language: language})
		return pathOf(t, err)
	case "topic":
		t, err := forum.TopicByID(tx, forum.Who{Agent: by}, hit.ID)
		return pathOf(t, err)
	}
	return "", nil
}

// pathOf gives a page's path; one that is not there, or not for this reader, has none.
func pathOf[T any, P interface {
	*T
	Path() string
}](p P, err error) (string, error) {
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return p.Path(), nil
}

// ticketOf looks at the ticket of a hit once more: the index may be a moment behind.
func ticketOf(tx *store.Tx, by people.Actor, hit search.Hit) (*tickets.Ticket, error) {
	id, err := tickets.ParseID(hit.ID)
	if err != nil {
		return nil, nil
	}
	t, err := tickets.Find(tx, id)
	if err != nil || t == nil || !tickets.MayRead(by, t) {
		return nil, err
	}
	return t, nil
}

func plain(pieces []search.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Text)
	}
	return b.String()
}

// address is a path of ours as others can open it.
func (a *api) address(path string) string { return a.House.URL.JoinPath(path).String() }
