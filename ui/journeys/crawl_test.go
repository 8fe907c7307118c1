package journeys

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"deskbell/ui/browsertest"
)

// changing are the parts of a path that name one of many alike: two of a kind are looked at, and not a thousand.
var changing = regexp.MustCompile(`/([0-9]+|[0-9a-hjkmnp-tv-z]{26})\b`)

const alike = 2

// TestNothingStopsAScreenReader follows every link from the public front page and from the desk, as an owner who is signed in,
// and lets axe-core look at every page in light and in dark.
func TestNothingStopsAScreenReader(t *testing.T) {
	d := serveDemo(t)
	b := d.signIn(t)
	queue := []string{d.url + "/", d.url + "/desk", d.url + "/community/ask", d.url + "/contact", d.url + "/my/sign-in"}
	seen, kinds := map[string]bool{}, map[string]int{}
	looked := 0
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		u, err := url.Parse(at)
		if err != nil || seen[at] || !strings.HasPrefix(at, d.url+"/") || u.Path == "/demo/shop" || strings.HasPrefix(u.Path, "/api/") {
			continue
		}
		seen[at] = true
		kind := changing.ReplaceAllString(u.Path, "/*")
		if kinds[kind]++; kinds[kind] > alike {
			continue
		}
		if !d.looks(b, u) {
			continue
		}
		looked++
		queue = append(queue, browsertest.Eval[[]string](b, `[...document.querySelectorAll("a[href]")].map((a) => a.href.split("#")[0])`)...)
	}
	if looked < 20 {
		t.Errorf("only %d pages were found", looked)
	}
	t.Logf("axe-core looked at %d pages, each in light and in dark", looked)
}

// looks lets axe-core look at a page in dark and in light, if it is one.
func (d *demo) looks(b browsertest.Tab, at *url.URL) bool {
	for _, scheme := range []string{"dark", "light"} {
		b.Prefers(scheme)
		b.Go(at.String())
		if browsertest.Eval[string](b, `document.contentType`) != "text/html" {
			return false
		}
		b.Accessible(at.Path + ", " + scheme)
	}
	return true
}
