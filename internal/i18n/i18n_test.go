package i18n

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
)

// speak makes the house speak from a catalogue of the test's own while it runs. Such tests do not run in parallel.
func speak(t *testing.T, en, pt string) {
	t.Helper()
	all, err := read(fstest.MapFS{
		"catalog/en/room.json":    {Data: []byte(en)},
		"catalog/pt-BR/room.json": {Data: []byte(pt)},
	})
	if err != nil {
		t.Fatal(err)
	}
	was := spoken
	spoken = all
	t.Cleanup(func() { spoken = was })
}

const (
	inEnglish = `{"room.hello": "Hello {{.name}}!", "room.yes": "Yes", "room.only": "Only here",
		"room.bells": {"one": "{{.count}} bell", "other": "{{.count}} bells"},
		"fault.lost": "We lost {{.what}}.", "fault.what_ticket": "this ticket", "fault.what_other": "it"}`
	inPortuguese = `{"room.hello": "Olá, {{ .name }}!", "room.yes": "Sim",
		"room.bells": {"one": "{{.count}} sino", "many": "{{.count}} de sinos", "other": "{{.count}} sinos"},
		"fault.lost": "Perdemos {{.what}}.", "fault.what_ticket": "este ticket", "fault.what_other": "isso"}`
)

func TestSaying(t *testing.T) {
	speak(t, inEnglish, inPortuguese)
	for name, c := range map[string]struct {
		lang, key string
		values    []any
		want      string
	}{
		"a plain word":                             {"pt-BR", "room.yes", nil, "Sim"},
		"a value is put in as it is":               {"en", "room.hello", []any{"name", "<b>{{.name}}"}, "Hello <b>{{.name}}!"},
		"a value that nobody gave is silence":      {"en", "room.hello", nil, "Hello !"},
		"a name without a value is ignored":        {"en", "room.hello", []any{"name"}, "Hello !"},
		"what a language lacks is English":         {"pt-BR", "room.only", nil, "Only here"},
		"a language that nobody speaks, too":       {"tlh", "room.yes", nil, "Yes"},
		"what nobody has is its key":               {"pt-BR", "room.nothing", nil, "room.nothing"},
		"one":                                      {"en", "room.bells", []any{"count", 1}, "1 bell"},
		"none is many in English":                  {"en", "room.bells", []any{"count", 0}, "0 bells"},
		"none is one in Portuguese":                {"pt-BR", "room.bells", []any{"count", 0}, "0 sino"},
		"a million in Portuguese":                  {"pt-BR", "room.bells", []any{"count", uint64(1000000)}, "1000000 de sinos"},
		"a count that is no number takes the rest": {"pt-BR", "room.bells", []any{"count", "99+"}, "99+ sinos"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := In(c.lang, c.key, c.values...); got != c.want {
				t.Errorf("In says %q, want %q", got, c.want)
			}
			if got := T(With(context.Background(), c.lang), c.key, c.values...); got != c.want {
				t.Errorf("T says %q, want %q", got, c.want)
			}
		})
	}
}

func TestSayNamesThingsInTheReadersLanguage(t *testing.T) {
	speak(t, inEnglish, inPortuguese)
	ctx := With(context.Background(), "pt-BR")
	for what, want := range map[string]string{"ticket": "Perdemos este ticket.", "umbrella": "Perdemos isso."} {
		if got := Say(ctx, "fault.lost", map[string]any{"what": what}); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
}

func TestAllGivesTextsToScripts(t *testing.T) {
	speak(t, inEnglish, inPortuguese)
	got := All("pt-BR", "room.")
	for key, want := range map[string]string{
		"room.hello":       "Olá, {{.name}}!",
		"room.only":        "Only here",
		"room.bells#one":   "{{.count}} sino",
		"room.bells#many":  "{{.count}} de sinos",
		"room.bells#other": "{{.count}} sinos",
		"fault.lost":       "",
	} {
		if got[key] != want {
			t.Errorf("%s is %q, want %q", key, got[key], want)
		}
	}
}

func TestABrokenCatalogueNamesItsFile(t *testing.T) {
	for name, broken := range map[string]string{
		"no JSON":                     `{"room.a": `,
		"nothing said":                `{"room.a": {"one": "x"}}`,
		"a condition in a text":       `{"room.a": "{{if .x}}y{{end}}"}`,
		"a placeholder without a dot": `{"room.a": "{{name}}"}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(fstest.MapFS{"catalog/en/room.json": {Data: []byte(broken)}})
			if err == nil || !strings.Contains(err.Error(), "catalog/en/room.json") {
				t.Errorf("read says %v", err)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	for name, c := range map[string]struct {
		accept string
		prefer []string
		want   string
	}{
		"nothing is known":                {"", nil, "en"},
		"the browser asks":                {"pt-BR,pt;q=0.9,en;q=0.8", nil, "pt-BR"},
		"another Portuguese is near":      {"pt-PT", nil, "pt-BR"},
		"the reader has chosen":           {"pt-BR", []string{"en"}, "en"},
		"he chose what we do not speak":   {"pt-BR", []string{"fi", ""}, "pt-BR"},
		"a language that we do not speak": {"fi", nil, "en"},
		"the best of several":             {"fi, pt;q=0.4, en;q=0.3", nil, "pt-BR"},
		"rubbish":                         {";;q=\x00", []string{"!"}, "en"},
		"a header that never ends":        {strings.Repeat("pt,", 10000), nil, "en"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Match(c.accept, c.prefer...); got != c.want {
				t.Errorf("Match gives %q, want %q", got, c.want)
			}
		})
	}
}

func BenchmarkT(b *testing.B) {
	ctx := With(context.Background(), "pt-BR")
	for name, say := range map[string]func(){
		"plain":  func() { T(ctx, "fault.forbidden") },
		"values": func() { T(ctx, "fault.too_long", "max", 200) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				say()
			}
		})
	}
	b.Run("plural", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			spoken["pt-BR"].form(7)
		}
	})
}
