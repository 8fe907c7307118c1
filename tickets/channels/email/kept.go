package email

import (
	"context"
	"time"

	"deskbell/internal/jobs"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// Kept is a mail that could not be sent because there is no relay.
type Kept struct {
	Mail
	ID   string
	Date time.Time
}

// keptRow is a kept mail in the store.
type keptRow struct {
	ID   string    `json:"id"`
	Date time.Time `json:"date"`
	sealed
	Reply *tickets.Delivery `json:"reply,omitempty"` // that the mail carries
}

var kept = store.NewTable("mails", func(k *keptRow) store.Key { return store.K(k.ID) },
	store.Index[keptRow]{Name: "date", Keys: func(k *keptRow) []store.Key { return []store.Key{store.K(k.Date)} }},
).Called("mail")

// keepFor is how long a mail is kept.
const keepFor = 30 * 24 * time.Hour

func (d *Door) keep(ctx context.Context, db *store.DB, l Letter) error {
	mail, err := d.seal(l.Mail)
	if err != nil {
		return err
	}
	return db.Update(ctx, func(tx *store.Tx) error {
		return kept.Put(tx, &keptRow{ID: l.Name, Date: l.Date, sealed: mail, Reply: l.reply})
	})
}

// List gives the mails that are kept, newest first, and the cursor after which the next page begins.
func (d *Door) List(tx *store.Tx, by people.Actor, after store.Key, limit int) ([]Kept, store.Key, error) {
	if err := by.Must(people.ManageSettings, ""); err != nil {
		return nil, nil, err
	}
	rows, next, err := kept.Page(tx, "date", store.Range{Back: true, After: after}, limit)
	if err != nil {
		return nil, nil, err
	}
	list := make([]Kept, 0, len(rows))
	for _, row := range rows {
		m, err := d.unseal(row.sealed)
		if err != nil {
			m.Subject = err.Error() // of another house: it can only be thrown away
		}
		list = append(list, Kept{m, row.ID, row.Date})
	}
	return list, next, nil
}

// Resend sends a kept mail by the relay that there is now. A reply is carried out anew, so that its ticket tells that it went.
func (d *Door) Resend(tx *store.Tx, by people.Actor, id string) error {
	row, err := d.take(tx, by, id)
	if err != nil {
		return err
	}
	if row.Reply != nil {
		return tickets.CarryOut(tx, *row.Reply)
	}
	return jobs.Add(tx, jobs.Job{Kind: sendJob, Key: "kept/" + id, Data: row.sealed})
}

// Discard throws a kept mail away.
func (d *Door) Discard(tx *store.Tx, by people.Actor, id string) error {
	row, err := d.take(tx, by, id)
	if err != nil {
		return err
	}
	return row.dropped(tx, tickets.Carried{Why: "it was discarded before it could be sent", Say: "email.kept_discarded"})
}

// dropped tells the ticket of a reply that nothing will carry it out any more.
func (k *keptRow) dropped(tx *store.Tx, because tickets.Carried) error {
	if k.Reply == nil {
		return nil
	}
	because.State, because.Channel = tickets.Failed, name
	return tickets.Delivered(tx, *k.Reply, because)
}

func (d *Door) take(tx *store.Tx, by people.Actor, id string) (*keptRow, error) {
	if err := by.Must(people.ManageSettings, ""); err != nil {
		return nil, err
	}
	row, err := kept.Get(tx, store.K(id))
	if err != nil {
		return nil, err
	}
	return row, kept.Delete(tx, store.K(id))
}

// Expire is the sweep that throws old kept mails away.
func Expire(tx *store.Tx, limit int) (int, error) {
	old, _, err := kept.Page(tx, "date", store.Range{To: store.K(tx.Now().Add(-keepFor).Add(time.Millisecond))}, limit)
	if err != nil {
		return 0, err
	}
	for _, row := range old {
		if err := kept.Delete(tx, store.K(row.ID)); err != nil {
			return 0, err
		}
		if err := row.dropped(tx, tickets.Carried{Why: "it was kept for 30 days and could not be sent", Say: "email.kept_expired"}); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

// ExpireDue says when Expire has something to do.
func ExpireDue(tx *store.Tx) (time.Time, bool, error) {
	first, err := kept.By(tx, "date", nil)
	if err != nil || first == nil {
		return time.Time{}, false, err
	}
	return first.Date.Add(keepFor), true, nil
}
