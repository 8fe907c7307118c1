package api_test

import (
	"slices"
	"strings"
	"testing"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

func TestListsInDetailsAreNeverNull(t *testing.T) {
	d := open(t)
	d.openTicket("My parcel", d.sales)
	d.ask("ana", "PATCH", "tickets/1", m{"tags": []string{"a"}, "custom_fields": m{"order": "7"}}).want(200)
	d.ask("ana", "PATCH", "tickets/1", m{"tags": []string{}, "custom_fields": nil}).want(200)
	events := d.ask("ana", "GET", "tickets/1/events", nil).want(200)
	for _, want := range []string{
		`{"added":["a"],"removed":[]}`, `{"added":[],"removed":["a"]}`,
		`{"removed":[],"set":{"order":"7"}}`, `{"removed":["order"],"set":{}}`,
	} {
		if !strings.Contains(events.raw, want) {
			t.Errorf("%s is not in %s", want, events.raw)
		}
	}
	events.is("items.0.kind", "opened", "items.0.details.after", nil)
}

func TestATicketThatGoesOnSaysFromWhich(t *testing.T) {
	d := open(t)
	say := func(text string) {
		d.update(func(tx *store.Tx) error {
			zoe, err := people.Recognise(tx, []people.Identity{{Kind: people.KindVisitor, Value: "zoe"}}, people.Profile{})
			if err != nil {
				return err
			}
			_, _, err = tickets.Receive(tx, tickets.Inbound{Channel: "chat", Thread: "zoe", By: zoe.Actor(), Text: text})
			return err
		})
	}
	say("Hello")
	d.ask("owner", "PATCH", "tickets/1", m{"status": "closed"}).want(200)
	say("One more thing")
	d.ask("owner", "GET", "tickets/2/events", nil).want(200).is("items.0.kind", "opened", "items.0.details.after", "1")
}

// Files would be left behind without a word: a topic has room for none.
func TestFilesDoNotGoToATopic(t *testing.T) {
	d := open(t)
	board := d.ask("owner", "POST", "forum/boards", m{"name": "Help", "escalate_after": "0s", "escalate_hours": "clock"}).want(201).text("id")
	topic := d.ask("owner", "POST", "forum/topics", m{
		"board": board, "title": "How long?", "text": "Does it take?", "author": m{"name": "Zoe", "email": "zoe@example.com"},
	}).want(201).text("id")
	if err := d.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	id := d.ask("owner", "GET", "forum/topics/"+topic, nil).want(200).text("ticket")
	file := []string{d.ask("owner", "POST", "uploads?name=map.txt", "north").want(201).text("id")}
	got := d.ask("owner", "POST", "tickets/"+id+"/replies", m{"text": "Two days.", "attachments": file}).want(422).is("errors.0.pointer", "/attachments")
	if !strings.Contains(got.text("detail"), "public topic") {
		t.Errorf("it says %s", got.raw)
	}
	d.ask("owner", "POST", "tickets/"+id+"/notes", m{"text": "See.", "attachments": file}).want(201)
	d.ask("owner", "POST", "tickets/"+id+"/replies", m{"text": "Two days."}).want(201)
	if err := d.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if said := d.ask("owner", "GET", "forum/topics/"+topic+"/posts", nil).want(200).each("text"); !slices.Equal(said, []string{"Does it take?", "Two days."}) {
		t.Errorf("under the topic stands %q", said)
	}
}

func TestADelayUnderASecondIsRefused(t *testing.T) {
	d := open(t)
	for delay, status := range map[string]int{"500ms": 422, "1ns": 422, "999ms": 422, "0": 201, "0s": 201, "1s": 201, "off": 201} {
		got := d.ask("owner", "POST", "forum/boards", m{"name": "Board " + delay, "escalate_after": delay}).want(status)
		if status == 422 && (got.text("errors.0.pointer") != "/escalate_after" || !strings.Contains(got.text("detail"), "one second")) {
			t.Errorf("%s: %s", delay, got.raw)
		}
	}
}
