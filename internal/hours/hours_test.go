package hours

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// at reads a moment as the clock in zone shows it.
func at(t *testing.T, zone, clock string) time.Time {
	t.Helper()
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	moment, err := time.ParseInLocation("2006-01-02 15:04", clock, z)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// shop opens from nine to noon and from one to five on weekdays, is closed at Christmas, and half a day on one New Year's Eve.
func shop(zone string) Calendar {
	c := Calendar{Zone: zone}
	for d := time.Monday; d <= time.Friday; d++ {
		c.Weekly[d] = []Span{{9 * 60, 12 * 60}, {13 * 60, 17 * 60}}
	}
	c.Holidays = []Holiday{
		{Date: Date{0, time.December, 25}},
		{Date: Date{2026, time.December, 31}, Hours: []Span{{9 * 60, 12 * 60}}},
	}
	return c
}

func around(zone string) Calendar {
	c := Calendar{Zone: zone}
	for d := range c.Weekly {
		c.Weekly[d] = []Span{{0, day}}
	}
	return c
}

func TestAdd(t *testing.T) {
	const prague, saoPaulo = "Europe/Prague", "America/Sao_Paulo"
	for name, c := range map[string]struct {
		calendar Calendar
		from     string
		add      time.Duration
		want     string
	}{
		"within a span":                         {shop(prague), "2026-11-20 09:00", time.Hour, "2026-11-20 10:00"},
		"to the end of a span":                  {shop(prague), "2026-11-20 09:00", 3 * time.Hour, "2026-11-20 12:00"},
		"over lunch":                            {shop(prague), "2026-11-20 11:30", time.Hour, "2026-11-20 13:30"},
		"from lunch":                            {shop(prague), "2026-11-20 12:20", time.Hour, "2026-11-20 14:00"},
		"over a week-end":                       {shop(prague), "2026-11-20 16:00", 2 * time.Hour, "2026-11-23 10:00"},
		"from a week-end":                       {shop(prague), "2026-11-21 23:59", time.Minute, "2026-11-23 09:01"},
		"over Christmas":                        {shop(prague), "2026-12-24 16:00", 2 * time.Hour, "2026-12-28 10:00"},
		"over half a New Year's Eve":            {shop(prague), "2026-12-31 11:00", 2 * time.Hour, "2027-01-01 10:00"},
		"the next New Year's Eve is as any day": {shop(prague), "2027-12-31 11:00", 2 * time.Hour, "2027-12-31 14:00"},
		"nothing":                               {shop(prague), "2026-11-21 12:00", 0, "2026-11-21 12:00"},
		"less than nothing":                     {shop(prague), "2026-11-21 12:00", -time.Hour, "2026-11-21 12:00"},
		"a night with an hour less":             {around(prague), "2026-03-28 23:00", 4 * time.Hour, "2026-03-29 04:00"},
		"a night with an hour more":             {around(prague), "2026-10-24 23:00", 5 * time.Hour, "2026-10-25 03:00"},
		"a day that began at one":               {around(saoPaulo), "2018-11-03 23:00", 2 * time.Hour, "2018-11-04 02:00"},
		"a year":                                {shop("UTC"), "2026-01-05 09:00", 51 * 35 * time.Hour, "2026-12-28 17:00"},
	} {
		t.Run(name, func(t *testing.T) {
			from, want := at(t, c.calendar.Zone, c.from), at(t, c.calendar.Zone, c.want)
			if got := c.calendar.Add(from, c.add); !got.Equal(want) {
				t.Errorf("Add gives %v, want %v", got, want)
			}
			if got := between(c.calendar, from, want); got != max(0, c.add) {
				t.Errorf("between gives %v, want %v", got, c.add)
			}
		})
	}
}

func TestOpening(t *testing.T) {
	c := shop("America/Sao_Paulo")
	for name, moment := range map[string]struct{ now, opens string }{
		"open":                 {"2026-11-20 09:00", "2026-11-20 09:00"},
		"a minute early":       {"2026-11-20 08:59", "2026-11-20 09:00"},
		"lunch":                {"2026-11-20 12:00", "2026-11-20 13:00"},
		"evening":              {"2026-11-20 17:00", "2026-11-23 09:00"},
		"Christmas, a Friday":  {"2026-12-25 10:00", "2026-12-28 09:00"},
		"the eve, after lunch": {"2026-12-31 13:00", "2027-01-01 09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			now, opens := at(t, c.Zone, moment.now), at(t, c.Zone, moment.opens)
			if got := c.NextOpen(now); !got.Equal(opens) {
				t.Errorf("opens %v, want %v", got, opens)
			}
			if got := c.Open(now); got != now.Equal(opens) {
				t.Errorf("open: %v", got)
			}
		})
	}
}

func TestClosing(t *testing.T) {
	c := shop("America/Sao_Paulo")
	for name, moment := range map[string]struct{ now, closes string }{
		"the morning": {"2026-11-20 09:00", "2026-11-20 12:00"},
		"lunch":       {"2026-11-20 12:00", "2026-11-20 12:00"},
		"evening":     {"2026-11-20 20:00", "2026-11-20 20:00"},
	} {
		t.Run(name, func(t *testing.T) {
			now, closes := at(t, c.Zone, moment.now), at(t, c.Zone, moment.closes)
			if got := c.NextClose(now); !got.Equal(closes) {
				t.Errorf("closes %v, want %v", got, closes)
			}
		})
	}
	if got := around("UTC").NextClose(at(t, "UTC", "2026-11-20 20:00")); !got.IsZero() {
		t.Errorf("a shop that is always open closes %v", got)
	}
}

func TestAShopThatNeverOpens(t *testing.T) {
	var c Calendar
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	if c.Open(now) || !c.NextOpen(now).IsZero() || !c.Add(now, time.Minute).IsZero() || between(c, now, now.AddDate(10, 0, 0)) != 0 {
		t.Error("it is open at some time")
	}
}

func TestCheck(t *testing.T) {
	weekly := func(spans ...Span) Calendar { return Calendar{Weekly: [7][]Span{time.Monday: spans}} }
	for name, c := range map[string]struct {
		calendar Calendar
		want     error
	}{
		"a shop":                      {shop("America/Sao_Paulo"), nil},
		"never open":                  {Calendar{}, nil},
		"in any order":                {weekly(Span{600, 660}, Span{0, 600}), nil},
		"until midnight":              {weekly(Span{600, 1440}), nil},
		"a zone that is none":         {Calendar{Zone: "Mars/Olympus"}, ErrZone},
		"a zone that is a file":       {Calendar{Zone: "../../etc/passwd"}, ErrZone},
		"a zone that is anywhere":     {Calendar{Zone: "Local"}, ErrZone},
		"past midnight":               {weekly(Span{600, 1441}), ErrSpan},
		"before midnight":             {weekly(Span{-1, 10}), ErrSpan},
		"nothing":                     {weekly(Span{600, 600}), ErrSpan},
		"backwards":                   {weekly(Span{660, 600}), ErrSpan},
		"overlapping":                 {weekly(Span{540, 660}, Span{600, 700}), ErrOverlap},
		"no such day":                 {Calendar{Holidays: []Holiday{{Date: Date{2026, time.February, 29}}}}, ErrDate},
		"a day of leap years":         {Calendar{Holidays: []Holiday{{Date: Date{0, time.February, 29}}}}, nil},
		"a holiday with broken hours": {Calendar{Holidays: []Holiday{{Date: Date{0, 1, 1}, Hours: []Span{{5, 1}}}}}, ErrSpan},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.calendar.Check(); !errors.Is(err, c.want) {
				t.Errorf("Check says %v, want %v", err, c.want)
			}
		})
	}
}

func TestACalendarIsReadable(t *testing.T) {
	c := shop("Europe/Prague")
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"zone":"Europe/Prague","weekly":[null,` +
		`[{"from":"09:00","to":"12:00"},{"from":"13:00","to":"17:00"}],[{"from":"09:00","to":"12:00"},{"from":"13:00","to":"17:00"}],` +
		`[{"from":"09:00","to":"12:00"},{"from":"13:00","to":"17:00"}],[{"from":"09:00","to":"12:00"},{"from":"13:00","to":"17:00"}],` +
		`[{"from":"09:00","to":"12:00"},{"from":"13:00","to":"17:00"}],null],` +
		`"holidays":[{"date":"12-25"},{"date":"2026-12-31","hours":[{"from":"09:00","to":"12:00"}]}]}`
	if string(data) != want {
		t.Errorf("written as %s", data)
	}
	var back Calendar
	if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(back, c) {
		t.Errorf("read as %v (%v), want %v", back, err, c)
	}
	for _, broken := range []string{`{"weekly":[[{"from":"25:00"}]]}`, `{"weekly":[[{"from":"noon"}]]}`, `{"holidays":[{"date":"02-30"}]}`, `{"holidays":[{"date":""}]}`} {
		if json.Unmarshal([]byte(broken), &back) == nil {
			t.Errorf("%s was read", broken)
		}
	}
}

// places are zones and years in which the clock was changed in every way: by an hour, by half an hour, at midnight, over a day.
var places = []struct {
	zone  string
	start time.Time
}{
	{"UTC", time.Date(2026, 2, 25, 0, 0, 0, 0, time.UTC)},
	{"Europe/Prague", time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC)},
	{"Europe/Prague", time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC)},
	{"America/Sao_Paulo", time.Date(2018, 11, 2, 0, 0, 0, 0, time.UTC)},
	{"America/Sao_Paulo", time.Date(2018, 2, 16, 0, 0, 0, 0, time.UTC)},
	{"Australia/Lord_Howe", time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC)},
	{"Australia/Lord_Howe", time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC)},
	{"Pacific/Apia", time.Date(2011, 12, 28, 0, 0, 0, 0, time.UTC)},
	{"Asia/Kathmandu", time.Date(2026, 12, 29, 0, 0, 0, 0, time.UTC)},
}

func drawCalendar(t *rapid.T) (Calendar, time.Time) {
	place := rapid.SampledFrom(places).Draw(t, "place")
	c := Calendar{Zone: place.zone}
	spans := rapid.Custom(func(t *rapid.T) []Span {
		var all []Span
		var last Minute
		for range rapid.IntRange(0, 3).Draw(t, "spans") {
			from := last + Minute(rapid.IntRange(0, 300).Draw(t, "gap"))
			to := min(day, from+Minute(rapid.IntRange(1, 600).Draw(t, "length")))
			if from >= to {
				break
			}
			all = append(all, Span{from, to})
			last = to
		}
		return rapid.Permutation(all).Draw(t, "order")
	})
	for d := range c.Weekly {
		c.Weekly[d] = spans.Draw(t, "day")
	}
	for range rapid.IntRange(0, 2).Draw(t, "holidays") {
		on := place.start.AddDate(0, 0, rapid.IntRange(0, 5).Draw(t, "holiday"))
		year := rapid.SampledFrom([]int{0, on.Year()}).Draw(t, "year")
		c.Holidays = append(c.Holidays, Holiday{Date: Date{year, on.Month(), on.Day()}, Hours: spans.Draw(t, "hours")})
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	return c, place.start.Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(t, "minute")) * time.Minute)
}

// shows is Open in the words of the package comment, by the clock on the wall and nothing else.
func shows(c Calendar, moment time.Time, zone *time.Location) bool {
	wall := moment.In(zone)
	spans := c.Weekly[wall.Weekday()]
	for _, h := range c.Holidays {
		if wall.Format("01-02") == h.Date.String() || wall.Format("2006-01-02") == h.Date.String() {
			spans = h.Hours
			break
		}
	}
	for _, s := range spans {
		if clock := wall.Format("15:04"); s.From.String() <= clock && clock < s.To.String() {
			return true
		}
	}
	return false
}

func TestWorkingTimeIsWhatTheClockShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, start := drawCalendar(t)
		zone := location(c.Zone)
		var counted time.Duration
		for m := start; m.Before(start.Add(36 * time.Hour)); m = m.Add(time.Minute) {
			open := shows(c, m, zone)
			if c.Open(m) != open {
				t.Fatalf("at %v: open %v, the clock shows %v", m.In(zone), !open, open)
			}
			if open {
				counted += time.Minute
			}
		}
		if got := between(c, start, start.Add(36*time.Hour)); got != counted {
			t.Fatalf("%v of working time from %v, counted %v", got, start.In(zone), counted)
		}
	})
}

// between is how much working time lies between a and b, by which Add is proved; none if b is not after a, for no duration is negative.
func between(c Calendar, a, b time.Time) time.Duration {
	var sum time.Duration
	for a.Before(b) {
		from, to, ok := c.stretch(a, b)
		if !ok {
			break
		}
		sum += to.Sub(from)
		a = to
	}
	return sum
}

func TestAddAndBetweenAreOneAnothersReverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, start := drawCalendar(t)
		a := time.Duration(rapid.Int64Range(1, int64(100*time.Hour)).Draw(t, "a"))
		b := time.Duration(rapid.Int64Range(1, int64(100*time.Hour)).Draw(t, "b"))
		due := c.Add(start, a)
		if due.IsZero() {
			if between(c, start, start.Add(horizon)) >= a {
				t.Fatalf("%v of working time come after %v", a, start)
			}
			return
		}
		if got := between(c, start, due); got != a {
			t.Fatalf("%v until %v, want %v", got, due, a)
		}
		if got := between(c, start, due.Add(-1)); got != a-1 {
			t.Fatalf("%v is not the first such moment", due)
		}
		if once, twice := c.Add(start, a+b), c.Add(due, b); !once.Equal(twice) {
			t.Fatalf("in one step %v, in two %v", once, twice)
		}
		later := due.Add(b)
		if whole, parts := between(c, start, later), a+between(c, due, later); whole != parts {
			t.Fatalf("whole %v, parts %v", whole, parts)
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	c := shop("Europe/Prague")
	start := time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)
	for name, d := range map[string]time.Duration{"2h": 2 * time.Hour, "40h": 40 * time.Hour} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c.Add(start, d)
			}
		})
	}
}
