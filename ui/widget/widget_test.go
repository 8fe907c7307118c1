package widget

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"deskbell/assets"
	"deskbell/chat"
	"deskbell/internal/store"
	"deskbell/ui/cli/demoshop"
)

func TestScriptsStaySmall(t *testing.T) {
	for name, most := range map[string]int{
		"loader.js":  6 << 10, // every page view of every shop
		"widget.js":  60 << 10,
		"widget.css": 12 << 10,
	} {
		var zipped bytes.Buffer
		w := gzip.NewWriter(&zipped)
		_, _ = w.Write(assets.Get(name).Body)
		_ = w.Close()
		t.Logf("%s: %d of %d bytes", name, zipped.Len(), most)
		if zipped.Len() > most {
			t.Errorf("%s has %d bytes as it travels, at most %d are allowed", name, zipped.Len(), most)
		}
	}
}

func TestTheFrameIsForTheWidgetsSitesAlone(t *testing.T) {
	s := newStage(t, demoshop.Shop{})
	s.update(func(tx *store.Tx) error {
		_, err := chat.ChangeWidget(tx, s.ana, s.widget.ID, chat.Setup{Name: "Shop", Sites: []string{"https://shop.example", "https://*.stores.example"}})
		return err
	})
	response := get(t, s.origin+"/w/frame?widget="+s.widget.Key)
	policy := response.Header.Get("Content-Security-Policy")
	if want := "frame-ancestors 'self' https://shop.example https://*.stores.example"; !strings.Contains(policy, want) {
		t.Errorf("the policy says %q, it must say %q", policy, want)
	}
	if strings.Contains(policy, "unsafe-inline") || strings.Contains(policy, "unsafe-eval") {
		t.Errorf("the policy allows what is inline: %q", policy)
	}
	if got := response.Header.Values("Set-Cookie"); len(got) > 0 {
		t.Errorf("the frame sets a cookie on other people's pages: %q", got)
	}
}

func TestAWidgetThatIsNotThereHasNoFrame(t *testing.T) {
	s := newStage(t, demoshop.Shop{})
	response := get(t, s.origin+"/w/frame?widget=nobody")
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", response.StatusCode)
	}
	if policy := response.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("anybody may embed the error: %q", policy)
	}
}

func TestTheFrameSpeaksThePagesLanguage(t *testing.T) {
	s := newStage(t, demoshop.Shop{})
	for asked, want := range map[string]string{"pt": "pt-BR", "en-GB": "en", "xx": "en", "": "en"} {
		d := dataIn(t, get(t, s.origin+"/w/frame?widget="+s.widget.Key+"&lang="+asked))
		if d.Lang != want || d.Words["widget.send"] == "" {
			t.Errorf("asked in %q it speaks %q", asked, d.Lang)
		}
	}
}

// What a shop's owner typed must not end the script element that holds it.
func TestTheGreetingStaysData(t *testing.T) {
	s := newStage(t, demoshop.Shop{})
	const nasty = `</script><script src=//evil.example></script><!--`
	s.update(func(tx *store.Tx) error {
		_, err := chat.ChangeWidget(tx, s.ana, s.widget.ID, chat.Setup{Name: "Shop", Greeting: nasty})
		return err
	})
	if d := dataIn(t, get(t, s.origin+"/w/frame?widget="+s.widget.Key)); d.Greeting != nasty {
		t.Errorf("the greeting came as %q", d.Greeting)
	}
}

func get(t *testing.T, url string) *http.Response {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

// dataIn reads the data out of the frame's page.
func dataIn(t *testing.T, response *http.Response) (d data) {
	t.Helper()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), `<script id="data" type="application/json">`)
	text, _, ended := strings.Cut(rest, "</script>")
	if !found || !ended {
		t.Fatalf("no data in the page:\n%s", page)
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return d
}
