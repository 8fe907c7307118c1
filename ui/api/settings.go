package api

import (
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
)

type shopSettings struct {
	Shop struct {
		Name      string   `json:"name"`
		Languages []string `json:"languages" doc:"In which it serves; the first is its own"`
		Answers   int      `json:"answers_minutes" doc:"Within how many minutes somebody usually answers; 0 says nothing"`
	} `json:"shop"`
}

func showSettings(tx *store.Tx) (shown shopSettings, err error) {
	shop, err := settings.Shop.Get(tx)
	shown.Shop.Name, shown.Shop.Languages, shown.Shop.Answers = shop.Name, shop.Languages, shop.Answers
	return shown, err
}

func (a *api) settings() {
	show(a, "settings", "Get the shop's settings", people.ScopeAdmin, getSettings)
	patch(a, "settings", "Change the shop's settings", people.ScopeAdmin, changeSettings)
}

func getSettings(tx *store.Tx, by people.Actor, _ *none) (shopSettings, error) {
	if err := by.Must(people.ManageSettings, ""); err != nil {
		return shopSettings{}, err
	}
	return showSettings(tx)
}

type settingsChange struct {
	Body struct {
		Shop struct {
			Name      change[string]   `json:"name,omitempty"`
			Languages change[[]string] `json:"languages,omitempty"`
			Answers   change[int]      `json:"answers_minutes,omitempty"`
		} `json:"shop"`
	}
}

func changeSettings(tx *store.Tx, by people.Actor, in *settingsChange) (shopSettings, error) {
	shop, err := settings.Shop.Get(tx)
	if err != nil {
		return shopSettings{}, err
	}
	in.Body.Shop.Name.into(&shop.Name)
	in.Body.Shop.Languages.into(&shop.Languages)
	in.Body.Shop.Answers.into(&shop.Answers)
	if err := people.Configure(tx, by, settings.Shop, shop); err != nil {
		return shopSettings{}, inside("shop", err)
	}
	return showSettings(tx)
}
