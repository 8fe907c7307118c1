package widget

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"deskbell/ui/browsertest"
	"deskbell/ui/cli/demoshop"
)

const (
	launcher = "[data-testid=widget-launcher]"
	drawn    = `document.querySelector("` + launcher + `") !== null`
	badge    = `document.querySelector("` + launcher + `").shadowRoot.querySelector(".badge")`
	opened   = `document.querySelector("` + launcher + `").shadowRoot.querySelector("button").getAttribute("aria-expanded")`
)

func TestBeforeTheFirstOpenThereIsOnlyTheHello(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	b := browsertest.Open(t)
	b.Go(s.shop)
	b.Until(drawn)
	asked := browsertest.Eval[[]string](b, `performance.getEntriesByType("resource").map((e) => new URL(e.name)).filter((u) => u.origin === `+
		browsertest.Quote(s.origin)+`).map((u) => u.pathname)`)
	if got := strings.Join(asked, " "); got != "/widget.js /w/hello" {
		t.Errorf("the page asked the house for %s", got)
	}
	if n := browsertest.Eval[int](b, `document.querySelectorAll("iframe").length`); n != 0 {
		t.Errorf("%d frames before the first open", n)
	}
	b.Photograph("closed")
}

// The policy of this shop allows our host in script-src and frame-src and nothing else.
func TestTheWidgetWorksWhereThePageMayNotConnect(t *testing.T) {
	s := newStage(t, demoshop.Shop{})
	b := browsertest.Open(t)
	b.Go(s.shop)
	in := b.Widget()
	in.Write("[data-testid=widget-email]", "zoe@example.com")
	in.Write("[data-testid=widget-input]", "Is anybody there?")
	in.Click("[data-testid=send]")
	sees(in, "Is anybody there?")
}

func TestPastedTwiceItIsThereOnce(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	line := `<script async src="` + s.origin + `/widget.js" data-widget="` + s.widget.Key + `"></script>`
	s.page = `<!doctype html><title>Shop</title><h1>Shop</h1>` + line + line
	b := browsertest.Open(t)
	b.Go(s.shop + "/page")
	b.Until(drawn)
	b.Until(`performance.getEntriesByType("resource").filter((e) => e.name.endsWith("/w/hello")).length === 1`)
	if n := browsertest.Eval[int](b, `document.querySelectorAll("`+launcher+`").length`); n != 1 {
		t.Errorf("%d launchers", n)
	}
}

// A server that is down, says no or talks nonsense leaves the page as if the widget were not on it.
func TestABadAnswerDrawsNothing(t *testing.T) {
	script, err := http.Get(newStage(t, demoshop.Shop{}).origin + "/widget.js")
	if err != nil {
		t.Fatal(err)
	}
	defer script.Body.Close()

	for name, answer := range map[string]http.HandlerFunc{
		"down":             func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
		"an error":         func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "{}", http.StatusInternalServerError) },
		"not allowed here": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "{}", http.StatusForbidden) },
		"a page":           func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<!doctype html><p>hello")) },
		"null":             func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("null")) },
		"something else":   func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"look":{"color":7}}`)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answered := make(chan bool, 1)
			mux := http.NewServeMux()
			mux.HandleFunc("/widget.js", loaderOf(t))
			mux.HandleFunc("/w/hello", func(w http.ResponseWriter, r *http.Request) {
				defer func() { answered <- true }()
				w.Header().Set("Access-Control-Allow-Origin", "*")
				answer(w, r)
			})
			mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(`<!doctype html><title>Shop</title><h1>Shop</h1><script src="/widget.js" data-widget="x"></script>`))
			})
			server := httptest.NewServer(mux)
			defer server.Close()
			b := browsertest.Open(t)
			b.Go(server.URL)
			<-answered
			browsertest.Eval[bool](b, `new Promise((done) => setTimeout(() => done(true), 100))`)
			if n := browsertest.Eval[int](b, `document.documentElement.children.length`); n != 2 {
				t.Errorf("the page has %d children, head and body are two", n)
			}
		})
	}
}

func loaderOf(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := loader(w, r); err != nil {
			t.Error(err)
		}
	}
}

func TestEscapeClosesAndGivesTheFocusBack(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	b := browsertest.Open(t)
	b.Go(s.shop)
	b.Until(drawn)
	b.Eval(`document.querySelector("` + launcher + `").focus()`)
	b.Press(browsertest.Enter)
	in := b.Frame()
	in.Until(`document.activeElement.matches("input, textarea")`)
	if got := browsertest.Eval[string](b, opened); got != "true" {
		t.Errorf("aria-expanded is %q", got)
	}
	in.Press(browsertest.Escape)
	b.Until(opened + ` === "false"`)
	b.Until(`document.activeElement.matches("` + launcher + `")`)
}

func TestAShopsOwnScriptOpensIt(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	b := browsertest.Open(t)
	b.Go(s.shop)
	b.Until(drawn)
	for _, step := range []struct{ command, open string }{
		{"open", "true"},
		{"open", "true"},
		{"toggle", "false"},
		{"toggle", "true"},
		{"close", "false"},
		{"__proto__", "false"},
		{"constructor", "false"},
	} {
		b.Eval(`Deskbell(` + browsertest.Quote(step.command) + `)`)
		if got := browsertest.Eval[string](b, opened); got != step.open {
			t.Errorf("after %q it is %s", step.command, got)
		}
	}
}

// Other windows may say what they like: only our page in our frame is heard, and only once it has its port.
func TestStrangersMessagesAreIgnored(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	b := browsertest.Open(t)
	b.Go(s.shop)
	in := b.Widget()
	b.Eval(`
		for (const data of ["deskbell:ready", { t: "visitor", token: "stolen" }, { __proto__: null, t: "close" }, '{"__proto__":{"polluted":1}}']) {
			postMessage(data, "*");
			const { port1 } = new MessageChannel();
			document.querySelector("iframe").contentWindow.postMessage("deskbell:port", "*", [port1]);
			document.querySelector("iframe").contentWindow.postMessage(data, "*");
		}`)
	in.Until(`({}).polluted === undefined`)
	if got := browsertest.Eval[string](b, `Object.values(localStorage).join()`); strings.Contains(got, "stolen") {
		t.Errorf("a stranger's token was taken: %s", got)
	}
	if got := browsertest.Eval[string](b, opened); got != "true" {
		t.Error("a stranger closed it")
	}
}
