package api_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/api"
)

// TestTheContract walks through what CONTRACT.md promises that every request and answer carries.
func TestTheContract(t *testing.T) {
	d := open(t)
	ticket := d.ask("owner", "POST", "tickets", m{
		"subject": "My parcel", "text": "Where is **it**?", "contact": m{"name": "Zoe", "email": "Zoe@Example.com"},
		"department": d.sales, "priority": "high", "tags": []string{"Parcel"},
	}).want(201).is("number", 1.0, "id", "1", "subject", "My parcel", "status", "new", "channel", "api", "contact.name", "Zoe",
		"contact.email", "zoe@example.com", "department", d.sales, "assignee", nil, "priority", "high", "tags.0", "parcel",
		"created_at", "2026-01-05T10:00:00Z", "updated_at", "2026-01-05T10:00:00Z")
	if len(ticket.text("ref")) != 26 {
		t.Errorf("ref %q", ticket.text("ref"))
	}
	d.ask("ana", "POST", "tickets/1/replies", m{"text": "On its way."}).want(201).is("kind", "message", "by.type", "agent",
		"by.name", "ana", "channel", "api", "private", false, "html", "<p>On its way.</p>\n")
	d.ask("ana", "POST", "tickets/1/notes", m{"text": "He is in a hurry."}).want(201).is("kind", "note", "private", true, "channel", nil)
	d.ask("ana", "GET", "tickets/1", nil).want(200).is("status", "pending", "subject", "My parcel")

	events := d.ask("ana", "GET", "tickets/1/events", nil).want(200).is("items.0.n", 1.0, "next", nil)
	if got := events.each("kind"); !slices.Equal(got, []string{"opened", "tagged", "message", "assigned", "message", "note"}) &&
		!slices.Equal(got, []string{"opened", "message", "tagged", "assigned", "message", "note"}) {
		t.Errorf("events %v", got)
	}
	words := 0
	for _, text := range events.each("text") {
		words += strings.Count(text, "Where is **it**?")
	}
	if words != 1 || events.text("items.0.text") != "" {
		t.Errorf("the words stand in %d events", words)
	}

	category := d.ask("owner", "POST", "kb/categories", m{"name": "Parcels"}).want(201).is("name", "Parcels", "parent", nil)
	article := d.ask("owner", "POST", "kb/articles", m{"title": "Lost parcels", "text": "# Look again", "category": category.text("id")}).
		want(201).is("status", "draft", "slug", "lost-parcels", "url", d.server.URL+"/help/en/lost-parcels")
	d.ask("owner", "POST", "kb/articles/"+article.text("id")+"/publish", nil).want(200).is("status", "published", "revision", 1.0)
	d.ask("owner", "GET", "kb/articles/"+article.text("id")+"/revisions", nil).want(200).is("items.0.n", 1.0, "items.0.text", "# Look again")

	board := d.ask("owner", "POST", "forum/boards", m{"name": "Help", "escalate_after": "4h", "escalate_hours": "clock"}).
		want(201).is("name", "Help", "escalate_after", "4h", "escalate_hours", "clock")
	topic := d.ask("owner", "POST", "forum/topics", m{
		"board": board.text("id"), "title": "How long?", "text": "Does it take?", "author": m{"name": "Zoe", "email": "zoe@example.com"},
	}).want(201).is("title", "How long?", "status", "open", "ticket", nil, "answers", 0.0, "accepted", nil, "board", board.text("id"), "by.type", "contact")
	post := d.ask("owner", "POST", "forum/topics/"+topic.text("id")+"/posts", m{"text": "Two days.", "author": m{"name": "Max", "email": "max@example.com"}}).
		want(201).is("text", "Two days.", "by.type", "contact", "by.name", "Max", "accepted", false)
	d.ask("owner", "POST", "forum/topics/"+topic.text("id")+"/accept", m{"post": post.text("id")}).want(200).
		is("status", "solved", "accepted", post.text("id"), "answers", 1.0)
	d.ask("owner", "GET", "forum/topics/"+topic.text("id")+"/posts", nil).want(200).is("items.0.text", "Does it take?", "items.1.accepted", true)

	widget := d.ask("owner", "POST", "widgets", m{"name": "Shop", "sites": []string{"https://shop.example"}}).want(201).
		is("name", "Shop", "sites.0", "https://shop.example")
	if widget.text("key") == "" || widget.text("id") == "" {
		t.Errorf("widget %s", widget.raw)
	}
}

func TestTheFeedIsTheOrderedLog(t *testing.T) {
	d := open(t)
	d.openTicket("one", d.sales)
	first := d.ask("ana", "GET", "feed?limit=200", nil).want(200)
	d.openTicket("two", d.sales)
	d.openTicket("secret", d.repairs)
	next := d.ask("ana", "GET", "feed?after="+first.text("next"), nil).want(200)
	for _, item := range next.items() {
		i := answer{t: t, body: item}
		if i.text("table") == "tickets" && i.text("key.0") != "2" {
			t.Errorf("she learns of %v", item)
		}
	}
	if !slices.Contains(next.each("kind"), "ticket.opened") {
		t.Errorf("after the first page come %v", next.each("kind"))
	}
	d.ask("ana", "GET", "feed?after="+next.text("next"), nil).want(200).is("next", next.text("next"))
	for name, after := range map[string]string{
		"nothing of ours":  "zz",
		"no base64":        "a b",
		"another list's":   web.Cursor(store.K("a board")),
		"past the end":     web.Cursor(store.K(1 << 40)),
		"two at once":      web.Cursor(store.K(1, 1)),
		"with more behind": first.text("next") + "A",
	} {
		if at := d.ask("ana", "GET", "feed?after="+url.QueryEscape(after), nil).want(422).text("errors.0.pointer"); at != "/after" {
			t.Errorf("%s: the problem points at %q", name, at)
		}
	}
	all := d.ask("owner", "GET", "feed?limit=200", nil).want(200)
	if !slices.IsSorted(all.each("id")) && len(all.items()) < 6 {
		t.Errorf("the whole log is %v", all.each("kind"))
	}
}

func TestAReaderOfATrimmedFeedIsToldToBeginAnew(t *testing.T) {
	d := open(t)
	d.openTicket("one", d.sales)
	early := d.ask("owner", "GET", "feed?limit=1", nil).want(200).text("next")
	end := d.ask("owner", "GET", "feed?limit=200", nil).want(200).text("next")
	d.clock.Add(31 * 24 * time.Hour)
	if err := d.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.openTicket("two", d.sales)
	d.ask("owner", "GET", "feed?after="+early, nil).want(410).is("code", "api.feed_trimmed")
	anew, on := d.ask("owner", "GET", "feed?limit=200", nil).want(200), d.ask("owner", "GET", "feed?after="+end, nil).want(200)
	for _, page := range []answer{anew, on} {
		if kinds := page.each("kind"); !slices.Contains(kinds, "ticket.opened") {
			t.Errorf("what came since is told as %v", kinds)
		}
	}
}

func TestListsComeInPagesThatNeverShift(t *testing.T) {
	d := open(t)
	for i := range 7 {
		d.openTicket(fmt.Sprint("old ", i), d.sales)
	}
	var seen []string
	path := "tickets?limit=2"
	for {
		page := d.ask("owner", "GET", path, nil).want(200)
		seen = append(seen, page.each("subject")...)
		d.openTicket("new", d.sales) // arrives while somebody pages
		if page.at("next") == nil {
			break
		}
		path = "tickets?limit=2&cursor=" + page.text("next")
	}
	if want := []string{"old 6", "old 5", "old 4", "old 3", "old 2", "old 1", "old 0"}; !slices.Equal(seen, want) {
		t.Errorf("saw %v", seen)
	}
	for _, name := range []string{"A", "B", "C"} {
		d.ask("owner", "POST", "widgets", m{"name": name}).want(201)
		d.ask("owner", "POST", "kb/categories", m{"name": name}).want(201)
		d.ask("owner", "POST", "forum/boards", m{"name": name}).want(201)
		d.ask("owner", "POST", "departments", m{"name": name}).want(201)
	}
	for _, path := range []string{"agents", "departments", "widgets", "channels", "kb/categories", "forum/boards"} {
		whole := d.ask("owner", "GET", path+"?limit=200", nil).want(200)
		id := "id"
		if path == "channels" {
			id = "name"
		}
		var pages []string
		for next := ""; ; {
			page := d.ask("owner", "GET", path+"?limit=1&cursor="+next, nil).want(200)
			pages = append(pages, page.each(id)...)
			if page.at("next") == nil {
				break
			}
			next = page.text("next")
		}
		if !slices.Equal(pages, whole.each(id)) {
			t.Errorf("%s in pages is %v, whole %v", path, pages, whole.each(id))
		}
	}
	for path, status := range map[string]int{
		"agents?limit=0": 422, "departments?limit=-1": 422, "widgets?cursor=gone": 422, "forum/boards?limit=1000000000": 200,
		"tickets?limit=0": 422, "tickets?limit=-1": 422, "tickets?limit=x": 422, "tickets?limit=1000000000": 200,
		"tickets?cursor=x": 422, "contacts?cursor=!": 422, "contacts?cursor=AAAA": 200, "tickets/1/events?cursor=-1": 422,
		"tickets?nonsense=1": 422, "tickets?status=odd": 422,
	} {
		d.ask("owner", "GET", path, nil).want(status)
	}
}

func TestTicketsAreFilteredAndChanged(t *testing.T) {
	d := open(t)
	d.openTicket("first", d.sales)
	d.openTicket("second", d.repairs)
	d.openTicket("third", "")
	agents := d.ask("owner", "GET", "agents", nil).want(200)
	ana := agents.each("id")[slices.Index(agents.each("name"), "ana")]
	d.ask("owner", "PATCH", "tickets/1", m{"assignee": ana, "priority": "urgent", "tags": []string{"b", "a"}, "subject": "First"}).want(200).
		is("assignee", ana, "priority", "urgent", "tags.0", "a", "subject", "First", "status", "new")
	d.ask("owner", "PATCH", "tickets/3", m{"status": "solved", "department": d.repairs}).want(200).is("status", "solved", "department", d.repairs)
	d.ask("owner", "PATCH", "tickets/2", m{"snooze": d.clock.Now().Add(time.Hour)}).want(200).is("status", "snoozed", "snoozed_until", "2026-01-05T11:00:00Z")
	for filter, want := range map[string]string{
		"": "321", "status=new": "1", "status=solved": "3", "department=" + d.repairs: "32", "assignee=" + ana: "1", "assignee=none": "32",
		"status=new&assignee=none": "", "tag=a": "1", "channel=api": "321", "channel=chat": "", "status=spam": "",
	} {
		page := d.ask("owner", "GET", "tickets?"+filter, nil).want(200)
		if got := strings.Join(page.each("id"), ""); got != want {
			t.Errorf("%q gives %q, want %q", filter, got, want)
		}
	}
	d.ask("owner", "PATCH", "tickets/1", m{"snooze": nil}).want(200).is("status", "new") // it was awake
	d.ask("owner", "PATCH", "tickets/2", m{"snooze": nil}).want(200).is("status", "new", "snoozed_until", nil)
	d.ask("owner", "PATCH", "tickets/2", m{"status": "snoozed", "snooze": "2030-01-01T00:00:00Z"}).want(200).
		is("status", "snoozed", "snoozed_until", "2030-01-01T00:00:00Z")
	d.ask("owner", "PATCH", "tickets/2", m{"status": "pending", "snooze": nil}).want(200).is("status", "pending", "snoozed_until", nil)
	for _, odd := range []m{{"status": "snoozed"}, {"status": "snoozed", "snooze": nil}, {"status": "solved", "snooze": "2030-01-01T00:00:00Z"}} {
		d.ask("owner", "PATCH", "tickets/2", odd).want(422).is("errors.0.pointer", "/snooze")
	}
	d.ask("owner", "GET", "tickets/2", nil).want(200).is("status", "pending")
	contact := d.ask("owner", "GET", "tickets/1", nil).text("contact.id")
	if got := d.ask("owner", "GET", "tickets?contact="+contact, nil).want(200).each("id"); !slices.Equal(got, []string{"3", "2", "1"}) {
		t.Errorf("of the contact: %v", got)
	}
	d.ask("owner", "PATCH", "tickets/1", m{"assignee": nil}).want(200).is("assignee", nil, "priority", "urgent")
	for field, value := range map[string]any{
		"status": "new", "snooze": "2020-01-01T00:00:00Z", "assignee": "nobody", "department": "nowhere", "priority": "odd", "subject": "",
	} {
		got := d.ask("owner", "PATCH", "tickets/1", m{field: value}).want(422)
		if at := got.text("errors.0.pointer"); at != "/"+field {
			t.Errorf("%s: the problem points at %q", field, at)
		}
	}
	for field, value := range map[string]any{
		"subject": strings.Repeat("x", 301), "contact": m{"email": "zoe@example.com", "name": strings.Repeat("x", 101)}, // not cut behind his back
	} {
		new := m{"subject": "x", "text": "x", "contact": m{"email": "zoe@example.com"}}
		new[field] = value
		d.ask("owner", "POST", "tickets", new).want(422).is("code", "fault.too_long")
	}
	for _, field := range []string{"id", "number", "ref", "created_at", "contact", "channel", "role"} {
		d.ask("owner", "PATCH", "tickets/1", m{field: "x"}).want(422)
	}
}

func TestSearchFindsWhatTheReaderMaySee(t *testing.T) {
	d := open(t)
	d.openTicket("tiger order", d.sales)
	d.openTicket("tiger complaint", d.repairs)
	category := d.ask("owner", "POST", "kb/categories", m{"name": "Animals"}).want(201).text("id")
	article := d.ask("owner", "POST", "kb/articles", m{"title": "Feeding lions", "text": "Meat.", "category": category}).want(201).text("id")
	d.ask("owner", "POST", "kb/articles/"+article+"/publish", nil).want(200)
	board := d.ask("owner", "POST", "forum/boards", m{"name": "Help"}).want(201).text("id")
	d.ask("owner", "POST", "forum/topics", m{"board": board, "title": "What do lions eat?", "text": "I wonder."}).want(201)
	if err := d.Search.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for as, want := range map[string]int{"owner": 2, "ana": 1, "rui": 1} {
		if got := len(d.ask(as, "GET", "search?q=tigers", nil).want(200).items()); got != want {
			t.Errorf("%s finds %d, want %d", as, got, want)
		}
		if got := len(d.ask(as, "GET", "tickets?q=tiger", nil).want(200).items()); got != want {
			t.Errorf("%s lists %d, want %d", as, got, want)
		}
	}
	d.ask("ana", "GET", "search?q=tiger&type=ticket", nil).want(200).is("items.0.title", "tiger order", "items.0.type", "ticket", "items.0.id", "1")
	d.ask("ana", "GET", "search?q=tiger&type=topic", nil).want(200).is("next", nil)
	d.ask("ana", "GET", "search", nil).want(422)
	if got := d.ask("rui", "GET", "search?q=lion", nil).want(200).each("type"); !slices.Contains(got, "article") || !slices.Contains(got, "topic") {
		t.Errorf("of lions there are %v", got)
	}
	d.ask("rui", "GET", "search?q=lion&type=article", nil).want(200).is("items.0.url", d.server.URL+"/help/en/feeding-lions")
}

func TestAnAnswerThatCrossesAnother(t *testing.T) {
	d := open(t)
	d.openTicket("My parcel", d.sales)
	seen := d.ask("ana", "GET", "tickets/1", nil).at("seq")
	d.ask("owner", "POST", "tickets/1/replies", m{"text": "I am quicker."}).want(201)
	late := d.ask("ana", "POST", "tickets/1/replies", m{"text": "Too late.", "base_seq": seen}).want(409)
	if got := late.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("it is %q", got)
	}
	if !strings.Contains(late.raw, "I am quicker.") || late.text("detail") == "" {
		t.Errorf("what she had not seen is not there: %s", late.raw)
	}
	never := d.ask("ana", "POST", "tickets/1/replies", m{"text": "Saw nothing.", "base_seq": 0}).want(409)
	if !strings.Contains(never.raw, "I am quicker.") {
		t.Errorf("what she had not seen is not there: %s", never.raw)
	}
	last := d.ask("ana", "GET", "tickets/1", nil).at("seq")
	d.ask("ana", "POST", "tickets/1/replies", m{"text": "I saw it.", "base_seq": last}).want(201)
}

// TestTheDocumentSaysWhatIsServed compares the OpenAPI document with the route table, both ways.
func TestTheDocumentSaysWhatIsServed(t *testing.T) {
	d := open(t)
	document := d.ask("", "GET", "openapi.json", nil).want(200).is("openapi", "3.1.0")
	if strings.Contains(document.raw, "$schema") {
		t.Error("answers would carry $schema")
	}
	var described []string
	for path, methods := range document.at("paths").(map[string]any) {
		for method := range methods.(map[string]any) {
			described = append(described, strings.ToUpper(method)+" "+path)
		}
	}
	var served []string
	for _, line := range web.List(api.Routes(d.House)) {
		if line.Path != "/api/v1/openapi.json" {
			served = append(served, line.Method+" "+line.Path)
			if !strings.HasPrefix(line.Who, "token:") {
				t.Errorf("%s %s is for %s", line.Method, line.Path, line.Who)
			}
		}
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described:\n%s\nserved:\n%s", strings.Join(described, "\n"), strings.Join(served, "\n"))
	}
	ids := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if id, ok := v["operationId"].(string); ok {
				if ids[id] {
					t.Errorf("two operations are called %s", id)
				}
				ids[id] = true
			}
			for key, inside := range v {
				if ref, ok := inside.(string); ok && key == "$ref" {
					if document.at(strings.ReplaceAll(strings.TrimPrefix(ref, "#/"), "/", ".")) == nil {
						t.Errorf("%s leads nowhere", ref)
					}
				}
				walk(inside)
			}
		case []any:
			for _, inside := range v {
				walk(inside)
			}
		}
	}
	walk(document.body)
	if _, err := json.Marshal(document.body); err != nil || len(ids) < 40 {
		t.Errorf("%d operations, %v", len(ids), err)
	}
}
