package tickets_test

import (
	"strings"
	"testing"
	"time"

	"deskbell/internal/store"
	"deskbell/tickets"
)

func TestATicketWithoutASubjectIsCalledByItsFirstWords(t *testing.T) {
	named := func(i *tickets.Inbound) { i.Subject = "Delivery" }
	for name, c := range map[string]struct {
		first string
		how   func(*tickets.Inbound)
		want  string
	}{
		"short":         {"Do you deliver to Recife?", nil, "Do you deliver to Recife?"},
		"with Markdown": {"**Hello**,\n\ndo you deliver to [Recife](https://recife.example) before Christmas?", nil, "Hello, do you deliver to Recife before Christmas?"},
		"long":          {"Do you deliver to Recife, and if you do, what does it cost for two tins?", nil, "Do you deliver to Recife, and if you do, what does it cost…"},
		"one long word": {strings.Repeat("ã", 61), nil, strings.Repeat("ã", 59) + "…"},
		"signs alone":   {"***", nil, ""},
		"a subject":     {"Do you deliver to Recife?", named, "Delivery"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			ask := []func(*tickets.Inbound){in(d.sales)}
			if c.how != nil {
				ask = append(ask, c.how)
			}
			ticket, _ := d.says(c.first, ask...)
			d.says("Are you there?")
			var subject string
			var page tickets.Page
			d.See(func(tx *store.Tx) (err error) {
				if subject, err = tickets.Subject(tx, ticket); err != nil {
					return err
				}
				page, err = tickets.Inbox(tx, d.ana, tickets.View{}, 10)
				return err
			})
			if row := page.Rows[0]; subject != c.want || row.Title != c.want || row.Named != (c.want == "Delivery") {
				t.Errorf("it is called %q, its row %q (named: %v), want %q", subject, row.Title, row.Named, c.want)
			}
		})
	}
}

func TestARowStandsWhereItsTimeSays(t *testing.T) {
	d := open(t)
	older, _ := d.says("first", thread("a"))
	d.Clock.Add(time.Hour)
	newer, _ := d.says("second", thread("b"))
	d.Clock.Add(time.Hour)
	d.Do(func(tx *store.Tx) error {
		return tickets.Tag(tx, d.boss, older.ID, tickets.Tagged{Added: []string{"late"}})
	})
	first, second := d.get(newer.ID), d.get(older.ID)
	if first.Moved < second.Moved || first.MovedAt.Before(second.MovedAt) {
		t.Errorf("a tag moved a ticket: %v at %v, %v at %v", first.Moved, first.MovedAt, second.Moved, second.MovedAt)
	}
	if !second.Updated.After(second.MovedAt) {
		t.Errorf("tagged at %v, the last message was at %v", second.Updated, second.MovedAt)
	}
	d.says("third", thread("a"))
	if second = d.get(older.ID); second.Moved < first.Moved || !second.MovedAt.Equal(second.Updated) {
		t.Errorf("a message moved it to %d at %v", second.Moved, second.MovedAt)
	}
}

func TestSearchKnowsWordsAndNoSigns(t *testing.T) {
	d := open(t)
	ticket, _ := d.says("The **enamel** is [here](https://shop.example/enamel)")
	d.See(func(tx *store.Tx) error {
		doc, err := tickets.Document(tx, ticket.ID.Key())
		if err != nil {
			return err
		}
		if want := "The enamel is here\nZoé\n\n#" + ticket.ID.String(); doc.Text != want || doc.Title != "The enamel is here" {
			t.Errorf("%q with the text %q, want %q", doc.Title, doc.Text, want)
		}
		return nil
	})
}
