package widget

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/live"
	"deskbell/internal/store"
	"deskbell/tickets"
)

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

// Whatever carries a line, what is said on it counts against the address that it comes from, and no other.
func TestNewTalksOfOneAddressOverEveryWay(t *testing.T) {
	for name, open := range ways {
		t.Run(name, func(t *testing.T) {
			w := wire(t)
			w.from = "203.0.113.8"
			begin := func(want string) {
				t.Helper()
				l, _ := open(w, w.hello(""), "")
				w.expect(l, "welcome")
				l.send(`{"t":"say","id":"m1","text":"Hello"}`)
				if f := w.expect(l, want); want == "error" && f.Code != "rate_limited" {
					t.Errorf("refused with %+v", f)
				}
			}
			w.flood("203.0.113.7")
			begin("ack")
			w.flood("203.0.113.8")
			begin("error")
		})
	}
}

// flood begins talks at an address, as a new visitor each time, until it may begin no more.
func (w *wired) flood(address string) {
	w.t.Helper()
	for range 20 {
		s := w.Chat.Open(chat.Origin{Address: netip.MustParseAddr(address)}, func() {})
		defer s.Close()
		s.Frame(w.t.Context(), []byte(w.hello("")))
		s.Frame(w.t.Context(), []byte(`{"t":"say","id":"m1","text":"Hello"}`))
	}
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
		case <-time.After(time.Minute):
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

// Whoever has overheard a session's id cannot read on from a page of his own.
func TestASessionIsNotCarriedOnElsewhere(t *testing.T) {
	w := wire(t)
	welcome, _ := openPoll(w, w.hello(""), shopSite)
	w.expect(welcome, "welcome")
	session := welcome.(*overHTTP).session
	for path, body := range map[string]string{"/w/send": `{"session":%q,"frames":[]}`, "/w/poll": `{"session":%q}`} {
		answer := w.post(path, fmt.Sprintf(body, session), "https://evil.example")
		answer.Body.Close()
		if answer.StatusCode != http.StatusForbidden {
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
		"null for nobody":   {fmt.Sprintf(`{"widget":%q,"visitor":null,"page":null}`, w.widget.Key), shopSite, 200},
		"no widget":         {`{"widget":null}`, shopSite, 422},
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
	if w.from != "" {
		r.Header.Set("X-Forwarded-For", w.from)
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

// Programs send a file as the body itself, or as a form whose fields come in any order, as they do to the API.
func TestAFileComesAsABodyOrAForm(t *testing.T) {
	w := wire(t)
	l, _ := dialSocket(w, w.hello(""), "")
	token := w.expect(l, "welcome").Visitor
	form := strings.ReplaceAll("--x\nContent-Disposition: form-data; name=\"about\"\n\na chair\n--x\n"+
		"Content-Disposition: form-data; name=\"f\"; filename=\"chair.txt\"\nContent-Type: text/plain\n\nthree legs\n--x--\n", "\n", "\r\n")
	for name, c := range map[string]struct {
		path, kind, body string
		status           int
	}{
		"the body":          {"/w/uploads?name=chair.txt", "text/plain", "three legs", 201},
		"a form":            {"/w/uploads", "multipart/form-data; boundary=x", form, 201},
		"a form of nothing": {"/w/uploads", "multipart/form-data; boundary=x", "--x--\r\n", 422},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", c.kind)
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != c.status || c.status == 201 && !strings.Contains(string(got), `"name":"chair.txt","type":"text/plain","size":10`) {
			t.Errorf("%s is answered %d %s", name, answer.StatusCode, got)
		}
	}
}

// New visitors are no new allowance: what comes from one neighbourhood is counted together, before any of it is kept.
func TestUploadsThatFillTheDisk(t *testing.T) {
	w := wire(t)
	w.from = "203.0.113.8"
	if err := w.Chat.MayUpload(netip.MustParseAddr(w.from), 199<<20); err != nil {
		t.Fatal(err)
	}
	film := strings.Repeat("x", 700<<10)
	for i, want := range []int{http.StatusCreated, http.StatusTooManyRequests} { // 1 MiB is left for both
		l, _ := dialSocket(w, w.hello(""), "")
		status, text := w.sent(w.expect(l, "welcome").Visitor, "film.mp4", "video/mp4", film)
		if status != want || want == http.StatusTooManyRequests && !strings.Contains(string(text), "from your network") {
			t.Errorf("film %d is answered %d %s, want %d", i+1, status, text, want)
		}
	}
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
