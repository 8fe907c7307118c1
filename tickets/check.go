package tickets

import (
	"context"
	"encoding/json"
	"fmt"

	"deskbell/internal/store"
)

func init() { store.RegisterCheck("tickets", check) }

// check holds every ticket's row against the fold of its events, one ticket a view, so that writers never wait for it.
func check(ctx context.Context, db *store.DB, report func(string)) error {
	var after store.Key
	for {
		err := db.View(ctx, func(tx *store.Tx) error {
			rows, next, err := tickets.Page(tx, "", store.Range{After: after}, 100)
			if err != nil {
				return err
			}
			after = next
			for _, t := range rows {
				if err := checkTicket(tx, t, report); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || after == nil {
			return err
		}
	}
}

func checkTicket(tx *store.Tx, t *Ticket, report func(string)) error {
	var all []Event
	for e, err := range events.Scan(tx, "", store.Range{Prefix: t.ID.Key()}) {
		if err != nil {
			return err
		}
		if e.N != len(all)+1 {
			report(fmt.Sprintf("%v has event %d where %d should be", t, e.N, len(all)+1))
			return nil
		}
		all = append(all, *e)
	}
	folded, err := json.Marshal(foldAll(all))
	if err != nil {
		return err
	}
	row, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if string(folded) != string(row) {
		report(fmt.Sprintf("%v is not the fold of its events: it is %s, they make %s", t, row, folded))
	}
	return nil
}
