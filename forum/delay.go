package forum

import (
	"strings"
	"time"

	"deskbell/internal/fault"
)

// Delay is how long a topic may wait for an answer before it becomes a ticket. The zero value is at once.
type Delay time.Duration

// Off means for ever.
const Off Delay = -1

// longestDelay keeps a promise one that somebody remembers.
const longestDelay = 90 * 24 * time.Hour

// ParseDelay reads a delay as people and the API write it: "4h", "1h30m", "0s", "off".
func ParseDelay(s string) (Delay, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "off" {
		return Off, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d > longestDelay {
		return 0, fault.Field("escalate_after", "forum.bad_delay")
	}
	if d > 0 && d < time.Second { // to cut it off would be to say: at once
		return 0, fault.Field("escalate_after", "forum.short_delay")
	}
	return Delay(d.Truncate(time.Second)), nil
}

// String writes it as ParseDelay reads it.
func (d Delay) String() string {
	if d < 0 {
		return "off"
	}
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// MarshalText writes it for JSON and forms.
func (d Delay) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads it back.
func (d *Delay) UnmarshalText(s []byte) (err error) {
	*d, err = ParseDelay(string(s))
	return err
}

// Hours say by which clock a delay runs.
type Hours string

const (
	Working Hours = "working" // only while the shop is open
	Clock   Hours = "clock"   // day and night
)
