package admin

import (
	"errors"
	"net/http"
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

// hoursForm is a calendar as people write one: a line for each day, and a line for each holiday.
type hoursForm struct {
	Once      string `form:"once"`
	Zone      string `form:"zone"`
	Sunday    string `form:"day0"`
	Monday    string `form:"day1"`
	Tuesday   string `form:"day2"`
	Wednesday string `form:"day3"`
	Thursday  string `form:"day4"`
	Friday    string `form:"day5"`
	Saturday  string `form:"day6"`
	Holidays  string `form:"holidays"`
}

// days are the lines of the week, by time.Weekday.
func (in *hoursForm) days() [7]*string {
	return [7]*string{&in.Sunday, &in.Monday, &in.Tuesday, &in.Wednesday, &in.Thursday, &in.Friday, &in.Saturday}
}

type hoursView struct {
	view
	In   hoursForm
	Open bool      // just now, by what is kept
	Next time.Time // when it opens next
}

func (f *face) hours(w http.ResponseWriter, r *http.Request) error {
	page, err := f.hoursPage(r, nil, nil)
	return render(w, r, page, err)
}

func (f *face) hoursPage(r *http.Request, in *hoursForm, wrong error) (templ.Component, error) {
	v := hoursView{view: viewOf(r, "hours")}
	v.Err = wrong
	err := f.see(r, func(tx *store.Tx) error {
		c, err := settings.OpenHours.Get(tx)
		v.In, v.Open, v.Next = written(c), c.Open(tx.Now()), c.NextOpen(tx.Now())
		return err
	})
	if in != nil {
		v.In = *in
	}
	return hoursPage(v), err
}

func (f *face) saveHours(w http.ResponseWriter, r *http.Request) error {
	var in hoursForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	c, err := in.read()
	path := ""
	if err == nil {
		path, err = f.do(r, in.Once, func(tx *store.Tx) (string, error) {
			return "/desk/admin/hours?done=saved", people.Configure(tx, web.Actor(r), settings.OpenHours, c)
		})
	}
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.hoursPage(r, &in, err) })
}

// written is a calendar as the form shows it.
func written(c hours.Calendar) (in hoursForm) {
	in.Zone = c.Zone
	for i, line := range in.days() {
		*line = spansText(c.Weekly[i])
	}
	var holidays []string
	for _, h := range c.Holidays {
		parts := []string{h.Date.String()}
		for _, part := range []string{spansText(h.Hours), h.Name} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		holidays = append(holidays, strings.Join(parts, " "))
	}
	in.Holidays = strings.Join(holidays, "\n")
	return in
}

func spansText(spans []hours.Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = s.From.String() + "–" + s.To.String()
	}
	return strings.Join(parts, ", ")
}

// maxHolidays is more than anybody has, and keeps a calendar quick to ask.
const maxHolidays = 400

// read makes a calendar of what was written, or says which line it does not understand.
func (in *hoursForm) read() (c hours.Calendar, err error) {
	c.Zone = strings.TrimSpace(in.Zone)
	for i, line := range in.days() {
		if c.Weekly[i], err = readSpans(*line); err != nil {
			return c, fault.Field(dayField(time.Weekday(i)), "admin.hours_unreadable")
		}
	}
	for line := range strings.Lines(in.Holidays) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		h, err := readHoliday(line)
		if err != nil || len(c.Holidays) == maxHolidays {
			return c, fault.Field("holidays", "admin.holiday_unreadable", "line", strings.TrimSpace(line))
		}
		c.Holidays = append(c.Holidays, h)
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
	if err := c.Check(); err != nil {
		return fault.Field("holidays", "admin.hours_order")
	}
	return nil
}

func dayField(d time.Weekday) string { return "day" + string(rune('0'+d)) }

var errSpan = errors.New("no span")

// readSpans reads "9:00-12:30, 14:00–18:00". Nothing is a day on which the shop is closed.
func readSpans(line string) ([]hours.Span, error) {
	var spans []hours.Span
	for part := range strings.SplitSeq(line, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		from, to, ok := strings.Cut(strings.NewReplacer("–", "-", "—", "-").Replace(part), "-")
		var s hours.Span
		if !ok || s.From.UnmarshalText([]byte(strings.TrimSpace(from))) != nil || s.To.UnmarshalText([]byte(strings.TrimSpace(to))) != nil {
			return nil, errSpan
		}
		spans = append(spans, s)
	}
	return spans, nil
}

// readHoliday reads "12-25 Christmas", "2026-04-03 Good Friday" and "12-24 9:00-13:00 Christmas Eve".
func readHoliday(line string) (h hours.Holiday, err error) {
	words := strings.Fields(line)
	if err := h.Date.UnmarshalText([]byte(words[0])); err != nil {
		return h, err
	}
	words = words[1:]
	for len(words) > 0 && strings.Contains(words[0], ":") {
		more, err := readSpans(words[0])
		if err != nil {
			return h, err
		}
		h.Hours, words = append(h.Hours, more...), words[1:]
	}
	h.Name = strings.Join(words, " ")
	return h, nil
}
