package widget

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/ui/browsertest"
)

const rates = `document.querySelector("[data-testid=widget-rating]").hidden === false`

// ended has the visitor end the conversation by the menu.
func ended(in browsertest.Tab) {
	in.Click(".menu summary")
	in.Click(".menu > button")
	in.Shows(".line", "The conversation is closed.")
}

// happened are the events of a kind on a ticket.
func (s *stage) happened(id tickets.ID, kind tickets.Kind) (found []tickets.Told) {
	s.t.Helper()
	err := s.DB.View(s.t.Context(), func(tx *store.Tx) error {
		told, err := tickets.Events(tx, id, 0, 1000)
		for _, e := range told {
			if e.What.Kind() == kind {
				found = append(found, e)
			}
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

func TestWhatIsSeenIsSaid(t *testing.T) {
	s, b, in := open(t)
	say(in, "Do you ship to Portugal?")
	in.Until(arrived)
	ticket := s.newest()
	s.update(func(tx *store.Tx) error { return tickets.MarkRead(tx, s.ana, ticket.ID, ticket.Seq) })
	in.Shows(".foot", "Seen")
	if got := in.Text("[data-testid=widget-live]"); got != "" {
		t.Errorf("who only listens is interrupted with %q", got)
	}
	say(in, "And to Spain?")
	in.Until(`JSON.stringify([...document.querySelectorAll(".mine .foot")].map((e) => e.innerText.split(" · ")[1])) === '["Seen","Delivered"]'`)
	b.Photograph("seen")
}

func TestAConversationEndsAndAnotherBegins(t *testing.T) {
	s, b, in := open(t)
	say(in, "hello")
	in.Until(arrived)
	ended(in)
	in.Until(`document.querySelector("[data-testid=widget-rating]").hidden`) // nobody has answered: there is nothing to judge
	say(in, "one more thing")
	sees(in, "hello", "one more thing")
	in.Until(arrived)
	s.answer("Yes?")
	sees(in, "hello", "one more thing", "Yes?")
	ended(in)
	in.Until(rates)
	say(in, "and another")
	sees(in, "hello", "one more thing", "Yes?", "and another")
	in.Until(arrived)
	in.Until(`document.querySelector("[data-testid=widget-rating]").hidden`)
	if n := len(s.happened(s.newest().ID, "ended")); n != 2 {
		t.Errorf("it ended %d times, want 2", n)
	}
	second := s.visitor(t, s.token(b)).Widget()
	sees(second, "hello", "one more thing", "Yes?", "and another")
}

func TestTheVisitorSaysHowItWas(t *testing.T) {
	s, b, in := open(t)
	say(in, "hello")
	in.Until(arrived)
	s.answer("Hi!")
	sees(in, "hello", "Hi!")
	ticket := s.newest().ID
	s.update(func(tx *store.Tx) error { return tickets.Solve(tx, s.ana, ticket) })
	in.Until(rates)
	for _, scheme := range []string{"light", "dark"} {
		in.Prefers(scheme)
		in.Accessible("asked how it was, " + scheme)
	}
	in.Eval(`document.querySelector("[name=score]").focus()`)
	in.Press(" ")
	in.Press(kb.ArrowRight)
	in.Press(kb.ArrowRight)
	in.Press(kb.ArrowRight)
	in.Until(`document.querySelector("[name=score]:checked").getAttribute("aria-label") === "Good"`)
	in.Until(`(() => {
		const card = document.querySelector("[data-testid=widget-rating]").getBoundingClientRect();
		return card.bottom <= document.querySelector(".composer").getBoundingClientRect().top && card.height > 150;
	})()`) // with its button
	b.Photograph("rating")
	in.Accessible("a face is chosen")
	in.Write("[data-testid=widget-comment]", "Quick and kind")
	in.Click("[data-testid=widget-rating] button")
	in.Shows(".line", "Thank you for telling us")
	in.Until(`document.querySelector("[data-testid=widget-rating]").hidden`)
	b.Photograph("rated")
	got := s.happened(ticket, "rated")
	if len(got) != 1 || got[0].What.(tickets.Rated).Score != 4 || got[0].Said.Text != "Quick and kind" {
		t.Errorf("the ticket holds %+v", got)
	}
	second := s.visitor(t, s.token(b)).Widget()
	second.Shows(".line", "Thank you for telling us")
	second.Until(`document.querySelector("[data-testid=widget-rating]").hidden`)
}

func TestNothingStopsAScreenReaderInPortuguese(t *testing.T) {
	s, b, _ := open(t)
	b.Go(s.shop + "?lang=pt-BR")
	in := b.Widget()
	in.Until(`document.documentElement.lang === "pt-BR"`)
	in.Accessible("a entrada")
	say(in, "Vocês entregam em Santos?")
	in.Shows(".foot", "Entregue")
	s.answer("Sim, em **dois** dias.")
	sees(in, "Vocês entregam em Santos?", "Sim, em dois dias.")
	in.Click(".menu summary")
	in.Click(".menu > button")
	in.Until(rates)
	for _, scheme := range []string{"light", "dark"} {
		in.Prefers(scheme)
		in.Accessible("a conversa, " + scheme)
	}
	b.Photograph("rating-pt")
}
