package admin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"deskbell/internal/fault"
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
	Answers   string   `form:"answers"`      // how soon somebody usually answers; empty says nothing
	Unit      string   `form:"answers_unit"` // "" is minutes
}

const hoursUnit = "hours"

type shopView struct {
	view
	In shopForm
}

func (f *face) shop(w http.ResponseWriter, r *http.Request) error {
	v := shopView{view: f.viewOf(r, "shop")}
	err := f.see(r, func(tx *store.Tx) error {
		shop, err := settings.Shop.Get(tx)
		if err != nil {
			return err
		}
		v.In = typedShop(shop)
		chosen, err := settings.Shop.Chosen(tx)
		if own := v.Agent.Language; !chosen && own != "" {
			v.In.Language = own // a new shop most likely speaks as whoever sets it up
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
		shop, err := in.shop()
		if err != nil {
			return "", err
		}
		return "/desk/admin/shop?done=saved", people.Configure(tx, web.Actor(r), settings.Shop, shop)
	})
	return answer(w, r, path, err, func(err error) (templ.Component, error) {
		v := shopView{view: f.viewOf(r, "shop"), In: in}
		v.Err = err
		return shopPage(v), nil
	})
}

// shop puts the shop's own language first, whether it was ticked or not. Of languages only those count that the house speaks.
func (in shopForm) shop() (settings.ShopSetting, error) {
	chosen := append([]string{in.Language}, in.Languages...)
	var languages []string
	for _, lang := range chosen {
		if slices.Contains(i18n.Languages(), lang) && !slices.Contains(languages, lang) {
			languages = append(languages, lang)
		}
	}
	answers, err := in.minutes()
	return settings.ShopSetting{Name: in.Name, Languages: languages, Answers: answers}, err
}

// minutes reads how soon somebody usually answers; what is too long for a promise is the setting's own matter.
func (in shopForm) minutes() (int, error) {
	typed := strings.TrimSpace(in.Answers)
	if typed == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(typed, 10, 16)
	if err != nil || n == 0 {
		return 0, fault.Field("answers_minutes", "settings.answers_range")
	}
	if in.Unit == hoursUnit {
		n *= 60
	}
	return int(n), nil
}

// typedShop is the setting as somebody might have typed it.
func typedShop(s settings.ShopSetting) shopForm {
	in := shopForm{Name: s.Name, Language: s.Language(), Languages: s.Languages}
	switch {
	case s.Answers == 0:
		return in
	case s.Answers%60 == 0:
		in.Answers, in.Unit = strconv.Itoa(s.Answers/60), hoursUnit
	default:
		in.Answers = strconv.Itoa(s.Answers)
	}
	return in
}

func languageOptions() []kit.Option { return languages(kit.Option{})[1:] }
