package widget

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"deskbell/internal/hours"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/ui/browsertest"
	"deskbell/ui/cli/demoshop"
)

// on is a calendar that is open around the clock on these days.
func on(days ...time.Weekday) hours.Calendar {
	var c hours.Calendar
	for _, day := range days {
		c.Weekly[day] = []hours.Span{{From: 0, To: 24 * 60}}
	}
	return c
}

func TestWhatIsPromisedIsTrue(t *testing.T) {
	b := browsertest.Open(t)
	zone := browsertest.Eval[string](b, `Intl.DateTimeFormat().resolvedOptions().timeZone`)
	here, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	in2days := (time.Now().In(here).Weekday() + 2) % 7
	for name, c := range map[string]struct {
		open             hours.Calendar
		answers          int
		presence, expect string
	}{
		"in its hours":      {on(0, 1, 2, 3, 4, 5, 6), 30, "Nobody is here just now", "We usually answer within 30 minutes."},
		"says nothing":      {on(0, 1, 2, 3, 4, 5, 6), 0, "Nobody is here just now", ""},
		"closed":            {on(in2days), 0, "We are back " + in2days.String() + " at 12:00 AM", ""},
		"closed, with word": {on(in2days), 90, "We are back " + in2days.String() + " at 12:00 AM", "You have an answer by " + in2days.String() + ", 1:30 AM."},
		"never open":        {on(), 30, "Nobody is here just now", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, demoshop.Shop{Connect: true})
			s.update(func(tx *store.Tx) error {
				shop := settings.ShopSetting{Name: "Kettle", Languages: []string{"en"}, Answers: c.answers}
				if err := people.Configure(tx, people.System, settings.Shop, shop); err != nil {
					return err
				}
				c.open.Zone = zone
				return people.Configure(tx, people.System, settings.OpenHours, c.open)
			})
			b := browsertest.Open(t)
			b.Go(s.shop)
			in := b.Widget()
			if got := in.Text(".presence"); plainSpaces(got) != c.presence {
				t.Errorf("it says %q, want %q", got, c.presence)
			}
			if got := in.Text("[data-testid=answers-in]"); plainSpaces(got) != c.expect {
				t.Errorf("it promises %q, want %q", got, c.expect)
			}
			b.Photograph("hours-" + name)
			in.Accessible(name)
			in.Write("[data-testid=widget-email]", "zoe@example.com")
			in.Write(input, "Where is my order?")
			in.Click("[data-testid=send]")
			in.Shows(".notice", "Thank you, we have your message.")
			in.Until(`document.querySelector(".notice").innerText.replaceAll("\u202f", " ").endsWith(` + browsertest.Quote("by e-mail."+spaced(c.expect)) + `)`)
		})
	}
}

// Whoever writes to somebody who leaves meanwhile goes on where he is; and nobody promises anything for later who is here now.
func TestNobodyIsSentToTheFormWhileHeWrites(t *testing.T) {
	s, b, _ := open(t)
	s.update(func(tx *store.Tx) error {
		shop := settings.ShopSetting{Name: "Kettle", Languages: []string{"en"}, Answers: 30}
		if err := people.Configure(tx, people.System, settings.Shop, shop); err != nil {
			return err
		}
		always := on(0, 1, 2, 3, 4, 5, 6)
		always.Zone = "UTC"
		return people.Configure(tx, people.System, settings.OpenHours, always)
	})
	b.Do(chromedp.Reload())
	in := b.Widget()
	if got := in.Text("[data-testid=answers-in]"); got != "" {
		t.Errorf("somebody is here, and it promises %q", got)
	}
	away := func(on bool) {
		if err := s.Chat.SetAway(t.Context(), s.ana, on); err != nil {
			t.Fatal(err)
		}
	}
	in.Write(input, "Good mor")
	away(true)
	in.Shows(".notice", "Nobody is here just now.")
	in.Shows("[data-testid=answers-in]", "We usually answer within 30 minutes.")
	b.Photograph("left-while-writing")
	if !browsertest.Eval[bool](in, `document.activeElement.value === "Good mor" && document.activeElement.closest(".composer") !== null`) {
		t.Error("his words are taken from under his hands")
	}
	in.Eval(`document.activeElement.select()`)
	in.Press(kb.Backspace)
	in.Until(`document.activeElement.closest(".form") !== null`)
}

// plainSpaces is a text without the narrow spaces that browsers put into a time.
func plainSpaces(text string) string { return strings.ReplaceAll(text, "\u202f", " ") }

// spaced sets a sentence off from the one before it.
func spaced(sentence string) string {
	if sentence == "" {
		return ""
	}
	return " " + sentence
}
