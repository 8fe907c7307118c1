package widget

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/live"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/house"
)

const shopSite = "https://shop.example"

// wired is a house with a widget, reached over a real network.
type wired struct {
	*house.House
	t      testing.TB
	edge   *web.Edge
	url    string
	widget *chat.Widget
	ana    people.Actor
	from   string // the address of what it sends; "" is this machine
}

func wire(t testing.TB) *wired { return wireWith(t, false) }

func wireWith(t testing.TB, unlimited bool) *wired {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	h, err := house.Open(t.Context(), house.Options{
		Dir: t.TempDir(), URL: &url.URL{Scheme: "https", Host: "desk.example"}, Log: quiet, Unlimited: unlimited,
	})
	if err != nil {
		t.Fatal(err)
	}
	proxy := netip.MustParsePrefix("127.0.0.0/8") // so that a test can come from elsewhere: see from
	edge, err := web.New(web.Options{DB: h.DB, URL: h.URL, Log: quiet, Unlimited: unlimited, Trusted: []netip.Prefix{proxy}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(edge.Handler(transport(h)))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		if err := h.Close(ctx); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	w := &wired{House: h, t: t, edge: edge, url: server.URL}
	w.do(func(tx *store.Tx) error {
		ana, err := people.AddAgent(tx, people.System, people.NewAgent{Email: "ana@shop.example", Name: "Ana", Role: people.Owner})
		if err != nil {
			return err
		}
		w.ana = ana.Actor()
		w.widget, err = chat.AddWidget(tx, w.ana, chat.Setup{Name: "Shop", Sites: []string{shopSite}, Look: chat.Look{Color: "#0f766e"}})
		return err
	})
	return w
}

func (w *wired) do(deed func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.DB.Update(w.t.Context(), deed); err != nil {
		w.t.Fatal(err)
	}
}

func (w *wired) hello(more string) string {
	return fmt.Sprintf(`{"t":"hello","v":1,"widget":%q%s}`, w.widget.Key, more)
}

// post sends a body from the shop's page and gives the answer, whose body the caller closes.
func (w *wired) post(path, body, origin string) *http.Response {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	if w.from != "" {
		r.Header.Set("X-Forwarded-For", w.from)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

// told is a frame of the server's.
type told struct {
	T, Visitor, Session, Ticket, Epoch, ID, Code, Text, From string
	Seq                                                      int
	Events                                                   []told
	Attachments                                              []struct{ Name, URL string }
}

// line is a visitor's line, whatever carries it.
type line interface {
	send(frames ...string)
	next() (told, error) // an error when the line has ended
	close()
}

// ways are all that can carry a line: what holds on one of them must hold on every one.
var ways = map[string]func(w *wired, hello, origin string) (line, int){
	"socket": dialSocket, "stream": openStream, "poll": openPoll,
}

type overSocket struct {
	w *wired
	c *live.Client
}

// dialSocket gives the line, or the status with which it was refused.
func dialSocket(w *wired, hello, origin string) (line, int) {
	header := http.Header{}
	if origin != "" {
		header.Set("Origin", origin)
	}
	if w.from != "" {
		header.Set("X-Forwarded-For", w.from)
	}
	c, err := live.Dial(w.t.Context(), "ws"+strings.TrimPrefix(w.url, "http")+"/w/socket", header)
	var refused *live.Refused
	if errors.As(err, &refused) {
		return nil, refused.Status
	}
	if err != nil {
		w.t.Fatal(err)
	}
	l := overSocket{w, c}
	w.t.Cleanup(l.close)
	l.send(hello)
	return l, 0
}

func (l overSocket) send(frames ...string) {
	for _, f := range frames {
		if err := l.c.Send([]byte(f)); err != nil {
			return // it has been closed: next says how
		}
	}
}

func (l overSocket) next() (f told, err error) {
	ctx, cancel := context.WithTimeout(l.w.t.Context(), time.Minute)
	defer cancel()
	data, err := l.c.Receive(ctx)
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	return f, err
}

func (l overSocket) close() { l.c.Close(live.Normal, "") }

// overHTTP is what stream and poll share: frames go out by /w/send.
type overHTTP struct {
	w       *wired
	session string
	queue   []told
	more    func() ([]string, error)
	stop    func()
}

func (l *overHTTP) send(frames ...string) {
	for l.session == "" {
		l.fetch()
	}
	l.w.post("/w/send", fmt.Sprintf(`{"session":%q,"frames":[%s]}`, l.session, strings.Join(frames, ",")), "").Body.Close()
}

func (l *overHTTP) fetch() error {
	list, err := l.more()
	for _, data := range list {
		var f told
		if err := json.Unmarshal([]byte(data), &f); err != nil {
			return err
		}
		if f.Session != "" {
			l.session = f.Session
		}
		l.queue = append(l.queue, f)
	}
	return err
}

func (l *overHTTP) next() (told, error) {
	for len(l.queue) == 0 {
		if err := l.fetch(); err != nil {
			return told{}, err
		}
	}
	f := l.queue[0]
	l.queue = l.queue[1:]
	return f, nil
}

func (l *overHTTP) close() { l.stop() }

func openStream(w *wired, hello, origin string) (line, int) {
	answer := w.post("/w/stream", hello, origin)
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		return nil, answer.StatusCode
	}
	if kind := answer.Header.Get("Content-Type"); kind != "text/event-stream" {
		w.t.Errorf("a stream of %s", kind)
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	l := &overHTTP{w: w, stop: func() { answer.Body.Close() }}
	l.more = func() ([]string, error) {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return []string{data}, nil
			}
		}
		return nil, io.EOF
	}
	w.t.Cleanup(l.stop)
	return l, 0
}

func openPoll(w *wired, hello, origin string) (line, int) {
	l := &overHTTP{w: w, stop: func() {}}
	body, status := hello, 0
	l.more = func() (frames []string, err error) {
		answer := w.post("/w/poll", body, origin)
		defer answer.Body.Close()
		if status = answer.StatusCode; status != http.StatusOK {
			return nil, io.EOF
		}
		var list struct{ Frames []json.RawMessage }
		err = json.NewDecoder(answer.Body).Decode(&list)
		for _, f := range list.Frames {
			frames = append(frames, string(f))
		}
		return frames, err
	}
	if l.fetch() != nil {
		return nil, status
	}
	body = fmt.Sprintf(`{"session":%q}`, l.session)
	return l, 0
}

// expect reads on to a frame of a kind.
func (w *wired) expect(l line, kind string) told {
	w.t.Helper()
	for {
		f, err := l.next()
		if err != nil {
			w.t.Fatalf("the line ended before a %s: %v", kind, err)
		}
		if f.T == kind {
			return f
		}
	}
}
