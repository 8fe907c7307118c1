package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/text"
	"deskbell/tickets"
)

// together is how close two messages of one person must be to stand under one name.
const together = 5 * time.Minute

func eventID(e tickets.Told) string { return "event-" + strconv.Itoa(e.N) }

func (n names) said(ctx context.Context, e tickets.Told, follows bool) bubble {
	_, ours := e.What.(tickets.Replied)
	mine := e.By.Type == people.ByAgent && e.By.ID == n.Me
	return bubble{Told: e, Ours: ours, By: n.by(ctx, e), Mine: mine, Follows: follows}
}

func failed(e tickets.Told) bool {
	d, ok := e.What.(tickets.Carried)
	return ok && d.State == tickets.Failed
}

// faces are the scores as the customer saw them, the worst first.
var faces = [...]string{"angry", "frown", "meh", "smile", "laugh"}

func faceOf(score int) string { return faces[min(max(score, 1), len(faces))-1] }

// glance is the beginning of the last message on one line.
func glance(row tickets.Row) string { return text.Glance(row.Words, 120) }

// alone tells whether a row's ticket is called by its only message, which then need not stand there twice.
func alone(row tickets.Row) bool { return !row.Named && row.Title != "" && row.First == row.Last }

// orderedBy is when a row came to its place: with its last message, or into the bin.
func orderedBy(v view, row tickets.Row) time.Time {
	if v.Holds.Kind == tickets.Bin {
		return row.DeletedAt
	}
	return row.MovedAt
}

// size says how large a file is, as people say it.
func size(bytes int64) string {
	switch {
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
	case bytes >= 1<<10:
		return fmt.Sprintf("%d kB", bytes>>10)
	}
	return fmt.Sprintf("%d B", bytes)
}

// known tells whether an address is among the identities of c.
func known(c *people.Contact, email string) bool {
	return slices.ContainsFunc(c.Identities, func(i people.Identity) bool { return i.Kind == people.KindEmail && i.Value == email })
}

func sorted(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// draft names what the agent types and has not sent, in a browser that others may use after him.
func (o opened) draft(kind string) string { return o.Me.ID + "/" + o.Ticket.ID.String() + ":" + kind }

// taker is whose ticket it is, as the button says it.
func (o opened) taker(ctx context.Context) string {
	if name := o.Names.agent(o.Ticket.Assignee); name != "" {
		return name
	}
	return i18n.T(ctx, "desk.nobody")
}

// title is what the browser's tab says.
func (s screen) title(ctx context.Context) string {
	if s.Open != nil {
		return "#" + s.Open.Ticket.ID.String() + " " + subject(ctx, s.Open.Title, s.Open.Ticket.Channel)
	}
	return s.List.View.title(ctx)
}
