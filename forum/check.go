package forum

import (
	"context"
	"fmt"

	"deskbell/internal/store"
	"deskbell/tickets"
)

func init() { store.RegisterCheck("forum", check) }

// check holds every topic against its posts and its ticket, a hundred a view.
func check(ctx context.Context, db *store.DB, report func(string)) error {
	var after store.Key
	for {
		err := db.View(ctx, func(tx *store.Tx) error {
			list, next, err := topics.Page(tx, "", store.Range{After: after}, 100)
			if err != nil {
				return err
			}
			after = next
			for _, t := range list {
				if err := checkTopic(tx, t, func(p string) { report("topic " + t.ID + " " + p) }); err != nil {
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

func checkTopic(tx *store.Tx, t *Topic, report func(string)) error {
	answers, last := 0, 0
	accepted := t.Accepted == 0
	for p, err := range posts.Scan(tx, "", store.Range{Prefix: store.K(t.ID)}) {
		if err != nil {
			return err
		}
		last++
		if p.N != last {
			report(fmt.Sprintf("has post %d where %d should be", p.N, last))
			return nil
		}
		if p.N == 1 && p.State != t.State {
			report(fmt.Sprintf("is %s and its question is %s", t.State, p.State))
		}
		if p.State == Shown && t.answeredBy(p) {
			answers++
		}
		accepted = accepted || p.N == t.Accepted && p.State == Shown
		if t.Ticket != 0 && p.N == 1 && p.Event == 0 {
			report("has a ticket that does not hold its question")
		}
	}
	if last != t.Last || last == 0 {
		report(fmt.Sprintf("has %d posts and counts %d", last, t.Last))
	}
	if answers != t.Answers {
		report(fmt.Sprintf("has %d answers and counts %d", answers, t.Answers))
	}
	if !accepted {
		report("accepts a post that nobody can see")
	}
	return checkTicket(tx, t, report)
}

// checkTicket: a topic and its ticket name each other. A ticket that was removed from the bin is no longer there to ask.
func checkTicket(tx *store.Tx, t *Topic, report func(string)) error {
	joined, err := tickets.ByThread(tx, Channel, t.ID)
	if err != nil {
		return err
	}
	if joined != nil && joined.ID != t.Ticket {
		report(fmt.Sprintf("names ticket %v, and ticket %v names it", t.Ticket, joined.ID))
	}
	if joined != nil || t.Ticket == 0 {
		return nil
	}
	ticket, err := tickets.Find(tx, t.Ticket)
	if err == nil && ticket != nil {
		report(fmt.Sprintf("names ticket %v, which does not name it", t.Ticket))
	}
	return err
}
