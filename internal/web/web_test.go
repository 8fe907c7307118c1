package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store/storetest"
)

// house is a web server over a real store, on a real port.
type house struct {
	*storetest.House
	edge *Edge
	url  string
	log  *syncBuffer
}

// syncBuffer is a log that a test may read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

func open(t *testing.T, change func(*Options), routes ...Route) *house {
	t.Helper()
	h := &house{House: storetest.Open(t), log: &syncBuffer{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.url = "http://" + l.Addr().String()
	own, _ := url.Parse(h.url)
	o := Options{DB: h.DB, URL: own, Log: slog.New(slog.NewTextHandler(h.log, nil))}
	if change != nil {
		change(&o)
	}
	if h.edge, err = New(o); err != nil {
		t.Fatal(err)
	}
	s := h.edge.NewServer(h.edge.Handler(routes))
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := errors.Join(s.Close(ctx, nil), <-served); err != nil {
			t.Errorf("close the server: %v", err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	return h
}

// ask sends a request with headers given as name, value and reads the whole answer.
func (h *house) ask(t *testing.T, method, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, h.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Add(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

func fails(err error) Handler {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

func says(text string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func TestErrorsAreShownAsTheReaderReads(t *testing.T) {
	h := open(t, nil,
		Get("/late", Anyone, fails(fault.Wait("fault.too_often", 90*time.Second))),
		Get("/ours", Anyone, fails(errors.New("the cellar is flooded"))),
		Get("/wrong", Anyone, fails(fmt.Errorf("while posting: %w", fault.Field("contact.email", "fault.bad_email")))),
		Get("/gone", Anyone, fails(fault.Missing("ticket"))),
		Get("/panic", Anyone, func(http.ResponseWriter, *http.Request) error { panic("the roof") }),
	)
	for name, c := range map[string]struct {
		path   string
		header []string
		status int
		want   string
	}{
		"a page":                 {"/gone", nil, 404, "<p>We could not find this ticket."},
		"in Portuguese":          {"/gone", []string{"Accept-Language", "pt"}, 404, "este ticket"},
		"a problem":              {"/gone", []string{"Accept", "application/json"}, 404, `"detail":"We could not find this ticket.`},
		"a problem of a field":   {"/wrong", []string{"Accept", "application/json"}, 422, `"pointer":"/contact/email"`},
		"a route that is not":    {"/nowhere", nil, 404, "no page at this address"},
		"an API that is not":     {"/api/v1/nothing", nil, 404, `"status":404`},
		"too often":              {"/late", nil, 429, "Wait 90 s"},
		"a mistake of ours":      {"/ours", nil, 500, "tell us this number: "},
		"a panic":                {"/panic", nil, 500, "tell us this number: "},
		"a browser wants a page": {"/gone", []string{"Accept", "text/html,application/json"}, 404, "<h1>"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, text := h.ask(t, "GET", c.path, "", c.header...)
			if answer.StatusCode != c.status || !strings.Contains(text, c.want) {
				t.Errorf("answers %d %q, want %d with %q", answer.StatusCode, text, c.status, c.want)
			}
			if strings.Contains(text, "flooded") || strings.Contains(text, "roof") {
				t.Errorf("tells a stranger what is wrong inside: %q", text)
			}
		})
	}
	if answer, _ := h.ask(t, "GET", "/late", ""); answer.Header.Get("Retry-After") != "90" {
		t.Errorf("Retry-After is %q, want 90", answer.Header.Get("Retry-After"))
	}
	answer, _ := h.ask(t, "GET", "/gone", "", "HX-Request", "true")
	if answer.Header.Get("HX-Retarget") != TroubleTarget {
		t.Errorf("htmx is told to put the error into %q", answer.Header.Get("HX-Retarget"))
	}
	if answer.Header.Get("HX-Push-Url") != "false" {
		t.Error("the browser's address becomes that of what was refused")
	}
	if log := h.log.String(); !strings.Contains(log, "flooded") || !strings.Contains(log, "the roof") {
		t.Errorf("the log does not say what went wrong: %s", log)
	}
}

func TestAMistakeOfOursHasTheSameNumberInTheLog(t *testing.T) {
	h := open(t, nil, Get("/", Anyone, fails(errors.New("no luck"))))
	_, text := h.ask(t, "GET", "/", "", "Accept", "application/json")
	var p Problem
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	if p.Number == "" || !strings.Contains(h.log.String(), "number="+p.Number) {
		t.Errorf("number %q is not in the log: %s", p.Number, h.log)
	}
}

func TestAnAddressThatIsAKeyStaysSecret(t *testing.T) {
	for at, want := range map[string]string{"https": "no-referrer", "http": "same-origin"} {
		h := open(t, func(o *Options) { o.URL = &url.URL{Scheme: at, Host: "help.example.com"} }, Get("/link", Anyone, fails(errors.New("no"))).Keyed())
		answer, _ := h.ask(t, "GET", "/link", "")
		if got := answer.Header.Get("Referrer-Policy"); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
		if answer.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s may be indexed", at)
		}
	}
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	h := open(t, nil,
		Get("/{$}", Anyone, says("hello")),
		Get("/error", Anyone, fails(errors.New("no"))),
		Get("/away", Anyone, func(w http.ResponseWriter, r *http.Request) error { return Redirect(w, r, "/") }),
		Get("/framed", Anyone, func(w http.ResponseWriter, r *http.Request) error {
			Allow(w, Policy{Ancestors: []string{"https://shop.example", "https://evil.example; script-src *"}})
			return nil
		}),
	)
	for _, path := range []string{"/", "/error", "/away", "/nowhere", "//", "/framed"} {
		answer, _ := h.ask(t, "GET", path, "")
		policy := answer.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %q", path, policy)
		}
		if answer.Header.Get("X-Content-Type-Options") != "nosniff" || answer.Header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: headers %v", path, answer.Header)
		}
		ancestors := "frame-ancestors 'none'"
		if path == "/framed" {
			ancestors = "frame-ancestors https://shop.example"
		}
		if !strings.HasSuffix(policy, ancestors) {
			t.Errorf("%s: %q does not end in %q", path, policy, ancestors)
		}
	}
}

func TestTheHostIsOurs(t *testing.T) {
	own, _ := url.Parse("https://Help.Example.com")
	h := open(t, func(o *Options) { o.URL = own }, Get("/", Anyone, says("hello")), Get("/healthz", Anyone, says("alive")))
	for host, want := range map[string]int{
		"help.example.com":       200,
		"HELP.example.com:443":   200,
		"localhost:1":            200,
		"127.0.0.1":              200,
		"[::1]:80":               200,
		"help.example.com:8443":  421,
		"help.example.com.evil":  421,
		"help.example.com.":      421,
		"127.0.0.1.evil.example": 421,
		"evil.example":           421,
	} {
		if answer, text := h.ask(t, "GET", "/", "", "Host", host); answer.StatusCode != want {
			t.Errorf("%s: %d %s, want %d", host, answer.StatusCode, text, want)
		}
	}
	if answer, _ := h.ask(t, "GET", "/healthz", "", "Host", "10.0.0.1"); answer.StatusCode != 200 {
		t.Errorf("a probe that knows only the bare address gets %d", answer.StatusCode)
	}
}

func TestForeignPagesDoNothing(t *testing.T) {
	done := 0
	do := func(http.ResponseWriter, *http.Request) error { done++; return nil }
	h := open(t, nil, Post("/do", Anyone, do), Post("/w/do", Visitors, do))
	for name, c := range map[string]struct {
		path   string
		header []string
		status int
	}{
		"our own page":               {"/do", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		"a program":                  {"/do", nil, 200},
		"another site":               {"/do", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"another host of the domain": {"/do", []string{"Sec-Fetch-Site", "same-site"}, 403},
		"an old browser elsewhere":   {"/do", []string{"Origin", "https://evil.example"}, 403},
		"a sandboxed page":           {"/do", []string{"Origin", "null"}, 403},
		"plain text":                 {"/do", []string{"Origin", "https://evil.example", "Content-Type", "text/plain"}, 403},
		"the widget, which has no cookie to abuse": {"/w/do", []string{"Sec-Fetch-Site", "cross-site"}, 200},
	} {
		before := done
		answer, _ := h.ask(t, "POST", c.path, "", c.header...)
		if answer.StatusCode != c.status || (done > before) != (c.status == 200) {
			t.Errorf("%s: %d, done %v, want %d", name, answer.StatusCode, done > before, c.status)
		}
	}
}

func TestTheLogHoldsNoSecrets(t *testing.T) {
	h := open(t, nil, Get("/my/{ref}", Anyone, says("ok")))
	h.ask(t, "GET", "/my/SECRETREF?token=SECRETQUERY", "", "Cookie", "desk=SECRETCOOKIE", "Authorization", "Bearer SECRETTOKEN")
	h.ask(t, "GET", "/nowhere/SECRETPATH?x=SECRETQUERY", "")
	if log := h.log.String(); strings.Contains(log, "SECRET") || strings.Count(log, "msg=request") != 2 {
		t.Errorf("the log: %s", log)
	}
}

func TestAddresses(t *testing.T) {
	for given, good := range map[string]bool{
		"https://help.example.com":      true,
		"http://127.0.0.1:8080":         true,
		"https://help.example.com/":     true,
		"https://example.com/help":      false,
		"https://user@help.example.com": false,
		"ftp://help.example.com":        false,
		"help.example.com":              false,
		"https://":                      false,
	} {
		u, err := url.Parse(given)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(Options{URL: u}); (err == nil) != good {
			t.Errorf("%s: %v", given, err)
		}
	}
}

func TestASlashTooManyLeadsOn(t *testing.T) {
	h := open(t, nil, Get("/community", Anyone, says("ok")), Post("/ask", Anyone, says("ok")), Get("/help/{lang}", Anyone, says("ok")))
	for path, want := range map[string]string{
		"/community/": "308 /community", "/help/en/": "308 /help/en", "/nowhere/": "404 ", "/ask/": "404 ",
		"/community//": "308 /community", "//evil.example/": "404 ", "/community/?q=a": "308 /community?q=a",
	} {
		answer, _ := h.ask(t, "GET", path, "")
		if got := fmt.Sprint(answer.StatusCode, " ", answer.Header.Get("Location")); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
