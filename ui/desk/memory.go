package desk

import (
	"context"
	"io"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
	"deskbell/tickets"
)

// memory keeps rows as they were drawn, because every page wants the same ones: in a busy house each message would otherwise be
// drawn once for every open page, and each page would draw fifty rows of which one is new.
type memory struct {
	mu    sync.Mutex
	drawn map[sight]string
}

// sight is all that a drawn row depends on.
type sight struct {
	row        tickets.Row
	view, lang string
	open       bool
}

// mostRemembered is how many drawings are kept; then they begin anew, which costs one drawing each.
const mostRemembered = 2000

// row is a row as it is drawn or was.
func (m *memory) row(v view, row tickets.Row, open bool) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		html, err := m.draw(ctx, v, row, open)
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, html)
		return err
	})
}

// draw draws a row as a page in ctx's language shows it.
func (m *memory) draw(ctx context.Context, v view, row tickets.Row, open bool) (string, error) {
	s := sight{row, v.Name, i18n.Lang(ctx), open}
	s.row.Words = glance(row) // no more of them is drawn
	m.mu.Lock()
	html, ok := m.drawn[s]
	m.mu.Unlock()
	if ok {
		return html, nil
	}
	var b strings.Builder
	if err := rowOf(v, row, open).Render(ctx, &b); err != nil {
		return "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.drawn == nil || len(m.drawn) >= mostRemembered {
		m.drawn = map[sight]string{}
	}
	m.drawn[s] = b.String()
	return b.String(), nil
}
