// Package demoshop is the sample shop of the demo: a few pages of a tea shop that carry the widget by the one line that a real
// shop pastes.
//
// It stands for everybody else's site, so it is served as a foreign origin with the strictest policies that the widget must live
// with, and it knows nothing of Deskbell but the address of the script and the widget's key. Nothing here can be bought.
package demoshop

import (
	"embed"
	"io/fs"
	"net/http"

	"deskbell/internal/i18n"
)

//go:embed static
var static embed.FS

// Shop is the site. Its zero Connect is a policy that forbids the page every connection, as some shops have it: the widget must
// work there too.
type Shop struct {
	House   string // origin of the help desk, such as http://127.0.0.1:8080
	Widget  string // key
	Connect bool   // the policy lets the page speak with the house, so that the launcher knows of news before it is opened
}

// product is what the shop shows. Its words are in the catalogue, as demoshop.SLUG_name and demoshop.SLUG_text.
//
// i18n: demoshop.kettle_*
// i18n: demoshop.teapot_*
// i18n: demoshop.cup_*
// i18n: demoshop.leaf_*
// i18n: demoshop.sieve_*
// i18n: demoshop.honey_*
type product struct{ Slug, Price string }

var products = []product{
	{"kettle", "€ 64"},
	{"teapot", "€ 42"},
	{"cup", "€ 16"},
	{"leaf", "€ 12"},
	{"sieve", "€ 9"},
	{"honey", "€ 11"},
}

// Handler serves the shop.
func (s Shop) Handler() http.Handler {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServerFS(files)))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { s.show(w, r, s.shelf()) })
	mux.HandleFunc("GET /{slug}", s.one)
	return mux
}

func (s Shop) one(w http.ResponseWriter, r *http.Request) {
	for _, p := range products {
		if p.Slug == r.PathValue("slug") {
			s.show(w, r, s.detail(p))
			return
		}
	}
	http.NotFound(w, r)
}

// show answers with a page in the visitor's language. A strict policy forbids inline styles and scripts, foreign hosts but the
// widget's, and strings as HTML (Trusted Types).
func (s Shop) show(w http.ResponseWriter, r *http.Request, page component) {
	lang := r.URL.Query().Get("lang")
	lang = i18n.Match(r.Header.Get("Accept-Language"), lang)
	connect := ""
	if s.Connect {
		connect = "; connect-src " + s.House
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src "+s.House+"; frame-src "+s.House+connect+
		"; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	_ = page.Render(i18n.With(r.Context(), lang), w) // whoever went away needs no page
}
