package kit

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
)

var update = flag.Bool("update", false, "write what is drawn now as what is wanted")

// fingerprint changes with every asset; the pictures here should not.
var fingerprint = regexp.MustCompile(`/assets/[0-9a-f]+/`)

// Every component is drawn once in its plainest state and once with everything it can say; `go test ./ui/kit -update` writes
// the files again, and the diff in the commit shows what changed for the reader.
func TestComponentsAreDrawnAsWanted(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	for name, c := range map[string]templ.Component{
		"icon":         Icon{Name: "check"},
		"icon_named":   Icon{Name: "arrow-left", Label: "Back", Big: true, Turns: true},
		"button":       Button{Label: "Send"},
		"button_full":  Button{Label: "Solve & close", Icon: "check", Kind: Primary, Name: "then", Value: "solve", Form: "reply", Action: "/x?a=1&b=2", Key: "e", TestID: "solve", Small: true, Wide: true},
		"button_icon":  Button{Label: "Solve", Icon: "check", Key: "e", IconOnly: true, Just: true},
		"button_busy":  Button{Label: "Sending", Icon: "send", Busy: true},
		"button_link":  Button{Label: "All", Href: "/desk?view=all", Kind: Quiet},
		"button_trick": Button{Label: "<b>", Href: "javascript:alert(1)"},
		"field":        Field{Label: "Name", Name: "name"},
		"field_full":   Field{Label: "E-mail", Name: "email", Type: "email", Value: `"><script>`, Hint: "unseen", Error: "Write an address.", Placeholder: "you@", Autocomplete: "email", Icon: "mail", TestID: "email", Max: 320, Required: true, Optional: true, Focus: true},
		"field_lines":  Field{Label: "Text", Name: "text", Lines: 3, Value: "</textarea>", Bare: true, ReadOnly: true},
		"field_choice": Field{Label: "Board", Name: "board", Value: "b", Options: []Option{{"a", "Ideas"}, {"b", "Questions"}}, Disabled: true},
		"field_combo":  Field{Label: "Tag", Name: "tag", Suggest: []string{"invoice"}, Hint: "Or a new one."},
		"tick":         Tick{Label: "Yes", Name: "yes"},
		"tick_one_of":  Tick{Label: "English", Name: "languages", Value: "en", Hint: "The shop's own.", Checked: true},
		"tick_radio":   Tick{Label: "Clock", Name: "hours", Value: "clock", Radio: true, Checked: true, Error: "Choose."},
		"file_drop":    FileDrop{Label: "Files", Name: "files", Hint: "Up to 20 MB", Many: true, Accept: "image/*"},
		"menu":         around(Menu{ID: "m", Button: Button{Label: "More"}, End: true}.Around(), MenuItem{Label: "Open", Href: "/o", Current: true}, MenuItem{Label: "Delete", Name: "do", Value: "delete", Danger: true, Key: "#"}),
		"dialog":       around(Dialog{ID: "d", Title: "Delete?"}.Around(), DialogButtons("d")),
		"toast":        Toast{Text: "Sent."},
		"notice_red":   Notice{Text: "Full.", Kind: Red},
		"tabs":         Tabs{Label: "Settings", Items: []Tab{{Label: "General", Href: "/g", Current: true}, {Label: "Held", Href: "/h", Count: 120}}},
		"badge":        Badge{Text: "Open", Kind: Green, Icon: "clock", TestID: "ticket-status"},
		"count_none":   Count{},
		"count_many":   Count{N: 1000, Loud: true},
		"chip":         Chip{Text: "invoice", Name: "untag", Value: "invoice", Href: "/t"},
		"avatar":       Avatar{Name: "Zoe Silva", Mark: "mail", Label: "by mail"},
		"avatar_none":  Avatar{},
		"row":          around(Row{Title: "Zoe", Text: "zoe@example.com", Href: "/c/1", Lead: Avatar{Name: "Zoe"}}.Around(), Badge{Text: "new"}),
		"table":        around(Table{Caption: "Boards", Heads: []string{"Board", "#Topics", ""}}.Around(), templ.Raw("<tr></tr>")),
		"pager":        Pager{First: "/", Next: "/?cursor=a%2Bb"},
		"pager_none":   Pager{},
		"time":         Time{At: noon, Form: "full"},
		"time_none":    Time{},
		"empty":        around(Empty{Icon: "inbox", Title: "Nothing", Text: "yet", TestID: "first-run"}.Around(), Button{Label: "Go"}),
		"trouble":      Trouble{Title: "Oh", Text: "Try again.", Number: "ABCD-EFGH"},
		"skeleton":     Skeleton{Rows: 1},
		"progress":     Progress{Label: "Import", Value: 1, Max: 2},
		"shell":        around(Shell{Page: Page{Title: "Inbox", Theme: "dark", Scripts: []string{"page.js"}, NoIndex: true}, Rail: RailLink{Label: "Mine", Href: "/desk", Icon: "inbox", Count: 2, Current: true}}.Around(), PageHead{Title: "Inbox", Text: "All of it."}),
		"bare":         around(Bare{Page: Page{Title: "Sign in"}, Foot: templ.Raw("foot")}.Around(), templ.Raw("card")),
	} {
		t.Run(name, func(t *testing.T) { wantDrawn(t, name, draw(t, context.Background(), c)) })
	}
}

func TestTheKitSpeaksTheReadersLanguage(t *testing.T) {
	page := draw(t, i18n.With(context.Background(), "pt-BR"), Page{Title: "Entrada"})
	for _, want := range []string{`<html lang="pt-BR" dir="ltr">`, "Pular para o conteúdo"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
}

func TestNothingIsDrawnWithInlineStylesOrScripts(t *testing.T) {
	page := draw(t, context.Background(), Gallery("dark", "rtl"))
	for _, forbidden := range []string{" style=", "<style", "<script>", " onclick=", "javascript:"} {
		if strings.Contains(page, forbidden) {
			t.Errorf("the gallery holds %q, which the content policy forbids", forbidden)
		}
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Zoe":                 "Z",
		"zoe silva":           "ZS",
		"Ana Maria de Souza":  "AS",
		"  ":                  "",
		"(Rui) Costa":         "RC",
		"عبد الرحمن الشريف":   "عا",
		"李小龍":                 "李",
		"zoe@example.com":     "Z",
		"7 Dwarfs":            "7D",
		"\xff broken \xffutf": "BU",
	} {
		if got := Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestANameKeepsItsColour(t *testing.T) {
	if hue("Zoe Silva") != hue(" zoe silva ") {
		t.Error("the same name in other letters has another colour")
	}
}

// around puts children into a component.
func around(c templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

func draw(t *testing.T, ctx context.Context, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func wantDrawn(t *testing.T, name, got string) {
	t.Helper()
	got = strings.ReplaceAll(fingerprint.ReplaceAllString(got, "/assets/…/"), "><", ">\n<") + "\n"
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is drawn otherwise; look at it and run with -update if it is right:\n%s", name, got)
	}
}
