package desk

import (
	"net/http"
	"testing"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

func TestWhatIsPublishedIsSaidWithTheWayToIt(t *testing.T) {
	s := openShop(t)
	held := map[string]*forum.Topic{"approve": nil, "reject": nil}
	s.do(func(tx *store.Tx) error {
		board, err := forum.AddBoard(tx, people.System, forum.BoardChange{Name: "Brewing", EscalateAfter: forum.DefaultBoard.EscalateAfter, EscalateHours: forum.Clock})
		if err != nil {
			return err
		}
		for verdict := range held {
			guest, _, err := forum.Introduce(tx, "Bob", verdict+"@example.com", "en")
			if err != nil {
				return err
			}
			q := forum.Question{Board: board.ID, Title: "Please " + verdict, Text: "How long?", Language: "en"}
			if held[verdict], err = forum.Ask(tx, forum.Who{Member: guest}, q); err != nil {
				return err
			}
		}
		return nil
	})
	ana := s.as(s.ana)
	got := ana.get("/desk/held?topic=" + held["approve"].ID + "&n=1")
	got.wants(t, http.StatusOK, "Please approve")
	got.lacks(t, `data-testid="published"`)
	for verdict, says := range map[string]bool{"approve": true, "reject": false} {
		led := ana.post("/desk/held/" + held[verdict].ID + "/1/" + verdict)
		got := ana.get(led.location)
		if says {
			got.wants(t, http.StatusOK, `<a href="`+held[verdict].Path()+`#post-1" dir="auto" data-testid="published">Please approve</a>`)
		} else {
			got.wants(t, http.StatusOK)
			got.lacks(t, `data-testid="published"`)
		}
	}
}
