package web

import (
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestOversizedRequestsAreRefused(t *testing.T) {
	type input struct {
		Text string `form:"text"`
	}
	take := func(w http.ResponseWriter, r *http.Request) error {
		var in input
		if err := Form(r, &in); err != nil {
			return err
		}
		_, err := io.WriteString(w, in.Text)
		return err
	}
	h := open(t, nil, Post("/form", Anyone, take), Post("/small", Anyone, take).UpTo(10))
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	for name, c := range map[string]struct {
		path, body string
		header     []string
		status     int
	}{
		"a form":              {"/form", "text=hello&role=owner", form, 200},
		"a large body":        {"/form", "text=" + strings.Repeat("x", maxBody), form, 413},
		"a small limit":       {"/small", "text=12345678", form, 413},
		"too many fields":     {"/form", strings.Repeat("a=b&", 10000), form, 413},
		"not a form":          {"/form", "{}", []string{"Content-Type", "application/json"}, 415},
		"no type":             {"/form", "text=1", nil, 415},
		"half a percent":      {"/form", "text=%zz", form, 400},
		"a boundary too few":  {"/form", "x", []string{"Content-Type", "multipart/form-data"}, 400},
		"a thousand cookies":  {"/form", "", []string{"Cookie", strings.Repeat("a=b; ", 1000)}, 431},
		"a megabyte of names": {"/form", "", []string{"X-Much", strings.Repeat("x", 1<<20)}, 431},
	} {
		t.Run(name, func(t *testing.T) {
			if answer, text := h.ask(t, "POST", c.path, c.body, c.header...); answer.StatusCode != c.status {
				t.Errorf("answers %d %q, want %d", answer.StatusCode, text, c.status)
			}
		})
	}
}

func TestAFloodDoesNotMakeTheHouseLookDead(t *testing.T) {
	h := open(t, nil, Get("/healthz", Anyone, says("alive")), Get("/page", Anyone, says("ok")))
	here, refused := netip.MustParseAddr("127.0.0.1"), false
	for range 100 { // on a busy machine a place may come free before the page is asked for
		for h.edge.count("", here, housePace) == nil {
		}
		answer, _ := h.ask(t, "GET", "/page", "")
		if refused = answer.StatusCode == 429; refused {
			break
		}
	}
	if !refused {
		t.Fatal("the flood was not refused")
	}
	if answer, _ := h.ask(t, "GET", "/healthz", ""); answer.StatusCode != 200 {
		t.Errorf("the probe at the same address is answered %d", answer.StatusCode)
	}
}

func TestOneAddressCannotFlood(t *testing.T) {
	h := open(t, nil, Get("/rare", Anyone, says("ok")).At(Pace{Every: time.Hour, Burst: 3}), Get("/often", Anyone, says("ok")))
	for i := range 5 {
		answer, _ := h.ask(t, "GET", "/rare", "")
		want := 200
		if i >= 3 {
			want = 429
		}
		if answer.StatusCode != want {
			t.Errorf("request %d: %d, want %d", i, answer.StatusCode, want)
		}
		if want == 429 && answer.Header.Get("Retry-After") == "" {
			t.Error("429 without Retry-After")
		}
	}
	if answer, _ := h.ask(t, "GET", "/often", ""); answer.StatusCode != 200 {
		t.Errorf("another route is refused too: %d", answer.StatusCode)
	}
}

func TestTheAddressBehindProxies(t *testing.T) {
	e := &Edge{Options: Options{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for name, c := range map[string]struct {
		peer string
		hops []string
		want string
	}{
		"no proxy":                        {"203.0.113.9:1", nil, "203.0.113.9"},
		"a stranger claims a header":      {"203.0.113.9:1", []string{"198.51.100.7"}, "203.0.113.9"},
		"our proxy":                       {"10.0.0.1:1", []string{"198.51.100.7"}, "198.51.100.7"},
		"a forged left part":              {"10.0.0.1:1", []string{"1.1.1.1, 198.51.100.7"}, "198.51.100.7"},
		"two proxies of ours":             {"10.0.0.1:1", []string{"1.1.1.1, 198.51.100.7, 10.0.0.2"}, "198.51.100.7"},
		"two headers":                     {"10.0.0.1:1", []string{"1.1.1.1", "198.51.100.7"}, "198.51.100.7"},
		"rubbish":                         {"10.0.0.1:1", []string{"198.51.100.7, <script>"}, "10.0.0.1"},
		"rubbish left of a proxy":         {"10.0.0.1:1", []string{"<script>, 10.0.0.2"}, "10.0.0.2"},
		"with a port":                     {"10.0.0.1:1", []string{"198.51.100.7:4711"}, "198.51.100.7"},
		"IPv6":                            {"10.0.0.1:1", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		"IPv4 in IPv6":                    {"[::ffff:10.0.0.1]:1", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		"a hundred hops":                  {"10.0.0.1:1", []string{strings.Repeat("1.1.1.1,", 100) + "198.51.100.7"}, "198.51.100.7"},
		"an empty header":                 {"10.0.0.1:1", []string{""}, "10.0.0.1"},
		"everybody is trusted on the way": {"10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.hops}}
		if got := e.addressOf(r).String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
