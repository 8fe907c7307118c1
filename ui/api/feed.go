package api

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/tickets"
)

type news struct {
	ID    string   `json:"id" doc:"Its place in the order in which things became true"`
	Kind  string   `json:"kind" doc:"Such as ticket.received"`
	Table string   `json:"table"`
	Key   []string `json:"key" doc:"Which row; a ticket's is its id"`
}

func (a *api) feed() {
	get(a, "feed", "Read on in the log of everything that became true", readFeed)
}

type sinceThen struct {
	After string `query:"after" doc:"The next of an earlier page, or an entry's id: 410 once what followed it is gone, after a month"`
	Limit int    `query:"limit" default:"50" minimum:"1"`
}

// readFeed gives what happened after a place, as far as the reader may know of it. Next is where to read on, at the end of the
// log too; without a place it begins with the oldest that is kept.
func readFeed(tx *store.Tx, by people.Actor, in *sinceThen) (list[news], error) {
	page := Paging{Limit: in.Limit}
	result := list[news]{Items: []news{}, Next: some(in.After)}
	after, err := placeOf(tx, in.After)
	if err != nil {
		return result, err
	}
	for looked := 0; len(result.Items) < page.most() && looked < mostLooked; looked += mostItems {
		entries, err := store.Feed(tx, after, mostItems)
		if errors.Is(err, store.ErrTrimmed) {
			return result, web.Refusal(http.StatusGone, fault.New(fault.Conflict, "api.feed_trimmed"))
		}
		if err != nil {
			return result, err
		}
		for _, e := range entries {
			knows, err := mayKnow(tx, by, e)
			if err != nil {
				return result, err
			}
			after = e.Stamp
			if knows {
				result.Items = append(result.Items, showNews(e))
			}
			if len(result.Items) == page.most() {
				break
			}
		}
		if len(entries) < mostItems {
			break
		}
	}
	if after != nil {
		result.Next = cursor(after)
	}
	return result, nil
}

// placeOf reads a place in the log; without one it is the oldest that is kept. What is no stamp, or lies past the end as those do
// that were given out before a backup was put back, is none of ours: to wait there would be to hear nothing.
func placeOf(tx *store.Tx, typed string) (store.Key, error) {
	if typed == "" {
		return store.FeedStart(tx)
	}
	place, err := web.After(typed)
	if err != nil {
		return nil, as("after", err)
	}
	end, err := store.FeedEnd(tx)
	if err != nil {
		return nil, err
	}
	parts, err := place.Parts()
	if err != nil || len(parts) != 1 || web.Cursor(place) != typed || bytes.Compare(place, end) > 0 {
		return nil, fault.Field("after", "fault.bad_value")
	}
	if _, ok := parts[0].(int64); !ok {
		return nil, fault.Field("after", "fault.bad_value")
	}
	return place, nil
}

// mayKnow says kind by kind of row who may learn that something happened to it, so that a new room is for those who manage
// the house until somebody thinks about it.
func mayKnow(tx *store.Tx, by people.Actor, e store.Entry) (bool, error) {
	switch {
	case by.May(people.ManageSettings, "") && e.Table != ticketsTable:
		return true, nil
	case e.Table == ticketsTable:
		return mayKnowTicket(tx, by, e.Key)
	case strings.HasPrefix(e.Table, "kb_"):
		return by.May(kb.ReadArticles, ""), nil
	case strings.HasPrefix(e.Table, "forum_") || e.Table == forum.Table:
		return by.May(forum.Moderate, ""), nil
	case e.Table == "contacts":
		return by.May(people.ReadContacts, ""), nil
	}
	return false, nil
}

const ticketsTable = "tickets"

func mayKnowTicket(tx *store.Tx, by people.Actor, key store.Key) (bool, error) {
	parts, err := key.Parts()
	if err != nil || len(parts) != 1 {
		return false, nil
	}
	n, ok := parts[0].(int64)
	if !ok || n <= 0 {
		return false, nil
	}
	t, err := tickets.Find(tx, tickets.ID(n))
	if err != nil || t == nil {
		return false, err
	}
	return tickets.MayRead(by, t), nil
}

func showNews(e store.Entry) news {
	shown := news{web.Cursor(e.Stamp), e.Kind, e.Table, []string{}}
	parts, err := e.Key.Parts()
	if err != nil {
		return shown
	}
	shown.Key = each(parts, func(part any) string { return fmt.Sprint(part) })
	return shown
}
