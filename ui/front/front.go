// Package front is what all pages that customers see have in common, so that they are one site, and the shop's: its name and
// colour, the header with its ways and its search, who is signed in, and what stands there when something went wrong.
//
// A face of the public gathers a Frame in the transaction of its page and draws itself into it. The shop chooses one colour,
// that of its widget; what must be read is made readable here whichever it is. No style is written into a page: the sheet of a
// colour has an address of its own.
package front

import (
	"net/http"
	"net/url"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/ui/kit"
)

// The rooms of the header.
const (
	Help      = "help"
	Community = "community"
	Contact   = "contact"
	Mine      = "mine"
)

// Page is what a page says of itself.
type Page struct {
	Title string
	Here  string                   // the room it is in, or ""
	Path  func(lang string) string // where it, or the nearest to it, is found in a language
	Back  string                   // where signing in and out lead, if not to Path
}

// Same is the path of a page whose address names no language.
func Same(path string) func(string) string { return func(string) string { return path } }

// Frame is what every page of the shop knows.
type Frame struct {
	Public kit.Public
	Shop   settings.ShopSetting
	Reader Reader
	Path   string // of this page, for coming back to it
}

// Around gathers the frame of a page.
func Around(tx *store.Tx, r *http.Request, p Page) (f Frame, err error) {
	if f.Shop, err = settings.Shop.Get(tx); err != nil {
		return f, err
	}
	if f.Reader, err = ReaderOf(tx, r); err != nil {
		return f, err
	}
	boards, err := forum.Boards(tx, people.Actor{})
	if err != nil {
		return f, err
	}
	if f.Path = p.Back; f.Path == "" {
		f.Path = p.Path(f.Shop.Language())
	}
	f.Public = kit.Public{Page: kit.Page{Title: p.Title}, Shop: f.Shop.Name, Here: p.Here, Boards: len(boards) > 0}
	for _, lang := range f.Shop.Languages {
		f.Public.Languages = append(f.Public.Languages, kit.InLanguage{Tag: lang, Path: p.Path(lang)})
	}
	f.Public.Account = account(f)
	return f, dress(tx, &f.Public)
}

// SignInPath leads to signing in and back to path.
func SignInPath(path string) string { return "/my/sign-in?next=" + url.QueryEscape(path) }
