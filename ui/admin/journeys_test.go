package admin_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"deskbell/chat"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/kb"
	"deskbell/tickets/channels/email"
	"deskbell/tickets/channels/email/emailtest"
)

func TestAnInvitation(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	made := olga.post("/desk/admin/agents/new", "name", "Zoe", "email", "zoe@example.com", "role", "agent")
	link := made.field(t, `value="([^"]+/desk/invitation/[^"]+)"`)
	if !strings.HasPrefix(link, s.URL.String()+"/desk/invitation/") {
		t.Fatalf("the link is %q", link)
	}
	if again := olga.get("/desk/admin/agents"); strings.Contains(again.body, "/desk/invitation/") {
		t.Error("the link is shown a second time")
	}
	at, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	zoe := s.stranger()
	if got := zoe.get(at.Path); got.status != http.StatusOK || !got.says("Welcome, Zoe") {
		t.Fatalf("the page answers %d", got.status)
	} else if !strings.Contains(got.body, `data-testid="join-password"`) || !strings.Contains(got.body, `data-testid="join"`) {
		t.Error("the page has lost the names that other programs find it by")
	}
	if got := zoe.post(at.Path, "password", "short"); got.status != http.StatusUnprocessableEntity || !got.says("This password is too short.") {
		t.Errorf("a short password is answered %d", got.status)
	}
	if got := zoe.post(at.Path, "password", "a password of my own"); got.to != "/desk" {
		t.Fatalf("accepted by %d %s", got.status, got.to)
	}
	if got := zoe.get("/desk/me"); got.status != http.StatusOK || !got.says("Zoe") {
		t.Errorf("she is not in: %d", got.status)
	}
	for name, path := range map[string]string{"used": at.Path, "invented": "/desk/invitation/" + store.NewRef()} {
		if got := s.stranger().get(path); got.status != http.StatusNotFound {
			t.Errorf("a link that is %s is answered %d", name, got.status)
		}
	}
}

func TestATokenIsShownOnce(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	made := olga.post("/desk/admin/tokens", "name", "Robot", "agent", s.team["ann"].ID, "scope", "write")
	secret := made.field(t, `value="(dbt_[^"]+)"`)
	list := olga.get("/desk/admin/tokens")
	if strings.Contains(list.body, secret) || !list.says("…"+secret[len(secret)-4:]) {
		t.Error("the list must show the end of the token and no more")
	}
	s.see(func(tx *store.Tx) error {
		actor, err := people.TokenActor(tx, secret)
		if err == nil && (actor.ID != s.team["ann"].ID || actor.Scope != people.ScopeWrite) {
			t.Errorf("it acts as %+v", actor)
		}
		return err
	})
	id := list.field(t, `/desk/admin/tokens/([^/"]+)/revoke`)
	olga.post("/desk/admin/tokens/" + id + "/revoke")
	if again := olga.get("/desk/admin/tokens"); again.says("Robot") {
		t.Error("it is revoked and still listed")
	}
}

func TestShuttingSomebodyOut(t *testing.T) {
	s := open(t)
	olga, ann := s.as("olga"), s.as("ann")
	path := "/desk/admin/agents/" + s.team["ann"].ID
	if got := olga.post(path + "/disable"); got.status != http.StatusSeeOther {
		t.Fatalf("answered %d", got.status)
	}
	if got := ann.get("/desk/me"); got.status != http.StatusUnauthorized {
		t.Errorf("her browser is still in: %d", got.status)
	}
	if got := olga.get(path); !got.says("Disabled") {
		t.Error("her page does not say so")
	}
	olga.post(path + "/enable")
	if got := s.as("ann").get("/desk/me"); got.status != http.StatusOK {
		t.Errorf("enabled again she is answered %d", got.status)
	}
	if got := olga.post("/desk/admin/agents/" + s.team["olga"].ID + "/disable"); got.status != http.StatusUnprocessableEntity || !got.says("You cannot disable yourself.") {
		t.Errorf("she disabled herself: %d", got.status)
	}
}

func TestOnesOwnSessions(t *testing.T) {
	s := open(t)
	here, there, elsewhere := s.as("ann"), s.as("ann"), s.as("ann")
	id := here.get("/desk/me").field(t, `/desk/me/sessions/([^/"]+)/revoke`)
	here.post("/desk/me/sessions/" + id + "/revoke")
	in := func(b *browser) bool { return b.get("/desk/me").status == http.StatusOK }
	if in(there) == in(elsewhere) || !in(here) {
		t.Errorf("in: here %v, there %v, elsewhere %v; want exactly one of the others out", in(here), in(there), in(elsewhere))
	}
	if got := here.post("/desk/me/password", "old", password, "password", "another password"); got.status != http.StatusSeeOther {
		t.Fatalf("the change of password is answered %d", got.status)
	}
	if !in(here) || in(there) || in(elsewhere) {
		t.Errorf("after the change of password in: here %v, there %v, elsewhere %v", in(here), in(there), in(elsewhere))
	}
	s.as("olga") // has one session that shows her the button for the other
	foreign := s.as("olga").get("/desk/me").field(t, `/desk/me/sessions/([^/"]+)/revoke`)
	for name, id := range map[string]string{"another's": foreign, "one that never was": store.NewRef()} {
		if got := here.post("/desk/me/sessions/" + id + "/revoke"); got.status != http.StatusNotFound {
			t.Errorf("%s session is answered %d", name, got.status)
		}
	}
}

func TestWorkingHours(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	const weekend = "day0"
	week := []string{"zone", "America/Sao_Paulo", "closed", weekend, "closed", "day2", "closed", "day3", "closed", "day4", "closed", "day5"}
	with := func(more ...string) []string { return append(slices.Clone(week), more...) }
	got := olga.post("/desk/admin/hours", with(
		"day", "day1", "from", "09:00", "to", "12:30", "day", "day1", "from", "14:00", "to", "18:00",
		"day", "day6", "from", "10:00", "to", "00:00", "day", "day6", "from", "", "to", "",
		"day", weekend, "from", "10:00", "to", "11:00", // which was typed before the day was closed
		"holidays", "12-25 Christmas\r\n2027-02-09 Carnival\n12-24 9:00-13:00 Christmas Eve\n")...)
	if got.status != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", got.status, got.body)
	}
	s.see(func(tx *store.Tx) error {
		c, err := settings.OpenHours.Get(tx)
		if err == nil && (c.Zone != "America/Sao_Paulo" || len(c.Weekly[1]) != 2 || len(c.Weekly[6]) != 1 || c.Weekly[6][0].To != 24*60 || len(c.Weekly[0]) != 0 || len(c.Holidays) != 3 || len(c.Holidays[2].Hours) != 1) {
			t.Errorf("kept as %+v", c)
		}
		return err
	})
	shown := olga.get("/desk/admin/hours")
	for _, words := range []string{`value="12:30"`, `value="14:00"`, `value="00:00"`, `value="day0" checked`, "12-25 Christmas", "2027-02-09 Carnival", "12-24 09:00–13:00 Christmas Eve"} {
		if !strings.Contains(shown.body, words) {
			t.Errorf("the page does not show %q", words)
		}
	}

	for name, day := range map[string][]string{
		"no times":           {"day", "day1", "from", "", "to", "", "day", "day6", "from", "08:15", "to", "12:00"},
		"no end":             {"day", "day1", "from", "09:00", "to", "", "day", "day6", "from", "08:15", "to", "12:00"},
		"from late to early": {"day", "day1", "from", "18:00", "to", "09:00", "day", "day6", "from", "08:15", "to", "12:00"},
	} {
		t.Run(name, func(t *testing.T) {
			back := olga.post("/desk/admin/hours", with(append(day, "holidays", "01-01 New Year")...)...)
			if back.status != http.StatusUnprocessableEntity || !strings.Contains(back.body, `id="day1-error"`) || !strings.Contains(back.body, "autofocus") {
				t.Errorf("answered %d, and Monday is not to blame", back.status)
			}
			if !strings.Contains(back.body, `value="08:15"`) || !back.says("01-01 New Year") {
				t.Error("what was typed is gone")
			}
		})
	}
}

// Every zone that is offered is one.
func TestTheZonesThatAreOffered(t *testing.T) {
	s := open(t)
	page := s.as("olga").get("/desk/admin/hours").body
	list := page[strings.Index(page, `id="zone"`):]
	offered := regexp.MustCompile(`<option value="([^"]+)"`).FindAllStringSubmatch(list[:strings.Index(list, "</select>")], -1)
	if len(offered) < 100 {
		t.Fatalf("%d zones are offered", len(offered))
	}
	for _, zone := range offered {
		if _, err := time.LoadLocation(zone[1]); err != nil {
			t.Error(err)
		}
	}
}

func TestTheShopsLanguages(t *testing.T) {
	s := open(t)
	s.as("olga").post("/desk/admin/shop", "name", "Café Aroma", "language", "pt-BR", "languages", "en", "languages", "klingon")
	s.see(func(tx *store.Tx) error {
		shop, err := settings.Shop.Get(tx)
		if err == nil && (shop.Name != "Café Aroma" || strings.Join(shop.Languages, " ") != "pt-BR en") {
			t.Errorf("kept as %+v", shop)
		}
		return err
	})
}

func TestHowSoonTheShopAnswers(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	for name, c := range map[string]struct {
		answers, unit string
		want          int
		shown         string // in the field afterwards
	}{
		"nothing is promised":       {"", "", 0, ""},
		"in minutes":                {" 3 ", "", 3, "3"},
		"in hours":                  {"2", "hours", 120, "2"},
		"in minutes that are hours": {"120", "", 120, "2"},
		"in a week":                 {"168", "hours", 10080, "168"},
	} {
		t.Run(name, func(t *testing.T) {
			olga.post("/desk/admin/shop", "name", "Kettle", "language", "en", "answers", c.answers, "answers_unit", c.unit)
			s.see(func(tx *store.Tx) error {
				shop, err := settings.Shop.Get(tx)
				if shop.Answers != c.want {
					t.Errorf("kept as %d minutes, want %d", shop.Answers, c.want)
				}
				return err
			})
			value := ""
			if found := regexp.MustCompile(`name="answers"[^>]*?value="([^"]*)"|value="([^"]*)"[^>]*?name="answers"`).FindStringSubmatch(olga.get("/desk/admin/shop").body); found != nil {
				value = found[1] + found[2]
			}
			if value != c.shown {
				t.Errorf("the field shows %q, want %q", value, c.shown)
			}
		})
	}
}

func TestMailWithoutARelay(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	s.do(func(tx *store.Tx) error {
		return s.Mail.Send(tx, email.Mail{To: mail.Address{Address: "zoe@example.com"}, Subject: "Come in", Text: "Open https://shop.example/my/link/abc to sign in."})
	})
	if _, err := s.Jobs.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept := olga.get("/desk/admin/mail")
	if !kept.says("zoe@example.com") || !strings.Contains(kept.body, `href="https://shop.example/my/link/abc"`) {
		t.Error("the kept mail, or its link, is not shown")
	}
	olga.post("/desk/admin/mail", "host", "smtp.example.com", "port", "587", "security", "starttls", "user", "shop", "password", "hunter2-hunter2", "from", "shop@example.com")
	if shown := olga.get("/desk/admin/mail"); shown.says("hunter2") || !shown.says("smtp.example.com") {
		t.Error("the relay is not shown, or its password is")
	}
	id := kept.field(t, `/desk/admin/mail/kept/([^/"]+)/discard`)
	olga.post("/desk/admin/mail/kept/" + id + "/discard")
	if again := olga.get("/desk/admin/mail"); again.says("zoe@example.com") {
		t.Error("the mail was thrown away and is still there")
	}
}

// The relay is really asked, and its answer stands on the page; where it refuses, so does what to do.
func TestTryingTheRelay(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	server := emailtest.Listen(t)
	set := func(port int) {
		olga.post("/desk/admin/mail", "host", "127.0.0.1", "port", strconv.Itoa(port), "security", "none", "from", "shop@example.com", "allow", "127.0.0.0/8")
	}
	set(server.Port)
	if told := olga.post("/desk/admin/mail/test"); told.status != http.StatusOK || !told.says("127.0.0.1 took the mail to olga@example.com and says: 2.0.0 OK") {
		t.Errorf("answered %d:\n%s", told.status, told.body)
	}
	if taken := server.Taken(); len(taken) != 1 || taken[0].To != "olga@example.com" {
		t.Errorf("the server took %+v", taken)
	}
	server.Refuse(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Not from this address"})
	if told := olga.post("/desk/admin/mail/test"); told.status != http.StatusUnprocessableEntity || !told.says("127.0.0.1 did not take the mail. It says: 550 5.7.1 Not from this address") {
		t.Errorf("answered %d:\n%s", told.status, told.body)
	}
	set(server.Closed)
	if told := olga.post("/desk/admin/mail/test"); !told.says("127.0.0.1 does not answer at port") {
		t.Errorf("answered %d:\n%s", told.status, told.body)
	}
}

// A password that was typed beside a mistake is not lost in silence; one that is kept is never shown.
func TestAMailFormComesBackWithItsPassword(t *testing.T) {
	s := open(t)
	back := s.as("olga").post("/desk/admin/mail", "host", "smtp.example.com", "port", "none", "security", "starttls", "user", "shop", "password", "typed-just-now", "from", "shop@example.com")
	if back.status != http.StatusUnprocessableEntity || !back.says("typed-just-now") {
		t.Errorf("answered %d, and the password is gone", back.status)
	}
}

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

// The first article needs no page but its own.
func TestTheFirstArticleBringsItsCategory(t *testing.T) {
	s := open(t)
	lea, ann := s.as("lea"), s.as("ann")
	if !ann.get("/desk/articles/new").says("Ask a lead") || strings.Contains(ann.get("/desk/articles/new").body, `name="shelf"`) {
		t.Error("an agent is offered to make a category")
	}
	back := lea.post("/desk/articles/new", "lang", "en", "shelf", "Orders", "title", " ", "text", "Kept words", "do", "publish")
	if back.status != http.StatusUnprocessableEntity || !back.says("Kept words") || !strings.Contains(back.body, `value="Orders"`) {
		t.Errorf("without a title answered %d, or something is gone", back.status)
	}
	made := lea.post("/desk/articles/new", "lang", "en", "shelf", "Orders", "title", "Where is it?", "text", "Soon", "do", "publish")
	shown := lea.get(made.to)
	if !shown.says("Published.") || !strings.Contains(shown.body, `<a href="/help/en/where-is-it">`) {
		t.Errorf("%s does not lead to the public page", made.to)
	}
	next := lea.get("/desk/articles/new")
	if !regexp.MustCompile(`<option value="[^"]+" selected>Orders</option>`).MatchString(next.body) {
		t.Error("the only category is not chosen already")
	}
	lea.post("/desk/articles/new", "lang", "en", "shelf", "orders", "title", "And when?", "text", "Soon", "do", "save")
	s.see(func(tx *store.Tx) error {
		all, err := kb.Categories(tx)
		if len(all) != 1 {
			t.Errorf("there are %d categories, want one: the second article named it otherwise", len(all))
		}
		return err
	})
}

// Words are not lost either when what they were to go into went meanwhile, or when their writer may not do what he pressed.
func TestAnArticleComesBackWhateverIsWrong(t *testing.T) {
	s := open(t)
	lea, ann := s.as("lea"), s.as("ann")
	lea.post("/desk/admin/categories", "name", "Orders")
	category := lea.get("/desk/admin/categories").field(t, `/desk/admin/categories/([^/"]+)"`)
	for name, back := range map[string]page{
		"a category that went": lea.post("/desk/articles/new", "lang", "en", "category", store.NewRef(), "title", "Where?", "text", "Kept words", "do", "save"),
		"no right to publish":  ann.post("/desk/articles/new", "lang", "en", "category", category, "title", "Where?", "text", "Kept words", "do", "publish"),
		"no right to shelves":  ann.post("/desk/articles/new", "lang", "en", "shelf", "Mine", "title", "Where?", "text", "Kept words", "do", "save"),
	} {
		if back.status < 400 || !back.says("Kept words") || !strings.Contains(back.body, "<form") {
			t.Errorf("%s: answered %d, and the words are gone", name, back.status)
		}
	}
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

func TestWritingAnArticle(t *testing.T) {
	s := open(t)
	lea, ann := s.as("lea"), s.as("ann")
	lea.post("/desk/admin/categories", "name", "Orders")
	category := lea.get("/desk/admin/categories").field(t, `/desk/admin/categories/([^/"]+)"`)

	looked := ann.post("/desk/articles/new", "lang", "en", "category", category, "title", "Where is it?", "text", "**Soon**", "do", "preview")
	if looked.status != http.StatusOK || !strings.Contains(looked.body, "<strong>Soon</strong>") || !looked.says("**Soon**") {
		t.Errorf("the preview answers %d", looked.status)
	}
	if list := ann.get("/desk/articles"); list.says("Where is it?") {
		t.Error("a preview was kept")
	}
	made := ann.post("/desk/articles/new", "lang", "en", "category", category, "title", "Where is it?", "text", "**Soon**", "do", "save")
	if made.status != http.StatusSeeOther {
		t.Fatalf("answered %d", made.status)
	}
	draft := ann.get(made.to)
	if !draft.says("Draft") || strings.Contains(draft.body, `value="publish"`) {
		t.Error("an agent's draft is no draft, or she is offered to publish it")
	}
	path, _, _ := strings.Cut(made.to, "?")
	base := draft.field(t, `name="base" value="([^"]+)"`)
	if got := ann.post(path, "lang", "en", "base", base, "title", "Mine", "text", "x", "do", "publish"); got.status == http.StatusSeeOther {
		t.Error("an agent published")
	}

	published := lea.post(path, "lang", "en", "base", base, "title", "Where is my order?", "text", "Soon.", "do", "publish")
	if shown := lea.get(published.to); !shown.says("Published") {
		t.Errorf("the lead's is not public: %d", published.status)
	}
	late := ann.post(path, "lang", "en", "base", base, "title", "Where?", "text", "My own words", "do", "save")
	if late.status != http.StatusConflict || !late.says("My own words") || !late.says("Soon.") {
		t.Errorf("who was slower is answered %d and must see both texts", late.status)
	}
	again := ann.post(path, "lang", "en", "base", late.field(t, `name="base" value="([^"]+)"`), "title", "Where?", "text", "Both words", "do", "save")
	if shown := ann.get(again.to); !shown.says("Unpublished changes") {
		t.Errorf("after seeing both she could not save: %d", again.status)
	}
	restored := lea.post(path+"/restore", "lang", "en", "revision", "1", "base", lea.get(made.to).field(t, `name="base" value="([^"]+)"`))
	if shown := lea.get(restored.to); !shown.says("Soon.") || shown.says("Both words") {
		t.Errorf("revision 1 did not come back: %d", restored.status)
	}
}

func TestWhatStrangersWriteIsText(t *testing.T) {
	s := open(t)
	olga := s.as("olga")
	const script = `<script>alert(1)</script>"><img src=x onerror=alert(1)>`
	olga.post("/desk/admin/departments", "name", script)
	olga.post("/desk/admin/boards/new", "name", "Board", "description", script, "escalate_after", "4h", "escalate_hours", "clock")
	olga.post("/desk/me", "name", script)
	for _, path := range []string{"/desk/admin/departments", "/desk/admin/boards", "/desk/me", "/desk/admin/agents"} {
		if got := olga.get(path); strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, "<img src=x") {
			t.Errorf("%s shows it as HTML", path)
		}
	}
}
