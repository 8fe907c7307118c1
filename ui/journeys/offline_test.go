package journeys

import (
	"strings"
	"testing"
)

// An answer that is sent while there is no network says beside itself that it was not, for as long as that is so, and is sent
// once when it is sent again.
func TestAnAnswerWithoutNetworkSaysThatItWasNotSent(t *testing.T) {
	d := serveDemo(t)
	agent := d.signIn(t)
	agent.Eval(`document.querySelector("[data-testid=inbox-row] a").click()`)
	agent.Click("#reply-box")
	agent.Write("#reply-box", "It leaves tomorrow morning.")

	const notSent = `document.querySelector("#reply-form [data-testid=not-sent]")`
	agent.Until(notSent + `.hidden`)
	agent.Offline(true)
	agent.Click("[data-testid=send]")
	agent.Until(`!` + notSent + `.hidden`)
	agent.Accessible("a composer that could not send")
	agent.Photograph("not-sent")

	agent.Offline(false)
	agent.Until(`!` + notSent + `.hidden && document.querySelector("#reply-box").value === "It leaves tomorrow morning."`)
	agent.Click("[data-testid=send]")
	agent.Shows("[data-testid=message]", "leaves tomorrow")
	agent.Until(notSent + `.hidden && document.querySelector("#reply-box").value === ""`)
	if said := strings.Join(agent.Texts("[data-testid=message]"), "\n"); strings.Count(said, "leaves tomorrow") != 1 {
		t.Errorf("the answer stands there more than once: %s", said)
	}
}
