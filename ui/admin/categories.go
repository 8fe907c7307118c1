package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/ui/kit"
)

type categoryForm struct {
	Once         string   `form:"once"`
	Name         string   `form:"name"`
	Description  string   `form:"description"`
	Parent       string   `form:"parent"`
	Languages    []string `form:"language"` // one for each of Translations
	Translations []string `form:"translation"`
}

func (in categoryForm) change() kb.CategoryChange {
	c := kb.CategoryChange{Name: in.Name, Description: in.Description, Translations: map[string]string{}}
	for i, lang := range in.Languages {
		if i < len(in.Translations) && strings.TrimSpace(in.Translations[i]) != "" {
			c.Translations[lang] = in.Translations[i]
		}
	}
	return c
}

type categoryView struct {
	view
	In       categoryForm
	Category *kb.Category // nil for a new one
	All      []kb.Branch
	Foreign  []string // the shop's languages but its own
}

func (f *face) categories(w http.ResponseWriter, r *http.Request) error {
	page, err := f.categoryPage(r, nil, nil)
	return render(w, r, page, err)
}

// categoryPage is the list with the form for a new one, or with an id the page of one.
func (f *face) categoryPage(r *http.Request, in *categoryForm, wrong error) (templ.Component, error) {
	v := categoryView{view: f.viewOf(r, "categories")}
	v.Err = wrong
	err := f.see(r, func(tx *store.Tx) (err error) {
		shop, err := settings.Shop.Get(tx)
		if err != nil {
			return err
		}
		v.Foreign = shop.Languages[1:]
		if v.All, err = kb.Categories(tx); err != nil {
			return err
		}
		if id := r.PathValue("id"); id != "" {
			v.Category, err = kb.CategoryByID(tx, id)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if v.Category != nil {
		v.In = v.typed()
	}
	if in != nil {
		v.In = *in
	}
	if v.Category == nil {
		return categoriesPage(v), nil
	}
	return categoryPage(v), nil
}

// typed is the category as somebody might have typed it.
func (v categoryView) typed() categoryForm {
	in := categoryForm{Name: v.Category.Name, Description: v.Category.Description, Parent: v.Category.Parent, Languages: v.Foreign}
	for _, lang := range v.Foreign {
		in.Translations = append(in.Translations, v.Category.Translations[lang])
	}
	return in
}

func (in categoryForm) translation(lang string) string {
	if i := slices.Index(in.Languages, lang); i >= 0 && i < len(in.Translations) {
		return in.Translations[i]
	}
	return ""
}

func (f *face) addCategory(w http.ResponseWriter, r *http.Request) error {
	return f.putCategory(w, r, func(tx *store.Tx, in categoryForm) (string, error) {
		_, err := kb.AddCategory(tx, web.Actor(r), in.Parent, in.change())
		return "/desk/admin/categories?done=added", err
	})
}

func (f *face) changeCategory(w http.ResponseWriter, r *http.Request) error {
	return f.putCategory(w, r, func(tx *store.Tx, in categoryForm) (string, error) {
		id := r.PathValue("id")
		c, err := kb.ChangeCategory(tx, web.Actor(r), id, in.change())
		if err == nil && c.Parent != in.Parent {
			err = kb.MoveCategory(tx, web.Actor(r), id, in.Parent, last)
		}
		return "/desk/admin/categories/" + id + "?done=saved", err
	})
}

// last is behind all others.
const last = 1 << 20

func (f *face) putCategory(w http.ResponseWriter, r *http.Request, put func(*store.Tx, categoryForm) (string, error)) error {
	var in categoryForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) { return put(tx, in) })
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.categoryPage(r, &in, err) })
}

// moveCategory moves a category by one among its siblings.
func (f *face) moveCategory(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Once string `form:"once"`
		By   int    `form:"by"`
	}
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		c, err := kb.CategoryByID(tx, r.PathValue("id"))
		if err != nil {
			return "", err
		}
		at := max(0, c.Place+min(1, max(-1, in.By)))
		return "/desk/admin/categories", kb.MoveCategory(tx, web.Actor(r), c.ID, c.Parent, at)
	})
	if err != nil {
		return err
	}
	return web.Redirect(w, r, path)
}

func (f *face) removeCategory(w http.ResponseWriter, r *http.Request) error {
	var in button
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		return "/desk/admin/categories?done=ended", kb.RemoveCategory(tx, web.Actor(r), r.PathValue("id"))
	})
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.categoryPage(r, nil, err) })
}

// indented is a category's name as a list of choices shows it.
func indented(b kb.Branch, lang string) string { return strings.Repeat("– ", b.Depth) + b.In(lang) }

func (v categoryView) parents(ctx context.Context) []kit.Option {
	options := []kit.Option{{Label: i18n.T(ctx, "admin.category_top")}}
	for _, b := range v.All {
		if v.Category == nil || b.ID != v.Category.ID {
			options = append(options, kit.Option{Value: b.ID, Label: indented(b, i18n.Lang(ctx))})
		}
	}
	return options
}
