package admin

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/kit"
)

type shopForm struct {
	Once      string   `form:"once"`
	Name      string   `form:"name"`
	Language  string   `form:"language"` // the shop's own
	Languages []string `form:"languages"`
}

type shopView struct {
	view
	In shopForm
}

func (f *face) shop(w http.ResponseWriter, r *http.Request) error {
	v := shopView{view: viewOf(r, "shop")}
	err := f.see(r, func(tx *store.Tx) error {
		shop, err := settings.Shop.Get(tx)
		if err == nil {
			v.In = shopForm{Name: shop.Name, Language: shop.Language(), Languages: shop.Languages}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, shopPage(v))
}

func (f *face) saveShop(w http.ResponseWriter, r *http.Request) error {
	var in shopForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		return "/desk/admin/shop?done=saved", people.Configure(tx, web.Actor(r), settings.Shop, in.shop())
	})
	return answer(w, r, path, err, func(err error) (templ.Component, error) {
		v := shopView{view: viewOf(r, "shop"), In: in}
		v.Err = err
		return shopPage(v), nil
	})
}

// shop puts the shop's own language first, whether it was ticked or not. Of languages only those count that the house speaks.
func (in shopForm) shop() settings.ShopSetting {
	chosen := append([]string{in.Language}, in.Languages...)
	var languages []string
	for _, lang := range chosen {
		if slices.Contains(i18n.Languages(), lang) && !slices.Contains(languages, lang) {
			languages = append(languages, lang)
		}
	}
	return settings.ShopSetting{Name: in.Name, Languages: languages}
}

func languageOptions() []kit.Option { return languages(kit.Option{})[1:] }
