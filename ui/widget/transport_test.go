package widget

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/live"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
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
	edge, err := web.New(web.Options{DB: h.DB, URL: h.URL, Log: quiet, Unlimited: unlimited})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(edge.Handler(transport(h)))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
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
	ctx, cancel := context.WithTimeout(l.w.t.Context(), 10*time.Second)
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

func TestAConversationOverEveryWay(t *testing.T) {
	for name, open := range ways {
		t.Run(name, func(t *testing.T) {
			w := wire(t)
			l, _ := open(w, w.hello(""), shopSite)
			welcome := w.expect(l, "welcome")
			l.send(`{"t":"say","id":"m1","text":"Do you have chairs?"}`, `{"t":"say","id":"m2","text":"Red ones."}`)
			first, second := w.expect(l, "ack"), w.expect(l, "ack")
			if first.ID != "m1" || second.ID != "m2" || second.Seq <= first.Seq {
				t.Errorf("acked with %+v and %+v", first, second)
			}
			var ticket *tickets.Ticket
			w.do(func(tx *store.Tx) (err error) {
				if ticket, err = tickets.ByRef(tx, first.Ticket); err != nil {
					return err
				}
				_, err = tickets.Reply(tx, w.ana, ticket.ID, tickets.Draft{Text: "Yes."})
				return err
			})
			if e := w.expect(l, "event"); e.Text != "Yes." || e.From != "agent" || e.Seq <= second.Seq {
				t.Errorf("the answer came as %+v", e)
			}
			l.close()

			back, _ := open(w, w.hello(fmt.Sprintf(`,"visitor":%q,"ticket":%q,"epoch":%q,"since":%d`,
				welcome.Visitor, ticket.Ref, welcome.Epoch, second.Seq)), "")
			if got := w.expect(back, "welcome"); got.Ticket != ticket.Ref || len(got.Events) != 1 || got.Events[0].Text != "Yes." {
				t.Errorf("back, and told %+v", got)
			}
			back.send(`{"t":"say","id":"m1","text":"Do you have chairs?"}`)
			if again := w.expect(back, "ack"); again.Seq != first.Seq {
				t.Errorf("the first message is now %d, it was %d", again.Seq, first.Seq)
			}
		})
	}
}

func TestRefusalsOverEveryWay(t *testing.T) {
	for name, open := range ways {
		t.Run(name, func(t *testing.T) {
			w := wire(t)
			l, _ := open(w, w.hello(""), shopSite)
			w.expect(l, "welcome")
			for frame, code := range map[string]string{
				`{"t":"sing"}`:                      "unknown_kind",
				`{"t":"note","id":"m1","text":"x"}`: "forbidden",
				`{"t":"say","id":"m1","Text":"x"}`:  "bad_frame",
				`{"t":"say","id":"m1","text":"` + strings.Repeat("x", chat.MaxText+1) + `"}`: "too_long",
			} {
				l.send(frame)
				if f := w.expect(l, "error"); f.Code != code {
					t.Errorf("%.40s is refused with %s, want %s", frame, f.Code, code)
				}
			}
			for range 17 { // three of those above count
				l.send(`{"t":"sing"}`)
			}
			for range 17 {
				w.expect(l, "error")
			}
			if f, err := l.next(); err == nil {
				t.Errorf("after twenty errors came %+v", f)
			}
		})
	}
}

func TestWhoMayComeInOverEveryWay(t *testing.T) {
	for name, open := range ways {
		for from, c := range map[string]struct {
			origin string
			status int
		}{
			"the shop":           {shopSite, 0},
			"our own page":       {"https://desk.example", 0},
			"no page":            {"", 0},
			"another site":       {"https://evil.example", http.StatusForbidden},
			"the shop, unsafely": {"http://shop.example", http.StatusForbidden},
			"a file":             {"null", http.StatusForbidden},
		} {
			t.Run(name+" from "+from, func(t *testing.T) {
				w := wire(t)
				l, status := open(w, w.hello(""), c.origin)
				if status != c.status {
					t.Fatalf("answered %d, want %d", status, c.status)
				}
				if l != nil {
					w.expect(l, "welcome")
				}
			})
		}
	}
}

// A site that stands on one widget opens no other. A socket learns it after the upgrade, plain requests by their status.
func TestASiteOfAnotherWidget(t *testing.T) {
	for name, open := range ways {
		t.Run(name, func(t *testing.T) {
			w := wire(t)
			w.do(func(tx *store.Tx) error {
				_, err := chat.AddWidget(tx, w.ana, chat.Setup{Name: "Other", Sites: []string{"https://other.example"}})
				return err
			})
			l, status := open(w, w.hello(""), "https://other.example")
			if name != "socket" {
				if status != http.StatusForbidden {
					t.Errorf("answered %d", status)
				}
				return
			}
			if f, err := l.next(); err != nil || f.Code != "forbidden" {
				t.Errorf("told %+v (%v)", f, err)
			}
			if _, err := l.next(); live.CloseCode(err) != live.Policy {
				t.Errorf("closed with %v, want 1008", err)
			}
		})
	}
}

func TestTooManyLinesFromOneAddress(t *testing.T) {
	w := wire(t)
	var all []line
	for range 100 {
		l, status := dialSocket(w, w.hello(""), "")
		if status != 0 {
			t.Fatalf("line %d is refused with %d: an office must fit in", len(all)+1, status)
		}
		all = append(all, l)
	}
	for _, open := range ways {
		if _, status := open(w, w.hello(""), ""); status != http.StatusTooManyRequests {
			t.Errorf("the 101st is answered %d, want 429", status)
		}
	}
	w.expect(all[0], "welcome")
	all[0].send(`{"t":"say","id":"m1","text":"I still can talk"}`)
	w.expect(all[0], "ack")
}

// A house that closes ends every way at once; nothing may wait out its time.
func TestClosingEndsEveryWay(t *testing.T) {
	w := wire(t)
	ended := make(chan error, len(ways))
	for _, open := range ways {
		l, _ := open(w, w.hello(""), "")
		w.expect(l, "welcome")
		go func() {
			_, err := l.next()
			ended <- err
		}()
	}
	server := w.edge.NewServer(http.NotFoundHandler())
	if err := server.Close(t.Context(), func(ctx context.Context) { _ = w.Hub.Close(ctx) }); err != nil {
		t.Error(err)
	}
	w.Chat.Close()
	for range ways {
		select {
		case err := <-ended:
			if err == nil {
				t.Error("a frame came instead of the end")
			}
		case <-time.After(10 * time.Second):
			t.Fatal("a way goes on")
		}
	}
}

func TestASessionThatIsOver(t *testing.T) {
	w := wire(t)
	for path, body := range map[string]string{
		"/w/send": `{"session":"nobody","frames":[]}`,
		"/w/poll": `{"session":"nobody"}`,
	} {
		answer := w.post(path, body, "")
		answer.Body.Close()
		if answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s is answered %d", path, answer.StatusCode)
		}
	}
}

func TestHello(t *testing.T) {
	w := wire(t)
	for name, c := range map[string]struct {
		body, origin string
		status       int
	}{
		"the shop":          {fmt.Sprintf(`{"widget":%q,"visitor":"","page":{"url":"","title":"","referrer":""}}`, w.widget.Key), shopSite, 200},
		"another site":      {fmt.Sprintf(`{"widget":%q}`, w.widget.Key), "https://evil.example", 403},
		"for no widget":     {`{"widget":"nobody"}`, shopSite, 403},
		"a field unknown":   {fmt.Sprintf(`{"widget":%q,"constructor":{}}`, w.widget.Key), shopSite, 422},
		"something else":    {`null`, shopSite, 422},
		"a body of 300 KiB": {`{"widget":"` + strings.Repeat("x", 300<<10) + `"}`, shopSite, 413},
	} {
		t.Run(name, func(t *testing.T) {
			answer := w.post("/w/hello", c.body, c.origin)
			defer answer.Body.Close()
			text, err := io.ReadAll(answer.Body)
			if err != nil || answer.StatusCode != c.status {
				t.Fatalf("answered %d %s (%v), want %d", answer.StatusCode, text, err, c.status)
			}
			if c.status != 200 {
				return
			}
			if got := strings.TrimSpace(string(text)); got != `{"online":false,"waiting":0,"look":{"color":"#0f766e"}}` {
				t.Errorf("answered %s", got)
			}
			h := answer.Header
			if h.Get("Access-Control-Allow-Origin") != shopSite || h.Get("Access-Control-Allow-Credentials") != "" || h.Get("Vary") != "Origin" ||
				h.Get("Set-Cookie") != "" {
				t.Errorf("answered with the header %v", h)
			}
		})
	}
}

// sent uploads a file as a visitor and gives the answer's status and body.
func (w *wired) sent(token, name, kind, content string) (int, []byte) {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, name)}, "Content-Type": {kind},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	io.WriteString(part, content)
	form.Close()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+"/w/uploads", &body)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, text
}

func TestAttachments(t *testing.T) {
	w := wire(t)
	l, _ := dialSocket(w, w.hello(""), "")
	token := w.expect(l, "welcome").Visitor
	other, _ := dialSocket(w, w.hello(""), "")
	w.expect(other, "welcome")

	if status, _ := w.sent("nobody.nothing", "x.png", "image/png", "x"); status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", status)
	}
	status, text := w.sent(token, "../../chair.html", "text/html", "<script>alert(1)</script>")
	var kept struct {
		ID, Name, Type string
		Size           int
	}
	if err := json.Unmarshal(text, &kept); err != nil || status != http.StatusCreated || kept.Name != "chair.html" || kept.Size != 25 {
		t.Fatalf("kept as %d %s", status, text)
	}

	other.send(fmt.Sprintf(`{"t":"say","id":"m1","text":"mine","attachments":[%q]}`, kept.ID))
	if f := w.expect(other, "error"); f.Code != "forbidden" {
		t.Errorf("somebody else's file: %+v", f)
	}
	l.send(fmt.Sprintf(`{"t":"say","id":"m1","text":"","attachments":[%q]}`, kept.ID))
	w.expect(l, "ack")
	back, _ := dialSocket(w, w.hello(fmt.Sprintf(`,"visitor":%q`, token)), "")
	e := w.expect(back, "welcome").Events[0]
	if len(e.Attachments) != 1 || e.Attachments[0].Name != "chair.html" {
		t.Fatalf("told as %+v", e)
	}
	link := e.Attachments[0].URL
	for path, want := range map[string]int{
		link:                                   200,
		strings.Replace(link, kept.ID, "x", 1): 404,
		link[:len(link)-len("/chair.html")] + "a/chair.html": 404,
		strings.Replace(link, "/w/files/", "/w/files/x/", 1): 404,
	} {
		answer, err := http.Get(w.url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s is answered %d, want %d", path, answer.StatusCode, want)
		}
		if want != 200 {
			continue
		}
		h := answer.Header
		if string(body) != "<script>alert(1)</script>" || h.Get("Content-Type") != "application/octet-stream" ||
			!strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("given as %v", h)
		}
	}
}
