package journeys

import "testing"

// What is meant for the team must not go to the customer because a tab turned by itself: the composer stays on the note after a
// note, and after whatever else is done to the ticket.
func TestTheComposerStaysOnTheNote(t *testing.T) {
	agent := serveDemo(t).signIn(t)
	agent.Eval(`document.querySelector("[data-testid=inbox-row] a").click()`)
	agent.Click("[data-testid=composer-tab-note]")
	agent.Click("[data-testid=tag]")
	agent.Write("[data-testid=tag-input]", "fragile\r")
	agent.Shows("[data-testid=tag-chip]", "fragile")
	agent.Until(`document.querySelector("#composer-note").checked`)

	agent.Write("#note-box", "Wrap it twice.")
	agent.Click("[data-testid=send-note]")
	agent.Shows("[data-testid=note]", "Wrap it twice.")
	agent.Until(`document.querySelector("#composer-note").checked`)
}
