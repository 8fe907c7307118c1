package widget

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long the browser has for what takes it a moment.
const patience = 15 * time.Second

// tab is a page in Chromium, or the frame in one.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// chromium is one browser for all tests; each has a profile of its own in it.
var chromium = sync.OnceValues(func() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("site-per-process", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	quiet := chromedp.WithErrorf(func(string, ...any) {}) // it reports events of frames that are just leaving
	ctx, cancel := chromedp.NewContext(allocator, quiet)
	closeChromium = func() { cancel(); stop() }
	return ctx, chromedp.Do(ctx)
})

var closeChromium = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	closeChromium()
	os.Exit(code)
}

// browse opens an empty page in a new profile. Without a browser on the machine the test is skipped.
func browse(t *testing.T) tab {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		if strings.Contains(err.Error(), "executable file not found") {
			t.Skip("no Chromium on this machine: apt-get install chromium")
		}
		t.Fatal(err)
	}
	return attach(t, browser, chromedp.WithNewBrowserContext()).sized(1280, 800)
}

// attach goes to a target, a new one unless an option names it. A script that fails there fails the test.
func attach(t *testing.T, parent context.Context, options ...chromedp.ContextOption) tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	err := chromedp.Listen(ctx, func(e any) {
		if thrown, is := e.(*runtime.EventExceptionThrown); is {
			t.Errorf("a script failed: %s", thrown.ExceptionDetails.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return tab{t, ctx}
}

func (b tab) sized(width, height int64) tab {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	return b
}

// another opens a second tab in the same browser.
func (b tab) another() tab {
	return attach(b.t, b.ctx).sized(1280, 800)
}

func (b tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b tab) open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
}

// launcher waits until the page has its launcher.
func (b tab) launcher() {
	b.t.Helper()
	b.until(`document.querySelector("[data-testid=widget-launcher]") !== null`)
}

// enter clicks the launcher and goes into the frame.
func (b tab) enter() tab {
	b.t.Helper()
	b.launcher()
	b.click("[data-testid=widget-launcher]")
	return b.frame()
}

// frame finds the frame's own target: it runs in a process of its own, because it is another site than the page.
func (b tab) frame() tab {
	b.t.Helper()
	var inside tab
	b.eventually("the frame", func() bool {
		all, err := chromedp.Targets(b.ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		page := chromedp.FromContext(b.ctx).Target.TargetID
		for _, one := range all {
			if one.Type == "iframe" && strings.Contains(one.URL, "/w/frame") && string(one.ParentFrameID) == string(page) {
				inside = attach(b.t, b.ctx, chromedp.WithTargetID(one.TargetID))
				return true
			}
		}
		return false
	})
	inside.until(`document.querySelector(".view") !== null`)
	return inside
}

func (b tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

func (b tab) write(selector, text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// say writes a message and sends it by the keyboard alone.
func (b tab) say(text string) {
	b.t.Helper()
	b.write("[data-testid=widget-input]", text+kb.Enter)
}

// messages are the bubbles, without the line that only screen readers hear.
func (b tab) messages() []string {
	b.t.Helper()
	return eval[[]string](b, `[...document.querySelectorAll("[data-testid=message] .bubble")].map((e) => e.innerText)`)
}

// sees waits until the conversation is exactly this.
func (b tab) sees(want ...string) {
	b.t.Helper()
	var got []string
	b.eventually(fmt.Sprintf("the conversation %q", want), func() bool {
		got = b.messages()
		return strings.Join(got, "\x00") == strings.Join(want, "\x00")
	}, &got)
}

func (b tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, `document.querySelector(`+quote(selector)+`)?.innerText ?? ""`)
}

// until waits until an expression is true.
func (b tab) until(expression string) {
	b.t.Helper()
	b.eventually(expression, func() bool { return eval[bool](b, expression) })
}

// eventually waits until it is so. What is shown helps to understand a failure.
func (b tab) eventually(what string, so func() bool, shown ...any) {
	b.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for !so() {
		select {
		case <-tick.C:
		case <-late:
			b.t.Fatalf("not in %s: %s %v", patience, what, deref(shown))
		}
	}
}

func deref(shown []any) string {
	text, _ := json.Marshal(shown)
	return string(text)
}

func eval[T any](b tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// prefers sets what the visitor's system says, such as prefers-color-scheme.
func (b tab) prefers(feature, value string) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: feature, Value: value}},
		})
		return err
	}))
}

// photograph keeps a picture of the page in the folder that DESKBELL_PHOTOS names, for whoever wants to look.
func (b tab) photograph(name string) {
	b.t.Helper()
	dir := os.Getenv("DESKBELL_PHOTOS")
	if dir == "" {
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
