package admin_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"deskbell/internal/store"
	"deskbell/kb"
)

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
