// Package help is the public help centre: where customers look for an answer, and where they ask when they find none.
//
// Every page works without a script, and each is in the language that its address names; pages without one are in the
// reader's. What is shown is what package kb says is public: the face has no list of its own. The contact form is a door as any
// other: what comes in by it is a ticket of the channel "form".
package help

import (
	"net/http"
	"slices"
	"time"

	"deskbell/internal/i18n"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/ui/front"
	"deskbell/ui/house"
)

// face is the help centre of one house.
type face struct {
	*house.House
	readers kb.Counter
}

// How often one address may ask for what costs more than a page, or writes.
var (
	asking  = web.Pace{Every: 500 * time.Millisecond, Burst: 30}
	voting  = web.Pace{Every: 2 * time.Second, Burst: 20}
	sending = web.Pace{Every: 30 * time.Second, Burst: 5}
)

// Routes is everything that the public can call here.
func Routes(h *house.House) []web.Route {
	f := &face{House: h}
	return []web.Route{
		web.Get("/{$}", web.Anyone, f.home),
		web.Get("/help/search", web.Anyone, f.search).At(asking),
		web.Get("/help/{lang}", web.Anyone, f.home),
		web.Get("/help/{lang}/category/{category}", web.Anyone, f.category),
		web.Get("/help/{lang}/{article}", web.Anyone, f.article),
		web.Post("/help/{lang}/{article}/helpful", web.Anyone, f.rate).At(voting),
		web.Get("/contact", web.Anyone, f.showContact),
		web.Post("/contact", web.Anyone, f.contact).At(sending),
		web.Get("/contact/sent", web.Anyone, f.sent),
		web.Post("/language", web.Anyone, f.language),
	}
}

// frame is what every page of the help centre knows.
type frame struct {
	front.Frame
	Lang  string // of the articles, which need not be one that the house speaks
	Query string // what was looked for
}

// gather makes the frame of a page.
func gather(tx *store.Tx, r *http.Request, p front.Page) (f frame, err error) {
	f.Frame, err = front.Around(tx, r, p)
	return f, err
}

// reading gives the language of the articles for a request: the one in its address, or else the reader's, or else one in which
// there is something to read. The page around them is put into it as far as the house speaks it.
func reading(tx *store.Tx, r *http.Request, shop settings.ShopSetting) (string, error) {
	if lang := r.PathValue("lang"); lang != "" {
		return lang, nil
	}
	wanted := append([]string{i18n.Lang(r.Context())}, shop.Languages...)
	some, err := kb.Languages(tx, wanted)
	if err != nil || len(some) == 0 {
		return wanted[0], err
	}
	return some[0], nil
}

// inItsLanguage gives the request the language that its address names.
func inItsLanguage(r *http.Request) *http.Request {
	if lang := r.PathValue("lang"); slices.Contains(i18n.Languages(), lang) {
		return r.WithContext(i18n.With(r.Context(), lang))
	}
	return r
}

// language remembers the language that a reader chose, and leads back to where he was, in that language.
func (f *face) language(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		To string `form:"to"` // a language and a path
	}
	if err := web.Form(r, &in); err != nil {
		return err
	}
	lang, path := cut(in.To)
	web.SetLanguage(w, r, lang)
	return web.Redirect(w, r, path)
}
