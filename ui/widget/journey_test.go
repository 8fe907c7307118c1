package widget

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/ui/cli/demoshop"
)

// open gives a stage with an agent who is there, and a visitor who has opened the widget.
func open(t *testing.T) (*stage, tab, tab) {
	t.Helper()
	s := newStage(t, demoshop.Shop{Connect: true})
	leave, err := s.Chat.Enter(t.Context(), s.ana)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(leave)
	b := browse(t)
	b.open(s.shop)
	return s, b, b.enter()
}

// stored are the texts of the newest ticket's messages, as they lie in the house.
func (s *stage) stored() (texts []string) {
	s.t.Helper()
	err := s.DB.View(s.t.Context(), func(tx *store.Tx) error {
		page, err := tickets.Inbox(tx, s.ana, tickets.View{}, "", 1)
		if err != nil || len(page.Rows) == 0 {
			return err
		}
		told, err := tickets.Events(tx, page.Rows[0].ID, 0, 1000)
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
	b.photograph("home")
	if got := in.text(".presence"); got != "Ana Souza is here" {
		t.Errorf("it says %q", got)
	}
	in.say("Do you ship to Portugal?")
	in.sees("Do you ship to Portugal?")
	in.until(`document.querySelector(".foot").innerText.includes("Delivered")`)
	s.answer("Yes, in **three** days.\n\n<script>alert(1)</script>")
	in.until(`document.querySelectorAll("[data-testid=message]").length === 2`)
	if got := in.messages()[1]; !strings.HasPrefix(got, "Yes, in three days.") {
		t.Errorf("the answer reads %q", got)
	}
	in.until(`document.querySelector("[data-testid=widget-live]").innerText.includes("Ana Souza: Yes")`)
	b.photograph("conversation")

	in.do(chromedp.KeyEvent(kb.Escape))
	b.until(opened + ` === "false"`)
	s.answer("Anything else?")
	badge := `document.querySelector("` + launcher + `").shadowRoot.querySelector(".badge")`
	b.until(badge + `.hidden === false && ` + badge + `.textContent === "1"`)
	b.photograph("badge")
	b.click(launcher)
	b.until(badge + `.hidden`)
}

func TestWhatWasWrittenWithoutConnectionGoesOutOnceAfterAReload(t *testing.T) {
	s, b, in := open(t)
	in.say("first")
	in.until(`document.querySelector(".foot").innerText.includes("Delivered")`)
	s.wall.fall()
	in.say("second")
	in.say("third")
	in.sees("first", "second", "third")
	in.until(`document.querySelector(".notice").innerText !== ""`)
	b.photograph("lost")

	s.wall.rise()
	b.do(chromedp.Reload())
	in = b.enter()
	in.sees("first", "second", "third")
	in.until(`document.querySelector(".foot:last-child").innerText.includes("Delivered") || [...document.querySelectorAll(".foot")].at(-1).innerText.includes("Delivered")`)
	if got := strings.Join(s.stored(), ","); got != "first,second,third" {
		t.Errorf("the house has %s", got)
	}
	if left := eval[int](b, `Object.keys(localStorage).filter((k) => k.includes(":out:")).length`); left != 0 {
		t.Errorf("%d messages are still kept in the browser", left)
	}
}

func TestTheLineComesBackByItself(t *testing.T) {
	s, _, in := open(t)
	in.say("first")
	in.until(`document.querySelector(".foot").innerText.includes("Delivered")`)
	s.wall.fall()
	in.say("second")
	s.answer("meanwhile")
	s.wall.rise()
	in.sees("first", "meanwhile", "second")
	if got := strings.Join(s.stored(), ","); got != "first,meanwhile,second" {
		t.Errorf("the house has %s", got)
	}
}

func TestTwoTabsShowTheSame(t *testing.T) {
	s, b, in := open(t)
	in.say("from the first tab")
	in.sees("from the first tab")
	other := b.another()
	other.open(s.shop + "/teapot")
	second := other.enter()
	second.sees("from the first tab")
	second.say("from the second")
	in.sees("from the first tab", "from the second")
	s.answer("for both")
	in.sees("from the first tab", "from the second", "for both")
	second.sees("from the first tab", "from the second", "for both")
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
			t.Cleanup(leave)
			block(s.wall)
			b := browse(t)
			b.open(s.shop)
			in := b.enter()
			in.say("one")
			in.say("two")
			in.sees("one", "two")
			in.eventually("both in the house", func() bool { return len(s.stored()) == 2 })
			s.answer("three")
			in.sees("one", "two", "three")
		})
	}
}

func TestWhileNobodyIsHereAMessageIsLeft(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	b := browse(t)
	b.open(s.shop)
	in := b.enter()
	in.until(`document.querySelector("[data-testid=widget-email]") !== null`)
	b.photograph("offline")
	in.click("[data-testid=send]")
	in.until(`document.activeElement.matches("[data-testid=widget-email][aria-invalid=true]")`)
	in.write("[data-testid=widget-name]", "Zoe")
	in.write("[data-testid=widget-email]", "zoe@example.com")
	in.write("[data-testid=widget-input]", "Where is my order?")
	in.click("[data-testid=send]")
	in.sees("Where is my order?")
	in.until(`document.querySelector(".notice").innerText.includes("by e-mail")`)
	b.photograph("offline-sent")
	if got := strings.Join(s.stored(), ","); got != "Where is my order?" {
		t.Errorf("the house has %q", got)
	}
}

// The form gives way to the composer when somebody comes, and takes what was begun along.
func TestWhenAnAgentComesTheWordsStay(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	b := browse(t)
	b.open(s.shop)
	in := b.enter()
	in.write("[data-testid=widget-input]", "Half a sent")
	leave, err := s.Chat.Enter(t.Context(), s.ana)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(leave)
	in.until(`document.querySelector("form.composer [data-testid=widget-input]")?.value === "Half a sent"`)
	in.until(`document.activeElement.matches("[data-testid=widget-input]")`)
	in.say("ence.")
	in.sees("Half a sentence.")
}

func TestATokenThatIsNotOursOpensNothing(t *testing.T) {
	s, b, in := open(t)
	in.say("a secret")
	in.sees("a secret")
	for name, forge := range map[string]string{
		"cut":        `token.slice(0, -4)`,
		"of nobody":  `"00000000000000000000000000." + token.split(".")[1]`,
		"not signed": `token.split(".")[0] + "."`,
	} {
		t.Run(name, func(t *testing.T) {
			stranger := browse(t)
			token := eval[string](b, visitorKey(s)+`.map((k) => localStorage[k])[0]`)
			stranger.open(s.shop)
			stranger.launcher()
			eval[any](stranger, fmt.Sprintf(`void ((token) => localStorage.setItem("deskbell:%s:visitor", %s))(%s)`, s.widget.Key, forge, quote(token)))
			stranger.do(chromedp.Reload())
			in := stranger.enter()
			in.say("who am I?")
			in.sees("who am I?")
		})
	}
}

func visitorKey(s *stage) string {
	return `Object.keys(localStorage).filter((k) => k === "deskbell:` + s.widget.Key + `:visitor")`
}

func TestATextThatIsTooLongIsNotSent(t *testing.T) {
	_, b, in := open(t)
	eval[any](in, `void (() => {
		const input = document.querySelector("[data-testid=widget-input]");
		input.value = "é".repeat(8193);
		input.dispatchEvent(new Event("input", { bubbles: true }));
	})()`)
	in.until(`document.querySelector("[data-testid=send]").disabled && document.querySelector(".hint").innerText.includes("too long")`)
	b.photograph("too-long")
}

func TestOnAPhoneItIsAWholeSheetInTheDark(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	leave, err := s.Chat.Enter(t.Context(), s.ana)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(leave)
	b := browse(t).sized(390, 844)
	b.prefers("prefers-color-scheme", "dark")
	b.open(s.shop + "?lang=pt-BR")
	b.launcher()
	b.photograph("phone-closed")
	in := b.enter()
	in.until(`innerWidth === 390 && innerHeight === 844`)
	if got := in.text(".presence"); got != "Ana Souza está aqui" {
		t.Errorf("it says %q", got)
	}
	b.photograph("phone-home")
	in.say("Vocês entregam em Santos?")
	s.answer("Sim, em dois dias.")
	in.sees("Vocês entregam em Santos?", "Sim, em dois dias.")
	b.photograph("phone-conversation")
}
