package i18n

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
)

// counted are the forms that whole numbers take in each language (CLDR).
var counted = map[string][]string{
	"en":    {"one", "other"},
	"pt-BR": {"many", "one", "other"},
	"es":    {"many", "one", "other"},
	"cs":    {"few", "many", "one", "other"},
	"ru":    {"few", "many", "one", "other"},
}

func TestEveryFolderIsALanguage(t *testing.T) {
	folders, err := fs.ReadDir(catalog, "catalog")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if !slices.Contains(Languages(), folder.Name()) {
			t.Errorf("catalog/%s is no language that the house knows: add it to known", folder.Name())
		}
	}
}

func TestEveryKeyBelongsToItsFile(t *testing.T) {
	key := regexp.MustCompile(`^([a-z]+)\.[a-z0-9]+(_[a-z0-9]+)*$`)
	err := fs.WalkDir(catalog, "catalog", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		room := strings.TrimSuffix(path.Base(name), ".json")
		data, err := fs.ReadFile(catalog, name)
		if err != nil {
			return err
		}
		for _, m := range regexp.MustCompile(`(?m)^\s*"([^"]+)"\s*:`).FindAllSubmatch(data, -1) {
			k := string(m[1])
			if slices.Contains([]string{"zero", "one", "two", "few", "many", "other"}, k) {
				continue
			}
			if parts := key.FindStringSubmatch(k); parts == nil || parts[1] != room {
				t.Errorf("%s: %q is not %s.words_with_underscores", name, k, room)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	for _, lang := range Languages() {
		for _, key := range keysOf(English) {
			if _, ok := spoken[lang].entries[key]; !ok {
				t.Errorf("%s does not say %s", lang, key)
			}
		}
		for _, key := range keysOf(lang) {
			if _, ok := spoken[English].entries[key]; !ok {
				t.Errorf("%s says %s, which English does not", lang, key)
			}
		}
	}
}

func TestEveryLanguageHasItsPluralForms(t *testing.T) {
	for _, lang := range Languages() {
		for _, key := range keysOf(lang) {
			e := spoken[lang].entries[key]
			if english, ok := spoken[English].entries[key]; ok && (english.forms == nil) != (e.forms == nil) {
				t.Errorf("%s %s: plural in one language and not in the other", lang, key)
			}
			if e.forms == nil {
				continue
			}
			forms := []string{"other"}
			for form := range e.forms {
				forms = append(forms, form)
			}
			sort.Strings(forms)
			if !slices.Equal(forms, counted[lang]) {
				t.Errorf("%s %s has the forms %v, want %v", lang, key, forms, counted[lang])
			}
		}
	}
}

// A text may leave out the count, as in "one ticket", but never any other value, nor invent one.
func TestEveryLanguageUsesTheSameValues(t *testing.T) {
	for _, lang := range Languages() {
		for _, key := range keysOf(lang) {
			want := names(spoken[English].entries[key].other)
			e := spoken[lang].entries[key]
			for form, s := range e.forms {
				if got := names(s); !slices.Equal(without(got, "count"), without(want, "count")) {
					t.Errorf("%s %s#%s uses %v, want %v", lang, key, form, got, want)
				}
			}
			if got := names(e.other); !slices.Equal(got, want) {
				t.Errorf("%s %s uses %v, want %v", lang, key, got, want)
			}
		}
	}
}

func names(s sentence) []string {
	var all []string
	for _, p := range s {
		if p.name != "" && !slices.Contains(all, p.name) {
			all = append(all, p.name)
		}
	}
	sort.Strings(all)
	return all
}

func without(all []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(n string) bool { return n == name })
}

func TestEveryKeyIsUsedAndEveryUsedKeyIsThere(t *testing.T) {
	src := readSources(t, "../..")
	for _, key := range keysOf(English) {
		if !src.uses(key) {
			t.Errorf("nothing says %s: remove it, or declare it by a comment beside the code that builds it: i18n: %s_*", key, key)
		}
	}
	keys := map[string]bool{}
	for _, key := range keysOf(English) {
		keys[key] = true
	}
	for key, places := range src.said {
		if !keys[key] {
			t.Errorf("%s says %s, which is not in the catalogue", places[0], key)
		}
	}
	for prefix, place := range src.built {
		if !slices.ContainsFunc(keysOf(English), func(key string) bool { return strings.HasPrefix(key, prefix) }) {
			t.Errorf("%s builds %s*, of which nothing is in the catalogue", place, prefix)
		}
	}
}

// A sentence with a hole in it is worse than none: whoever says it hands over its values.
func TestEverySentenceGetsItsValues(t *testing.T) {
	for _, call := range readSources(t, "../..").calls {
		for _, name := range names(spoken[English].entries[call.key].other) {
			if !strings.Contains(call.values, `"`+name+`"`) {
				t.Errorf("%s says %s without %q", call.place, call.key, name)
			}
		}
	}
}

// sources is what the project's own files know of the catalogue.
type sources struct {
	literals map[string]bool     // everything between quotes that looks like a key
	said     map[string][]string // what is handed to i18n or fault, and where
	built    map[string]string   // beginnings of keys put together at run time, and where
	calls    []call
}

// call is one place where a key is said, with what stands behind it.
type call struct{ place, key, values string }

var (
	literal = regexp.MustCompile("[\"'`]([a-z]+\\.[a-z0-9_]+)(?:[\"'`]|\\$\\{)")
	said    = []*regexp.Regexp{
		regexp.MustCompile(`\bi18n\.(?:T|In|Say)\([^,()]*(?:\(\))?,\s*"([^"]+)"`),
		regexp.MustCompile(`\bfault\.New\(fault\.\w+,\s*"([^"]+)"`),
		regexp.MustCompile(`\bfault\.Field\([^,]+,\s*"([^"]+)"`),
		regexp.MustCompile(`\bfault\.Wait\("([^"]+)"`),
	}
	file    = regexp.MustCompile(`\.(?:css|js|svg|png|ico|html|json)$`)
	missing = regexp.MustCompile(`(?:\bfault\.Missing|\)\.Called)\("([a-z_]+)"\)`)
	built   = regexp.MustCompile(`i18n: ([a-z]+\.[a-z0-9_]*)\*`)
	remark  = regexp.MustCompile(`(?m)(^|\s)//.*$`)
)

// rooms are those that have a file in the catalogue.
var rooms = func() map[string]bool {
	all := map[string]bool{}
	for _, key := range keysOf(English) {
		room, _, _ := strings.Cut(key, ".")
		all[room] = true
	}
	return all
}()

func (s *sources) uses(key string) bool {
	if s.literals[key] {
		return true
	}
	for prefix := range s.built {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

func newSources() *sources {
	return &sources{literals: map[string]bool{}, said: map[string][]string{}, built: map[string]string{}}
}

func readSources(t *testing.T, root string) *sources {
	t.Helper()
	s := newSources()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); base == "node_modules" || base == "testdata" || len(base) > 2 && base[0] == '.' {
				return filepath.SkipDir
			}
			return nil
		}
		if !ours(name) {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		s.read(strings.TrimPrefix(filepath.ToSlash(name), "../../"), string(data))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ours says whether people write the file and users meet its words.
func ours(name string) bool {
	switch filepath.Ext(name) {
	case ".go":
		return !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_templ.go")
	case ".templ", ".ts":
		return !strings.HasSuffix(name, ".test.ts") && !strings.HasSuffix(name, ".d.ts")
	}
	return false
}

func (s *sources) read(name, text string) {
	for _, m := range built.FindAllStringSubmatch(text, -1) {
		s.built[m[1]] = name
	}
	text = remark.ReplaceAllString(text, "")
	for _, m := range literal.FindAllStringSubmatch(text, -1) {
		if m[1] == "fault.what_" {
			continue // its words are named where something is missing
		}
		if strings.HasSuffix(m[1], "_") { // the rest is put behind it
			s.built[m[1]] = name
			continue
		}
		s.literals[m[1]] = true
		if room, _, _ := strings.Cut(m[1], "."); path.Ext(name) != ".go" && rooms[room] && !file.MatchString(m[1]) {
			s.said[m[1]] = append(s.said[m[1]], name) // in pages and scripts, whatever looks like a key is one
		}
	}
	for _, way := range said {
		for _, at := range way.FindAllStringSubmatchIndex(text, -1) {
			key := text[at[2]:at[3]]
			if strings.HasSuffix(key, "_") || strings.HasSuffix(key, ".") {
				continue
			}
			s.said[key] = append(s.said[key], name)
			if !strings.Contains(text[at[0]:at[1]], "Wait(") { // which brings its one value itself
				s.calls = append(s.calls, call{name, key, behind(text[at[1]:])})
			}
		}
	}
	for _, m := range missing.FindAllStringSubmatch(text, -1) {
		key := "fault.what_" + m[1]
		s.literals[key] = true
		s.said[key] = append(s.said[key], name)
	}
}

// behind is the rest of a call's arguments.
func behind(text string) string {
	open := 1
	for i, c := range text {
		switch c {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			return text[:i]
		}
	}
	return text
}

func TestReadingSources(t *testing.T) {
	s := newSources()
	s.read("ui/desk/desk.go", `
		// say "room.in_a_remark" // i18n: room.built_*
		label := "room.beside"
		i18n.T(r.Context(), "room.by_t", "name", x); i18n.In(a.Lang, "room.by_in")
		fault.Field("email", "fault.by_field"); fault.New(fault.Conflict, "fault.by_new"); fault.Wait("fault.by_wait", d)
		fault.Missing("umbrella"); store.NewTable("coats", key).Called("coat"); key := "fault.what_" + word`)
	s.read("assets/ts/desk.ts", "say(`room.filled_${name}`)")
	s.read("ui/desk/desk.templ", `<link href="fault.css"> @kit.Button("fault.on_a_page") <p title="example.com">`)
	var got []string
	for key := range s.said {
		got = append(got, key)
	}
	sort.Strings(got)
	want := []string{"fault.by_field", "fault.by_new", "fault.by_wait", "fault.on_a_page", "fault.what_coat", "fault.what_umbrella", "room.by_in", "room.by_t"}
	if !slices.Equal(got, want) {
		t.Errorf("said are %v, want %v", got, want)
	}
	for key, want := range map[string]bool{"room.beside": true, "room.built_here": true, "room.filled_in": true, "room.in_a_remark": false, "fault.what_coat": true, "fault.what_hat": false} {
		if s.uses(key) != want {
			t.Errorf("uses(%s) is %v", key, !want)
		}
	}
	if by := (call{"ui/desk/desk.go", "room.by_t", `, "name", x`}); !slices.Contains(s.calls, by) {
		t.Errorf("the calls are %v, without %v", s.calls, by)
	}
}

// keysOf lists every key of lang in order.
func keysOf(lang string) []string {
	l, ok := spoken[lang]
	if !ok {
		return nil
	}
	return slices.Sorted(maps.Keys(l.entries))
}
