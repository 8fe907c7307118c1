package admin

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/hours"
)

// typedDay is a day unlike its weekday as a row of fields has it. One that opens twice has two rows.
type typedDay struct{ Date, Name, Repeat, From, To string }

// yearly is the Repeat of a day that comes back every year.
const yearly = "yearly"

// maxHolidays is more than anybody has; five fields for each still fit into a form.
const maxHolidays = 150

func (d typedDay) blank() bool { return d.Date+strings.TrimSpace(d.Name)+d.From+d.To == "" }

// holidayField is the name of a row among those that are filled in.
func holidayField(row int) string { return "holiday" + strconv.Itoa(row) }

// holidays are the rows in which something stands: whoever has no script empties one to remove it.
func (in *hoursForm) holidays() (rows []typedDay) {
	for i := range in.HolidayDates {
		d := typedDay{in.HolidayDates[i], nth(in.HolidayNames, i), nth(in.HolidayRepeats, i), nth(in.HolidayFrom, i), nth(in.HolidayTo, i)}
		if !d.blank() {
			rows = append(rows, d)
		}
	}
	return rows
}

func nth(values []string, i int) string {
	if i < len(values) {
		return values[i]
	}
	return ""
}

// setHolidays puts a calendar's days into rows, the next to come first. A day of every year stands at its next date, for a
// field for dates has a year.
func (in *hoursForm) setHolidays(all []hours.Holiday, now time.Time) {
	for _, h := range inOrder(all, now) {
		spans, repeat := h.Hours, ""
		if h.Date.Year == 0 {
			repeat = yearly
		}
		if len(spans) == 0 {
			spans = []hours.Span{{}}
		}
		for _, s := range spans {
			from, to := s.From.String(), clock(s.To)
			if s == (hours.Span{}) {
				from, to = "", ""
			}
			in.HolidayDates, in.HolidayNames = append(in.HolidayDates, nextOf(h.Date, now).String()), append(in.HolidayNames, h.Name)
			in.HolidayRepeats = append(in.HolidayRepeats, repeat)
			in.HolidayFrom, in.HolidayTo = append(in.HolidayFrom, from), append(in.HolidayTo, to)
		}
	}
}

// inOrder sorts days by when they are. Of two on the same date that of one year stands first, for it is the one that counts.
func inOrder(all []hours.Holiday, now time.Time) []hours.Holiday {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b hours.Holiday) int {
		return cmp.Or(strings.Compare(nextOf(a.Date, now).String(), nextOf(b.Date, now).String()), cmp.Compare(b.Date.Year, a.Date.Year))
	})
	return all
}

// nextOf is a day with a year: of one that comes every year the next, from today on.
func nextOf(d hours.Date, now time.Time) hours.Date {
	if d.Year != 0 {
		return d
	}
	year, month, day := now.Date()
	d.Year = year
	if d.Month < month || d.Month == month && d.Day < day {
		d.Year++
	}
	for d.Month == time.February && d.Day == 29 && !leap(d.Year) {
		d.Year++
	}
	return d
}

func leap(year int) bool { return time.Date(year, time.February, 29, 0, 0, 0, 0, time.UTC).Day() == 29 }

// readHolidays makes days of rows, or says which row makes no sense.
func readHolidays(rows []typedDay, now time.Time) (all []hours.Holiday, err error) {
	if len(rows) > maxHolidays {
		return nil, fault.Field("holidays", "admin.holidays_many", "max", maxHolidays)
	}
	for i, row := range rows {
		h, wrong := row.read()
		if wrong == "" {
			all, wrong = withHoliday(all, h)
		}
		if wrong != "" {
			return nil, fault.Field(holidayField(i), wrong)
		}
	}
	return inOrder(all, now), nil
}

// read makes a day of a row; wrong is the key of the sentence about what is wrong with it.
func (d typedDay) read() (h hours.Holiday, wrong string) {
	if d.Date == "" {
		return h, "admin.holiday_no_date"
	}
	if _, err := time.Parse(time.DateOnly, d.Date); err != nil || h.Date.UnmarshalText([]byte(d.Date)) != nil {
		return h, "admin.holiday_bad_date"
	}
	if d.Repeat == yearly {
		h.Date.Year = 0
	}
	h.Name = strings.TrimSpace(d.Name)
	spans, err := readDay([]typedSpan{{d.From, d.To}})
	if err != nil || len(spans) == 1 && spans[0].From >= spans[0].To {
		return h, "admin.holiday_bad_times"
	}
	h.Hours = spans
	return h, ""
}

// withHoliday adds a day, or another stretch to a day that is there already.
func withHoliday(all []hours.Holiday, h hours.Holiday) (_ []hours.Holiday, wrong string) {
	at := slices.IndexFunc(all, func(other hours.Holiday) bool { return other.Date == h.Date })
	if at < 0 {
		return append(all, h), ""
	}
	there := &all[at]
	if len(there.Hours) == 0 || len(h.Hours) == 0 {
		return all, "admin.holiday_twice"
	}
	there.Hours = append(there.Hours, h.Hours...)
	there.Name = cmp.Or(there.Name, h.Name)
	if (hours.Calendar{Holidays: []hours.Holiday{*there}}).Check() != nil {
		return all, "admin.holiday_twice"
	}
	return all, ""
}
