package chat_test

import (
	"fmt"
	"strings"
	"testing"

	"deskbell/chat"
	"deskbell/internal/settings"
	"deskbell/internal/store"
)

func TestATokenThatIsNotOurs(t *testing.T) {
	s := open(t)
	v := s.visit()
	token := v.expect("welcome").Visitor
	v.say("m1", "secret words")
	var sibling *chat.Widget
	s.Do(func(tx *store.Tx) (err error) {
		sibling, err = chat.AddWidget(tx, s.ana, chat.Setup{Name: "Other"})
		return err
	})
	foreign, err := settings.NewKey(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	id, mac, _ := strings.Cut(token, ".")
	for name, c := range map[string]struct{ token, widget string }{
		"cut":                 {token[:len(token)-1], s.widget.Key},
		"without a signature": {id + ".", s.widget.Key},
		"of another visitor":  {store.NewRef() + "." + mac, s.widget.Key},
		"of another house":    {id + "." + foreign.Sign("visitor", s.widget.Key, id), s.widget.Key},
		"of another widget":   {token, sibling.Key},
		"a JWT":               {"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", s.widget.Key},
	} {
		t.Run(name, func(t *testing.T) {
			stranger := s.tab(chat.Origin{Ours: true})
			stranger.send(fmt.Sprintf(`{"t":"hello","v":1,"widget":%q,"visitor":%q}`, c.widget, c.token))
			stranger.refused("auth_expired")
			w := stranger.expect("welcome")
			if w.Visitor == c.token || w.Ticket != "" || len(w.Events) > 0 {
				t.Errorf("welcomed with %s", w.raw)
			}
			for _, f := range stranger.all {
				if strings.Contains(f.raw, "secret words") {
					t.Error("the old transcript was shown")
				}
			}
		})
	}
}

func TestTheHello(t *testing.T) {
	s := open(t)
	hello := func(more string) string { return fmt.Sprintf(`{"t":"hello","v":1,"widget":%q%s}`, s.widget.Key, more) }
	foreign := chat.Origin{Site: "https://evil.example"}
	for name, c := range map[string]struct {
		from  chat.Origin
		frame string
		code  string // "" is a welcome
		close bool
	}{
		"from our own page":       {chat.Origin{Site: "http://127.0.0.1:8080", Ours: true}, hello(""), "", false},
		"from the shop":           {chat.Origin{Site: "https://shop.example"}, hello(""), "", false},
		"from no page":            {chat.Origin{}, hello(""), "", false},
		"with an identity":        {chat.Origin{}, hello(`,"identity":{"jwt":"a.b.c"}`), "", false},
		"from another site":       {foreign, hello(""), "forbidden", true},
		"for no widget":           {chat.Origin{}, `{"t":"hello","v":1,"widget":"nobody"}`, "forbidden", true},
		"of another version":      {chat.Origin{}, fmt.Sprintf(`{"t":"hello","v":2,"widget":%q}`, s.widget.Key), "bad_frame", false},
		"with null for no word":   {chat.Origin{}, hello(`,"visitor":null,"ticket":null,"epoch":null,"since":null,"lang":null,"tz":null,"page":null,"identity":null`), "", false},
		"with null in its page":   {chat.Origin{}, hello(`,"page":{"url":null,"title":null,"referrer":null},"identity":{"jwt":null}`), "", false},
		"of no version":           {chat.Origin{}, fmt.Sprintf(`{"t":"hello","v":null,"widget":%q}`, s.widget.Key), "bad_frame", false},
		"with a field unknown":    {chat.Origin{}, hello(`,"admin":true`), "bad_frame", false},
		"with a field in page":    {chat.Origin{}, hello(`,"page":{"url":"","__proto__":{}}`), "bad_frame", false},
		"with a since of text":    {chat.Origin{}, hello(`,"since":"7"`), "bad_frame", false},
		"after something else":    {chat.Origin{}, `{"t":"say","id":"m1","text":"Hello"}`, "bad_frame", false},
		"with a token of 100 KiB": {chat.Origin{}, hello(`,"visitor":"` + strings.Repeat("x", 100<<10) + `"`), "auth_expired", false},
	} {
		t.Run(name, func(t *testing.T) {
			v := s.tab(c.from)
			v.send(c.frame)
			if c.code == "" {
				v.expect("welcome")
			} else {
				v.refused(c.code)
			}
			if (v.closed != "") != c.close {
				t.Errorf("closed: %q", v.closed)
			}
		})
	}
}

func TestFramesThatAreRefused(t *testing.T) {
	deep := strings.Repeat("[", 10000) + strings.Repeat("]", 10000)
	for name, c := range map[string]struct{ frame, code, id string }{
		"nothing":                 {"", "bad_frame", ""},
		"cut off":                 {`{"t":"say","id":"m1","te`, "bad_frame", ""},
		"null":                    {"null", "bad_frame", ""},
		"a list":                  {`["say"]`, "bad_frame", ""},
		"a number too large":      {`{"t":"read","seq":1e400}`, "bad_frame", ""},
		"half a number":           {`{"t":"read","seq":1.5}`, "bad_frame", ""},
		"10,000 levels":           {`{"t":"say","id":"m1","text":` + deep + `}`, "bad_frame", ""},
		"a key twice":             {`{"t":"say","id":"m1","text":"a","text":"b"}`, "bad_frame", ""},
		"a key twice, escaped":    {`{"t":"say","id":"m1","text":"a","\u0074ext":"b"}`, "bad_frame", ""},
		"a key within twice":      {`{"t":"form","id":"m1","fields":{"text":"a","text":"b"}}`, "bad_frame", "m1"},
		"another case":            {`{"t":"say","id":"m1","Text":"a"}`, "bad_frame", "m1"},
		"a field unknown":         {`{"t":"say","id":"m1","text":"a","ticket":"1042"}`, "bad_frame", "m1"},
		"an id that is a number":  {`{"t":"say","id":1,"text":"a"}`, "bad_frame", ""},
		"an id of 101 bytes":      {`{"t":"say","id":"` + strings.Repeat("x", 101) + `","text":"a"}`, "bad_frame", ""},
		"an id for a terminal":    {`{"t":"say","id":"E\u001b[2Jall is well","text":"a"}`, "bad_frame", ""},
		"an id of two lines":      {`{"t":"rate","id":"m1\nm2","score":5}`, "bad_frame", ""},
		"an id with a C1 control": {`{"t":"say","id":"E\u009b2J","text":"a"}`, "bad_frame", ""},
		"no id":                   {`{"t":"say","text":"a"}`, "bad_frame", ""},
		"a text that is null":     {`{"t":"say","id":"m1","text":null}`, "bad_frame", "m1"},
		"null beside a file":      {`{"t":"say","id":"m1","text":null,"attachments":["x"]}`, "bad_frame", "m1"},
		"an id that is null":      {`{"t":"say","id":null,"text":"a"}`, "bad_frame", ""},
		"a kind that is null":     {`{"t":null,"id":"m1"}`, "bad_frame", ""},
		"null for unknown":        {`{"t":"say","id":"m1","text":"a","ticket":null}`, "bad_frame", "m1"},
		"a score that is null":    {`{"t":"rate","id":"m1","score":null}`, "bad_frame", "m1"},
		"reading to null":         {`{"t":"read","seq":null}`, "bad_frame", ""},
		"a page of null":          {`{"t":"page","url":null}`, "bad_frame", ""},
		"typing null":             {`{"t":"typing","on":null}`, "bad_frame", ""},
		"bytes that are no text":  {"{\"t\":\"say\",\"id\":\"m1\",\"text\":\"a\xff\"}", "bad_frame", ""},
		"a NUL":                   {`{"t":"say","id":"m1","text":"a\u0000b"}`, "bad_frame", ""},
		"half a surrogate pair":   {`{"t":"say","id":"m1","text":"\ud800"}`, "bad_frame", ""},
		"the other half":          {`{"t":"say","id":"m1","text":"\udc00\ud800"}`, "bad_frame", ""},
		"something behind":        {`{"t":"say","id":"m1","text":"a"} {}`, "bad_frame", ""},
		"a text of nothing":       {`{"t":"say","id":"m1","text":" \n "}`, "bad_frame", "m1"},
		"a second hello":          {`{"t":"hello","v":1,"widget":"x"}`, "bad_frame", ""},
		"an unknown kind":         {`{"t":"sing","id":"m1"}`, "unknown_kind", "m1"},
		"a kind of the server's":  {`{"t":"welcome"}`, "unknown_kind", ""},
		"a note":                  {`{"t":"note","id":"m1","text":"a"}`, "forbidden", "m1"},
		"an assignment":           {`{"t":"assign","id":"m1","agent":"x"}`, "forbidden", "m1"},
		"reading as somebody":     {`{"t":"read_as","seq":1,"agent":"x"}`, "forbidden", ""},
		"a file of nobody's":      {`{"t":"say","id":"m1","text":"a","attachments":["x"]}`, "forbidden", "m1"},
		"eleven files":            {`{"t":"say","id":"m1","text":"a","attachments":["","","","","","","","","","",""]}`, "bad_frame", "m1"},
		"a form without address":  {`{"t":"form","id":"m1","fields":{"name":"Zoé","text":"a"}}`, "bad_frame", "m1"},
		"a form with half of one": {`{"t":"form","id":"m1","fields":{"email":"zoe@","text":"a"}}`, "bad_frame", "m1"},
		"a score of eleven":       {`{"t":"rate","id":"m1","score":11}`, "bad_frame", "m1"},
		"a byte too many":         {`{"t":"say","id":"m1","text":"` + strings.Repeat("x", chat.MaxText+1) + `"}`, "too_long", "m1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			v := s.visit()
			v.expect("welcome")
			v.say("m0", "Hello")
			before := s.ticket().Seq
			v.send(c.frame)
			if f := v.refused(c.code); f.ID != c.id {
				t.Errorf("the error is about %q, want %q", f.ID, c.id)
			}
			v.nothing()
			if v.closed != "" || s.ticket().Seq != before {
				t.Errorf("the line is closed (%q) or the ticket changed", v.closed)
			}
		})
	}
}

func TestTwentyErrorsEndTheLine(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	for i := range 20 {
		if v.closed != "" {
			t.Fatalf("closed after %d errors", i)
		}
		v.send(`{"t":"sing"}`)
		v.refused("unknown_kind")
	}
	if v.closed == "" {
		t.Error("twenty errors were not enough")
	}
}

func TestTheLongestText(t *testing.T) {
	s := open(t)
	v := s.visit()
	v.expect("welcome")
	v.say("m1", strings.Repeat("x", chat.MaxText))
}

func TestTooManyMessages(t *testing.T) {
	s := open(t)
	v := s.visit()
	w := v.expect("welcome")
	taken := 0
	for i := range 40 {
		if i == 20 { // a new line is no new allowance
			v.session.Close()
			v = s.visit(frame{Visitor: w.Visitor})
			v.expect("welcome")
		}
		v.send(fmt.Sprintf(`{"t":"say","id":"m%d","text":"Hello"}`, i))
		if f := v.next(); f.T == "ack" {
			taken++
		} else if f.Code != "rate_limited" || f.RetryAfter < 1 || f.RetryAfter > 2 || f.ID != fmt.Sprint("m", i) {
			t.Fatalf("refused with %s", f.raw)
		}
	}
	if taken < 10 || taken > 15 { // ten at once, and one more every two seconds
		t.Errorf("%d messages were taken, want the burst of ten", taken)
	}
	if v.closed != "" {
		t.Error("the line was closed")
	}
	v.say("m0", "Hello") // its ack was lost: to be told "too often" about what is on disk would be a lie
}
