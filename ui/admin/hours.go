package admin

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"deskbell/internal/fault"
	"deskbell/internal/hours"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
)

// hoursForm is a calendar as people write one: when each day opens and closes, and a row for each holiday.
type hoursForm struct {
	Once   string   `form:"once"`
	Zone   string   `form:"zone"`
	Closed []string `form:"closed"` // names of days
	Days   []string `form:"day"`    // whose each From and To are
	From   []string `form:"from"`
	To     []string `form:"to"`

	HolidayDates   []string `form:"holiday_date"` // the fields of each row
	HolidayNames   []string `form:"holiday_name"`
	HolidayRepeats []string `form:"holiday_repeat"`
	HolidayFrom    []string `form:"holiday_from"`
	HolidayTo      []string `form:"holiday_to"`
}

// typedSpan is a stretch of a day in two fields.
type typedSpan struct{ From, To string }

// stretches are the pairs of fields that a day has: at least two, for many shops close at noon.
func (in *hoursForm) stretches(d time.Weekday) (pairs []typedSpan) {
	for i, name := range in.Days {
		if name == dayField(d) && i < len(in.From) && i < len(in.To) {
			pairs = append(pairs, typedSpan{in.From[i], in.To[i]})
		}
	}
	for len(pairs) < 2 {
		pairs = append(pairs, typedSpan{})
	}
	return pairs
}

func (in *hoursForm) closed(d time.Weekday) bool { return slices.Contains(in.Closed, dayField(d)) }

type hoursView struct {
	view
	In      hoursForm
	Propose bool      // nobody has chosen a zone, so the browser may propose its own
	Open    bool      // just now, by what is kept
	Next    time.Time // when it opens next, by the shop's clock
	Now     time.Time
}

func (f *face) hours(w http.ResponseWriter, r *http.Request) error {
	page, err := f.hoursPage(r, nil, nil)
	return render(w, r, page, err)
}

func (f *face) hoursPage(r *http.Request, in *hoursForm, wrong error) (templ.Component, error) {
	v := hoursView{view: f.viewOf(r, "hours")}
	v.Err = wrong
	err := f.see(r, func(tx *store.Tx) error {
		c, err := settings.OpenHours.Get(tx)
		if err != nil {
			return err
		}
		v.Now = tx.Now()
		v.In = written(c, v.Now)
		v.Open, v.Next = c.Open(v.Now), c.NextOpen(v.Now)
		if v.Next, err = inZone(v.Next, c.Zone); err != nil {
			return err
		}
		chosen, err := settings.OpenHours.Chosen(tx)
		v.Propose = !chosen
		return err
	})
	if in != nil {
		v.In, v.Propose = *in, false
	}
	return hoursPage(v), err
}

// inZone is a moment by the clocks of a zone; the zero moment, which is none, stays what it is.
func inZone(t time.Time, name string) (time.Time, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || t.IsZero() {
		return t, err
	}
	return t.In(zone), nil
}

func (f *face) saveHours(w http.ResponseWriter, r *http.Request) error {
	var in hoursForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	c, err := in.read(f.DB.Now())
	path := ""
	if err == nil {
		path, err = f.do(r, in.Once, func(tx *store.Tx) (string, error) {
			return "/desk/admin/hours?done=saved", people.Configure(tx, web.Actor(r), settings.OpenHours, c)
		})
	}
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.hoursPage(r, &in, err) })
}

// written is a calendar as the form shows it.
func written(c hours.Calendar, now time.Time) (in hoursForm) {
	in.Zone = c.Zone
	for i, spans := range c.Weekly {
		name := dayField(time.Weekday(i))
		for _, s := range spans {
			in.Days, in.From, in.To = append(in.Days, name), append(in.From, s.From.String()), append(in.To, clock(s.To))
		}
		if len(spans) == 0 {
			in.Closed = append(in.Closed, name)
		}
	}
	in.setHolidays(c.Holidays, now)
	return in
}

// clock is the end of a stretch as a field for times holds it: the end of the day is midnight.
func clock(m hours.Minute) string {
	if m == endOfDay {
		return "00:00"
	}
	return m.String()
}

const endOfDay hours.Minute = 24 * 60

// read makes a calendar of what was written, or says which row it does not understand.
func (in *hoursForm) read(now time.Time) (c hours.Calendar, err error) {
	c.Zone = strings.TrimSpace(in.Zone)
	for d := time.Sunday; d <= time.Saturday; d++ {
		if in.closed(d) {
			continue
		}
		if c.Weekly[d], err = readDay(in.stretches(d)); err != nil || len(c.Weekly[d]) == 0 {
			return c, fault.Field(dayField(d), "admin.hours_incomplete")
		}
	}
	if c.Holidays, err = readHolidays(in.holidays(), now); err != nil {
		return c, err
	}
	return c, in.wrongIn(c)
}

// wrongIn says what makes no sense in a calendar that could be read.
func (in *hoursForm) wrongIn(c hours.Calendar) error {
	if (hours.Calendar{Zone: c.Zone}).Check() != nil {
		return fault.Field("zone", "admin.zone_unknown")
	}
	for i := range c.Weekly {
		alone := hours.Calendar{Zone: c.Zone}
		alone.Weekly[i] = c.Weekly[i]
		if alone.Check() != nil {
			return fault.Field(dayField(time.Weekday(i)), "admin.hours_order")
		}
	}
	return nil
}

func dayField(d time.Weekday) string { return "day" + string(rune('0'+d)) }

var errSpan = errors.New("no span")

// readDay takes the stretches that were typed; a pair of empty fields is none.
func readDay(stretches []typedSpan) (spans []hours.Span, err error) {
	for _, typed := range stretches {
		if typed == (typedSpan{}) {
			continue
		}
		var s hours.Span
		if s.From.UnmarshalText([]byte(typed.From)) != nil || s.To.UnmarshalText([]byte(typed.To)) != nil {
			return nil, errSpan
		}
		if s.To == 0 {
			s.To = endOfDay
		}
		spans = append(spans, s)
	}
	return spans, nil
}
