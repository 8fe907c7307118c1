package help

import (
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"deskbell/assets"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/ui/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// lines gives how many characters stand on each line of the article's longest paragraph, its last line left out.
const lines = `(() => {
	const p = [...document.querySelectorAll(".prose p")].sort((a, b) => b.innerText.length - a.innerText.length)[0];
	const text = p.firstChild, at = document.createRange(), tops = new Map();
	for (let i = 0; i < text.length; i++) {
		at.setStart(text, i);
		at.setEnd(text, i + 1);
		const top = Math.round(at.getBoundingClientRect().top);
		tops.set(top, (tops.get(top) ?? 0) + 1);
	}
	return [...tops.values()].slice(0, -1);
})()`

// reads opens an article with everything in it that a reader can do something with.
func reads(t *testing.T) browsertest.Tab {
	t.Helper()
	p := open(t)
	edge, err := web.New(web.Options{DB: p.DB, URL: p.URL, Unlimited: true, Log: p.Log})
	if err != nil {
		t.Fatal(err)
	}
	picture := web.Get("/picture.png", web.Anyone, func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "image/png")
		return png.Encode(w, image.NewGray(image.Rect(0, 0, 1600, 1000)))
	})
	files := web.Get(assets.Prefix+"{print}/{name}", web.Anyone, web.Plain(assets.Handler()))
	server := httptest.NewServer(edge.Handler(Routes(p.House), []web.Route{files, picture}))
	t.Cleanup(server.Close)
	path := p.write(kb.NewArticle{
		Category: p.category("", "Your shop"), Language: "en", Title: "Put the chat on your page",
		Text: "## Paste one line\n\n" + strings.Repeat("The bell stands at the lower edge of your page and says nothing until somebody presses it. ", 8) +
			"\n\n```html\n<script src=\"/widget.js\" data-widget=\"KEY\"></script>\n```\n\n## Look at it\n\nIt looks like this:\n\n![A small brass bell](/picture.png)\n\n| Where | How wide |\n|---|---|\n| On a desk | 380 px |\n",
	})
	b := browsertest.Open(t)
	b.Go(server.URL + path)
	return b
}

func TestAnArticleIsAsWideAsABook(t *testing.T) {
	b := reads(t)
	for name, c := range map[string]struct {
		width, height int64
		least, most   int // characters on a line, on average
	}{
		"on a desk":      {1440, 900, 64, 72},
		"on a tablet":    {1024, 768, 60, 72},
		"on a phone":     {390, 844, 35, 60},
		"on a small one": {320, 640, 28, 60},
	} {
		b.Sized(c.width, c.height)
		counts := browsertest.Eval[[]int](b, lines)
		sum := 0
		for _, n := range counts {
			sum += n
		}
		if len(counts) == 0 || sum/len(counts) < c.least || sum/len(counts) > c.most {
			t.Errorf("%s the lines have %v characters, want %d to %d on average", name, counts, c.least, c.most)
		}
		if wide := browsertest.Eval[int64](b, `document.documentElement.scrollWidth`); wide > c.width {
			t.Errorf("%s the page is %d pixels wide", name, wide)
		}
		for _, scheme := range []string{"light", "dark"} {
			b.Prefers(scheme)
			b.Accessible(name + ", " + scheme)
			b.Photograph("article " + name + " " + scheme)
		}
	}
}

func TestCodeIsCopied(t *testing.T) {
	b := reads(t)
	b.Eval(`navigator.clipboard.writeText = async (text) => { window.copied = text }`) // a browser without a screen has no clipboard
	b.Click(".copyable [data-testid=copy]")
	b.Shows(".copied", "Copied")
	b.Photograph("article copied")
	if got := browsertest.Eval[string](b, `window.copied`); got != `<script src="/widget.js" data-widget="KEY"></script>` {
		t.Errorf("copied %q", got)
	}
}

func TestAPictureIsEnlarged(t *testing.T) {
	b := reads(t)
	b.Eval(`document.querySelector(".prose a img").scrollIntoView()`)
	b.Until(`document.querySelector(".prose a img").naturalWidth > 0`) // it comes late, and moves what is below it
	b.Click(".prose a:has(img)")
	b.Until(`document.querySelector(".enlarged").open && document.querySelector(".enlarged img").complete`)
	b.Accessible("a picture over the page")
	b.Photograph("article enlarged")
	b.Press(browsertest.Escape)
	b.Until(`!document.querySelector(".enlarged").open`)
	if at := browsertest.Eval[string](b, `document.activeElement.querySelector("img")?.alt ?? ""`); at != "A small brass bell" {
		t.Errorf("the focus is at %q and not where it was", at)
	}
}
