package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/internal/hours"
	"deskbell/internal/settings"
	"deskbell/internal/store"
)

// closed is a week in which the shop never opens.
var closedWeek = []string{"zone", "UTC", "closed", "day0", "closed", "day1", "closed", "day2", "closed", "day3", "closed", "day4", "closed", "day5", "closed", "day6"}

// holiday is a row of fields.
func holiday(date, name, repeat, from, to string) []string {
	return []string{"holiday_date", date, "holiday_name", name, "holiday_repeat", repeat, "holiday_from", from, "holiday_to", to}
}

func (s *shop) holidays() (all []hours.Holiday) {
	s.Helper()
	s.see(func(tx *store.Tx) error {
		c, err := settings.OpenHours.Get(tx)
		all = c.Holidays
		return err
	})
	return all
}

// What was kept by an earlier version, or by the API, is shown in rows and comes back unchanged.
func TestHolidaysComeBackAsTheyWere(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	kept := []hours.Holiday{
		{Date: hours.Date{Month: time.December, Day: 25}, Name: "Christmas"},
		{Date: hours.Date{Month: time.February, Day: 29}},
		{Date: hours.Date{Year: 2031, Month: time.April, Day: 11}, Name: "Good Friday"},
		{Date: hours.Date{Month: time.December, Day: 24}, Name: "Christmas Eve", Hours: []hours.Span{{From: 9 * 60, To: 12 * 60}, {From: 13 * 60, To: 24 * 60}}},
	}
	s.do(func(tx *store.Tx) error {
		c := hours.Office("UTC")
		c.Holidays = kept
		return settings.OpenHours.Put(tx, c)
	})
	page := olga.get("/desk/admin/hours").body
	page = page[:strings.Index(page, "<noscript>")]
	form := slices.Clone(closedWeek)
	for _, row := range strings.Split(page, `data-testid="holiday-row"`)[1:] {
		repeat := ""
		if strings.Contains(row, `value="yearly" selected`) {
			repeat = "yearly"
		}
		value := func(name string) string {
			_, rest, _ := strings.Cut(row, `name="`+name+`" value="`)
			got, _, _ := strings.Cut(rest, `"`)
			return got
		}
		form = append(form, holiday(value("holiday_date"), value("holiday_name"), repeat, value("holiday_from"), value("holiday_to"))...)
	}
	if got := olga.post("/desk/admin/hours", form...); got.status != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", got.status, got.body)
	}
	got := s.holidays()
	for _, want := range kept {
		if !slices.ContainsFunc(got, func(h hours.Holiday) bool {
			return h.Date == want.Date && h.Name == want.Name && slices.Equal(h.Hours, want.Hours)
		}) {
			t.Errorf("%+v is lost: %+v", want, got)
		}
	}
	if len(got) != len(kept) {
		t.Errorf("%d days became %d", len(kept), len(got))
	}
}

func TestHolidaysAreInTheOrderOfTheirDates(t *testing.T) {
	s := open(t)
	s.as("olga").post("/desk/admin/hours", slices.Concat(closedWeek,
		holiday("2031-05-01", "May Day", "", "", ""), holiday("", "", "yearly", "", ""), holiday("2030-12-25", "Christmas", "", "", ""))...)
	if got := s.holidays(); len(got) != 2 || got[0].Name != "Christmas" || got[1].Name != "May Day" {
		t.Errorf("kept as %+v", got)
	}
}

// A row that makes no sense comes back as it was typed, with a sentence of its own.
func TestTheHolidayThatIsToBlame(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	for name, c := range map[string]struct {
		rows  []string
		field string
		says  string
	}{
		"a name without a date":  {holiday("", "Carnival", "", "", ""), "holiday0", "Choose the date"},
		"a date that is none":    {holiday("2027-02-30", "Carnival", "", "", ""), "holiday0", "no such day"},
		"from when, not to when": {holiday("2027-02-09", "Carnival", "", "09:00", ""), "holiday0", "leave both empty"},
		"from late to early":     {holiday("2027-02-09", "Carnival", "", "18:00", "09:00"), "holiday0", "leave both empty"},
		"the same day twice":     {slices.Concat(holiday("2027-02-09", "", "", "", ""), holiday("", "", "", "", ""), holiday("2027-02-09", "Carnival", "", "", "")), "holiday1", "there twice"},
		"times that overlap":     {slices.Concat(holiday("2027-02-09", "", "", "09:00", "12:00"), holiday("2027-02-09", "Carnival", "", "11:00", "13:00")), "holiday1", "there twice"},
	} {
		t.Run(name, func(t *testing.T) {
			back := olga.post("/desk/admin/hours", slices.Concat(closedWeek, c.rows)...)
			if back.status != http.StatusUnprocessableEntity || !strings.Contains(back.body, `id="`+c.field+`-error"`) || !back.says(c.says) {
				t.Errorf("answered %d, and %s is not to blame", back.status, c.field)
			}
			if !strings.Contains(back.body, `value="Carnival"`) {
				t.Error("what was typed is gone")
			}
		})
	}
	if got := s.holidays(); len(got) != 0 {
		t.Errorf("kept all the same: %+v", got)
	}
}
