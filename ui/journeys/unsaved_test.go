package journeys

import (
	"testing"

	"deskbell/ui/browsertest"
)

// An article that is saved after the session has ended is not lost: whoever signs in again is offered what was typed, and once it
// is saved nothing of it stays in the browser.
func TestAnArticleOutlivesItsSession(t *testing.T) {
	d := serveDemo(t)
	agent := d.signIn(t)
	agent.Go(d.url + "/desk/articles/new")
	agent.Eval(`document.querySelector("[data-testid=article-category]").selectedIndex = 1`)
	agent.Write("[data-testid=article-title]", "Lime in the kettle")
	agent.Write("[data-testid=article-text]", "Vinegar, then water.")

	other := agent.Another()
	other.Go(d.url + "/desk")
	other.Click("[data-testid=me]")
	other.Eval(`document.querySelector("[data-sign-out]").removeAttribute("data-sign-out")`) // the session ends elsewhere: this browser is not told to forget
	other.ClickThrough("[data-testid=sign-out]")

	agent.ClickThrough("[data-testid=save]")
	agent.ClickThrough("[data-testid=trouble-sign-in]")
	agent.Write("[name=email]", d.email)
	agent.Write("[name=password]", d.password)
	agent.ClickThrough("[type=submit]")
	agent.Shows("[data-testid=unsaved]", "was not saved")
	agent.Accessible("an article that is offered back")
	agent.Click("[data-testid=take-unsaved]")
	agent.Until(`document.querySelector("[data-testid=article-text]").value === "Vinegar, then water."`)

	agent.ClickThrough("[data-testid=save]")
	agent.Shows("[data-testid=saved]", "Saved.")
	if kept := browsertest.Eval[string](agent, `Object.keys(localStorage).filter((key) => key.startsWith("draft:")).join()`); kept != "" {
		t.Errorf("what is saved is still kept in the browser: %s", kept)
	}
	agent.Go(d.url + "/desk/articles/new")
	if browsertest.Eval[bool](agent, `!document.querySelector("[data-testid=unsaved]").hidden`) {
		t.Error("what is saved is offered again")
	}
}
