package tickets_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"deskbell/internal/fault"
	"deskbell/internal/files"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// upload sends a file as owner and gives its id.
func (d *desk) upload(t *testing.T, owner string) string {
	t.Helper()
	shelf, err := files.Open(t.TempDir(), d.DB)
	if err != nil {
		t.Fatal(err)
	}
	u, err := shelf.Put(context.Background(), files.Upload{Name: "bell.txt", Owner: owner}, strings.NewReader("ding"), 100)
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// holders are the tickets that hold an upload.
func (d *desk) holders(upload string) (ids []tickets.ID) {
	d.See(func(tx *store.Tx) error {
		u, err := files.Get(tx, upload)
		if err == nil {
			ids = tickets.Holders(u)
		}
		return err
	})
	return ids
}

func TestATicketHoldsItsFilesAsLongAsItIsThere(t *testing.T) {
	d := open(t)
	ticket, _ := d.says("hello")
	id := d.upload(t, "agent:ana")
	reply := func(tx *store.Tx) error {
		list, err := tickets.Attached(tx, "agent:ana", []string{id})
		if err != nil {
			return err
		}
		_, err = tickets.Reply(tx, d.boss, ticket.ID, tickets.Draft{Files: list})
		return err
	}
	d.Do(reply)
	d.See(func(tx *store.Tx) error {
		page, err := tickets.Inbox(tx, d.boss, tickets.View{}, 1)
		if err == nil && (page.Rows[0].Words != "" || page.Rows[0].Files == "") {
			t.Errorf("a row of nothing but a file says %q and %q", page.Rows[0].Words, page.Rows[0].Files)
		}
		return err
	})
	if got := d.holders(id); !slices.Equal(got, []tickets.ID{ticket.ID}) {
		t.Errorf("%v hold it, want %v", got, ticket.ID)
	}
	d.Do(func(tx *store.Tx) error { return tickets.Delete(tx, d.boss, ticket.ID) })
	if got := d.holders(id); len(got) != 1 {
		t.Errorf("%v hold it while the ticket lies in the bin, where it can be taken out of", got)
	}
	d.Clock.Add(tickets.BinFor)
	d.Do(func(tx *store.Tx) error {
		n, err := tickets.EmptyBin(tx, 10)
		if n != 1 {
			t.Errorf("%d tickets left the bin", n)
		}
		return err
	})
	if got := d.holders(id); len(got) != 0 {
		t.Errorf("%v still hold it", got)
	}
}

func TestNobodyAttachesWhatSomebodyElseSent(t *testing.T) {
	d := open(t)
	id := d.upload(t, "agent:ana")
	d.See(func(tx *store.Tx) error {
		for owner, upload := range map[string]string{"agent:rui": id, "visitor:ana": id, "agent:ana": "invented"} {
			if _, err := tickets.Attached(tx, owner, []string{upload}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s attaches %s: %v", owner, upload, err)
			}
		}
		return nil
	})
}
