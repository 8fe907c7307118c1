package desk

import (
	"context"
	"strings"
	"sync"

	"deskbell/internal/i18n"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// common keeps what was read and drawn for one page's list, because every open page wants the same rows: in a busy house each
// message would otherwise be drawn once for every page.
type common struct {
	mu    sync.Mutex
	rows  map[version]tickets.Row // Unread is each agent's own and is not kept
	drawn map[sight]string
}

// version is a ticket as it is since the last entry of the feed about it: it never looks otherwise.
type version struct {
	tickets.ID
	since string
}

// sight is a version as a page shows it.
type sight struct {
	version
	view, lang   string
	unread, open bool
}

// mostCommon is how many are kept of each; then they begin anew, which costs one drawing each.
const mostCommon = 2000

// read gives the rows of tickets in their order, without those that are gone.
func (c *common) read(tx *store.Tx, all []version) (map[version]tickets.Row, error) {
	rows := make(map[version]tickets.Row, len(all))
	var missing []version
	c.mu.Lock()
	for _, v := range all {
		if row, ok := c.rows[v]; ok {
			rows[v] = row
		} else {
			missing = append(missing, v)
		}
	}
	c.mu.Unlock()
	var found []*tickets.Ticket
	var as []version
	for _, v := range missing {
		t, err := tickets.Find(tx, v.ID)
		if err != nil {
			return nil, err
		}
		if t != nil {
			found, as = append(found, t), append(as, v)
		}
	}
	dressed, err := tickets.Dress(tx, found)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rows == nil || len(c.rows) > mostCommon {
		c.rows = map[version]tickets.Row{}
	}
	for i, v := range as {
		rows[v], c.rows[v] = dressed[i], dressed[i]
	}
	return rows, nil
}

// draw draws a row as a page shows it.
func (c *common) draw(ctx context.Context, at look, row tickets.Row, v version) (string, error) {
	s := sight{v, at.View.Name, i18n.Lang(ctx), row.Unread, row.ID == at.Ticket}
	c.mu.Lock()
	html, ok := c.drawn[s]
	c.mu.Unlock()
	if ok {
		return html, nil
	}
	var b strings.Builder
	if err := rowOf(at.View, row, s.open).Render(ctx, &b); err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drawn == nil || len(c.drawn) > mostCommon {
		c.drawn = map[sight]string{}
	}
	c.drawn[s] = b.String()
	return b.String(), nil
}
