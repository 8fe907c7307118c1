package front

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"deskbell/internal/web"
)

var pair = regexp.MustCompile(`--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)`)

// tokens reads the colours of a style sheet, as they are in light and in dark.
func tokens(t *testing.T, css string) (both [2]map[string]colour) {
	t.Helper()
	both = [2]map[string]colour{{}, {}}
	for _, m := range pair.FindAllStringSubmatch(css, -1) {
		for i := range both {
			c, ok := parse(m[2+i])
			if !ok {
				t.Fatalf("%s is no colour", m[2+i])
			}
			if both[i][m[1]] == (colour{}) { // the first is that of everybody, the others of whoever asks for more contrast
				both[i][m[1]] = c
			}
		}
	}
	return both
}

// many are colours as a shop might choose them, with those that are hardest to read.
func many() (all []string) {
	all = []string{"#ffe600", "#111111", "#c2185b", "#ffffff", "#fefefe", "#000000", "#777777", "#767676", "#808080", "#0e6a64", "#2f6f4f", "#00ff00", "#0000ff"}
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				all = append(all, fmt.Sprintf("#%02x%02x%02x", r, g, b))
			}
		}
	}
	return all
}

// Whichever colour a shop chooses, its words can be read on every ground and its buttons can be seen, in light and in dark.
func TestEveryColourCanBeRead(t *testing.T) {
	file, err := os.ReadFile("../../assets/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	ours := tokens(t, string(file))
	grounds := []string{"sunken", "paper", "card", "hover", "accent-soft", "selected"}
	for _, hex := range many() {
		c, _ := parse(hex)
		for i, theme := range []string{"light", "dark"} {
			now := map[string]colour{}
			for name, value := range ours[i] {
				now[name] = value
			}
			for name, value := range tokens(t, draw(c))[i] {
				now[name] = value
			}
			apart := func(a, b string, least float64) {
				if got := contrast(now[a], now[b]); got < least {
					t.Errorf("%s in %s: %s %s on %s %s stands out by %.2f only", hex, theme, a, now[a], b, now[b], got)
				}
			}
			for _, ground := range grounds {
				apart("accent", ground, 4.5)
				apart("accent-deep", ground, 4.5)
				apart("ink", ground, 4.5)
				apart("ink-2", ground, 4.5)
			}
			apart("on-accent", "accent", 4.5)
			apart("on-accent", "accent-deep", 4.5)
			apart("on-fill", "fill", 4.5)
			apart("on-fill", "fill-deep", 4.5)
			apart("fill-edge", "card", 3)
		}
	}
}

// The grounds that are calculated with are those that are drawn.
func TestTheGroundsAreThoseOfTheTokens(t *testing.T) {
	file, err := os.ReadFile("../../assets/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	ours := tokens(t, string(file))
	for i, name := range []string{"sunken", "paper", "card", "hover"} {
		if lightGrounds[i] != ours[0][name] || darkGrounds[i] != ours[1][name] {
			t.Errorf("%s is %s and %s, and not %s and %s", name, ours[0][name], ours[1][name], lightGrounds[i], darkGrounds[i])
		}
	}
	if light.ink != ours[0]["ink"] || dark.ink != ours[1]["ink"] {
		t.Errorf("the ink is %s and %s, and not %s and %s", ours[0]["ink"], ours[1]["ink"], light.ink, dark.ink)
	}
	if ours[0]["accent"].String() != house {
		t.Errorf("the house's own colour is %s", ours[0]["accent"])
	}
}

func TestContrastIsWhatTheStandardSays(t *testing.T) {
	grey, _ := parse("#777777")
	for _, c := range []struct {
		a, b colour
		want string
	}{{black, white, "21.00"}, {white, black, "21.00"}, {white, white, "1.00"}, {grey, white, "4.48"}} {
		if got := fmt.Sprintf("%.2f", contrast(c.a, c.b)); got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.a, c.b, got, c.want)
		}
	}
}

// A button is the shop's colour as it was chosen, as long as anything can be written on it.
func TestAButtonKeepsTheShopsColour(t *testing.T) {
	for _, hex := range []string{"#ffe600", "#111111", "#c2185b", "#2f6f4f", "#fafafa"} {
		c, _ := parse(hex)
		if fill, _, hover := fillOf(c); fill != c || hover == fill {
			t.Errorf("%s becomes %s, and %s under the pointer", hex, fill, hover)
		}
	}
}

// A sheet may be kept for ever, so its address leads to that very sheet and to no other.
func TestASheetHasAnAddressOfItsOwn(t *testing.T) {
	edge, err := web.New(web.Options{URL: &url.URL{Scheme: "http", Host: "127.0.0.1"}, Unlimited: true})
	if err != nil {
		t.Fatal(err)
	}
	handler := edge.Handler(Routes())
	yellow, _ := parse("#ffe600")
	good := sheetOf(yellow).path
	for path, want := range map[string]int{
		good: http.StatusOK,
		strings.Replace(good, "ffe600", "ffe601", 1): http.StatusNotFound,
		"/look/000000000000/ffe600.css":              http.StatusNotFound,
		strings.TrimSuffix(good, ".css"):             http.StatusNotFound,
		"/look/000000000000/red;}.css":               http.StatusNotFound,
	} {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
		if kept := strings.Contains(w.Header().Get("Cache-Control"), "immutable"); kept != (want == http.StatusOK) {
			t.Errorf("%s is kept: %v", path, kept)
		}
	}
}

// Every page of a shop names the one sheet of its colour.
func TestTheSheetOfAShopIsDrawnOnce(t *testing.T) {
	c, _ := parse("#c2185b")
	want := sheetOf(c).path
	if n := testing.AllocsPerRun(100, func() { sheetOf(c) }); n > 0 {
		t.Errorf("it is drawn anew, with %v allocations", n)
	}
	other, _ := parse("#2f6f4f")
	if sheetOf(other).path == want || sheetOf(c).path != want {
		t.Error("two colours have one sheet")
	}
}

func TestWhoComesTooOftenIsAnsweredWithoutTheStore(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/community", nil)
	if page := Trouble(nil, r, web.Trouble{Status: http.StatusTooManyRequests}); page != nil {
		t.Error("the page was gathered from the store")
	}
}
