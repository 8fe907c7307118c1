package admin_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/internal/hours"
	"deskbell/internal/settings"
	"deskbell/internal/store"
)

func TestWorkingHours(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	const weekend = "day0"
	week := []string{"zone", "America/Sao_Paulo", "closed", weekend, "closed", "day2", "closed", "day3", "closed", "day4", "closed", "day5"}
	with := func(more ...string) []string { return append(slices.Clone(week), more...) }
	got := olga.post("/desk/admin/hours", with(
		"day", "day1", "from", "09:00", "to", "12:30", "day", "day1", "from", "14:00", "to", "18:00",
		"day", "day6", "from", "10:00", "to", "00:00", "day", "day6", "from", "", "to", "",
		"day", weekend, "from", "10:00", "to", "11:00", // which was typed before the day was closed
	)...)
	if got.status != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", got.status, got.body)
	}
	s.see(func(tx *store.Tx) error {
		c, err := settings.OpenHours.Get(tx)
		if err == nil && (c.Zone != "America/Sao_Paulo" || len(c.Weekly[1]) != 2 || len(c.Weekly[6]) != 1 || c.Weekly[6][0].To != 24*60 || len(c.Weekly[0]) != 0) {
			t.Errorf("kept as %+v", c)
		}
		return err
	})
	shown := olga.get("/desk/admin/hours")
	for _, words := range []string{`value="12:30"`, `value="14:00"`, `value="00:00"`, `value="day0" checked`} {
		if !strings.Contains(shown.body, words) {
			t.Errorf("the page does not show %q", words)
		}
	}

	for name, day := range map[string][]string{
		"no times":           {"day", "day1", "from", "", "to", "", "day", "day6", "from", "08:15", "to", "12:00"},
		"no end":             {"day", "day1", "from", "09:00", "to", "", "day", "day6", "from", "08:15", "to", "12:00"},
		"from late to early": {"day", "day1", "from", "18:00", "to", "09:00", "day", "day6", "from", "08:15", "to", "12:00"},
	} {
		t.Run(name, func(t *testing.T) {
			back := olga.post("/desk/admin/hours", with(append(day, "holiday_date", "2027-01-01", "holiday_name", "New Year")...)...)
			if back.status != http.StatusUnprocessableEntity || !strings.Contains(back.body, `id="day1-error"`) || !strings.Contains(back.body, "autofocus") {
				t.Errorf("answered %d, and Monday is not to blame", back.status)
			}
			if !strings.Contains(back.body, `value="08:15"`) || !strings.Contains(back.body, `value="New Year"`) {
				t.Error("what was typed is gone")
			}
		})
	}
}

// The browser proposes its own zone where nobody has chosen one, and only there.
func TestTheZoneThatWasChosenStays(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	if !strings.Contains(olga.get("/desk/admin/hours").body, "data-zone") {
		t.Error("no zone is proposed to a new shop")
	}
	back := olga.post("/desk/admin/hours", "zone", "Asia/Tokyo", "holiday_date", "when we like")
	if back.status != http.StatusUnprocessableEntity || strings.Contains(back.body, "data-zone") {
		t.Errorf("answered %d, and what was chosen is replaced by a proposal", back.status)
	}
}

// Every zone that is offered is one.
func TestTheZonesThatAreOffered(t *testing.T) {
	s := open(t)
	page := s.as("olga").get("/desk/admin/hours").body
	list := page[strings.Index(page, `id="zone"`):]
	offered := regexp.MustCompile(`<option value="([^"]+)"`).FindAllStringSubmatch(list[:strings.Index(list, "</select>")], -1)
	if len(offered) < 100 {
		t.Fatalf("%d zones are offered", len(offered))
	}
	for _, zone := range offered {
		if _, err := time.LoadLocation(zone[1]); err != nil {
			t.Error(err)
		}
	}
}

func TestTheShopsLanguages(t *testing.T) {
	s := open(t)
	s.as("olga").post("/desk/admin/shop", "name", "Café Aroma", "language", "pt-BR", "languages", "en", "languages", "klingon")
	s.see(func(tx *store.Tx) error {
		shop, err := settings.Shop.Get(tx)
		if err == nil && (shop.Name != "Café Aroma" || strings.Join(shop.Languages, " ") != "pt-BR en") {
			t.Errorf("kept as %+v", shop)
		}
		return err
	})
}

func TestHowSoonTheShopAnswers(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	for name, c := range map[string]struct {
		answers, unit string
		want          int
		shown         string // in the field afterwards
	}{
		"nothing is promised":       {"", "", 0, ""},
		"in minutes":                {" 3 ", "", 3, "3"},
		"in hours":                  {"2", "hours", 120, "2"},
		"in minutes that are hours": {"120", "", 120, "2"},
		"in a week":                 {"168", "hours", 10080, "168"},
	} {
		t.Run(name, func(t *testing.T) {
			olga.post("/desk/admin/shop", "name", "Kettle", "language", "en", "answers", c.answers, "answers_unit", c.unit)
			s.see(func(tx *store.Tx) error {
				shop, err := settings.Shop.Get(tx)
				if shop.Answers != c.want {
					t.Errorf("kept as %d minutes, want %d", shop.Answers, c.want)
				}
				return err
			})
			value := ""
			if found := regexp.MustCompile(`name="answers"[^>]*?value="([^"]*)"|value="([^"]*)"[^>]*?name="answers"`).FindStringSubmatch(olga.get("/desk/admin/shop").body); found != nil {
				value = found[1] + found[2]
			}
			if value != c.shown {
				t.Errorf("the field shows %q, want %q", value, c.shown)
			}
		})
	}
}

// The next opening is told by the shop's clock, which the fields are filled in for, and names its zone.
func TestTheNextOpeningIsInTheShopsZone(t *testing.T) {
	s := open(t)
	s.do(func(tx *store.Tx) error {
		c := hours.Calendar{Zone: "Asia/Tokyo"}
		for day := range c.Weekly {
			c.Weekly[day] = []hours.Span{{From: 9 * 60, To: 9*60 + 1}}
		}
		return settings.OpenHours.Put(tx, c)
	})
	if page := s.as("olga").get("/desk/admin/hours"); !page.says(", 09:00 · Tokyo (Asia)") {
		t.Errorf("the page says:\n%s", page.body)
	}
}
