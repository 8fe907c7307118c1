package admin_test

import (
	"strings"
	"testing"

	"deskbell/internal/store"
	"deskbell/ui/house"
)

// Whoever has saved reads so beside the button, and is led to the first step that is not done; one who cannot do the steps, and one
// who has put them away, is told no more than that it is saved.
func TestSavingLeadsToTheNextStep(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	next := func(path string) string {
		_, after, found := strings.Cut(olga.get(path).body, `data-testid="saved"`)
		if !found {
			t.Errorf("%s does not say that it was saved", path)
		}
		_, link, found := strings.Cut(after, `<a class="admin-onward" href="`)
		if !found {
			return ""
		}
		href, _, _ := strings.Cut(link, `"`)
		return href
	}
	if got := olga.post("/desk/admin/shop", "name", "Kettle", "language", "en"); next(got.to) != "/desk/admin/hours" {
		t.Errorf("saving the shop leads to %q", next(got.to))
	}
	if got := next("/desk/admin/hours?done=saved"); got != "" {
		t.Errorf("a step leads to itself: %s", got)
	}
	s.do(func(tx *store.Tx) error {
		return house.FirstSteps.Put(tx, house.Skipped{Steps: []string{"guide_hours"}})
	})
	if got := next("/desk/admin/shop?done=saved"); got != "/desk/admin/mail" {
		t.Errorf("past a step that was skipped it leads to %q", got)
	}
	s.do(func(tx *store.Tx) error {
		return house.FirstSteps.Put(tx, house.Skipped{Hidden: []string{s.team["olga"].ID}})
	})
	if got := next("/desk/admin/shop?done=saved"); got != "" {
		t.Errorf("who has put the steps away is led to %s", got)
	}
	if page := s.as("ann").get("/desk/me?done=saved"); !page.says("Saved.") || strings.Contains(page.body, "admin-onward") {
		t.Error("an agent is led to a step that he cannot do, or is not told that it was saved")
	}
	if page := olga.get("/desk/admin/shop"); strings.Contains(page.body, `data-testid="saved"`) {
		t.Error("a page says Saved where nobody saved")
	}
}
