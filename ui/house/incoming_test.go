package house_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"deskbell/internal/web"
	"deskbell/ui/house"
)

// Whoever sends a form that cannot be read is told so, and not that there is no file in it.
func TestAFormThatCannotBeReadIsNotAFormWithoutAFile(t *testing.T) {
	h := open(t, t.TempDir())
	defer shut(t, h)
	edge, err := web.New(web.Options{DB: h.DB, URL: &url.URL{Scheme: "http", Host: "localhost"}, Unlimited: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	server := edge.Handler([]web.Route{web.Post("/", web.Visitors, func(w http.ResponseWriter, r *http.Request) error {
		_, err := house.Incoming(r)
		return err
	}).UpTo(1000)})
	const form, field = "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"
	for name, c := range map[string]struct {
		kind, body string
		want       int
		code       string
	}{
		"a file":               {form, field + "hello\r\n--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nA\r\n--x--\r\n", 200, ""},
		"no file":              {form, field + "hello\r\n--x--\r\n", 422, "api.no_file"},
		"nothing":              {form, "--x--\r\n", 422, "api.no_file"},
		"too large":            {form, field + strings.Repeat("hello", 1000) + "\r\n--x--\r\n", 413, "fault.too_large"},
		"cut off":              {form, field + "hel", 400, "fault.unreadable"},
		"cut off between them": {form, field + "hello\r\n", 400, "fault.unreadable"},
		"another boundary":     {form, "--y\r\n\r\nhello\r\n--y--\r\n", 400, "fault.unreadable"},
		"no boundary":          {"multipart/form-data", field + "hello\r\n--x--\r\n", 400, "fault.unreadable"},
	} {
		r := httptest.NewRequest(http.MethodPost, "http://localhost/", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		if w.Code != c.want || !strings.Contains(w.Body.String(), c.code) {
			t.Errorf("%s: %d %s, want %d %s", name, w.Code, w.Body, c.want, c.code)
		}
	}
}
