package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// keeps compares the fields of a ticket.
func keeps(a answer, want string) answer {
	a.t.Helper()
	if got := fmt.Sprint(a.at("custom_fields")); got != want {
		a.t.Errorf("the fields are %s, want %s", got, want)
	}
	return a
}

func TestATicketKeepsTheShopsOwnFields(t *testing.T) {
	d := open(t)
	id := keeps(d.openTicket("one", d.sales), "map[]").text("id")
	path := "tickets/" + id
	fill := func(fields any) answer {
		return d.ask("ana", "PATCH", path, m{"custom_fields": fields})
	}
	keeps(fill(m{"order": " 4711 ", "crm.id": "é"}).want(200), "map[crm.id:é order:4711]")
	keeps(fill(m{"order": "4712"}).want(200), "map[crm.id:é order:4712]")
	keeps(fill(m{"order": nil, "unknown": nil}).want(200), "map[crm.id:é]")
	before := d.ask("ana", "GET", path, nil).at("seq")
	fill(m{"crm.id": "é"}).want(200).is("seq", before) // nothing changed, so nothing happened
	events := d.ask("ana", "GET", path+"/events?limit=200", nil).want(200)
	if last := (answer{t: t, body: events.items()[len(events.items())-1]}); last.text("kind") != "fields" || last.at("private") != true {
		t.Errorf("the ticket says %v", last.body)
	}

	many := m{}
	for i := range 50 {
		many[fmt.Sprint("f", i)] = "x"
	}
	for name, fields := range map[string]any{
		"too many":       many, // crm.id is there too
		"capitals":       m{"Order": "1"},
		"no name":        m{"": "1"},
		"a long name":    m{strings.Repeat("x", 41): "1"},
		"a long value":   m{"order": strings.Repeat("x", 501)},
		"a number":       m{"order": 1},
		"a list":         []string{"order"},
		"a hidden sign":  m{"or\u200bder": "1"},
		"a list as such": m{"order": []string{"1"}},
	} {
		got := fill(fields).want(http.StatusUnprocessableEntity)
		if !strings.Contains(got.raw, "custom_fields") {
			t.Errorf("%s: it does not name the field: %s", name, got.raw)
		}
	}
	keeps(d.ask("ana", "GET", path, nil).want(200), "map[crm.id:é]")
	keeps(fill(nil).want(200), "map[]")
	fill(many).want(200)
}

func TestAChangeMayAskThatNothingElseHasChanged(t *testing.T) {
	d := open(t)
	path := "tickets/" + d.openTicket("one", d.sales).text("id")
	read := d.ask("ana", "GET", path, nil).want(200).header.Get("ETag")
	if read == "" {
		t.Fatal("a ticket has no ETag")
	}
	change := func(match, subject string) answer {
		return d.ask("ana", "PATCH", path, m{"subject": subject}, "If-Match", match)
	}
	next := change(read, "two").want(200).is("subject", "two").header.Get("ETag")
	if next == read || next != d.ask("ana", "GET", path, nil).header.Get("ETag") {
		t.Errorf("after the change the ETag is %s", next)
	}
	if got := change(read, "three").want(http.StatusPreconditionFailed); !strings.Contains(got.raw, "has changed since you read it") {
		t.Errorf("it says %s", got.raw)
	}
	for _, match := range []string{"", "*", `"other", ` + next} {
		change(match, "two").want(200)
	}
	change(`"other"`, "three").want(http.StatusPreconditionFailed)
	change("W/"+next, "three").want(http.StatusPreconditionFailed) // a weak one does not say that it is the same
	d.ask("ana", "GET", path, nil).is("subject", "two")

	var both sync.WaitGroup
	statuses := make([]int, 4)
	for i := range statuses {
		both.Go(func() { statuses[i] = change(next, fmt.Sprint("race ", i)).status })
	}
	both.Wait()
	won := 0
	for _, status := range statuses {
		if status == 200 {
			won++
		}
	}
	if won != 1 {
		t.Errorf("of four who read the same, %d changed it: %v", won, statuses)
	}
}

func TestAChannelThatCannotBeSetUpSaysSo(t *testing.T) {
	d := open(t)
	got := d.ask("owner", "PATCH", "channels/fax", m{"values": m{}}).want(http.StatusNotFound)
	if !strings.Contains(got.raw, "this channel") {
		t.Errorf("it says %s", got.raw)
	}
}
