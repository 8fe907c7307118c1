package chat_test

import (
	"fmt"
	"math/rand"
	"sync"
	"testing"

	"deskbell/internal/store"
	"deskbell/tickets"
)

// A visitor whose line breaks at any moment, while an agent and another tab write: he asks to go on where the line broke off,
// and sees every message once, in one order.
func TestReconnectingAtRandom(t *testing.T) {
	const answers, reconnects = 300, 200
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	v.say("m0", "Hello")
	ticket := s.ticket()

	var writing sync.WaitGroup
	defer writing.Wait()
	writing.Go(func() {
		for i := range answers {
			err := s.Update(t.Context(), func(tx *store.Tx) error {
				if i%7 == 0 {
					if _, err := tickets.Note(tx, s.ana, ticket.ID, tickets.Draft{Text: "between ourselves"}); err != nil {
						return err
					}
				}
				_, err := tickets.Reply(tx, s.ana, ticket.ID, tickets.Draft{Text: fmt.Sprint(i)})
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})

	seen, since := []string{}, 0
	take := func(events []frame) {
		for _, e := range events {
			if e.Seq <= since {
				t.Fatalf("%q came with seq %d after %d", e.Text, e.Seq, since)
			}
			since = e.Seq
			if e.From == "agent" {
				seen = append(seen, e.Text)
			}
		}
	}
	for n := 0; len(seen) < answers; n++ {
		line := s.visit(frame{Visitor: w.Visitor, Ticket: ticket.Ref, Epoch: w.Epoch, Seq: since})
		take(line.expect("welcome").Events)
		for stay := rand.Intn(5); (stay > 0 || n > reconnects) && len(seen) < answers; stay-- {
			if f := line.next(); f.T == "event" {
				take([]frame{f})
			}
		}
		line.session.Close()
	}
	for i, text := range seen {
		if text != fmt.Sprint(i) {
			t.Fatalf("message %d is %q", i, text)
		}
	}
}
