package desk

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
)

func TestAnAnswerGoesOutOnceHoweverOftenItIsSent(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Where is my parcel?", "It is late.", "")
	ana := s.as(s.ana)
	for range 2 { // a double click
		got := ana.post(path(q.ID, "/reply")+"?view=mine", "text", "It is on its way.", "base_seq", strconv.Itoa(q.Seq), "once", "same")
		if got.status != http.StatusSeeOther || got.location != path(q.ID, "")+"?view=mine" {
			t.Fatalf("%d to %q", got.status, got.location)
		}
	}
	page := ana.get(path(q.ID, ""))
	page.wants(t, http.StatusOK, "It is on its way.", "Waiting")
	if n := strings.Count(page.body, `data-testid="message"`); n != 2 {
		t.Errorf("%d messages, want the question and one answer", n)
	}
}

func TestWhatIsSentMayAlsoSettleTheTicket(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana)
	for then, want := range map[string]tickets.Status{"": tickets.Pending, "solve": tickets.Solved, "open": tickets.Active, "nonsense": tickets.Pending} {
		q := s.asks("Zoe", "t"+then, "Hello", "Hello?", "")
		ana.post(path(q.ID, "/reply"), "text", "Hello!", "then", then)
		if got := s.ticket(q.ID).Status; got != want {
			t.Errorf("sent with %q the ticket is %s, want %s", then, got, want)
		}
	}
}

func TestAnAnswerThatCrossesAnotherComesBack(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Where is my parcel?", "It is late.", "")
	seen := strconv.Itoa(q.Seq)
	s.as(s.rui).post(path(q.ID, "/reply"), "text", "Let me look.", "base_seq", seen)

	ana := s.as(s.ana)
	back := ana.post(path(q.ID, "/reply"), "text", "I am looking <now>.", "base_seq", seen)
	back.wants(t, http.StatusConflict, `data-testid="newer"`, "I am looking &lt;now&gt;.</textarea>", "Let me look.")
	if got := s.ticket(q.ID); got.Sent != got.Seq {
		t.Errorf("after the refused answer there are events up to %d, the last answer is %d", got.Seq, got.Sent)
	}
	now := strconv.Itoa(s.ticket(q.ID).Seq)
	back.wants(t, http.StatusConflict, `name="base_seq" value="`+now+`"`)
	if got := ana.post(path(q.ID, "/reply"), "text", "I am looking now.", "base_seq", now); got.status != http.StatusSeeOther {
		t.Errorf("sent again, knowing: %d", got.status)
	}
}

func TestWhatCannotBeSentIsGivenBack(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana := s.as(s.ana)
	ana.post(path(q.ID, "/reply"), "text", " ").wants(t, http.StatusUnprocessableEntity, `id="reply-box-error"`)
	long := strings.Repeat("ã", tickets.MaxText/2+1)
	ana.post(path(q.ID, "/note"), "text", long).wants(t, http.StatusRequestEntityTooLarge, long, `id="note-box-error"`)
}

func TestANoteIsShownToTheTeamAndIsNoAnswer(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana := s.as(s.ana)
	after := ana.post(path(q.ID, "/note"), "text", "Give her a voucher.")
	ana.get(path(q.ID, "")).wants(t, http.StatusOK, `data-testid="note"`, "Give her a voucher.")
	if got := s.ticket(q.ID); got.Status != tickets.New || got.Sent != 0 {
		t.Errorf("after a note the ticket is %s with the answer %d", got.Status, got.Sent)
	}

	const onNote = `id="composer-note" checked`
	ana.get(after.header.Get("Location")).wants(t, http.StatusOK, onNote)
	form := url.Values{"text": {"And a cup."}}
	ana.send(http.MethodPost, path(q.ID, "/note"), form, "HX-Request", "true", "HX-Target", "div#open").wants(t, http.StatusOK, "And a cup.", onNote)
	ana.get(path(q.ID, "")).lacks(t, onNote)
}

func TestFilesGoWithAnAnswerAndAreReadByWhoMayReadIt(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", s.support.ID)
	ana := s.as(s.ana)
	got := ana.sends(path(q.ID, "/reply"), "bell.html", "<script>alert(1)</script>", "text", "", "base_seq", "0")
	if got.status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", got.status, got.body)
	}
	link := regexp.MustCompile(`/desk/tickets/1/files/\d+/\w+`).FindString(ana.get(path(q.ID, "")).body)
	file := ana.get(link)
	file.wants(t, http.StatusOK, "<script>alert(1)</script>")
	for name, want := range map[string]string{
		"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=bell.html", "X-Content-Type-Options": "nosniff",
	} {
		if got := file.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	s.as(s.rui).get(link).wants(t, http.StatusNotFound)
	s.browser().get(link).wants(t, http.StatusSeeOther)
	ana.get(strings.Replace(link, "/tickets/1/", "/tickets/2/", 1)).wants(t, http.StatusNotFound)
}

// A public topic has no room for files: they are not offered, and who sends one all the same is told and loses no word.
func TestFilesDoNotGoToAPublicTopic(t *testing.T) {
	s := openShop(t)
	s.h.Doors = channels.New(s.h.DB, forum.Door{})
	var topic *forum.Topic
	s.do(func(tx *store.Tx) error {
		board, err := forum.AddBoard(tx, people.System, forum.BoardChange{Name: "Brewing", EscalateHours: forum.Clock})
		if err != nil {
			return err
		}
		zoe, err := forum.Vouch(tx, s.ana.Actor(), "Zoe", "zoe@example.org")
		if err != nil {
			return err
		}
		topic, err = forum.Ask(tx, zoe, forum.Question{Board: board.ID, Title: "Sour coffee", Text: "Why is it sour?"})
		return err
	})
	s.clock.Add(time.Second)
	s.do(func(tx *store.Tx) error {
		_, err := forum.Escalate(tx, 1)
		return err
	})
	s.do(func(tx *store.Tx) (err error) {
		topic, err = forum.TopicByID(tx, forum.Who{}, topic.ID)
		return err
	})
	ana := s.as(s.ana)
	page := ana.get(path(topic.Ticket, ""))
	page.wants(t, http.StatusOK, "attach-note")
	page.lacks(t, "attach-reply")
	back := ana.sends(path(topic.Ticket, "/reply"), "bell.txt", "ding", "text", "Grind it coarser.")
	back.wants(t, http.StatusUnprocessableEntity, "Files cannot appear under a public topic.", "Grind it coarser.")
	back.lacks(t, `name="upload"`)
	if got := ana.sends(path(topic.Ticket, "/note"), "bell.txt", "ding", "text", "He grinds too fine."); got.status != http.StatusSeeOther {
		t.Errorf("a note with a file: %d %.300s", got.status, got.body)
	}
	if got := ana.post(path(topic.Ticket, "/reply"), "text", "Grind it coarser."); got.status != http.StatusSeeOther {
		t.Errorf("the words alone: %d %.300s", got.status, got.body)
	}
}

func TestFilesComeBackWithWhatCouldNotBeSent(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	s.as(s.rui).post(path(q.ID, "/reply"), "text", "Yes?")
	ana := s.as(s.ana)
	back := ana.sends(path(q.ID, "/reply"), "bell.txt", "ding", "text", "Look", "base_seq", strconv.Itoa(q.Seq))
	back.wants(t, http.StatusConflict, "bell.txt", `name="upload"`)
	id := regexp.MustCompile(`name="upload" value="(\w+)"`).FindStringSubmatch(back.body)[1]
	if got := ana.post(path(q.ID, "/reply"), "text", "Look", "upload", id); got.status != http.StatusSeeOther {
		t.Fatalf("sent again: %d %.300s", got.status, got.body)
	}
	ana.get(path(q.ID, "")).wants(t, http.StatusOK, "bell.txt")
	s.as(s.rui).post(path(q.ID, "/note"), "text", "mine", "upload", id).wants(t, http.StatusNotFound)
}

func TestPlainForms(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana)
	for name, c := range map[string]struct {
		deed   string
		fields []string
		want   func(*tickets.Ticket) bool
	}{
		"assign":      {"assign", []string{"agent", s.rui.ID}, func(t *tickets.Ticket) bool { return t.Assignee == s.rui.ID }},
		"give back":   {"assign", []string{"agent", ""}, func(t *tickets.Ticket) bool { return t.Assignee == "" }},
		"transfer":    {"transfer", []string{"department", s.support.ID}, func(t *tickets.Ticket) bool { return t.Department == s.support.ID }},
		"tag":         {"tag", []string{"add", "Late"}, func(t *tickets.Ticket) bool { return len(t.Tags) == 1 && t.Tags[0] == "late" }},
		"untag":       {"tag", []string{"remove", "late"}, func(t *tickets.Ticket) bool { return len(t.Tags) == 0 }},
		"wait":        {"wait", nil, func(t *tickets.Ticket) bool { return t.Status == tickets.Pending }},
		"solve":       {"solve", nil, func(t *tickets.Ticket) bool { return t.Status == tickets.Solved }},
		"reopen":      {"reopen", nil, func(t *tickets.Ticket) bool { return t.Status == tickets.New }},
		"spam":        {"spam", nil, func(t *tickets.Ticket) bool { return t.Status == tickets.Junk }},
		"delete":      {"delete", nil, func(t *tickets.Ticket) bool { return t.Deleted() }},
		"restore":     {"restore", nil, func(t *tickets.Ticket) bool { return !t.Deleted() }},
		"rename":      {"rename", []string{"subject", "Late parcel"}, func(t *tickets.Ticket) bool { return t.Subject == t.Seq }},
		"rename back": {"rename", []string{"subject", "Hello"}, func(t *tickets.Ticket) bool { return t.Subject <= t.Seq }},
	} {
		t.Run(name, func(t *testing.T) {
			q := s.asks("Zoe", name, "Hello", "Hello?", "")
			if got := ana.post(path(q.ID, "/"+c.deed), c.fields...); got.status != http.StatusSeeOther {
				t.Fatalf("%d %s", got.status, got.body)
			}
			if got := s.ticket(q.ID); !c.want(got) {
				t.Errorf("afterwards it is %+v", got)
			}
		})
	}
}

func TestWhatAnAgentMayNotSeeIsNotThere(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "For support only", "Psst.", s.support.ID)
	rui := s.as(s.rui)
	rui.get("/desk").lacks(t, "For support only")
	rui.get("/desk?view=department-"+s.support.ID).wants(t, http.StatusNotFound)
	rui.get(path(q.ID, "")).wants(t, http.StatusNotFound)
	for _, deed := range []string{"/reply", "/note", "/assign", "/transfer", "/tag", "/rename", "/priority", "/snooze", "/wait", "/solve", "/reopen", "/spam"} {
		got := rui.post(path(q.ID, deed), "text", "x", "subject", "x", "agent", s.rui.ID, "priority", "high", "for", "later")
		got.wants(t, http.StatusNotFound)
		got.lacks(t, "For support only")
	}
	rui.post(path(q.ID, "/delete")).wants(t, http.StatusForbidden)
	if got := s.ticket(q.ID); got.Seq != q.Seq {
		t.Errorf("somebody who may not see it has changed it: %d events, were %d", got.Seq, q.Seq)
	}
}

func TestTheScriptGetsTheOpenTicketOnly(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana := s.as(s.ana)
	part := ana.get(path(q.ID, ""), "HX-Request", "true", "HX-Target", "div#open")
	part.wants(t, http.StatusOK, `<div class="open" id="open"`, "<title>#1 Hello")
	part.lacks(t, "<html", `id="list"`, `class="rail`)

	form := url.Values{"text": {"Hi!"}}
	after := ana.send(http.MethodPost, path(q.ID, "/reply"), form, "HX-Request", "true", "HX-Target", "div#open")
	after.wants(t, http.StatusOK, "Hi!", `id="open"`)
	if after.header.Get("HX-Push-Url") != "false" {
		t.Error("a deed becomes a place in the browser's history")
	}
}

func TestWhatPeopleWriteIsShownAndNeverRun(t *testing.T) {
	s := openShop(t)
	const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>`
	q := s.asks("Zoe", "t", evil, evil+" [link](javascript:alert(1))", "")
	s.do(func(tx *store.Tx) error {
		return tickets.Tag(tx, s.ana.Actor(), q.ID, tickets.Tagged{Added: []string{"<b>late</b>"}})
	})
	page := s.as(s.ana).get(path(q.ID, ""))
	page.wants(t, http.StatusOK, "&lt;script&gt;", "&lt;b&gt;late&lt;/b&gt;")
	page.lacks(t, "<script>alert", "<img src=x", `href="javascript:`)
}

func TestReadingTakesTheMarkAway(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana, rui := s.as(s.ana), s.as(s.rui)
	ana.get("/desk").wants(t, http.StatusOK, `data-testid="unread"`)
	ana.get(path(q.ID, ""))
	ana.get("/desk").lacks(t, `data-testid="unread"`)
	rui.get("/desk").wants(t, http.StatusOK, `data-testid="unread"`)
	s.asks("Zoe", "t", "", "Are you there?", "")
	ana.get("/desk").wants(t, http.StatusOK, `data-testid="unread"`)
}

func TestAnAgentCorrectsWhoAsked(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana := s.as(s.ana)
	ana.post(path(q.ID, "/contact"), "name", "Zoe Silva", "email", "zoe@example.org", "phone", "+351 912 345 678")
	ana.get(path(q.ID, "")).wants(t, http.StatusOK, "Zoe Silva", "+351912345678")
	ana.post(path(q.ID, "/contact"), "name", "Zoe Silva", "email", "no address").wants(t, http.StatusUnprocessableEntity)
}

func TestOpeningATicketForSomebodyWhoCalled(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana)
	ana.post("/desk/new", "name", "Tom", "email", "no address", "subject", "S", "text", "T").
		wants(t, http.StatusUnprocessableEntity, `id="new-email-error"`, `value="Tom"`)
	got := ana.post("/desk/new", "name", "Tom", "email", "tom@example.org", "subject", "Broken bowl", "text", "It came in two.")
	if got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	ana.get(got.location).wants(t, http.StatusOK, "Broken bowl", "It came in two.", "Tom", "tom@example.org")
}
