package hours

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// What may be wrong with a calendar. The wrapping text says where.
var (
	ErrZone    = errors.New("no time zone has this name")
	ErrSpan    = errors.New("opening hours must begin before they end, between 00:00 and 24:00")
	ErrOverlap = errors.New("opening hours of one day must not overlap")
	ErrDate    = errors.New("there is no such day")
)

// Check says what is wrong with a calendar, before it is kept.
func (c Calendar) Check() error {
	// "Local" would mean another zone on another machine.
	if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "Local" {
		return fmt.Errorf("%q: %w", c.Zone, ErrZone)
	}
	for day, spans := range c.Weekly {
		if err := check(spans); err != nil {
			return fmt.Errorf("%s: %w", time.Weekday(day), err)
		}
	}
	for _, h := range c.Holidays {
		if !h.Date.exists() {
			return fmt.Errorf("%s: %w", h.Date, ErrDate)
		}
		if err := check(h.Hours); err != nil {
			return fmt.Errorf("%s: %w", h.Date, err)
		}
	}
	return nil
}

func check(spans []Span) error {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return int(a.From - b.From) })
	for i, s := range spans {
		if s.From < 0 || s.To > day || s.From >= s.To {
			return ErrSpan
		}
		if i > 0 && s.From < spans[i-1].To {
			return ErrOverlap
		}
	}
	return nil
}

const day Minute = 24 * 60

// Minute is a time on the clock, in minutes after midnight; 24:00 is the end of the day. It is written 09:30.
type Minute int

func (m Minute) duration() time.Duration { return time.Duration(m) * time.Minute }

func (m Minute) String() string { return fmt.Sprintf("%02d:%02d", int(m)/60, int(m)%60) }

// MarshalText writes 09:30.
func (m Minute) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads 09:30, and 9:30 as people write it.
func (m *Minute) UnmarshalText(b []byte) error {
	if string(b) == "24:00" {
		*m = day
		return nil
	}
	t, err := time.Parse("15:04", string(b))
	if err != nil {
		return fmt.Errorf("%q is no time of day; write it as 09:30", b)
	}
	*m = Minute(t.Hour()*60 + t.Minute())
	return nil
}

// Date is a day of one year, or of every year if Year is 0. It is written 2026-12-25 or 12-25.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

func (d Date) exists() bool {
	year := d.Year
	if year == 0 {
		year = 2024 // a leap year: 29 February comes round too
	}
	t := time.Date(year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	return d.Day > 0 && t.Month() == d.Month && t.Day() == d.Day
}

func (d Date) String() string {
	if d.Year == 0 {
		return fmt.Sprintf("%02d-%02d", int(d.Month), d.Day)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes 2026-12-25 or 12-25.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 2026-12-25 or 12-25.
func (d *Date) UnmarshalText(b []byte) error {
	if t, err := time.Parse(time.DateOnly, string(b)); err == nil {
		*d = Date{t.Year(), t.Month(), t.Day()}
		return nil
	}
	t, err := time.Parse(time.DateOnly, "2024-"+string(b))
	if err != nil {
		return fmt.Errorf("%q is no day; write it as 2026-12-25, or as 12-25 for every year", b)
	}
	*d = Date{0, t.Month(), t.Day()}
	return nil
}
