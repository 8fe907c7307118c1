package widget

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/ui/browsertest"
	"deskbell/ui/cli/demoshop"
)

const (
	pieces  = "[data-testid=widget-piece]"
	ready   = `document.querySelector("` + pieces + `") && !document.querySelector("` + pieces + ` progress")`
	picture = `(async () => {
		const canvas = new OffscreenCanvas(120, 80);
		const pen = canvas.getContext("2d");
		pen.fillStyle = "teal";
		pen.fillRect(0, 0, 120, 80);
		return new File([await canvas.convertToBlob()], "broken pot.png", { type: "image/png" });
	})()`
)

// hand gives the page a file as a hand does: dropped or pasted.
func hand(in browsertest.Tab, kind, file string) {
	in.Until(`(async () => {
		const all = new DataTransfer();
		all.items.add(await ` + file + `);
		const at = document.querySelector("` + input + `");
		at.dispatchEvent("` + kind + `" === "paste"
			? new ClipboardEvent("paste", { clipboardData: all, bubbles: true, cancelable: true })
			: new DragEvent("drop", { dataTransfer: all, bubbles: true, cancelable: true }));
		return true;
	})()`)
}

// files are what came with the newest ticket's messages.
func (s *stage) files() (all []tickets.File) {
	s.t.Helper()
	err := s.DB.View(s.t.Context(), func(tx *store.Tx) error {
		told, err := tickets.Events(tx, s.newest().ID, 0, 1000)
		for _, e := range told {
			all = append(all, e.Said.Files...)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

func TestAPictureIsPastedAndArrives(t *testing.T) {
	s, b, in := open(t)
	hand(in, "paste", picture)
	in.Until(ready)
	b.Photograph("file-chosen")
	in.Accessible("a file is chosen")
	say(in, "It came like this")
	in.Until(arrived)
	in.Until(`document.querySelector(".mine img[alt='broken pot.png']")?.naturalWidth === 120`)
	b.Photograph("file-sent")
	in.Accessible("a picture is sent")
	if got := s.files(); len(got) != 1 || got[0].Name != "broken pot.png" || got[0].Type != "image/png" {
		t.Errorf("the house has %+v", got)
	}
	other := s.visitor(t, s.token(b)).Widget()
	other.Until(`document.querySelector(".mine img")?.naturalWidth === 120`)
}

func TestAFileAloneIsAMessage(t *testing.T) {
	s, _, in := open(t)
	path := filepath.Join(t.TempDir(), "invoice.txt")
	if err := os.WriteFile(path, []byte("12 cups"), 0o600); err != nil {
		t.Fatal(err)
	}
	in.Until(`document.querySelector("[data-testid=send]").disabled`)
	in.Eval(`document.querySelector("[data-testid=widget-attach]").focus()`)
	in.Until(`document.activeElement.getAttribute("aria-label") === "Attach files"`)
	choose(in, path)
	in.Until(ready)
	in.Click("[data-testid=send]")
	in.Until(arrived)
	in.Shows(bubbles+" a", "invoice.txt")
	if got := s.files(); len(got) != 1 || got[0].Size != 7 {
		t.Errorf("the house has %+v", got)
	}
}

// choose chooses a file as the browser's own dialog does.
func choose(in browsertest.Tab, path string) {
	in.Do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		found, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: `document.querySelector("[data-testid=widget-file]")`})
		if err != nil {
			return err
		}
		_, err = chromedp.Call(ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, ObjectID: found.Result.ObjectID})
		return err
	}))
}

func TestWhatIsTooLargeIsSaidAtOnce(t *testing.T) {
	_, b, in := open(t)
	in.Write(input, "See this film")
	hand(in, "drop", `new File([new ArrayBuffer(21 << 20)], "film.mp4")`)
	in.Shows(".hint", "film.mp4 is too large. A file may have 20 MB.")
	b.Photograph("file-too-large")
	in.Accessible("a file is too large")
	in.Write(input, browsertest.Enter) // the words go without it
	in.Until(arrived)
	sees(in, "See this film")
}

func TestAFileWaitsForTheLineAndNothingIsLost(t *testing.T) {
	s, b, in := open(t)
	say(in, "hello")
	in.Until(arrived)
	s.wall.fall()
	in.Until(`document.querySelector(".notice").innerText !== ""`)
	in.Write(input, "this is how it looks")
	hand(in, "drop", picture)
	in.Write(input, browsertest.Enter)
	in.Shows(".hint", "still on its way")
	b.Photograph("file-waits")
	in.Accessible("a file waits")
	s.wall.rise()
	in.Until(ready)
	in.Write(input, browsertest.Enter)
	in.Until(arrived)
	sees(in, "hello", "this is how it looks")
	if got := s.files(); len(got) != 1 {
		t.Errorf("the house has %+v", got)
	}
}

func TestAFileGoesWithTheForm(t *testing.T) {
	s := newStage(t, demoshop.Shop{Connect: true})
	b := browsertest.Open(t)
	b.Go(s.shop + "?lang=pt-BR")
	in := b.Widget()
	in.Write("[data-testid=widget-email]", "zoe@example.com")
	in.Write(input, "Chegou assim")
	hand(in, "drop", picture)
	in.Until(ready)
	b.Photograph("file-form")
	for _, scheme := range []string{"light", "dark"} {
		in.Prefers(scheme)
		in.Accessible("the form with a file, " + scheme)
	}
	in.Click("[data-testid=send]")
	in.Until(`document.querySelector(".mine img")?.naturalWidth === 120`)
	if got := strings.Join(s.stored(), ","); got != "Chegou assim" || len(s.files()) != 1 {
		t.Errorf("the house has %q and %+v", got, s.files())
	}
}
