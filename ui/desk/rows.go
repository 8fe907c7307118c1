package desk

import (
	"cmp"
	"slices"
	"strings"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// changed are the tickets that entries of the feed are about, each once.
func changed(entries []store.Entry) (ids []tickets.ID) {
	seen := map[tickets.ID]bool{}
	for _, e := range entries {
		if id, ok := ticketOf(e); ok && !seen[id] {
			seen[id], ids = true, append(ids, id)
		}
	}
	return ids
}

// ticketOf is the ticket that an entry of the feed is about, if it is about one.
func ticketOf(e store.Entry) (tickets.ID, bool) {
	if !strings.HasPrefix(e.Kind, "ticket.") {
		return 0, false
	}
	parts, err := e.Key.Parts()
	if err != nil || len(parts) == 0 {
		return 0, false
	}
	number, ok := parts[0].(int64)
	return tickets.ID(number), ok
}

func (l *line) gatherList(tx *store.Tx, me people.Actor, entries []store.Entry, n *news) error {
	ids, lost := changed(entries), losses(entries)
	known, err := tickets.Listed(tx, ids...)
	if err != nil {
		return err
	}
	var shown []*tickets.Ticket
	for i, t := range known {
		if t != nil && n.at.View.holds(me, t) {
			shown = append(shown, t)
			continue
		}
		gone, err := leaves(tx, me, t, lost[ids[i]])
		if err != nil {
			return err
		}
		if gone {
			n.gone = append(n.gone, ids[i])
		}
	}
	shown = n.atTheTop(shown)
	n.rows, err = tickets.Rows(tx, me, shown)
	return err
}

// atTheTop gives those that stand on the first page, if that is what the page shows: when more have changed, the others have at
// least a page of newer ones above them and leave the list, as they would have by themselves.
func (n *news) atTheTop(all []*tickets.Ticket) []*tickets.Ticket {
	if len(all) <= pageOfList || n.at.Later || n.at.View.Holds.Kind == tickets.Bin {
		return all
	}
	slices.SortFunc(all, func(a, b *tickets.Ticket) int { return cmp.Compare(b.Moved, a.Moved) })
	for _, t := range all[pageOfList:] {
		n.gone = append(n.gone, t.ID)
	}
	return all[:pageOfList]
}
