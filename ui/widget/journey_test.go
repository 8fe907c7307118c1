package widget

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/ui/browsertest"
	"deskbell/ui/cli/demoshop"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

const (
	messages = "[data-testid=message]"
	bubbles  = messages + " .bubble" // without the words that only screen readers hear
	input    = "[data-testid=widget-input]"

	arrived = `[...document.querySelectorAll(".foot")].at(-1)?.innerText.includes("Delivered")`
)

// say writes a message and sends it by the keyboard alone.
func say(in browsertest.Tab, text string) { in.Write(input, text+browsertest.Enter) }

// sees waits until the conversation is exactly this.
func sees(in browsertest.Tab, want ...string) {
	in.Until(`JSON.stringify([...document.querySelectorAll("` + bubbles + `")].map((e) => e.innerText)) === ` + browsertest.Quote(jsonOf(want)))
}

func jsonOf(texts []string) string {
	text, err := json.Marshal(texts)
	if err != nil {
		panic(err) // texts are always JSON
	}
	return string(text)
}

// open gives a stage with an agent who is there, and a visitor who has opened the widget.
func open(t *testing.T) (*stage, browsertest.Tab, browsertest.Tab) {
	t.Helper()
	s := newStage(t, demoshop.Shop{Connect: true})
	leave, err := s.Chat.Enter(t.Context(), s.ana)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { leave(true) })
	b := browsertest.Open(t)
	b.Go(s.shop)
	return s, b, b.Widget()
}

// stored are the texts of the newest ticket's messages, as they lie in the house.
func (s *stage) stored() (texts []string) {
	s.t.Helper()
	ticket := s.newest()
	if ticket == nil {
		return nil
	}
	err := s.DB.View(s.t.Context(), func(tx *store.Tx) error {
		told, err := tickets.Events(tx, ticket.ID, 0, 1000)
		for _, e := range tickets.Public(told) {
			if e.Message() {
				texts = append(texts, e.Said.Text)
			}
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return texts
}

func TestAVisitorAndAnAgentTalk(t *testing.T) {
	s, b, in := open(t)
	b.Photograph("home")
	if got := in.Text(".presence"); got != "Ana Souza is here" {
		t.Errorf("it says %q", got)
	}
	say(in, "Do you ship to Portugal?")
	sees(in, "Do you ship to Portugal?")
	in.Until(arrived)
	s.answer("Yes, in **three** days.\n\n<script>alert(1)</script>")
	in.Until(`document.querySelectorAll("[data-testid=message]").length === 2`)
	if got := in.Texts(bubbles)[1]; !strings.HasPrefix(got, "Yes, in three days.") {
		t.Errorf("the answer reads %q", got)
	}
	in.Until(`document.querySelector("[data-testid=widget-live]").innerText.startsWith("Ana Souza: Yes, in three days.")`) // no signs of Markdown
	b.Photograph("conversation")

	in.Click(".chat [aria-label='Back to the start']")
	if got := in.Text(".running .last"); !strings.HasPrefix(got, "Yes, in three days.") {
		t.Errorf("the conversation is summed up as %q", got)
	}
	in.Click("[data-testid=widget-running]")

	in.Press(browsertest.Escape)
	b.Until(opened + ` === "false"`)
	s.answer("Anything else?")
	b.Until(badge + `.hidden === false && ` + badge + `.textContent === "1"`)
	b.Photograph("badge")
	b.Click(launcher)
	b.Until(badge + `.hidden`)
}

func TestWhatWasWrittenWithoutConnectionGoesOutOnceAfterAReload(t *testing.T) {
	s, b, in := open(t)
	say(in, "first")
	in.Until(arrived)
	s.wall.fall()
	say(in, "second")
	say(in, "third")
	sees(in, "first", "second", "third")
	in.Until(`document.querySelector(".notice").innerText !== ""`)
	b.Photograph("lost")

	s.wall.rise()
	b.Do(chromedp.Reload())
	in = b.Widget()
	sees(in, "first", "second", "third")
	in.Until(arrived)
	if got := strings.Join(s.stored(), ","); got != "first,second,third" {
		t.Errorf("the house has %s", got)
	}
	if left := browsertest.Eval[int](b, `Object.keys(localStorage).filter((k) => k.includes(":out:")).length`); left != 0 {
		t.Errorf("%d messages are still kept in the browser", left)
	}
}

func TestTheLineComesBackByItself(t *testing.T) {
	s, _, in := open(t)
	say(in, "first")
	in.Until(arrived)
	s.wall.fall()
	say(in, "second")
	s.answer("meanwhile")
	s.wall.rise()
	sees(in, "first", "meanwhile", "second")
	in.Until(arrived)
	if got := strings.Join(s.stored(), ","); got != "first,meanwhile,second" {
		t.Errorf("the house has %s", got)
	}
}

func TestItStaysOpenFromPageToPage(t *testing.T) {
	s, b, in := open(t)
	say(in, "hello")
	in.Until(arrived)
	in.Write(input, "half a thought")
	b.ClickThrough(".shelf a")
	b.Until(drawn)
	b.Until(opened + ` === "true"`)
	sees(b.Frame(), "hello")
	b.Frame().Until(`document.querySelector("` + input + `").value === "half a thought"`)

	b.Do(chromedp.Reload()) // whoever loads anew wants to begin anew; the conversation goes on behind
	b.Until(drawn)
	b.Until(opened + ` === "false"`)
	s.answer("still there?")
	b.Until(badge + `.textContent === "1"`)
}

// Two tabs and two devices of one visitor are the same to the house: two lines with one token.
func TestTwoDevicesShowTheSame(t *testing.T) {
	s, b, in := open(t)
	say(in, "from the laptop")
	in.Until(arrived)
	phone := s.visitor(t, s.token(b))
	second := phone.Widget()
	sees(second, "from the laptop")
	say(second, "from the phone")
	sees(in, "from the laptop", "from the phone")
	s.answer("for both")
	sees(in, "from the laptop", "from the phone", "for both")
	sees(second, "from the laptop", "from the phone", "for both")
}

// Two tabs of one browser share what the shop's page keeps: the token, and what has not arrived yet.
func TestTwoTabsShowEverythingOnce(t *testing.T) {
	s, b, one := open(t)
	say(one, "from the first")
	one.Until(arrived)
	other := b.Another()
	other.Go(s.shop)
	two := other.Widget()
	sees(two, "from the first")

	one.Write(input, "half a thought")
	two.Write(input, "another half")
	s.answer("for both")
	sees(one, "from the first", "for both")
	sees(two, "from the first", "for both")
	for in, want := range map[browsertest.Tab]string{one: "half a thought", two: "another half"} {
		if got := browsertest.Eval[string](in, `document.querySelector("`+input+`").value`); got != want {
			t.Errorf("the draft %q has become %q", want, got)
		}
	}

	s.wall.fall() // what both keep for the house lies in the same place
	one.Until(`document.querySelector(".notice").innerText !== ""`)
	one.Write(input, browsertest.Enter)
	two.Write(input, browsertest.Enter)
	s.wall.rise()
	for _, in := range []browsertest.Tab{one, two} {
		in.Until(`document.querySelectorAll("` + bubbles + `").length === 4`)
		in.Until(arrived)
	}
	got := s.stored()
	slices.Sort(got)
	if want := []string{"another half", "for both", "from the first", "half a thought"}; !slices.Equal(got, want) {
		t.Errorf("the house has %q, want %q", got, want)
	}
	if left := browsertest.Eval[int](b, `Object.keys(localStorage).filter((k) => k.includes(":out:")).length`); left != 0 {
		t.Errorf("%d messages are still kept in the browser", left)
	}
}

func TestWhatIsReadInOneTabIsReadInAll(t *testing.T) {
	s, b, one := open(t)
	say(one, "Is it blue?")
	one.Until(arrived)
	b.Click(launcher)
	b.Until(opened + ` === "false"`)
	s.answer("It is green.")
	b.Until(badge + `.textContent === "1"`)
	other := b.Another()
	other.Go(s.shop)
	other.Until(badge + `.textContent === "1"`)
	third := b.Another()
	third.Go(s.shop)
	third.Until(badge + `.textContent === "1"`)
	sees(other.Widget(), "Is it blue?", "It is green.")
	b.Until(badge + `.hidden`)
	third.Until(badge + `.hidden`)
}

// token is the visitor's, as the shop's page keeps it.
func (s *stage) token(b browsertest.Tab) string {
	return browsertest.Eval[string](b, `localStorage["deskbell:`+s.widget.Key+`:visitor"] ?? ""`)
}

// visitor opens the shop in a new profile whose storage holds a token.
func (s *stage) visitor(t *testing.T, token string) browsertest.Tab {
	b := browsertest.Open(t)
	b.Go(s.shop)
	b.Until(drawn)
	b.Eval(`localStorage["deskbell:` + s.widget.Key + `:visitor"] = ` + browsertest.Quote(token))
	b.Do(chromedp.Reload())
	return b
}

// The widget finds the way that is open, without being told.
func TestWhereSocketsAreBlockedItGoesByOtherWays(t *testing.T) {
	for name, block := range map[string]func(*wall){
		"stream": func(w *wall) { w.noSockets.Store(true) },
		"poll":   func(w *wall) { w.noSockets.Store(true); w.noStreams.Store(true) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, demoshop.Shop{Connect: true})
			leave, err := s.Chat.Enter(t.Context(), s.ana)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { leave(true) })
			block(s.wall)
			b := browsertest.Open(t)
			b.Go(s.shop)
			in := b.Widget()
			say(in, "one")
			say(in, "two")
			sees(in, "one", "two")
			in.Until(arrived)
			if got := strings.Join(s.stored(), ","); got != "one,two" {
				t.Errorf("the house has %s", got)
			}
			s.answer("three")
			sees(in, "one", "two", "three")
		})
	}
}

func TestWhileNobodyIsHereAMessageIsLeft(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	b := browsertest.Open(t)
	b.Go(s.shop)
	in := b.Widget()
	in.Until(`document.querySelector("[data-testid=widget-email]") !== null`)
	b.Photograph("offline")
	in.Click("[data-testid=send]")
	in.Until(`document.activeElement.matches("[data-testid=widget-email][aria-invalid=true]")`)
	in.Write("[data-testid=widget-name]", "Zoe")
	in.Write("[data-testid=widget-email]", "zoe@example")
	in.Click("[data-testid=send]")
	in.Shows(".complaint", "This address is not complete.")
	in.Write("[data-testid=widget-email]", ".com")
	in.Write(input, "Where is my order?")
	in.Click("[data-testid=send]")
	sees(in, "Where is my order?")
	in.Until(`document.querySelector(".notice").innerText.includes("by e-mail")`)
	b.Photograph("offline-sent")
	if got := strings.Join(s.stored(), ","); got != "Where is my order?" {
		t.Errorf("the house has %q", got)
	}
}

// The form gives way to the composer when somebody comes, and takes what was begun along.
func TestWhenAnAgentComesTheWordsStay(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	b := browsertest.Open(t)
	b.Go(s.shop)
	in := b.Widget()
	in.Write(input, "Half a sent")
	leave, err := s.Chat.Enter(t.Context(), s.ana)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { leave(true) })
	in.Until(`document.querySelector("form.composer [data-testid=widget-input]")?.value === "Half a sent"`)
	in.Until(`document.activeElement.matches("[data-testid=widget-input]")`)
	say(in, "ence.")
	sees(in, "Half a sentence.")
}

func TestATokenThatIsNotOursOpensNothing(t *testing.T) {
	s, b, in := open(t)
	say(in, "a secret")
	in.Until(arrived)
	token := s.token(b)
	visitor, signature, _ := strings.Cut(token, ".")
	for name, forged := range map[string]string{
		"cut":        token[:len(token)-4],
		"of nobody":  store.NewRef() + "." + signature,
		"not signed": visitor + ".",
	} {
		t.Run(name, func(t *testing.T) {
			stranger := s.visitor(t, forged)
			in := stranger.Widget()
			say(in, "who am I?")
			sees(in, "who am I?")
			in.Until(arrived)
			if s.token(stranger) == forged {
				t.Error("the browser keeps a token that opens nothing")
			}
		})
	}
}

func TestATextThatIsTooLongIsNotSent(t *testing.T) {
	_, b, in := open(t)
	in.Eval(`
		const input = document.querySelector("[data-testid=widget-input]");
		input.value = "é".repeat(8193);
		input.dispatchEvent(new Event("input", { bubbles: true }));`)
	in.Until(`document.querySelector("[data-testid=send]").disabled && document.querySelector(".hint").innerText.includes("too long")`)
	b.Photograph("too-long")
}

func TestOnAPhoneItIsAWholeSheetInTheDark(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	leave, err := s.Chat.Enter(t.Context(), s.ana)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { leave(true) })
	b := browsertest.Open(t).Sized(390, 844)
	b.Prefers("dark")
	b.Go(s.shop + "?lang=pt-BR")
	b.Until(drawn)
	b.Photograph("phone-closed")
	in := b.Widget()
	in.Until(`innerWidth === 390 && innerHeight === 844`)
	if got := in.Text(".presence"); got != "Ana Souza está aqui" {
		t.Errorf("it says %q", got)
	}
	b.Photograph("phone-home")
	say(in, "Vocês entregam em Santos?")
	in.Shows(".foot", "Entregue")
	s.answer("Sim, em dois dias.")
	sees(in, "Vocês entregam em Santos?", "Sim, em dois dias.")
	b.Photograph("phone-conversation")
}
