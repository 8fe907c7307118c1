package widget

import (
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/kb"
	"deskbell/tickets"
	"deskbell/ui/browsertest"
	"deskbell/ui/cli/demoshop"
)

func TestEachSeesTheOtherType(t *testing.T) {
	s, _, in := open(t)
	say(in, "hello")
	in.Until(arrived)
	ticket := s.newest().ID

	typed := make(chan chat.Typing, 10)
	cancel := s.Bell.Subscribe(ticket.Topic(), func() {}, func(news any) {
		if typing, is := news.(chat.Typing); is && typing.By == people.ByContact {
			select {
			case typed <- typing:
			default: // enough was seen
			}
		}
	})
	defer cancel()
	in.Write(input, "I wonder")
	select {
	case first := <-typed:
		if !first.On || first.Text != "" { // this widget does not show what is not sent
			t.Errorf("the agent is told %+v", first)
		}
	case <-time.After(time.Minute):
		t.Fatal("the agent is not told that the visitor types")
	}

	s.Chat.Types(ticket, s.ana, true)
	in.Until(`document.querySelector(".typing").hidden === false`)
	s.Chat.Types(ticket, s.ana, false)
	in.Until(`document.querySelector(".typing").hidden`)
}

// Where agents see words before they are sent, the visitor is told so, and a card's number stays with him.
func TestWhatIsTypedIsShownWhereTheWidgetSaysSo(t *testing.T) {
	s, b, _ := open(t)
	s.update(func(tx *store.Tx) error {
		setup := s.widget.Setup
		setup.Preview = true
		_, err := chat.ChangeWidget(tx, s.ana, s.widget.ID, setup)
		return err
	})
	b.Go(s.shop)
	in := b.Widget()
	in.Shows(".watched", "while you write it")
	say(in, "hello")
	in.Until(arrived)

	typed := make(chan string, 100)
	cancel := s.Bell.Subscribe(s.newest().ID.Topic(), func() {}, func(news any) {
		if typing, is := news.(chat.Typing); is && typing.By == people.ByContact {
			select {
			case typed <- typing.Text:
			default: // enough was seen
			}
		}
	})
	defer cancel()
	in.Write(input, "my card is 4111 1111 1111 1111")
	for text, late := "", time.After(time.Minute); text != "my card is •••• •••• •••• ••••"; {
		select {
		case text = <-typed:
			if strings.Contains(text, "4111 1111 1") {
				t.Fatalf("the number left the browser: %q", text)
			}
		case <-late:
			t.Fatalf("the last that the agent saw is %q", text)
		}
	}
}

// A shop that changes its pages by script is followed without a load, and what stands behind the path stays with the visitor.
func TestTheAgentSeesWhereTheVisitorGoes(t *testing.T) {
	s, b, _ := open(t)
	b.Eval(`history.pushState({}, "", "/teapot?token=secret#part"); document.title = "Clay teapot"`)
	eventually(t, "the visit at the teapot", func() bool {
		visits := s.Chat.Visits()
		return len(visits) == 1 && visits[0].Page.URL == s.shop+"/teapot" && visits[0].Page.Title == "Clay teapot"
	})
	b.Eval(`history.pushState({}, "", "/#/cart?coupon=secret")`)
	eventually(t, "the visit at the cart", func() bool {
		visits := s.Chat.Visits()
		return len(visits) == 1 && (visits[0].Page.URL == s.shop+"/#/cart" || visits[0].Page.URL == s.shop+"/")
	})
}

func TestAnArticleAnswersBeforeAnybodyIsAsked(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	s.publish("Sending things back", "You have **30 days**.\n\n## How\n\nPrint the label.")
	b := browsertest.Open(t)
	b.Go(s.shop)
	in := b.Widget()
	in.Write("[data-testid=widget-search]", "send bakc") // a slip of the finger
	in.Shows("[data-testid=widget-article]", "Sending things back")
	in.Click("[data-testid=widget-article]")
	in.Shows("[data-testid=widget-reading]", "You have 30 days.")
	in.Until(`document.activeElement.innerText === "Sending things back"`)
	in.Accessible("an article")
	b.Photograph("article")
	in.Click("[data-testid=widget-reading] button")
	in.Until(`document.activeElement.matches("[data-testid=widget-article]")`)

	in.Eval(`document.querySelector("[data-testid=widget-search]").value = ""`)
	in.Write("[data-testid=widget-search]", "xyzzy")
	in.Shows(".help .status", "Nothing found")
}

// Who has written nothing down yet offers nobody to search it, until there is something to be found.
func TestAShopWithoutArticlesOffersNoSearch(t *testing.T) {
	const unseen = `document.querySelector("[data-testid=widget-search]").offsetParent === null`
	s, b, in := open(t)
	in.Until(unseen)
	b.Photograph("no-help")
	in.Accessible("without a help centre")
	s.publish("Sending things back", "You have **30 days**.")
	later := s.visitor(t, "").Widget()
	later.Until(`!(` + unseen + `)`)
}

// What somebody is about to ask may be written down already. It is offered and never in the way.
func TestAnArticleIsOfferedBesideTheFirstMessage(t *testing.T) {
	const offered = "[data-testid=widget-article]"
	s, b, in := open(t)
	s.publish("Sending things back", "You have **30 days**.")
	in.Write(input, "Good morning. How do I send things back?")
	in.Shows(".help .status", "1 article may help")
	b.Photograph("offered")
	in.Click(offered)
	in.Shows("[data-testid=widget-reading]", "You have 30 days.")
	if got := browsertest.Eval[string](in, `document.querySelector("`+input+`").value`); got != "Good morning. How do I send things back?" {
		t.Errorf("while the article is read, the message is %q", got)
	}
	in.Write(input, browsertest.Enter)
	sees(in, "Good morning. How do I send things back?")
	in.Until(arrived)

	asked := `performance.getEntriesByType("resource").filter((e) => e.name.endsWith("/w/help")).length`
	before := browsertest.Eval[int](in, asked)
	say(in, "Can I send things back?")
	s.answer("Yes.")
	sees(in, "Good morning. How do I send things back?", "Can I send things back?", "Yes.")
	if after := browsertest.Eval[int](in, asked); after != before {
		t.Error("whoever is in a conversation is sent to read")
	}
}

func TestAnArticleIsOfferedInTheForm(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	s.publish("Sending things back", "You have **30 days**.")
	b := browsertest.Open(t)
	b.Go(s.shop + "?lang=pt-BR")
	in := b.Widget()
	at := `JSON.stringify(document.querySelector("[data-testid=send]").getBoundingClientRect())`
	before := browsertest.Eval[string](in, at)
	in.Write("[data-testid=widget-input]", "send things back")
	in.Shows("[data-testid=widget-suggested]", "1 artigo pode ajudar")
	if after := browsertest.Eval[string](in, at); after != before {
		t.Errorf("the button moved under the hand: it was at %s and is at %s", before, after)
	}
	b.Photograph("offered-form")
	for _, scheme := range []string{"light", "dark"} {
		in.Prefers(scheme)
		in.Accessible("the form with articles beside it, " + scheme)
	}
	in.Click("[data-testid=widget-suggested]")
	in.Until(`document.activeElement.matches("[data-testid=widget-article]")`)
	in.Eval(`document.querySelector("[data-testid=widget-input]").value = ""`)
	in.Write("[data-testid=widget-input]", "xyz")
	in.Until(`document.querySelector("[data-testid=widget-suggested]").hidden`)
}

func TestNothingStopsAScreenReaderInTheWidget(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	b := browsertest.Open(t)
	b.Go(s.shop)
	b.Until(drawn)
	b.Accessible("the shop's page")
	in := b.Widget()
	for _, scheme := range []string{"light", "dark"} {
		in.Prefers(scheme)
		in.Accessible("the form while nobody is here, " + scheme)
	}
	leave, err := s.Chat.Enter(t.Context(), s.ana)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { leave(true) })
	in.Until(`document.querySelector("form.composer") !== null`)
	say(in, "hello")
	in.Until(arrived)
	s.answer("Hi! See [our help](https://example.com/help) or\n\n- one\n- two")
	in.Until(`document.querySelectorAll("` + messages + `").length === 2`)
	s.wall.fall()
	say(in, "not sent")
	in.Until(`document.querySelector(".notice").innerText !== ""`)
	for _, scheme := range []string{"light", "dark"} {
		in.Prefers(scheme)
		in.Accessible("the conversation, " + scheme)
	}
}

// newest is the ticket that was heard of last.
func (s *stage) newest() (found *tickets.Ticket) {
	s.t.Helper()
	err := s.DB.View(s.t.Context(), func(tx *store.Tx) error {
		page, err := tickets.Inbox(tx, s.ana, tickets.View{}, 1)
		if err == nil && len(page.Rows) > 0 {
			found = page.Rows[0].Ticket
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

// publish writes an article that everybody may read, and has search know of it.
func (s *stage) publish(title, words string) {
	s.t.Helper()
	s.update(func(tx *store.Tx) error {
		category, err := kb.AddCategory(tx, s.ana, "", kb.CategoryChange{Name: "Orders"})
		if err != nil {
			return err
		}
		text, err := kb.Create(tx, s.ana, kb.NewArticle{Category: category.ID, Language: "en", Title: title, Text: words})
		if err != nil {
			return err
		}
		_, err = kb.Publish(tx, s.ana, text.Seen())
		return err
	})
	if err := s.Search.CatchUp(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// eventually waits until it is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(time.Minute)
	for !so() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("it never came: %s", what)
		}
	}
}
