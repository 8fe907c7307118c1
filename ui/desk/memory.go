package desk

import (
	"context"
	"strings"
	"sync"

	"deskbell/internal/i18n"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// memory keeps what was read and drawn for one page's list, because every open page wants the same rows: in a busy house each
// message would otherwise be drawn once for every page.
type memory struct {
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

// mostRemembered is how many are kept of each; then they begin anew, which costs one drawing each.
const mostRemembered = 2000

// read gives the rows of tickets; one that is gone has none.
func (m *memory) read(tx *store.Tx, all []version) (map[version]tickets.Row, error) {
	rows := make(map[version]tickets.Row, len(all))
	var missing []version
	m.mu.Lock()
	for _, v := range all {
		if row, ok := m.rows[v]; ok {
			rows[v] = row
		} else {
			missing = append(missing, v)
		}
	}
	m.mu.Unlock()
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
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rows == nil || len(m.rows) > mostRemembered {
		m.rows = map[version]tickets.Row{}
	}
	for i, v := range as {
		rows[v], m.rows[v] = dressed[i], dressed[i]
	}
	return rows, nil
}

// draw draws a row as a page shows it.
func (m *memory) draw(ctx context.Context, at look, row tickets.Row, v version) (string, error) {
	s := sight{v, at.View.Name, i18n.Lang(ctx), row.Unread, row.ID == at.Ticket}
	m.mu.Lock()
	html, ok := m.drawn[s]
	m.mu.Unlock()
	if ok {
		return html, nil
	}
	var b strings.Builder
	if err := rowOf(at.View, row, s.open).Render(ctx, &b); err != nil {
		return "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.drawn == nil || len(m.drawn) > mostRemembered {
		m.drawn = map[sight]string{}
	}
	m.drawn[s] = b.String()
	return b.String(), nil
}
