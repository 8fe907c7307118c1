package help

import (
	"net/http"
	"strings"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/ui/front"
)

const (
	onShelf  = 4  // articles of a category on the front page
	mostRead = 6  // articles below the categories
	perPage  = 50 // articles on a category's page
)

// home is the front page: a search field, the categories, what others read.
type home struct {
	frame
	Shelves  []kb.Shelf
	MostRead []*kb.Text
	CanWrite bool
}

func (f *face) home(w http.ResponseWriter, r *http.Request) error {
	r = inItsLanguage(r)
	var page home
	err := f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if page.frame, err = gather(tx, r, front.Page{Here: front.Help, Path: frontPage(r)}); err != nil {
			return err
		}
		if page.Lang, err = reading(tx, r, page.Shop); err != nil {
			return err
		}
		if page.Shelves, err = kb.Shelves(tx, page.Lang, onShelf); err != nil {
			return err
		}
		page.MostRead, err = kb.MostRead(tx, page.Lang, mostRead)
		return err
	})
	if err != nil {
		return err
	}
	if len(page.Shelves) == 0 && r.PathValue("lang") != "" {
		return fault.New(fault.NotFound, "fault.page_not_found") // no endless list of empty languages for search engines
	}
	page.Public.Page.Title, page.Public.Searches = page.Shop.Name, len(page.Shelves) > 0
	page.Public.Page.Description = i18n.T(r.Context(), "help.description", "shop", page.Shop.Name)
	page.CanWrite = web.Actor(r).May(kb.WriteArticles, "")
	return web.Render(w, r, http.StatusOK, homePage(page))
}

// frontPage is where the front page is found in another language: at its own address if this one names a language.
func frontPage(r *http.Request) func(string) string {
	if r.PathValue("lang") == "" {
		return front.Same("/")
	}
	return func(lang string) string { return "/help/" + lang }
}

// category is what stands in one category.
type category struct {
	frame
	Of       *kb.Category
	Trail    []*kb.Category
	Within   []kb.Shelf
	Articles []*kb.Text
	First    string
	Next     string
}

func (f *face) category(w http.ResponseWriter, r *http.Request) error {
	r = inItsLanguage(r)
	lang := r.PathValue("lang")
	from, _ := web.After(r.URL.Query().Get("cursor")) // what somebody made up is the beginning
	var page category
	err := f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		page, err = categoryIn(tx, r, from)
		return err
	})
	if err != nil {
		return err
	}
	if from != nil {
		page.First = page.Of.Path(lang)
	} else if len(page.Articles)+len(page.Within) == 0 {
		return fault.Missing("category") // in this language there is nothing in it
	}
	return web.Render(w, r, http.StatusOK, categoryPage(page))
}

// categoryIn gathers the page of the category and the language that a path names.
func categoryIn(tx *store.Tx, r *http.Request, from store.Key) (c category, err error) {
	lang := r.PathValue("lang")
	if c.Of, err = kb.CategoryBySlug(tx, r.PathValue("category")); err != nil {
		return c, err
	}
	if c.frame, err = gather(tx, r, front.Page{Title: c.Of.In(lang), Here: front.Help, Path: c.Of.Path}); err != nil {
		return c, err
	}
	c.Lang = lang
	if c.Trail, err = kb.Trail(tx, c.Of); err != nil {
		return c, err
	}
	shelves, err := kb.Shelves(tx, lang, 0)
	if err != nil {
		return c, err
	}
	for _, s := range shelves {
		if s.Parent == c.Of.ID {
			c.Within = append(c.Within, s)
		}
	}
	var next store.Key
	if c.Articles, next, err = kb.InCategory(tx, kb.Reading{Language: lang, Category: c.Of.ID, After: from, Limit: perPage}); next != nil {
		c.Next = c.Of.Path(lang) + "?cursor=" + web.Cursor(next)
	}
	return c, err
}

// cut takes "language path" apart.
func cut(s string) (lang, path string) {
	lang, path, _ = strings.Cut(s, " ")
	return lang, path
}
