package ui_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store/boltkv"
)

// What customers write is not lost where nothing can be written, and they are not told how to look after a server.
func TestWhereNothingCanBeWrittenACustomerKeepsHisText(t *testing.T) {
	s := show(t)
	s.learn(t)
	forms := map[string]struct{ body, words string }{ // of a route, and what comes back of it
		"POST /contact":                       {"name=Zoe&email=zoe@mail.example&text=It arrived in two&once=the-same", "It arrived in two"},
		"POST /community/ask":                 {"name=Zoe&email=zoe@mail.example&board=$board&title=How hot?&text=The water&once=the-same", "The water"},
		"POST /community/topics/{id}/posts":   {"name=Zoe&email=zoe@mail.example&text=Seventy-five at most&once=the-same", "Seventy-five at most"},
		"POST /my/sign-in":                    {"email=zoe@mail.example", "zoe@mail.example"},
		"POST /my/tickets/{ref}":              {"proof=$proof&text=Thank you all the same&once=the-same", "Thank you all the same"},
		"POST /help/{lang}/{article}/helpful": {"helpful=no&why=I still do not know", "I still do not know"},
		"POST /my/sign-out":                   {"", ""},
	}
	filled := map[string]request{}
	for _, route := range s.routes {
		name := route.Method + " " + route.Path
		form, ok := forms[name]
		if !ok {
			continue
		}
		good, _ := requestOf(route)
		made, err := s.make(request{good.path, form.body}, s.workshop)
		if err != nil {
			t.Fatal(err)
		}
		filled[name] = made
	}
	_, cookie := s.memberProof(t)
	token, secret := s.tokenProof("ana@kettle.example", people.ScopeAdmin)(t)
	s.away(t)
	for name, form := range forms {
		for _, lang := range []string{"en", "pt-BR"} {
			if strings.Contains(name, "{lang}") && lang != "en" {
				continue // it is in its article's
			}
			header := []string{"Accept-Language", lang}
			if name == "POST /my/sign-out" { // which has no form, but a page of its error
				header = append(header, "Cookie", cookie)
			}
			status, page := s.ask(t, filled[name], header...)
			if status != http.StatusServiceUnavailable || !strings.Contains(page, form.words) || !strings.Contains(page, i18n.In(lang, "web.come_again")) {
				t.Errorf("%s in %s: %d, want the words %q and what to do:\n%s", name, lang, status, form.words, page)
			}
			if strings.Contains(form.body, "once=") && !strings.Contains(page, `value="the-same"`) {
				t.Errorf("%s in %s comes back as another form: what is on disk after all would be there twice", name, lang)
			}
		}
	}
	status, answer := s.ask(t, request{"/api/v1/tickets", `{"subject":"By phone","text":"She called.","contact":{"email":"zoe@mail.example"}}`}, token, secret, "Content-Type", "application/json")
	if status != http.StatusServiceUnavailable || !strings.Contains(answer, "start Deskbell again") {
		t.Errorf("whoever runs the house is answered %d %s", status, answer)
	}
}

// away takes the data from under the house until the test ends: the store says no to every write from now on.
func (s *shown) away(t *testing.T) {
	t.Helper()
	file := filepath.Join(s.Dir, boltkv.FileName)
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			t.Error(err)
		}
	}
	move(file, file+".away")
	t.Cleanup(func() { move(file+".away", file) })
}

// ask posts a form and gives the answer's status and body.
func (s *shown) ask(t *testing.T, q request, header ...string) (int, string) {
	t.Helper()
	body := q.body
	if !strings.HasPrefix(body, "{") {
		body = encode(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+q.path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}
