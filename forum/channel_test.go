package forum_test

import (
	"errors"
	"testing"

	"deskbell/forum"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
	"deskbell/tickets/channels/channelstest"
)

func TestTheForumIsADoor(t *testing.T) {
	channelstest.Run(t, func(t *testing.T) channelstest.World {
		h := openWith(t, "0s", forum.Clock)
		zoe := h.who("zoe")
		seen := map[string]bool{}
		var asked []*forum.Topic
		return channelstest.World{
			House: h.House,
			Door:  forum.Door{},
			Ticket: func() tickets.ID {
				topic := h.ask(zoe, store.NewRef())
				h.escalate()
				asked = append(asked, topic)
				return h.now(topic).Ticket
			},
			Arrived: func() (new []channelstest.Arrival) {
				h.See(func(tx *store.Tx) error {
					for _, topic := range asked {
						th, err := forum.Read(tx, forum.Who{}, forum.Reading{Topic: topic.ID, Limit: 100})
						if err != nil {
							return err
						}
						for _, p := range th.Posts {
							if !seen[p.ID()] {
								seen[p.ID()] = true
								new = append(new, channelstest.Arrival{ID: p.ID(), Text: p.Text})
							}
						}
					}
					return nil
				})
				return new
			},
		}
	})
}

// The dispatcher tries the next door when nobody is at the one that was meant. What an agent wrote by mail must not come out
// here, before everybody, because the mail could not be sent.
func TestWhatWasMeantForAnotherDoorIsNotSaidInPublic(t *testing.T) {
	h := open(t)
	topic := h.overdue()
	id := h.now(topic).Ticket
	var e *tickets.Event
	h.Do(func(tx *store.Tx) (err error) {
		e, err = tickets.Reply(tx, h.ana, id, tickets.Draft{Text: "Your card was charged twice.", Channel: "email"})
		return err
	})
	err := forum.Door{}.Deliver(t.Context(), h.DB, tickets.Delivery{Ticket: id, N: e.N, Channel: forum.Channel})
	if !errors.Is(err, channels.Absent) {
		t.Errorf("got %v, want Absent", err)
	}
	h.expectSaid(topic, "zoe: Why is it sour?")
}
