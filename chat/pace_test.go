package chat_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/fault"
)

// at opens the widget as somebody new at an address.
func (s *shop) at(address string) *tab {
	s.t.Helper()
	v := s.tab(chat.Origin{Ours: true, Address: netip.MustParseAddr(address)})
	v.send(fmt.Sprintf(`{"t":"hello","v":1,"widget":%q}`, s.widget.Key))
	v.expect("welcome")
	return v
}

// tries says something and gives the answer, an ack or the refusal of a flood.
func (v *tab) tries(id string) frame {
	v.s.t.Helper()
	v.send(fmt.Sprintf(`{"t":"say","id":%q,"text":"Hello"}`, id))
	f := v.next()
	if f.T != "ack" && (f.Code != "rate_limited" || f.RetryAfter < 1 || f.ID != id || !strings.Contains(f.Message, "too often")) {
		v.s.t.Fatalf("refused with %s", f.raw)
	}
	return f
}

func TestNewVisitorsAreNoNewAllowanceForTickets(t *testing.T) {
	s := open(t)
	begun := 0
	var talk *tab
	for i := range 15 {
		v := s.at(fmt.Sprint("2001:db8::", i+1)) // one line has as many addresses as it likes
		if f := v.tries("m1"); f.T == "ack" {
			begun++
			talk = v
		} else if f.RetryAfter > 20 {
			t.Errorf("it must wait %d s", f.RetryAfter)
		}
	}
	if begun < 10 || begun > 12 { // ten at once, and one more every twenty seconds
		t.Errorf("%d tickets were begun, want the burst of ten", begun)
	}
	if f := talk.tries("m2"); f.T != "ack" {
		t.Errorf("a talk that goes on: %s", f.raw)
	}
	if f := s.at("2001:db8:0:1::1").tries("m1"); f.T != "ack" {
		t.Errorf("somebody elsewhere: %s", f.raw)
	}
}

func TestNewVisitorsAreNoNewAllowanceForMessages(t *testing.T) {
	s := open(t)
	start := time.Now()
	taken := 0
	var talks []*tab
	for range 10 {
		talks = append(talks, s.at("203.0.113.7"))
	}
	for i, v := range talks {
		for n := range 9 { // each within the burst of his own
			if v.tries(fmt.Sprintf("m%d-%d", i, n)).T == "ack" {
				taken++
			}
		}
	}
	earned := int(time.Since(start)/(100*time.Millisecond)) + 1
	if taken < 60 || taken > 60+earned {
		t.Errorf("%d messages were taken, want the burst of sixty and at most %d more", taken, earned)
	}
	talks[0].say("m0-0", "Hello") // its ack was lost: it is on disk
	if f := s.at("203.0.113.8").tries("m1"); f.T != "ack" {
		t.Errorf("somebody elsewhere: %s", f.raw)
	}
}

func TestUploadsOfOneNeighbourhood(t *testing.T) {
	s := open(t)
	flood, other := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("203.0.113.8")
	const file = 20 << 20
	for i := range 10 {
		if err := s.room.MayUpload(flood, file); err != nil {
			t.Fatalf("file %d: %v", i+1, err)
		}
	}
	var f *fault.Error
	if err := s.room.MayUpload(flood, file); !errors.As(err, &f) || f.Kind != fault.Throttled || f.RetryAfter < 11*time.Minute || f.RetryAfter > 15*time.Minute {
		t.Errorf("one too many: %+v, want to wait for twelve minutes", f)
	}
	if err := s.room.MayUpload(other, file); err != nil {
		t.Errorf("somebody elsewhere: %v", err)
	}
}

// Behind a proxy that serve was not told of everybody has its address, and a program beside the house has nobody to hide from.
func TestThisMachineIsNoNeighbourhood(t *testing.T) {
	s := open(t)
	for range 12 {
		v := s.at("127.0.0.1")
		for n := range 9 {
			v.say(fmt.Sprint("m", n), "Hello")
		}
	}
	if err := s.room.MayUpload(netip.IPv6Loopback(), 300<<20); err != nil {
		t.Error(err)
	}
}

// The load generator opens a hundred talks from one address.
func TestAHouseWithoutLimitsHasNone(t *testing.T) {
	s := open(t)
	s.room.Unlimited = true
	for i := range 12 {
		v := s.at("203.0.113.7")
		for n := range 6 {
			v.say(fmt.Sprintf("m%d-%d", i, n), "Hello")
		}
		if err := s.room.MayUpload(netip.MustParseAddr("203.0.113.7"), 100<<20); err != nil {
			t.Fatal(err)
		}
	}
}
