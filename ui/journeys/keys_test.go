package journeys

import (
	"testing"

	"deskbell/ui/browsertest"
)

// Who leaves the answer by Escape means the desk with the next key: no letter of it may end up in what the customer reads.
func TestEscapeGivesTheKeysBackToTheDesk(t *testing.T) {
	agent := serveDemo(t).signIn(t)
	agent.Eval(`document.querySelector("[data-testid=inbox-row] a").click()`)
	agent.Write("[data-testid=reply-box]", "Hello")
	agent.Press(browsertest.Escape)
	agent.Until(`document.activeElement === document.body`)
	agent.Press("n")
	agent.Until(`document.activeElement.id === "note-box"`)
	agent.Until(`document.querySelector("#reply-box").value === "Hello"`)

	agent.Press(browsertest.Escape)
	agent.Press("t")
	agent.Until(`document.activeElement.id === "add-tag"`)
	agent.Press(browsertest.Escape) // which closes the menu
	agent.Until(`document.querySelector(":popover-open") === null && !document.activeElement.matches("input, textarea")`)

	agent.Press("/")
	agent.Write("[data-testid=search-box]", "kettle")
	agent.Press(browsertest.Escape)
	agent.Until(`document.activeElement === document.body && document.querySelector("#search-box").value === "kettle"`)
	agent.Press("gs")
	agent.Until(`location.search === "?view=solved"`)
}
