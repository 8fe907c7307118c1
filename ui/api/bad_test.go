package api_test

import (
	"compress/gzip"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
)

func TestJSONIsReadStrictly(t *testing.T) {
	d := open(t)
	d.openTicket("My parcel", d.sales)
	for name, c := range map[string]struct {
		body   string
		status int
		at     string // what the problem points at
	}{
		"as it should be":    {`{"text":"hello"}`, 201, ""},
		"nothing":            {``, 400, ""},
		"null":               {`null`, 422, ""},
		"an array":           {`[]`, 422, ""},
		"a number":           {`1e400`, 400, ""},
		"cut":                {`{"text":"hel`, 400, ""},
		"something behind":   {`{"text":"hello"} {}`, 400, ""},
		"a key twice":        {`{"text":"hello","text":"good-bye"}`, 400, ""},
		"a key twice inside": {`{"text":"hello","attachments":[{"a":1,"a":2}]}`, 400, ""},
		"another spelling":   {`{"Text":"hello"}`, 422, "/text"},
		"two spellings":      {`{"text":"hello","Text":"good-bye"}`, 422, "/Text"},
		"an unknown key":     {`{"text":"hello","private":false}`, 422, "/private"},
		"a wrong type":       {`{"text":5}`, 422, "/text"},
		"null for a text":    {`{"text":null}`, 422, "/text"},
		"a list of wrong":    {`{"text":"hello","attachments":["a",2]}`, 422, "/attachments/1"},
		"a missing key":      {`{}`, 422, "/text"},
		"an empty text":      {`{"text":"  "}`, 422, "/text"},
		"a NaN":              {`{"text":"hello","base_seq":NaN}`, 400, ""},
		"too large a number": {`{"text":"hello","base_seq":1e30}`, 422, "/base_seq"},
		"a number below 0":   {`{"text":"hello","base_seq":-1}`, 422, "/base_seq"},
		"half a number":      {`{"text":"hello","base_seq":1.5}`, 422, "/base_seq"},
		"another alphabet":   {"\xff\xfe{\x00}\x00", 400, ""},
		"bad UTF-8":          {"{\"text\":\"\xff\"}", 400, ""},
		"too deep":           {`{"text":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `}`, 400, ""},
		"too deep and cut":   {strings.Repeat(`{"a":`, 10000), 400, ""},
		"too long a text":    {`{"text":"` + strings.Repeat("x", 300<<10) + `"}`, 413, "/text"},
		"too much":           {`{"text":"` + strings.Repeat("x", 3<<20) + `"}`, 413, ""},
		"NUL and surrogates": {`{"text":"a\u0000b\ud800c"}`, 201, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d.t = t
			got := d.ask("ana", "POST", "tickets/1/replies", c.body).want(c.status)
			if c.status == 201 {
				if strings.ContainsAny(got.text("text"), "\x00") {
					t.Errorf("kept as %q", got.text("text"))
				}
				return
			}
			if got.header.Get("Content-Type") != "application/problem+json" || got.text("detail") == "" || got.at("status") != float64(c.status) {
				t.Errorf("no problem: %s", got.raw)
			}
			if got.text("errors.0.pointer") != c.at {
				t.Errorf("it points at %q, want %q: %s", got.text("errors.0.pointer"), c.at, got.raw)
			}
		})
	}
	d.t = t
	d.ask("ana", "POST", "tickets/1/notes", `text=hello`, "Content-Type", "application/x-www-form-urlencoded").want(415)
	var squeezed strings.Builder
	z := gzip.NewWriter(&squeezed)
	if _, err := io.WriteString(z, `{"text":"`+strings.Repeat("x", 50<<20)+`"}`); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	d.ask("ana", "POST", "tickets/1/notes", squeezed.String(), "Content-Encoding", "gzip").want(415)
}

func TestProblemsSpeakTheReadersLanguage(t *testing.T) {
	d := open(t)
	d.ask("owner", "POST", "departments", m{"name": ""}, "Accept-Language", "pt-BR").want(422).is("detail", "Preencha este campo.", "code", "fault.required")
	d.ask("owner", "GET", "tickets/99", nil).want(404).is("title", "Not Found")
	d.ask("owner", "GET", "tickets/01", nil).want(404)
	d.ask("owner", "DELETE", "tickets/1", nil).want(405)
	d.ask("owner", "GET", "nothing", nil).want(404)
}

func TestATokenIsNeeded(t *testing.T) {
	d := open(t)
	d.openTicket("My parcel", d.sales)
	var id string
	d.update(func(tx *store.Tx) error {
		all, err := people.Tokens(tx, people.System)
		for _, token := range all {
			if token.Name == "rui" {
				id = token.ID
			}
		}
		return err
	})
	d.tokens["gone"] = d.tokens["rui"]
	d.update(func(tx *store.Tx) error { return people.RevokeToken(tx, people.System, id) })
	d.tokens["unknown"], d.tokens["none"], d.tokens["odd"] = "dbt_"+strings.Repeat("0", 26), "", "x y z"
	var bodies []string
	for _, as := range []string{"none", "unknown", "gone", "odd"} {
		got := d.ask(as, "GET", "tickets/1", nil).want(401)
		if got.header.Get("WWW-Authenticate") == "" || strings.Contains(got.raw, "parcel") {
			t.Errorf("%s: %v %s", as, got.header, got.raw)
		}
		if as == "unknown" || as == "gone" {
			bodies = append(bodies, got.raw)
		}
	}
	if bodies[0] != bodies[1] {
		t.Errorf("an unknown token is told %s, a revoked one %s", bodies[0], bodies[1])
	}
	d.ask("none", "GET", "tickets/1", nil, "Authorization", "bearer "+d.tokens["ana"]).want(200)
	d.ask("none", "GET", "tickets/1?token="+d.tokens["ana"], nil).want(401)
	d.ask("none", "GET", "tickets/1", nil, "Cookie", "token="+d.tokens["ana"]).want(401)
}

// TestATokenActsAsItsAgent calls every path as agents who may and may not, with their own and with others' ids.
func TestATokenActsAsItsAgent(t *testing.T) {
	d := open(t)
	d.openTicket("hers", d.sales)
	d.openTicket("theirs", d.repairs)
	category := d.ask("owner", "POST", "kb/categories", m{"name": "Parcels"}).want(201).text("id")
	board := d.ask("owner", "POST", "forum/boards", m{"name": "Help", "department": d.repairs}).want(201).text("id")
	for _, c := range []struct {
		as, method, path string
		body             any
		status           int
	}{
		{"ana", "GET", "tickets/1", nil, 200},
		{"ana", "GET", "tickets/2", nil, 404}, // it is there, and she must not learn it
		{"ana", "GET", "tickets/2/events", nil, 404},
		{"ana", "PATCH", "tickets/2", m{"status": "solved"}, 404},
		{"ana", "POST", "tickets/2/replies", m{"text": "x"}, 404},
		{"ana", "POST", "tickets/2/notes", m{"text": "x"}, 404},
		{"ana", "GET", "tickets?department=" + d.repairs, nil, 404},
		{"ana", "POST", "tickets", m{"subject": "x", "text": "x", "contact": m{"email": "a@b.example"}, "department": d.repairs}, 403},
		{"ana reading", "GET", "tickets/1", nil, 200},
		{"ana reading", "POST", "tickets/1/replies", m{"text": "x"}, 403},
		{"ana reading", "PATCH", "tickets/1", m{"status": "solved"}, 403},
		{"ana reading", "POST", "uploads?name=x", "x", 403},
		{"ana", "POST", "departments", m{"name": "Mine"}, 403},
		{"ana", "POST", "agents", m{"name": "Eva", "email": "eva@shop.example", "role": "agent"}, 403},
		{"ana", "PATCH", "agents/x", m{"role": "owner"}, 403},
		{"ana", "POST", "kb/categories", m{"name": "Mine"}, 403},
		{"ana", "POST", "kb/articles", m{"title": "x", "text": "x", "category": category}, 201},
		{"ana", "POST", "forum/boards", m{"name": "Mine"}, 403},
		{"ana", "POST", "forum/topics", m{"board": board, "title": "x", "text": "x"}, 403},
		{"ana", "POST", "widgets", m{"name": "Mine"}, 403},
		{"ana", "PATCH", "widgets/x", m{"name": "Mine"}, 403},
		{"ana", "DELETE", "widgets/x", nil, 403},
		{"ana", "GET", "channels", nil, 403},
		{"ana", "PATCH", "channels/email", m{"values": m{"host": "x"}}, 403},
		{"ana", "GET", "settings", nil, 403},
		{"ana", "PATCH", "settings", m{"shop": m{"name": "Mine"}}, 403},
		{"owner reading", "GET", "settings", nil, 403}, // a token has its scope, whoever its agent is
		{"owner", "GET", "settings", nil, 200},
		{"owner", "GET", "channels", nil, 200},
		{"owner", "PATCH", "channels/nowhere", m{"values": m{}}, 404},
		{"owner", "PATCH", "settings", m{"shop": m{"name": "Bean & Leaf"}}, 200},
		{"owner", "POST", "agents", m{"name": "Eva", "email": "eva@shop.example", "role": "agent", "departments": []string{d.sales}}, 201},
		{"owner", "POST", "agents", m{"name": "Eva", "email": "eva@shop.example", "role": "agent"}, 422},
		{"owner", "POST", "departments", m{"name": "Sales"}, 422},
	} {
		if got := d.ask(c.as, c.method, c.path, c.body); got.status != c.status {
			t.Errorf("%s: %s %s %v is %d, want %d: %s", c.as, c.method, c.path, c.body, got.status, c.status, got.raw)
		}
	}
}

func TestAKeyMakesADeedHappenOnce(t *testing.T) {
	d := open(t)
	d.openTicket("My parcel", d.sales)
	note := func(as, key, text string) answer {
		t.Helper()
		return d.ask(as, "POST", "tickets/1/notes", m{"text": text}, "Idempotency-Key", key)
	}
	first := note("ana", "k1", "hello").want(201)
	if again := note("ana", "k1", "hello").want(201); again.raw != first.raw {
		t.Errorf("first %s\nthen %s", first.raw, again.raw)
	}
	note("ana", "k1", "something else").want(409).is("code", "api.key_reused")
	note("owner", "k1", "hello").want(201) // another token's key is another key
	d.ask("ana", "POST", "tickets/1/replies", m{"text": "hello"}, "Idempotency-Key", "k1").want(201)
	note("ana", "k2", "").want(422) // what failed did not happen
	note("ana", "k2", "now it works").want(201)
	note("ana", strings.Repeat("k", 201), "hello").want(422)
	d.clock.Add(24 * time.Hour)
	note("ana", "k1", "hello a day later").want(201)

	var all sync.WaitGroup
	var mu sync.Mutex
	var answers []string
	for range 20 {
		all.Go(func() {
			got := note("ana", "k3", "in parallel")
			mu.Lock()
			defer mu.Unlock()
			answers = append(answers, got.raw)
		})
	}
	all.Wait()
	if slices.Sort(answers); answers[0] != answers[19] {
		t.Errorf("answers differ: %s and %s", answers[0], answers[19])
	}
	count := map[string]int{}
	for _, text := range d.ask("ana", "GET", "tickets/1/events", nil).want(200).each("text") {
		count[text]++
	}
	if count["hello"] != 3 || count["in parallel"] != 1 || count["something else"] != 0 {
		t.Errorf("there are %v", count)
	}
}

func TestARepeatedKeyIsAnsweredWhereNothingCanBeWritten(t *testing.T) {
	d := open(t)
	d.openTicket("My parcel", d.sales)
	note := func(key, text string) answer {
		t.Helper()
		return d.ask("ana", "POST", "tickets/1/notes", m{"text": text}, "Idempotency-Key", key)
	}
	first := note("k1", "hello").want(201)
	upload := func(key, content string) answer {
		t.Helper()
		return d.ask("ana", "POST", "uploads?name=../map.txt", content, "Idempotency-Key", key)
	}
	sent := upload("f1", strings.Repeat("north", 1<<18)).want(201)
	file := filepath.Join(d.Dir, boltkv.FileName)
	if err := os.Rename(file, file+".away"); err != nil { // the store says no to every write from now on
		t.Fatal(err)
	}
	t.Cleanup(func() { // before the house is looked over
		if err := os.Rename(file+".away", file); err != nil {
			t.Error(err)
		}
	})
	if again := note("k1", "hello").want(201); again.raw != first.raw {
		t.Errorf("first %s\nthen %s", first.raw, again.raw)
	}
	note("k1", "something else").want(409).is("code", "api.key_reused")
	note("k2", "hello").want(503)
	if again := upload("f1", strings.Repeat("north", 1<<18)).want(201); again.raw != sent.raw {
		t.Errorf("first %s\nthen %s", sent.raw, again.raw)
	}
	upload("f1", "south").want(409).is("code", "api.key_reused")
	upload("f2", "north").want(503)
	d.ask("ana", "POST", "tickets/1/notes", m{"text": "hello"}).want(503)
}

func TestSecretsDoNotComeBack(t *testing.T) {
	d := open(t)
	d.ask("owner", "PATCH", "channels/email", m{"values": m{
		"host": "smtp.example.com", "from": "help@shop.example", "user": "shop", "password": "hunter2",
	}}).want(200).is("values.host", "smtp.example.com", "values.password", nil)
	got := d.ask("owner", "GET", "channels", nil).want(200)
	if strings.Contains(got.raw, "hunter2") {
		t.Errorf("the password came back: %s", got.raw)
	}
	d.ask("owner", "PATCH", "channels/email", m{"values": m{"port": "x"}}).want(422).is("errors.0.pointer", "/values/port")
	d.ask("owner", "PATCH", "channels/email", m{"values": m{"odd": "x"}}).want(422).is("errors.0.pointer", "/values/odd")
	for _, name := range []string{"deskbell.db"} {
		data, err := os.ReadFile(filepath.Join(d.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"hunter2", d.tokens["ana"]} {
			if strings.Contains(string(data), secret) {
				t.Errorf("%s stands in %s", secret, name)
			}
		}
	}
}

func TestFilesComeAndGo(t *testing.T) {
	d := open(t)
	d.openTicket("hers", d.sales)
	d.openTicket("theirs", d.repairs)
	sent := d.ask("ana", "POST", "uploads?name=../bill.html", "<script>alert(1)</script>", "Content-Type", "text/html", "Idempotency-Key", "f1").
		want(201).is("name", "bill.html", "type", "text/html", "size", 25.0)
	if again := d.ask("ana", "POST", "uploads?name=../bill.html", "<script>alert(1)</script>", "Content-Type", "text/html", "Idempotency-Key", "f1").want(201); again.raw != sent.raw {
		t.Errorf("the same upload is %s, then %s", sent.raw, again.raw)
	}
	d.ask("ana", "POST", "uploads?name=../bill.html", "something else", "Content-Type", "text/html", "Idempotency-Key", "f1").want(409)
	id := sent.text("id")
	path := "uploads/" + id
	d.ask("rui", "GET", path, nil).want(404)
	d.ask("rui", "POST", "tickets/2/replies", m{"text": "x", "attachments": []string{id}}).want(422).is("errors.0.pointer", "/attachments")
	d.ask("ana", "POST", "tickets/1/notes", m{"text": "see", "attachments": []string{id}}).want(201).
		is("attachments.0.id", id, "attachments.0.name", "bill.html", "attachments.0.url", d.server.URL+"/api/v1/"+path)
	for as, status := range map[string]int{"ana": 200, "owner": 200, "rui": 404, "none": 401} {
		got := d.ask(as, "GET", path, nil).want(status)
		if status != 200 {
			continue
		}
		if got.raw != "<script>alert(1)</script>" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") ||
			!strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %q %v", as, got.raw, got.header)
		}
	}
	d.ask("ana", "GET", path, nil, "Range", "bytes=1-6").want(206)
	d.ask("ana", "GET", path, nil, "Range", "bytes=100-").want(416)

	var form strings.Builder
	parts := multipart.NewWriter(&form)
	file, err := parts.CreateFormFile("file", "größe.txt")
	if err == nil {
		_, err = io.WriteString(file, "hello")
	}
	if err != nil || parts.Close() != nil {
		t.Fatal(err)
	}
	d.ask("ana", "POST", "uploads", form.String(), "Content-Type", parts.FormDataContentType()).want(201).is("name", "größe.txt", "size", 5.0)
	d.ask("ana", "POST", "uploads", "--x--\r\n", "Content-Type", "multipart/form-data; boundary=x").want(422).is("code", "api.no_file")
	d.ask("ana", "POST", "uploads?name=big", strings.Repeat("x", 20<<20+1)).want(413)
	d.ask("ana", "POST", "uploads?name=bigger", strings.Repeat("x", 21<<20)).want(413)
	if _, err := d.Files.Check(context.Background(), func(p string) { t.Error(p) }); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Join(d.Dir, "files", "tmp")); err != nil || len(left) > 0 {
		t.Errorf("there are left %v, %v", left, err)
	}
}

func TestAProgramMayNotAskTooOften(t *testing.T) {
	d := open(t)
	for i := range 2000 {
		got := d.ask("ana", "GET", "departments", nil)
		if got.status == http.StatusTooManyRequests {
			if got.header.Get("Retry-After") == "" || i < 100 {
				t.Errorf("after %d: %v", i, got.header)
			}
			d.ask("owner", "GET", "departments", nil).want(200) // others are not held up
			return
		}
	}
	t.Error("nobody stopped it")
}
