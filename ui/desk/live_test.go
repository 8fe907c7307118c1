package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/i18n"
	"deskbell/internal/live"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
)

// openPage is a page of the desk with its line.
type openPage struct {
	*browser
	line   *live.Client
	serial int
	later  bool // its list is not at its first page
	told   []do // and not yet asked for
}

// opens loads a page and opens its line, as the script does.
func (b *browser) opens(view string, id tickets.ID) *openPage {
	b.t.Helper()
	return b.opensIn("", view, id)
}

// opensIn does so for a page in a language.
func (b *browser) opensIn(lang, view string, id tickets.ID) *openPage {
	b.t.Helper()
	p := b.dials(lang)
	p.looks(view, id)
	return p
}

// dials opens the line of a page that says nothing yet.
func (b *browser) dials(lang string) *openPage {
	b.t.Helper()
	header := http.Header{"Origin": {b.url}}
	for _, c := range b.cookies() {
		header.Add("Cookie", c.Name+"="+c.Value)
	}
	line, err := live.Dial(b.t.Context(), "ws"+strings.TrimPrefix(b.url, "http")+"/desk/live?lang="+lang, header)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = line.Cut() })
	return &openPage{browser: b, line: line}
}

// looks says what the page shows now, and waits until the house has understood.
func (p *openPage) looks(view string, id tickets.ID) {
	p.t.Helper()
	var end store.Key
	seq := 0
	err := p.h.DB.View(p.t.Context(), func(tx *store.Tx) (err error) {
		if end, err = store.FeedEnd(tx); err != nil || id == 0 {
			return err
		}
		t, err := tickets.Find(tx, id)
		seq = t.Seq
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.serial++
	ticket := ""
	if id != 0 {
		ticket = id.String()
	}
	p.says(frameIn{T: "look", Serial: p.serial, Epoch: p.h.DB.Epoch(), Cursor: web.Cursor(end), View: view, Ticket: ticket, Seq: seq, Later: p.later})
}

func (p *openPage) says(f frameIn) {
	p.t.Helper()
	frame, err := json.Marshal(f)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.line.Send(frame); err != nil {
		p.t.Fatal(err)
	}
}

// until reads news until one of its changes fits, and forgets those before it.
func (p *openPage) until(what string, fits func(do) bool) do {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	for {
		if i := slices.IndexFunc(p.told, fits); i >= 0 {
			found := p.told[i]
			p.told = p.told[i+1:]
			return found
		}
		data, err := p.line.Receive(ctx)
		if err != nil {
			p.t.Fatalf("the line never told of %s: %v", what, err)
		}
		var n frameOut
		if err := json.Unmarshal(data, &n); err != nil {
			p.t.Fatal(err)
		}
		p.told = nil
		if n.T == "news" && n.Serial == p.serial {
			p.told = n.Do
		}
	}
}

func change(what, id, words string) func(do) bool {
	return func(d do) bool { return d.What == what && d.ID == id && strings.Contains(d.HTML, words) }
}

func TestTheListIsAliveAsItIsOnFirstLoad(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana).opens("open", 0)
	q := s.asks("Zoe", "t", "Where is my parcel?", "It is late.", "")
	row := ana.until("the new ticket", change("row", "row-"+q.ID.String(), "Where is my parcel?"))
	if page := ana.get("/desk"); !strings.Contains(page.body, row.HTML) {
		t.Errorf("the line draws the row otherwise than the page:\n%s", row.HTML)
	}

	s.do(func(tx *store.Tx) error { return tickets.Solve(tx, s.rui.Actor(), q.ID) })
	ana.until("the solved ticket's leaving", change("gone", "row-"+q.ID.String(), ""))
	ana.looks("solved", 0)
	s.do(func(tx *store.Tx) error {
		return tickets.Tag(tx, s.rui.Actor(), q.ID, tickets.Tagged{Added: []string{"late"}})
	})
	ana.until("the tag", change("row", "row-"+q.ID.String(), "late"))
}

func TestAnOpenTicketIsAliveAsItIsOnFirstLoad(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana := s.as(s.ana).opens("open", q.ID)
	s.asks("Zoe", "t", "", "Are you there?", "")
	event := ana.until("the message", change("event", "event-3", "Are you there?"))
	if page := ana.get(path(q.ID, "")); !strings.Contains(page.body, event.HTML) {
		t.Errorf("the line draws the event otherwise than the page:\n%s", event.HTML)
	}

	s.as(s.rui).post(path(q.ID, "/reply"), "text", "Yes!")
	ana.until("the answer", change("event", "event-5", "Yes!"))
	ana.until("the status", change("part", "ticket-head", "Waiting"))
	s.do(func(tx *store.Tx) error {
		return tickets.Tag(tx, s.ana.Actor(), q.ID, tickets.Tagged{Added: []string{"late"}})
	})
	ana.until("what happened", change("event", "event-6", "Ana tagged this as late"))
}

func TestALineComesBackAndMissesNothing(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana := s.as(s.ana).opens("open", q.ID)
	s.asks("Zoe", "t", "", "one", "")
	ana.until("the first", change("event", "event-3", "one"))
	_ = ana.line.Cut()
	s.asks("Zoe", "t", "", "two", "")

	back := ana.opens("open", 0) // as a page that was told as far as event 3
	back.serial++
	back.says(frameIn{T: "look", Serial: back.serial, Epoch: s.h.DB.Epoch(), View: "open", Ticket: q.ID.String(), Seq: 3})
	back.until("what was said meanwhile", change("event", "event-4", "two"))
}

func TestAPageOfAnEarlierLifeLoadsItselfAgain(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana).opens("open", 0)
	ana.says(frameIn{T: "look", Serial: 2, Epoch: "another", View: "open"})
	ana.untilReload()
}

func TestAPageThatWasAwayForAMonthLoadsItselfAgain(t *testing.T) {
	s := openShop(t)
	s.asks("Zoe", "t", "Hello", "Hello?", "")
	s.clock.Add(31 * 24 * time.Hour)
	if err := s.h.Settle(t.Context()); err != nil { // which trims the feed
		t.Fatal(err)
	}
	ana := s.as(s.ana).dials("")
	ana.says(frameIn{T: "look", Serial: 1, Epoch: s.h.DB.Epoch(), View: "open"}) // drawn before anything had happened
	ana.untilReload()
}

// untilReload reads on until the page is told to load itself again.
func (p *openPage) untilReload() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	for {
		data, err := p.line.Receive(ctx)
		if err != nil {
			p.t.Fatal(err)
		}
		if string(data) == string(reload) {
			return
		}
	}
}

func TestColleaguesSeeWhoElseLooksAndWrites(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana := s.as(s.ana).opens("open", q.ID)
	rui := s.as(s.rui).opens("open", q.ID)
	ana.until("the colleague", change("part", "viewers", "Rui is looking at this too"))
	rui.says(frameIn{T: "writes", On: true})
	ana.until("that he writes", change("part", "viewers", "Rui is writing"))
	ana.looks("open", q.ID) // her page was exchanged, and knows nothing of him
	ana.until("him again", change("part", "viewers", "Rui is writing"))
	_ = rui.line.Cut()
	ana.until("his leaving", func(d do) bool { return d.ID == "viewers" && !strings.Contains(d.HTML, "Rui") })
}

func TestALineTellsNobodyWhatHeMayNotSee(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", s.support.ID)
	rui := s.as(s.rui).opens("department-"+s.support.ID, q.ID)
	s.asks("Zoe", "t", "", "For support only", "")
	mine := s.asks("Tom", "u", "For sales", "Hello?", s.sales.ID)
	rui.looks("open", 0)
	s.chats(s.support.ID, json.RawMessage(`{"t":"say","id":"1","text":"Is anybody there?"}`))
	s.do(func(tx *store.Tx) error { return tickets.Assign(tx, s.ana.Actor(), q.ID, s.ana.ID) })
	s.do(func(tx *store.Tx) error { return tickets.Delete(tx, s.ana.Actor(), q.ID) })
	for _, words := range []string{"Still here", "And still"} { // what comes with the first is looked at before the second
		s.asks("Tom", "u", "", words, s.sales.ID)
		rui.until("his own ticket", func(d do) bool {
			own := d.ID == rowID(mine.ID) || d.What == "here" && d.ID == ""
			if strings.Contains(d.HTML, "For support only") || strings.HasPrefix(d.ID, "row-") && !own {
				t.Errorf("he is told of the other department: %+v", d)
			}
			return change("row", rowID(mine.ID), words)(d)
		})
	}
}

// chats has a visitor of a department's widget send a frame, and stay.
func (s *shop) chats(department string, frame json.RawMessage) {
	s.t.Helper()
	var w *chat.Widget
	s.do(func(tx *store.Tx) (err error) {
		w, err = chat.AddWidget(tx, s.ana.Actor(), chat.Setup{Name: "Shop", Department: department})
		return err
	})
	hello := fmt.Appendf(nil, `{"t":"hello","v":1,"widget":%q}`, w.Key)
	line, err := s.h.Chat.OpenLine(s.t.Context(), chat.Origin{Ours: true}, hello, func() {})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(line.Close)
	if err := line.Send(s.t.Context(), []json.RawMessage{frame}); err != nil {
		s.t.Fatal(err)
	}
}

func TestWhatIsTakenFromAnAgentLeavesHisPage(t *testing.T) {
	s := openShop(t)
	for name, taken := range map[string]func(tx *store.Tx, id tickets.ID) error{
		"moved away": func(tx *store.Tx, id tickets.ID) error { return tickets.Transfer(tx, s.ana.Actor(), id, s.support.ID) },
		"deleted":    func(tx *store.Tx, id tickets.ID) error { return tickets.Delete(tx, s.ana.Actor(), id) },
	} {
		q := s.asks("Zoe", name, "Hello", "Hello?", s.sales.ID)
		rui := s.as(s.rui).opens("open", q.ID)
		s.do(func(tx *store.Tx) error { return taken(tx, q.ID) })
		rui.until(name, change("gone", rowID(q.ID), ""))
		typed := chat.Typing{Ticket: q.ID, By: people.ByContact, On: true, Text: "and my card number is"}
		s.h.Bell.Say(q.ID.Topic(), typed)
		mine := s.asks("Tom", "u", "For sales", "Hello?", s.sales.ID)
		rui.until("his own ticket", func(d do) bool {
			if strings.Contains(d.HTML, typed.Text) {
				t.Errorf("%s, and he still reads along: %s", name, d.HTML)
			}
			return d.ID == rowID(mine.ID)
		})
	}
}

func TestWhoTypesIsCalledByHisName(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	page := s.as(s.ana).opens("open", q.ID)
	page.until("what it shows", change("part", "ghosts", ""))
	s.h.Bell.Say(q.ID.Topic(), chat.Typing{Ticket: q.ID, By: people.ByContact, On: true})
	ghost := page.until("that she types", change("part", "ghosts", `data-testid="ghost"`))
	if !strings.Contains(ghost.HTML, "<b dir=\"auto\">Zoe</b>") {
		t.Errorf("whoever types is drawn as %s", ghost.HTML)
	}
}

func TestAnAgentWhoWorksElsewhereSeesANewPage(t *testing.T) {
	s := openShop(t)
	rui := s.as(s.rui).opens("open", 0)
	mine := s.asks("Tom", "u", "For sales", "Hello?", s.sales.ID)
	rui.until("his own ticket", func(d do) bool { return d.ID == rowID(mine.ID) })
	s.do(func(tx *store.Tx) error {
		to := people.AgentChange{Email: s.rui.Email, Name: s.rui.Name, Role: s.rui.Role, Departments: []string{s.support.ID}}
		_, err := people.ChangeAgent(tx, s.ana.Actor(), s.rui.ID, to)
		return err
	})
	rui.untilReload()
}

func TestALineEndsWithItsSession(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana).opens("open", 0)
	s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana.until("the ticket", func(d do) bool { return d.What == "row" })
	s.do(func(tx *store.Tx) error { return people.RevokeAll(tx, people.System, s.ana.ID, "") })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		if _, err := ana.line.Receive(ctx); err != nil {
			if live.CloseCode(err) != live.Policy {
				t.Errorf("the line ends with %v, want %d", err, live.Policy)
			}
			return
		}
	}
}

func TestAPageWithoutTicketsSaysThatItsAgentIsHere(t *testing.T) {
	s := openShop(t)
	came := make(chan struct{}, 10)
	defer s.h.Bell.Subscribe(chat.Presence, func() { came <- struct{}{} }, nil)()
	ana := s.as(s.ana)
	page := ana.dials("")
	page.says(frameIn{T: "here"})
	<-came
	if !s.h.Chat.Online("") {
		t.Error("she has a page open, and nobody is here")
	}
	ana.post("/desk/sign-out")
	<-came
	if s.h.Chat.Online("") {
		t.Error("she has signed out, and is here")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if told, err := page.line.Receive(ctx); live.CloseCode(err) != live.Policy {
		t.Errorf("the line says %s and ends with %v, want %d alone", told, err, live.Policy)
	}
}

func TestOnlyOurOwnPagesOpenALine(t *testing.T) {
	s := openShop(t)
	b := s.as(s.ana)
	for _, origin := range []string{"https://evil.example", "", "null"} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		for _, c := range b.cookies() {
			header.Add("Cookie", c.Name+"="+c.Value)
		}
		line, err := live.Dial(t.Context(), "ws"+strings.TrimPrefix(b.url, "http")+"/desk/live", header)
		if err == nil {
			_ = line.Cut()
			t.Errorf("a page of %q may open a line with the agent's cookie", origin)
		}
	}
}

func TestALineSpeaksItsPagesLanguage(t *testing.T) {
	s := openShop(t)
	page := s.as(s.ana).opensIn("pt-BR", "open", 0)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	page.until("the row", change("row", "row-"+q.ID.String(), i18n.In("pt-BR", "desk.unread")))
}

// Reading from an open page takes the unread mark away as opening the ticket does.
func TestWhatIsSeenLiveIsRead(t *testing.T) {
	s := openShop(t)
	q := s.asks("Zoe", "t", "Hello", "Hello?", "")
	ana := s.as(s.ana)
	ana.get(path(q.ID, ""))
	page := ana.opens("open", q.ID)
	s.asks("Zoe", "t", "", "More", "")
	page.until("the message", change("event", "event-3", "More"))
	page.says(frameIn{T: "read", Seq: 3})
	page.looks("open", q.ID) // is answered after the mark is kept
	s.do(func(tx *store.Tx) error {
		return tickets.Tag(tx, s.rui.Actor(), q.ID, tickets.Tagged{Added: []string{"x"}})
	})
	row := page.until("the row", change("row", "row-"+q.ID.String(), ""))
	if strings.Contains(row.HTML, `data-testid="unread"`) {
		t.Error("what was on the screen still counts as unread")
	}
}
