package journeys

import (
	"strings"
	"testing"
	"time"

	"deskbell/ui/browsertest"
)

// stains is the demo's question that nobody answers.
const stains = "Tea stains in the porcelain cup"

// TestTheWholeStory is what Deskbell is for, in five minutes: a visitor writes on a shop's page of another origin, an agent
// answers from the one inbox; a forum question that nobody answered turns up there by itself, the agent's answer appears
// under the public topic and his note does not; and an article answers the next visitor before he asks.
func TestTheWholeStory(t *testing.T) {
	d := serveDemo(t)
	agent := d.signIn(t)
	agent.Accessible("inbox")

	visitor := browsertest.Open(t)
	visitor.Go(d.url + "/demo/shop")
	if at := browsertest.Eval[string](visitor, "location.origin"); at == d.url {
		t.Errorf("the shop is at %s, which is no other origin", at)
	}
	visitor.Until(`document.querySelector("[data-testid=widget-launcher]") !== null`)
	visitor.Accessible("shop")
	frame := visitor.Widget()
	frame.Accessible("widget, home")
	frame.Write("[data-testid=widget-input]", "Does the enamel kettle work on induction?"+browsertest.Enter)
	frame.Shows("[data-testid=message]", "on induction?")

	agent.Shows("[data-testid=inbox-row]", "on induction?") // by itself, without a reload

	// The rows below it slid out of its way, and are at rest.
	agent.Until(`[...document.querySelectorAll("#rows > .item")].every((e) => e.style.translate === "")`)
	agent.Eval(`[...document.querySelectorAll("[data-testid=inbox-row]")].find((e) => e.innerText.includes("on induction?")).querySelector("a").click()`)
	agent.Shows("[data-testid=message]", "on induction?")
	agent.Accessible("ticket")
	agent.Click("[data-testid=composer-tab-note]")
	agent.Write("#note-box", "MARKER for colleagues only")
	agent.Eval(`document.querySelector("#note-box").style.height = "200px"`) // as pulling it does; a new part must not ask for that style
	agent.Click("[data-testid=send-note]")
	agent.Shows("[data-testid=note]", "MARKER")
	agent.Click("[data-testid=composer-tab-reply]")
	agent.Write("#reply-box", "It does, on every stove.")
	agent.Click("[data-testid=send]")
	agent.Shows("[data-testid=message]", "on every stove.")

	frame.Shows("[data-testid=message]", "on every stove.")
	if text := frame.Text("body"); strings.Contains(text, "MARKER") {
		t.Errorf("the visitor sees the note: %s", text)
	}
	frame.Accessible("widget, conversation")

	topic := d.topic(t, stains)
	agent.Go(d.url + "/desk")
	agent.Patient(90*time.Second).Shows("[data-testid=inbox-row]", stains) // the demo's board gives the community a minute
	agent.Eval(`[...document.querySelectorAll("[data-testid=inbox-row]")].find((e) => e.innerText.includes(` + browsertest.Quote(stains) + `)).querySelector("a").click()`)
	agent.Shows("[data-testid=ticket-subject]", stains)
	agent.Click("[data-testid=composer-tab-note]")
	agent.Write("#note-box", "MARKER: ask the workshop first")
	agent.Click("[data-testid=send-note]")
	agent.Shows("[data-testid=note]", "MARKER")
	agent.Click("[data-testid=composer-tab-reply]")
	agent.Write("#reply-box", "Baking soda and a soft cloth.")
	agent.Click("[data-testid=send]")
	agent.Shows("[data-testid=message]", "soft cloth.")

	reader := browsertest.Open(t)
	reader.Go(topic)
	for !strings.Contains(reader.Text("main"), "soft cloth.") { // it is carried there by a job, at once
		reader.Go(topic)
	}
	if text := reader.Text("main"); strings.Contains(text, "MARKER") {
		t.Errorf("the public topic shows the note: %s", text)
	}
	if text := reader.Text("main"); !strings.Contains(text, "Ana") {
		t.Errorf("the answer in the topic does not say who gave it: %s", text)
	}
	reader.Accessible("topic")

	next := browsertest.Open(t)
	next.Go(d.url + "/demo/shop")
	inside := next.Widget()
	inside.Write("[type=search]", "deliver")
	inside.Shows("body", "How long does delivery take?")
}

// topic finds a topic by its title, as a reader does.
func (d *demo) topic(t *testing.T, title string) string {
	b := browsertest.Open(t)
	b.Go(d.url + "/community")
	find := `([...document.querySelectorAll("main a")].find((e) => e.innerText.includes(` + browsertest.Quote(title) + `))?.href ?? "")`
	b.Until(find + ` !== ""`)
	return browsertest.Eval[string](b, find)
}
