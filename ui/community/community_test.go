package community

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/ui/front"
)

const pending = "Only you can see this yet"

func TestANewcomerAsksAndIsLookedAtFirst(t *testing.T) {
	s := openShop(t)
	bob := s.browser()
	topic := bob.asks("Why is it sour?", "Ten seconds.", "name", "Bob", "email", "bob@example.com")
	topic.wants(http.StatusOK, "Why is it sour?", "Ten seconds.", pending).lacks("bob@example.com")
	s.browser().get(topic.path).wants(http.StatusNotFound).lacks("sour")
	s.browser().get("/community").wants(http.StatusOK).lacks("sour")

	s.staff().get(topic.path).wants(http.StatusOK, "This topic is held").form("approve").send().wants(http.StatusOK).lacks("This topic is held")
	s.browser().get(topic.path).wants(http.StatusOK, "Why is it sour?", `data-testid="promise"`).lacks(pending, "bob@example.com")
	s.browser().get("/community").wants(http.StatusOK, "sour")

	topic = bob.get(topic.path).form("answer-form").send("text", "Nobody?")
	topic.wants(http.StatusOK, "Nobody?", `data-testid="pending"`)
	s.browser().get(topic.path).lacks("Nobody?")
}

func TestWhoComesByALinkIsSeenAtOnce(t *testing.T) {
	s := openShop(t)
	zoe := s.browser()
	zoe.signIn("zoe@example.com", "/community/ask").wants(http.StatusOK, "zoe@example.com")
	topic := zoe.asks("Why is it sour?", "Ten seconds.", "name", "Zoe")
	topic.wants(http.StatusOK).lacks(pending)
	s.browser().get(topic.path).wants(http.StatusOK, "Zoe").lacks("zoe@example.com")
	zoe.get("/community").form("member-sign-out").send().wants(http.StatusOK, "Sign in")
	zoe.get(topic.path).wants(http.StatusOK).lacks("You write as")
}

func TestAMailProgramThatLooksAtALinkDoesNotUseIt(t *testing.T) {
	s := openShop(t)
	zoe := s.browser()
	zoe.get(front.SignInPath("/community")).form("member-sign-in-form").send("email", "zoe@example.com")
	_, link, _ := strings.Cut(s.mails()[0], s.url)
	link, _, _ = strings.Cut(link, "\n")
	s.browser().get(link).wants(http.StatusOK)
	zoe.get(link).form("enter-form").send().wants(http.StatusOK, `data-testid="member"`)
	s.browser().get(link).wants(http.StatusNotFound)
}

func TestSigningInLeadsNowhereElse(t *testing.T) {
	s := openShop(t)
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)"} {
		s.browser().get(front.SignInPath(next)).wants(http.StatusOK).lacks("evil.example\"", "javascript:")
	}
}

func TestWhoSignsInWhileHeAsksComesBackToHisQuestion(t *testing.T) {
	s := openShop(t)
	s.do(func(tx *store.Tx) error {
		_, err := forum.AddBoard(tx, people.System, forum.BoardChange{Name: "Care", EscalateAfter: forum.DefaultBoard.EscalateAfter, EscalateHours: forum.Clock})
		return err
	})
	for _, title := range []string{"Why is it sour & thin?", strings.Repeat("茶", forum.MaxTitle), strings.Repeat("🍵", forum.MaxTitle)} {
		step := s.browser().get("/community/ask?" + url.Values{"board": {s.board.ID}, "title": {title}}.Encode())
		_, next, _ := strings.Cut(step.body, `href="`+front.SignInPath(""))
		next, _, _ = strings.Cut(next, `"`)
		back, err := url.QueryUnescape(next)
		if err != nil || len(back) > longestPath {
			t.Fatalf("the link leads back to %q (%v)", back, err)
		}
		email := strconv.Itoa(len(title)) + "@example.com"
		again := s.browser().signIn(email, back)
		kept, _ := url.ParseQuery(strings.TrimPrefix(back, "/community/ask?"))
		if got := kept.Get("title"); got == "" || !strings.HasPrefix(title, got) {
			t.Errorf("of the title %q is left", got)
		}
		again.wants(http.StatusOK, email, `data-testid="ask-form"`, `value="`+html.EscapeString(kept.Get("title"))+`"`, `value="`+s.board.ID+`" selected`)
	}
	s.browser().get("/community/ask?title=x&board=" + strings.Repeat("b", 5000)).wants(http.StatusOK).lacks(url.QueryEscape("board=b"))
}

func TestAGuestWhoSignsInKeepsWhatHeAsked(t *testing.T) {
	s := openShop(t)
	bob := s.browser()
	topic := bob.asks("Why is it sour?", "Ten seconds.", "name", "Bob", "email", "bob@example.com")
	s.browser().signIn("eve@example.com", "/community").get(topic.path).wants(http.StatusNotFound)
	bob.signIn("bob@example.com", topic.path).wants(http.StatusOK, pending)
}

func TestAFormThatIsRefusedComesBackAsItWas(t *testing.T) {
	s := openShop(t)
	ask := s.browser().get("/community/ask?title=Why+is+it+sour&board=" + s.board.ID).form("ask-form")
	for name, c := range map[string]struct {
		fields []string
		says   string
	}{
		"no text":           {[]string{"name", "Bob", "email", "bob@example.com", "text", " "}, "Please fill this in."},
		"a broken address":  {[]string{"name", "Bob", "email", "bob", "text", "Ten seconds."}, "This is not an e-mail address."},
		"a name of ours":    {[]string{"name", "Ana Sоuza", "email", "bob@example.com", "text", "Ten seconds."}, "could pass for its team"},
		"a badge as a name": {[]string{"name", "Bob ✔", "email", "bob@example.com", "text", "Ten seconds."}, "letters and figures"},
		"no board":          {[]string{"name", "Bob", "email", "bob@example.com", "text", "Ten seconds.", "board", "x"}, "There is no such board."},
		"too long":          {[]string{"name", "Bob", "email", "bob@example.com", "text", strings.Repeat("long ", 4000)}, "This is too long."},
	} {
		t.Run(name, func(t *testing.T) {
			got := ask.send(c.fields...).wants(http.StatusUnprocessableEntity, c.says, `value="Why is it sour"`, `value="`+c.fields[3]+`"`)
			if text := strings.TrimSpace(c.fields[5]); !strings.Contains(got.body, text) {
				t.Error("the text is lost")
			}
			if strings.Contains(got.body, "You write as") {
				t.Error("who was refused is known all the same")
			}
		})
	}
	topic := s.member("Zoe").asks("Why?", "Ten seconds.")
	topic.form("answer-form").send("text", "").wants(http.StatusUnprocessableEntity, "Please fill this in.", "Ten seconds.")
}

func TestADoubleClickIsOnePost(t *testing.T) {
	s := openShop(t)
	topic := s.member("Zoe").asks("Why is it sour?", "Ten seconds.")
	twice := s.member("Ann").get(topic.path).form("answer-form")
	twice.send("text", "Grind finer.")
	twice.send("text", "Grind finer.").wants(http.StatusOK)
	if n := strings.Count(s.browser().get(topic.path).body, `data-testid="topic-post"`); n != 2 {
		t.Errorf("%d posts, want 2", n)
	}
}

func TestOnlyTheStaffWearsTheBadge(t *testing.T) {
	s := openShop(t)
	topic := s.member("Zoe").asks("Why is it sour?", "Ten seconds. Signed: Team Bean & Leaf")
	topic.wants(http.StatusOK).lacks(`data-testid="staff-badge"`)
	s.staff().get(topic.path).form("answer-form").send("text", "Hello Zoe!")
	page := s.browser().get(topic.path).wants(http.StatusOK, "Hello Zoe!")
	if n := strings.Count(page.body, `data-testid="staff-badge"`); n != 1 {
		t.Errorf("%d badges, want 1", n)
	}
}

func TestThePromiseStandsUntilItIsKept(t *testing.T) {
	s := openShop(t)
	zoe := s.member("Zoe")
	waits := zoe.asks("Why is it sour?", "Ten seconds.")
	waits.wants(http.StatusOK, `data-testid="promise"`, `datetime="2026-03-02T13:00:01Z"`, "13:00 UTC")
	answered := zoe.asks("Why is it bitter?", "A minute.")
	s.member("Ann").get(answered.path).form("answer-form").send("text", "Grind coarser.").wants(http.StatusOK).lacks(`data-testid="promise"`)

	s.clock.add(4 * time.Hour)
	s.settle()
	waits.get(waits.path).wants(http.StatusOK, "our team is on it").lacks("If nobody answers")
}

func TestAcceptingVotingAndWhoMay(t *testing.T) {
	s := openShop(t)
	zoe, ann := s.member("Zoe"), s.member("Ann")
	topic := zoe.asks("Why is it sour?", "Ten seconds.")
	ann.get(topic.path).form("answer-form").send("text", "Grind finer.").wants(http.StatusOK).lacks(`data-testid="accept"`)
	zoe.get(topic.path).form("accept").send().wants(http.StatusOK, `data-testid="accepted"`, "Solved")
	zoe.get(topic.path).form("vote").send().wants(http.StatusOK, "Helpful (1)", `aria-pressed="true"`)
	zoe.get(topic.path).form("vote").send().wants(http.StatusOK).lacks("Helpful (1)")

	path, _, _ := strings.Cut(strings.TrimPrefix(topic.path, "/community/topics/"), "/")
	posts := "/community/topics/" + path + "/posts/"
	for _, c := range []struct {
		who    *browser
		path   string
		status int
	}{
		{ann, posts + "2/accept", http.StatusForbidden},
		{s.browser(), posts + "2/accept", http.StatusForbidden},
		{ann, posts + "2/reject", http.StatusUnauthorized},
		{s.browser(), posts + "2/vote", http.StatusUnauthorized},
		{ann, posts + "2/vote", http.StatusUnprocessableEntity}, // his own
		{zoe, posts + "9/vote", http.StatusNotFound},
		{zoe, posts + "x/vote", http.StatusNotFound},
		{zoe, posts + "-1/accept", http.StatusNotFound},
	} {
		c.who.ask(http.MethodPost, c.path, map[string][]string{"helped": {"true"}}).wants(c.status)
	}
	zoe.get(topic.path).form("withdraw").send().wants(http.StatusOK).lacks(`data-testid="accepted"`)
}

func TestAddressesThatAreNotQuiteRight(t *testing.T) {
	s := openShop(t)
	topic := s.member("Zoe").asks("Why is it sour?", "Ten seconds.")
	id := strings.Split(topic.path, "/")[3]
	for path, want := range map[string]string{
		"/community/topics/" + id:            topic.path,
		"/community/topics/" + id + "/other": topic.path,
	} {
		if got := s.browser().get(path).wants(http.StatusOK); got.path != want {
			t.Errorf("%s leads to %s, want %s", path, got.path, want)
		}
	}
	for path, status := range map[string]int{
		topic.path + "?after=-5":                http.StatusOK,
		topic.path + "?after=1000000000":        http.StatusOK,
		topic.path + "?after=x":                 http.StatusOK,
		"/community?cursor=%00&show=":           http.StatusOK,
		"/community?cursor=AAAA":                http.StatusOK,
		"/community?show=loudest":               http.StatusUnprocessableEntity,
		"/community?show=unanswered":            http.StatusOK,
		"/community?show=solved":                http.StatusOK,
		s.board.Path():                          http.StatusOK,
		"/community/boards/nowhere":             http.StatusNotFound,
		"/community/topics/nowhere":             http.StatusNotFound,
		"/community/search?q=sour":              http.StatusOK,
		"/community/search?q=%22*%3F(&from=1e9": http.StatusUnprocessableEntity,
		"/community/search?q=x&from=-1":         http.StatusOK,
		"/my/enter?token=nothing":               http.StatusNotFound,
		"/my/sign-in":                           http.StatusOK,
		"/my/sign-in/sent":                      http.StatusOK,
	} {
		s.browser().get(path).wants(status)
	}
}

func TestLongTopicsAndListsComeInPages(t *testing.T) {
	s := openShop(t)
	zoe := s.member("Zoe")
	topic := zoe.asks("Why is it sour?", "Ten seconds.")
	id := strings.Split(topic.path, "/")[3]
	s.do(func(tx *store.Tx) error {
		for range forum.PerPage + 5 {
			if _, err := forum.Answer(tx, forum.Who{Agent: s.ana}, id, store.NewRef()); err != nil {
				return err
			}
		}
		for range perList {
			q := forum.Question{Board: s.board.ID, Title: "Another", Text: store.NewRef()}
			if _, err := forum.Ask(tx, forum.Who{Agent: s.ana}, q); err != nil {
				return err
			}
		}
		return nil
	})
	first := zoe.get(topic.path)
	if n := strings.Count(first.body, `data-testid="topic-post"`); n != forum.PerPage+1 {
		t.Errorf("%d posts on the first page, want %d", n, forum.PerPage+1)
	}
	last := first.form("answer-form").send("text", "Thank you all.").wants(http.StatusOK, "Thank you all.")
	if !strings.Contains(last.path, "?after=") {
		t.Errorf("the new post is on %s", last.path)
	}
	home := zoe.get("/community").wants(http.StatusOK, `rel="next"`)
	next := regexp.MustCompile(`href="(/community\?cursor=[^"]+)"`).FindStringSubmatch(home.body)
	if n := strings.Count(zoe.get(next[1]).body, `data-testid="guide-topic"`); n != 1 {
		t.Errorf("%d topics on the second page, want 1", n)
	}
}

var structured = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)

func TestSearchEnginesAreToldOfAnsweredQuestions(t *testing.T) {
	s := openShop(t)
	zoe := s.member("Zoe")
	topic := zoe.asks("Why </script><b> is it sour?", "Ten **seconds**.")
	if structured.MatchString(topic.body) {
		t.Error("a question without an answer is no valid page of questions and answers")
	}
	s.member("Ann").get(topic.path).form("answer-form").send("text", "Grind finer.")
	zoe.get(topic.path).form("accept").send()
	found := structured.FindStringSubmatch(s.browser().get(topic.path).body)
	if found == nil {
		t.Fatal("there is nothing for search engines")
	}
	var got ldPage
	if err := json.Unmarshal([]byte(found[1]), &got); err != nil {
		t.Fatal(err)
	}
	q := got.Question
	if got.Type != "QAPage" || q.Name != "Why </script><b> is it sour?" || q.Text != "Ten seconds." || q.Answers != 1 ||
		q.Accepted == nil || q.Accepted.Text != "Grind finer." || q.Accepted.Author.Name != "Ann" || len(q.Suggested) != 0 {
		t.Errorf("search engines are told %+v", got)
	}
	if !strings.HasPrefix(q.Accepted.URL, s.url+topic.path+"#post-2") {
		t.Errorf("the answer is said to be at %s", q.Accepted.URL)
	}
}

func TestWhatStrangersWriteIsText(t *testing.T) {
	s := openShop(t)
	topic := s.member("Zoe").asks(`<img src=x onerror=alert(1)>`, "<script>alert(1)</script> [x](javascript:alert(1)) https://spam.example")
	topic.wants(http.StatusOK, `rel="nofollow ugc noopener"`).lacks("<script>alert", "<img src=x", `href="javascript:`)
}
