package forum_test

import (
	"testing"
	"time"

	"deskbell/forum"
	"deskbell/internal/fault"
)

func TestDelaysAsPeopleWriteThem(t *testing.T) {
	for typed, want := range map[string]forum.Delay{
		"4h": forum.Delay(4 * time.Hour), " 1H30M ": forum.Delay(90 * time.Minute), "1s": forum.Delay(time.Second),
		"1500ms": forum.Delay(time.Second), "0": 0, "0s": 0, "0ms": 0, "Off": forum.Off,
	} {
		if got, err := forum.ParseDelay(typed); err != nil || got != want {
			t.Errorf("%q is %v (%v), want %v", typed, got, err, want)
		}
	}
	// What is cut off to nothing would be a promise that nobody made: at once.
	for _, typed := range []string{"", "soon", "4", "-1s", "91d", "2161h", "500ms", "999999999ns", "1ns"} {
		if got, err := forum.ParseDelay(typed); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q is taken as %v (%v)", typed, got, err)
		}
	}
}
