package desk

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/tickets"
	"deskbell/tickets/channels"
	"deskbell/ui/house"
)

var update = flag.Bool("update", false, "write what is drawn now as what is wanted")

// The parts of which the desk is made, each with what breaks a careless drawing: markup in words, no name, another script.
func TestPartsAreDrawnAsWanted(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	zoe := &people.Contact{
		ID: "z", Name: "عبد <الرحمن>", Email: "zoe@example.org", Language: "pt-BR", TimeZone: "America/Sao_Paulo", Created: at, Seen: at,
		Identities: []people.Identity{{Kind: people.KindEmail, Value: "zoe@example.org", Verified: true}, {Kind: people.KindPhone, Value: "+351912345678"}},
		Attributes: map[string]string{"Plan": "<b>Plus</b>"},
	}
	q := &tickets.Ticket{
		ID: 42, Ref: "r", Status: tickets.Active, Channel: "chat", ReplyBy: "chat", Contact: "z", Assignee: "a", Tags: []string{"late", "vip"},
		Priority: tickets.Urgent, Updated: at.Add(time.Hour), Seq: 7, Moved: 99, MovedAt: at,
	}
	n := names{Agents: map[string]string{"a": "Ana", "r": "Rui"}, Departments: map[string]string{"d": "Sales"}, Me: "a", Contact: zoe}
	told := func(by people.ActorType, id string, what tickets.What, words string) tickets.Told {
		e := tickets.Event{Ticket: 42, N: 3, At: at, By: tickets.By{Type: by, ID: id}, Channel: "chat", What: what}
		return tickets.Told{Event: e, Said: tickets.Words{Text: words}, Name: "Zoe"}
	}
	withFile := told(people.ByContact, "z", tickets.Received{}, "See **this** <b>\nand that")
	withFile.Said.Files = []tickets.File{
		{ID: "f", Name: "<photo>.jpg", Type: "image/jpeg", Size: 2 << 20},
		{ID: "g", Name: "<drawing>.svg", Type: "image/svg+xml", Size: 3 << 10},
	}
	onlyFile := withFile
	onlyFile.Said.Text = ""
	row := tickets.Row{Ticket: q, Title: "Where <is> it?", Words: "Thank **you**", From: tickets.By{Type: people.ByAgent, ID: "a"}, Contact: zoe, Taker: "Ana", Unread: true}
	plain := tickets.Row{Ticket: &tickets.Ticket{ID: 7, Status: tickets.New, Channel: "fax", MovedAt: at}, Private: true}
	o := opened{
		View: views[1], Ticket: q, Title: "Where <is> it?", Contact: zoe, Names: n, Me: people.Actor{Type: people.ByAgent, ID: "a"}, Once: "once",
		Agents: []*people.Agent{{ID: "a", Name: "Ana"}, {ID: "r", Name: "Rui"}}, Departments: []*people.Department{{ID: "d", Name: "Sales"}},
		Way: channels.Way{Say: "email.way", With: []any{"address", "zoe@example.com"}},
	}
	settled := o
	settled.Ticket = &tickets.Ticket{ID: 42, Status: tickets.Solved, ReplyBy: "email"}
	settled.Way, settled.Topic = channels.Way{Say: "forum.way", Public: true}, &forum.Topic{ID: "t1", Title: "Where <is> it?"}
	settled.Written = written{Reply: "</textarea>", ReplyError: "Too long.", Newer: true}

	unsent := tickets.Carried{State: tickets.Failed, Channel: "email", Why: "no such mailbox", Of: 2}
	kept := tickets.Carried{State: tickets.Kept, Channel: "email", Of: 2}
	chief := n
	chief.Admin = true
	picture := row
	picture.Words, picture.Files = "", "my_<photo>.jpg"
	retried, retrying := n, n
	retried.Again, retrying.Again = map[int]string{3: "/desk/tickets/42/retry/2?view=mine"}, map[int]string{3: ""}

	for name, c := range map[string]templ.Component{
		"row":           rowOf(views[0], row, true),
		"row_plain":     rowOf(departmentView("d", "Sales"), plain, false),
		"message":       eventOf(n, withFile, false),
		"message_file":  eventOf(n, onlyFile, false),
		"rated":         eventOf(n, told(people.ByContact, "z", tickets.Rated{Score: 4}, "Muito <gentis>"), false),
		"message_ours":  eventOf(n, told(people.ByAgent, "a", tickets.Replied{}, "Hello!"), true),
		"message_other": eventOf(n, told(people.ByCommunity, "m", tickets.Received{}, "Try this."), false),
		"note":          eventOf(n, told(people.ByAgent, "r", tickets.Noted{}, "A voucher?"), false),
		"happening":     eventOf(n, told(people.ByAgent, "r", tickets.Assigned{Agent: "a"}, ""), false),
		"escalated":     eventOf(n, told(people.ByContact, "z", tickets.Opened{Waited: time.Minute}, ""), false),
		"happening_bad": eventOf(n, told(people.BySystem, "", unsent, ""), false),
		"again":         eventOf(retried, told(people.BySystem, "", unsent, ""), false),
		"again_sending": eventOf(retrying, told(people.BySystem, "", unsent, ""), false),
		"kept":          eventOf(n, told(people.BySystem, "", kept, ""), false),
		"kept_admin":    eventOf(chief, told(people.BySystem, "", kept, ""), false),
		"row_file":      rowOf(views[0], picture, false),
		"ghost":         ghosts(zoe, typist{On: true, Words: "I <think>"}),
		"ghost_none":    ghosts(zoe, typist{}),
		"ghost_unknown": ghosts(nil, typist{On: true}),
		"viewers":       viewers([]watcher{{"r", "Rui", true}, {"e", "Eva", false}}),
		"head":          ticketHead(o),
		"head_settled":  ticketHead(settled),
		"composer":      composer(o),
		"composer_back": composer(settled),
		"contact":       contactPanel(o),
		"guide":         firstRun(guide{Steps: []step{{house.Step{Name: "guide_board", Path: "/desk/admin/boards"}}, {house.Step{Name: "guide_colleague", Path: "/desk/admin/agents", Done: true}}}}),
	} {
		t.Run(name, func(t *testing.T) { wantDrawn(t, name, c) })
	}
}

func wantDrawn(t *testing.T, name string, c templ.Component) {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(b.String(), "><", ">\n<") + "\n"
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is drawn otherwise; look at it and run with -update if it is right:\n%s", name, got)
	}
}
