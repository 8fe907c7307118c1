// Package browsertest drives a real Chromium for tests: tabs with profiles of their own, the frame of the widget inside a
// page, pictures for whoever wants to look, and axe-core, which finds what people with a screen reader would stumble over.
//
// It waits for what a page shows and never for a time. A script that fails on a page fails the test, and so does any other error
// in its console.
package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long the browser has for what takes it a moment.
const patience = time.Minute

// Keys for Press.
const (
	Enter  = kb.Enter
	Escape = kb.Escape
)

// Tab is a page in Chromium, or the frame in one.
type Tab struct {
	t       testing.TB
	ctx     context.Context
	inFrame bool
	patient time.Duration
}

// Patient gives the tab so long for what it waits for, instead of a minute.
func (b Tab) Patient(d time.Duration) Tab {
	b.patient = d
	return b
}

// chromium is one browser for all tests of a program; each test has a profile of its own in it.
var chromium = sync.OnceValues(func() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("site-per-process", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	quiet := chromedp.WithErrorf(func(string, ...any) {}) // it reports frames that end while it listens
	ctx, cancel := chromedp.NewContext(allocator, quiet)
	closeChromium = func() { cancel(); stop() }
	return ctx, chromedp.Do(ctx)
})

var closeChromium = func() {}

// Main runs tests and closes the browser after them; a package that opens one calls it from its TestMain.
func Main(m *testing.M) {
	code := m.Run()
	closeChromium()
	os.Exit(code)
}

// Open opens an empty page in a new profile. Without a browser on the machine the test is skipped, unless it runs for CI.
func Open(t testing.TB) Tab {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		if strings.Contains(err.Error(), "executable file not found") && os.Getenv("CI") == "" {
			t.Skip("there is no Chromium on this machine: sh .ci/test says how to get one")
		}
		t.Fatal(err)
	}
	return attach(t, browser, chromedp.WithNewBrowserContext()).Sized(1280, 800)
}

// attach goes to a target, a new one unless an option names it.
func attach(t testing.TB, parent context.Context, options ...chromedp.ContextOption) Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	err := chromedp.Listen(ctx, func(e any) {
		switch e := e.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("a script failed: %s", e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if complains(e.Entry) {
				t.Errorf("the console says: %s (%s)", e.Entry.Text, e.Entry.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return Tab{t: t, ctx: ctx}
}

// complains tells whether a line of the console says that a page did what it should not. An answer that is no success is news
// of the line or of the house, and tests ask for such; and a shop may forbid its pages to connect, which the widget learns by trying.
func complains(e *log.Entry) bool {
	return e.Level == log.EntryLevelError && e.Source != log.EntrySourceNetwork && !strings.Contains(e.Text, "/w/hello")
}

// Sized gives the page so many pixels.
func (b Tab) Sized(width, height int64) Tab {
	b.t.Helper()
	b.Do(chromedp.EmulateViewport(width, height))
	return b
}

// Another opens a second tab in the same profile.
func (b Tab) Another() Tab {
	b.t.Helper()
	return attach(b.t, b.ctx).Sized(1280, 800)
}

// Do does what chromedp can and Tab has no word for.
func (b Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// Go goes to an address.
func (b Tab) Go(url string) {
	b.t.Helper()
	b.Do(chromedp.Navigate(url))
}

// Click clicks an element, when it can be.
func (b Tab) Click(selector string) {
	b.t.Helper()
	b.Until(`document.querySelector(` + Quote(selector) + `) !== null`)
	b.Do(chromedp.Click(chromedp.CSS(selector)))
}

// ClickThrough clicks what leads to another page, and waits for that.
func (b Tab) ClickThrough(selector string) {
	b.t.Helper()
	b.Eval(`window.leaving = true`)
	b.Click(selector)
	b.Until(`window.leaving === undefined && document.readyState === "complete"`)
}

// Write types into an element.
func (b Tab) Write(selector, text string) {
	b.t.Helper()
	b.Until(`document.querySelector(` + Quote(selector) + `) !== null`)
	b.Do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Press presses keys, wherever the focus is.
func (b Tab) Press(keys string) {
	b.t.Helper()
	b.Do(chromedp.KeyEvent(keys))
}

// Text is what an element shows, "" when it is not there.
func (b Tab) Text(selector string) string {
	b.t.Helper()
	return Eval[string](b, `document.querySelector(`+Quote(selector)+`)?.innerText ?? ""`)
}

// Texts is what each of several elements shows.
func (b Tab) Texts(selector string) []string {
	b.t.Helper()
	return Eval[[]string](b, `[...document.querySelectorAll(`+Quote(selector)+`)].map((e) => e.innerText)`)
}

// Shows waits until some element of a selector shows a text.
func (b Tab) Shows(selector, text string) {
	b.t.Helper()
	b.Until(`[...document.querySelectorAll(` + Quote(selector) + `)].some((e) => e.innerText.includes(` + Quote(text) + `))`)
}

// Eval runs a script for what it does.
func (b Tab) Eval(script string) {
	b.t.Helper()
	Eval[any](b, `(() => { `+script+` })(), null`)
}

// Until waits until an expression is true. While the page is on its way to another, it is not.
func (b Tab) Until(expression string) {
	b.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(max(b.patient, patience))
	for {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		so, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression, chromedp.EvalAwaitPromise))
		cancel()
		if err == nil && so {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			b.Photograph("late")
			b.t.Fatalf("not in %s: %s (%v) at %s", max(b.patient, patience), expression, err, Eval[string](b, `location.href`))
		}
	}
}

// Eval gives the value of an expression.
func Eval[T any](b Tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// Quote makes a text a string of JavaScript.
func Quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// Prefers sets what the visitor's system says: light or dark, and that it wants nothing to move, so that a page can be looked
// at as it is and not on the way there.
func (b Tab) Prefers(scheme string) {
	b.t.Helper()
	b.Do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
			},
		})
		return err
	}))
}

// conditions are those of the network as every Chromium takes them; the library knows only the command that newer ones have.
type conditions struct {
	Offline            bool    `json:"offline"`
	Latency            float64 `json:"latency"`
	DownloadThroughput float64 `json:"downloadThroughput"`
	UploadThroughput   float64 `json:"uploadThroughput"`
}

var setConditions = cdp.Command[conditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"}

// Offline takes the page's network away, or gives it back.
func (b Tab) Offline(on bool) {
	b.t.Helper()
	b.Do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, setConditions, conditions{Offline: on, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	}))
}

const launcher = "[data-testid=widget-launcher]"

// Widget opens the chat widget of a shop's page and gives its frame.
func (b Tab) Widget() Tab {
	b.t.Helper()
	b.Click(launcher)
	return b.Frame()
}

// Frame finds the widget's frame, which has a process of its own because it is of another site than the page.
func (b Tab) Frame() Tab {
	b.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); ; {
		all, err := chromedp.Targets(b.ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		page := slices.IndexFunc(all, func(one *target.Info) bool {
			return one.TargetID == chromedp.FromContext(b.ctx).Target.TargetID
		})
		for _, one := range all {
			if one.Type == "iframe" && strings.Contains(one.URL, "/w/frame") && string(one.ParentFrameID) == string(all[page].TargetID) {
				inside := attach(b.t, b.ctx, chromedp.WithTargetID(one.TargetID))
				inside.inFrame = true
				inside.Until(`document.querySelector(".view") !== null`)
				return inside
			}
		}
		select {
		case <-tick.C:
		case <-late:
			b.Photograph("no-frame")
			b.t.Fatalf("the widget's frame did not come in %s", patience)
		}
	}
}

// Photograph keeps a picture of the page in the folder that DESKBELL_PHOTOS names, for whoever wants to look. A frame has no
// picture of its own: it is seen on its page's.
func (b Tab) Photograph(name string) {
	b.t.Helper()
	dir := os.Getenv("DESKBELL_PHOTOS")
	if dir == "" || b.inFrame {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

//go:embed testdata/axe.min.js
var axe string

// Accessible fails the test for everything that axe-core finds on the page as it is now.
func (b Tab) Accessible(where string) {
	b.t.Helper()
	Eval[any](b, axe+`; null`)
	found := Eval[[]string](b, `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations.flatMap((v) =>
		v.nodes.map((n) => v.id + ": " + v.help + ": " + n.html.slice(0, 300) + " " + (n.any[0]?.message ?? ""))))`)
	for _, f := range found {
		b.t.Errorf("%s: %s", where, f)
	}
	if len(found) > 0 {
		b.Photograph(fmt.Sprintf("axe-%s", strings.NewReplacer("/", "_", " ", "-").Replace(where)))
	}
}
