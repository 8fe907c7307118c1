package web

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
)

var pages = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render answers with a component. It is drawn before the first byte goes out, so that one which fails becomes an error page
// and not half a page.
func Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	b := pages.Get().(*bytes.Buffer)
	defer func() {
		if b.Cap() <= 1<<20 { // one huge page must not stay for ever
			b.Reset()
			pages.Put(b)
		}
	}()
	if err := page.Render(r.Context(), b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", i18n.Lang(r.Context()))
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // whoever went away needs no page
	return nil
}

// Redirect sends the browser to a page of ours, by GET. Anything that could lead elsewhere leads to the front page, so a
// path may come from a form. To htmx it says the same in its own way, since that would put the page into the part.
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	path = OwnPath(path)
	if r.Header.Get("HX-Request") != "" {
		w.Header().Set("HX-Redirect", path)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// OwnPath is path when it surely leads to a page of ours, else "/". Browsers read a backslash as a slash, and drop tabs and
// line ends before they look.
func OwnPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || len(path) > 2048 {
		return "/"
	}
	for _, c := range path {
		if c <= ' ' || c == '\\' || c == 0x7f {
			return "/"
		}
	}
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return path
}
