package desk

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"deskbell/internal/hours"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets"
)

func TestAPriorityIsSetAndSeen(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana := s.as(s.ana)
	if got := ana.post(path(q.ID, "/priority")+"?view=mine", "priority", "urgent"); got.status != http.StatusSeeOther || got.location != path(q.ID, "")+"?view=mine" {
		t.Fatalf("%d to %q", got.status, got.location)
	}
	if row := between(ana.get("/desk").body, `id="row-1"`, "</li>"); !strings.Contains(row, "Urgent") {
		t.Errorf("the row does not say that it is urgent:\n%s", row)
	}
	page := ana.get(path(q.ID, ""))
	page.wants(t, http.StatusOK, `data-testid="ticket-priority"`, "Ana set the priority to Urgent")
	if item := between(page.body, `value="urgent"`, ">"); !strings.Contains(item, "aria-current") {
		t.Errorf("the menu does not mark the priority that it has: %s", item)
	}

	ana.post(path(q.ID, "/priority"), "priority", "normal")
	ana.get(path(q.ID, "")).lacks(t, `data-testid="ticket-priority"`)
	for _, wrong := range []string{"", "shouting"} {
		ana.post(path(q.ID, "/priority"), "priority", wrong).wants(t, http.StatusUnprocessableEntity)
	}
}

// A snoozed ticket is out of the way until its moment, and the head says when that is.
func TestASnoozedTicketComesBackByTheClock(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Late parcel", "Where is it?", "")
	ana := s.as(s.ana)
	if got := ana.post(path(q.ID, "/snooze"), "for", "later"); got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	ana.get("/desk").lacks(t, "Late parcel")
	ana.get("/desk?view=snoozed").wants(t, http.StatusOK, "Late parcel")
	ana.get(path(q.ID, "")).wants(t, http.StatusOK, `data-testid="wake"`, `until <time datetime="2026-03-02T12:00:00Z"`)

	s.clock.Add(3*time.Hour - time.Second)
	s.wakes(0)
	s.clock.Add(time.Second)
	s.wakes(1)
	ana.get("/desk").wants(t, http.StatusOK, "Late parcel")
	ana.get(path(q.ID, "")).lacks(t, `data-testid="wake"`, `data-testid="snoozed-until"`)
}

func TestASnoozedTicketComesBackWhenItIsWantedOrItsCustomerWrites(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Late parcel", "Where is it?", "")
	ana := s.as(s.ana)
	ana.post(path(q.ID, "/snooze"), "for", "reply")
	ana.get(path(q.ID, "")).wants(t, http.StatusOK, "until the customer writes</span>")
	ana.post(path(q.ID, "/reopen"))
	ana.get("/desk").wants(t, http.StatusOK, "Late parcel")

	ana.post(path(q.ID, "/snooze"), "for", "reply")
	ana.get("/desk").lacks(t, "Late parcel")
	s.asks("Zoe", "t", "", "Hello?", "")
	ana.get("/desk").wants(t, http.StatusOK, "Late parcel")
	ana.post(path(q.ID, "/snooze"), "for", "ever").wants(t, http.StatusUnprocessableEntity)
}

// Nine o'clock is the reader's where his browser names a zone, and else the shop's.
func TestMorningIsWhereTheReaderIs(t *testing.T) {
	s := openShop(t)
	s.do(func(tx *store.Tx) error {
		return people.Configure(tx, people.System, settings.OpenHours, hours.Calendar{Zone: "America/Sao_Paulo"})
	})
	q := s.asks("Zoe", "t", "Late parcel", "Where is it?", "")
	for zone, want := range map[string]time.Time{
		"":             time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC),
		"Mars/Olympus": time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC),
		"Asia/Tokyo":   time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC),
	} {
		s.as(s.ana).post(path(q.ID, "/snooze"), "for", "tomorrow", "zone", zone)
		if got := s.ticket(q.ID); got.Status != tickets.Snoozed || !got.Until.Equal(want) {
			t.Errorf("in %q tomorrow is %s, want %s", zone, got.Until, want)
		}
	}
}

func TestTheNextMonday(t *testing.T) {
	lisbon, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[int]int{27: 30, 28: 30, 29: 30, 30: 30 + 7} { // the clocks go forward on Sunday the 29th
		now := time.Date(2026, 3, day, 0, 30, 0, 0, lisbon)
		got := morning(now, untilMonday(now))
		if at := time.Date(2026, 3, want, 9, 0, 0, 0, lisbon); !got.Equal(at) {
			t.Errorf("after %s comes %s, want %s", now, got, at)
		}
	}
}

// wakes has the house do what is due, and counts the tickets that came back.
func (s *shop) wakes(want int) {
	s.t.Helper()
	s.do(func(tx *store.Tx) error {
		n, err := tickets.Wake(tx, 10)
		if n != want {
			s.t.Errorf("%d tickets came back, want %d", n, want)
		}
		return err
	})
}

// between is what stands after the first from, as far as the next to.
func between(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	part, _, _ := strings.Cut(rest, to)
	return part
}
