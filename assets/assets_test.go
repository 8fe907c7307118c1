package assets

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestAnAssetIsKeptForEverUnderItsFingerprint(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, URL("app.css"), nil)
	r.Header.Set("Accept-Encoding", "br, gzip")
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)

	for name, want := range map[string]string{
		"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": "text/css; charset=utf-8",
		"Content-Encoding": "gzip", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	unzipped, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(unzipped)
	if err != nil || string(body) != string(Get("app.css").Body) {
		t.Errorf("what was sent is not the file: %v", err)
	}
}

func TestAnotherReleasesFileIsNotServedUnderItsName(t *testing.T) {
	for _, path := range []string{"/assets/000000000000/app.css", "/assets/app.css", "/assets/", "/assets/x/../app.css", URL("nothing.css")} {
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "" {
			t.Errorf("GET %s is %d with Cache-Control %q, want 404 and nothing to keep", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
}

func TestAFileAtALastingPathIsAskedForAgain(t *testing.T) {
	handler := Get("page.js").Lasting(5 * time.Minute)
	first := httptest.NewRecorder()
	handler.ServeHTTP(first, httptest.NewRequest(http.MethodGet, "/page.js", nil))
	if got := first.Header().Get("Cache-Control"); got != "public, max-age=300" {
		t.Errorf("Cache-Control is %q", got)
	}

	again := httptest.NewRequest(http.MethodGet, "/page.js", nil)
	again.Header.Set("If-None-Match", first.Header().Get("ETag"))
	second := httptest.NewRecorder()
	handler.ServeHTTP(second, again)
	if second.Code != http.StatusNotModified {
		t.Errorf("asking again for what did not change gives %d, want 304", second.Code)
	}
}

func TestWhoGetsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP;q=0.5": true, "br, gzip": true, "*": true,
		"identity": false, "gzip;q=0": false, "gzip; q=0.0": false, "x-gzipped": false,
	} {
		if got := acceptsGzip(header); got != want {
			t.Errorf("acceptsGzip(%q) = %t", header, got)
		}
	}
}

func TestAnIconIsDrawnWithoutItsFrame(t *testing.T) {
	if got := Icon("check"); got != `<path d="M20 6 9 17l-5-5" />` {
		t.Errorf("check is drawn as %q", got)
	}
	if got := Icon("no-such-icon"); got != "" {
		t.Errorf("an icon that is not there is drawn as %q", got)
	}
}

// Names of assets and icons are strings, so the compiler cannot find a wrong one; this does.
func TestTheSourcesNameWhatIsThere(t *testing.T) {
	sources := readSources(t)
	for _, m := range regexp.MustCompile(`assets\.(?:URL|Get)\("([^"]+)"\)`).FindAllStringSubmatch(sources, -1) {
		if Get(m[1]) == nil {
			t.Errorf("the sources name the asset %q, which is not there", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`(?:Icon|Mark):\s*"([^"]+)"|Icon\{Name:\s*"([^"]+)"|icons/([a-z0-9-]+)\.svg`).FindAllStringSubmatch(sources, -1) {
		if name := m[1] + m[2] + m[3]; Icon(name) == "" {
			t.Errorf("the sources name the icon %q, which is not there: copy it from lucide-static", name)
		}
	}
	for name := range drawings {
		if !strings.Contains(sources, `"`+name+`"`) && !strings.Contains(sources, "icons/"+name+".svg") {
			t.Errorf("nobody draws the icon %q: take it away", name)
		}
	}
}

// readSources joins everything that can name an asset.
func readSources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	read := func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !regexp.MustCompile(`\.(templ|go|ts)$`).MatchString(path) ||
			regexp.MustCompile(`_(templ|test)\.go$`).MatchString(path) {
			return err
		}
		source, err := os.ReadFile(path)
		all.Write(source)
		return err
	}
	for _, root := range []string{"../ui", "../internal/web", "ts"} {
		if err := filepath.WalkDir(root, read); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
