package admin_test

import (
	"strings"
	"testing"

	"deskbell/chat"
	"deskbell/internal/store"
)

func TestWidgetScript(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	made := olga.post("/desk/admin/widgets/new", "name", "Shop", "sites", "https://shop.example\nhttps://*.shop.example", "color", "#123456", "side", "left")
	shown := olga.get(made.to)
	if !shown.says(`<script async src="` + s.URL.String() + `/widget.js" data-widget="`) {
		t.Errorf("%s does not show the script", made.to)
	}
	if policy := s.URL.String(); !shown.says("script-src " + policy + "; frame-src " + policy + "; connect-src " + policy) {
		t.Error("it does not say what a content policy must allow")
	}
	if shown.says("does not appear on your shop") {
		t.Error("it asks for an address that is there")
	}
	bare := olga.get(olga.post("/desk/admin/widgets/new", "name", "Bare").to)
	if !bare.says("so the chat does not appear on your shop") {
		t.Error("nobody is told that a widget without an address appears nowhere")
	}
	if !shown.says("https://*.shop.example") || !strings.Contains(shown.body, `value="#123456"`) {
		t.Error("sites or colour are not kept")
	}
}

// Two widgets with one name are two: neither shows who came by the other.
func TestAWidgetSaysWhetherItIsInPlace(t *testing.T) {
	for name, c := range map[string]struct {
		open    bool
		says    string
		silence string
	}{
		"a page knocked":         {false, "A page of yours last asked for it:", "https://shop.example/kettles"},
		"a visitor is at a page": {true, "https://shop.example/kettles", "data-again"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			olga := s.as("olga")
			mine := olga.post("/desk/admin/widgets/new", "name", "Shop").to
			other := olga.post("/desk/admin/widgets/new", "name", "Shop").to
			for _, path := range []string{mine, other} {
				if shown := olga.get(path); !shown.says("Not seen yet") || !shown.says("data-again") {
					t.Error("a new widget is shown as if it were in place, or its page does not wait for it")
				}
			}
			key := olga.get(mine).field(t, `data-widget=&#34;([a-z0-9]+)&#34;`)
			s.visit(key, c.open)
			if shown := olga.get(mine); !shown.says(c.says) || shown.says(c.silence) || shown.says("Not seen yet") {
				t.Errorf("it does not say %q, or says %q:\n%s", c.says, c.silence, shown.body)
			}
			if shown := olga.get(other); !shown.says("Not seen yet") || shown.says("kettles") {
				t.Error("its namesake shows what came by this one")
			}
		})
	}
}

// visit comes by a widget: its loader knocks, and the visitor opens it or does not.
func (s *shop) visit(key string, open bool) {
	s.Helper()
	if !open {
		s.see(func(tx *store.Tx) error {
			_, err := s.Chat.Knock(tx, chat.Origin{Ours: true}, chat.Knock{Widget: key}, 1)
			return err
		})
		return
	}
	session := s.Chat.Open(chat.Origin{Ours: true}, func() {})
	s.Cleanup(session.Close)
	session.Frame(s.Context(), []byte(`{"t":"hello","v":1,"widget":"`+key+`","visitor":"","ticket":"","epoch":"","since":0,"lang":"en","tz":"UTC",`+
		`"page":{"url":"https://shop.example/kettles","title":"Kettles","referrer":""}}`))
}

// The page on which one tries the chat carries the script of the shop's pages, and is not taken for one of them.
func TestTryingTheChat(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	if got := olga.get("/desk/admin/try"); !strings.Contains(got.body, `href="/desk/admin/widgets/new"`) {
		t.Error("without a widget it does not lead to one")
	}
	mine := olga.post("/desk/admin/widgets/new", "name", "Shop").to
	key := olga.get(mine).field(t, `data-widget=&#34;([a-z0-9]+)&#34;`)
	if got := olga.get("/desk/admin/try"); !strings.Contains(got.body, `src="/widget.js" data-widget="`+key+`"`) {
		t.Error("it does not carry the script")
	}
	s.see(func(tx *store.Tx) error {
		_, err := s.Chat.Knock(tx, chat.Origin{Site: s.URL.String(), Ours: true}, chat.Knock{Widget: key}, 1)
		return err
	})
	if shown := olga.get(mine); !shown.says("Not seen yet") {
		t.Error("the trial is taken for a page of the shop's")
	}
}
