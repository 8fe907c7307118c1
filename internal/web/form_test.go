package web

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"deskbell/internal/fault"
)

type signed struct {
	Name string `form:"name"`
}

type ticketForm struct {
	signed
	Subject string   `form:"subject"`
	Tags    []string `form:"tag"`
	Count   int      `form:"count"`
	ID      uint64   `form:"id"`
	Urgent  bool     `form:"urgent"`
	Role    string
}

func post(body string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestForm(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want ticketForm
	}{
		"everything":                       {"subject=Hi&tag=a&tag=b&count=-3&id=7&urgent=on", ticketForm{signed{}, "Hi", []string{"a", "b"}, -3, 7, true, ""}},
		"what the form does not offer":     {"subject=Hi&Role=owner&role=owner", ticketForm{Subject: "Hi"}},
		"what forms have in common":        {"name=Zoe", ticketForm{signed: signed{"Zoe"}}},
		"an empty number is no number":     {"count=&id=", ticketForm{}},
		"a box that is not ticked":         {"urgent=", ticketForm{}},
		"NUL goes":                         {"subject=a%00b", ticketForm{Subject: "ab"}},
		"broken UTF-8 is marked":           {"subject=a%ffb", ticketForm{Subject: "a\uFFFDb"}},
		"line ends are plain":              {"subject=a%0d%0ab%0dc%0ad", ticketForm{Subject: "a\nb\nc\nd"}},
		"spaces and odd signs stay":        {"subject=+%E2%80%AE%F0%9F%94%94+", ticketForm{Subject: " \u202E🔔 "}},
		"the first of several values wins": {"subject=one&subject=two", ticketForm{Subject: "one"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got ticketForm
			if err := Form(post(c.body), &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestFormNamesTheFieldThatIsNoNumber(t *testing.T) {
	var f ticketForm
	if err := Form(post("count=many"), &f); At(err) != "count" || !IsInput(err) {
		t.Errorf("the fault is %v", err)
	}
}

func TestAFieldThatIsTooLargeBringsTheFormBack(t *testing.T) {
	tooLarge := fault.New(fault.TooLarge, "fault.too_large", "max", "64 KiB")
	if IsInput(tooLarge) {
		t.Error("a request that was not read has no form to show again")
	}
	tooLarge.At = "text"
	if !IsInput(tooLarge) {
		t.Error("the words of a field are lost when it is too large")
	}
}

func TestFormWithFiles(t *testing.T) {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	m.WriteField("subject", "Hi\r\nthere")
	part, _ := m.CreateFormFile("file", "../../bell.txt")
	io.WriteString(part, "ding")
	m.WriteField("count", "2")
	m.Close()
	r := httptest.NewRequest("POST", "/", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())

	var f ticketForm
	var got string
	err := FormWithFiles(r, &f, func(u Upload) error {
		text, err := io.ReadAll(u)
		got = u.Field + " " + u.Name + " " + string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if f.Subject != "Hi\nthere" || f.Count != 2 || got != "file bell.txt ding" {
		t.Errorf("%+v and %q", f, got)
	}
}

func TestAFormOfTenThousandPartsIsRefused(t *testing.T) {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for range 10000 {
		m.WriteField("a", "")
	}
	m.Close()
	r := httptest.NewRequest("POST", "/", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	if err := Form(r, &ticketForm{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("the fault is %v", err)
	}
}

func TestOwnPath(t *testing.T) {
	for path, want := range map[string]string{
		"/desk/tickets/7?x=1#n3":        "/desk/tickets/7?x=1#n3",
		"":                              "/",
		"https://evil.example":          "/",
		"//evil.example":                "/",
		"///evil.example":               "/",
		"/\\evil.example":               "/",
		"/\t/evil.example":              "/",
		"/\n/evil.example":              "/",
		"javascript:alert(1)":           "/",
		"/%2f/evil.example":             "/",
		"desk":                          "/",
		" /desk":                        "/",
		"/a?next=//evil.example":        "/a?next=//evil.example",
		"/" + strings.Repeat("a", 3000): "/",
	} {
		if got := OwnPath(path); got != want {
			t.Errorf("%q leads to %q, want %q", path, got, want)
		}
	}
}

func FuzzOwnPath(f *testing.F) {
	for _, seed := range []string{"/", "//x", "/\\x", "/%5cx", "/.//x", "/a/..//x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := OwnPath(path)
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\t\r\n") {
			t.Errorf("%q leads to %q", path, got)
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add("a\x00b\r\n\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if strings.ContainsAny(got, "\x00\r") || got != strings.ToValidUTF8(got, "?") || clean(got) != got {
			t.Errorf("%q becomes %q", s, got)
		}
	})
}
