package api

import (
	"net/http"

	"deskbell/chat"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets/channels"
)

type widget struct {
	ID         string   `json:"id"`
	Key        string   `json:"key" doc:"Stands in the shop's pages; no secret"`
	Name       string   `json:"name"`
	Sites      []string `json:"sites" doc:"Origins that may embed it"`
	Color      string   `json:"color"`
	Side       string   `json:"side"`
	Greeting   string   `json:"greeting"`
	Language   string   `json:"language"`
	Department *string  `json:"department"`
	Preview    bool     `json:"preview"`
}

func showWidget(w *chat.Widget) widget {
	return widget{
		w.ID, w.Key, w.Name, append([]string{}, w.Sites...), w.Look.Color, w.Look.Side, w.Greeting, w.Language, some(w.Department), w.Preview,
	}
}

type widgetChange struct {
	Name       change[string]   `json:"name,omitempty"`
	Sites      change[[]string] `json:"sites,omitempty"`
	Color      change[string]   `json:"color,omitempty"`
	Side       change[string]   `json:"side,omitempty"`
	Greeting   change[string]   `json:"greeting,omitempty"`
	Language   change[string]   `json:"language,omitempty"`
	Department change[string]   `json:"department,omitempty"`
	Preview    change[bool]     `json:"preview,omitempty"`
}

func (c *widgetChange) over(s chat.Setup) chat.Setup {
	c.Name.into(&s.Name)
	c.Sites.into(&s.Sites)
	c.Color.into(&s.Look.Color)
	c.Side.into(&s.Look.Side)
	c.Greeting.into(&s.Greeting)
	c.Language.into(&s.Language)
	c.Department.into(&s.Department)
	c.Preview.into(&s.Preview)
	return s
}

func (a *api) widgets() {
	get(a, "widgets", "List widgets", func(tx *store.Tx, _ people.Actor, _ *struct{}) (list[widget], error) {
		all, err := chat.Widgets(tx)
		return list[widget]{Items: each(all, showWidget)}, err
	})
	get(a, "widgets/{id}", "Get a widget", func(tx *store.Tx, _ people.Actor, in *Which) (widget, error) {
		w, err := chat.WidgetByID(tx, in.ID)
		if err != nil {
			return widget{}, err
		}
		return showWidget(w), nil
	})
	create(a, "widgets", "Make a widget", people.ScopeAdmin, func(tx *store.Tx, by people.Actor, in *struct{ Body widgetChange }) (widget, error) {
		w, err := chat.AddWidget(tx, by, in.Body.over(chat.Setup{}))
		if err != nil {
			return widget{}, err
		}
		return showWidget(w), nil
	})
	patch(a, "widgets/{id}", "Set up a widget", people.ScopeAdmin, func(tx *store.Tx, by people.Actor, in *struct {
		Which
		Body widgetChange
	}) (widget, error) {
		if err := may(by, people.ManageSettings); err != nil {
			return widget{}, err
		}
		w, err := chat.WidgetByID(tx, in.ID)
		if err != nil {
			return widget{}, err
		}
		if w, err = chat.ChangeWidget(tx, by, w.ID, in.Body.over(w.Setup)); err != nil {
			return widget{}, err
		}
		return showWidget(w), nil
	})
	type nothing struct{}
	op := operation(http.MethodDelete, "widgets/{id}", "Remove a widget; its tickets stay", people.ScopeAdmin)
	act(a, op, false, func(tx *store.Tx, by people.Actor, in *Which) (nothing, error) {
		return nothing{}, chat.RemoveWidget(tx, by, in.ID)
	})
}

type channel struct {
	Name   string            `json:"name"`
	Values map[string]string `json:"values" doc:"As it is set up; secrets never come back"`
}

func (a *api) channels() {
	show(a, "channels", "List channels", people.ScopeAdmin, func(tx *store.Tx, by people.Actor, _ *struct{}) (list[channel], error) {
		result := list[channel]{Items: []channel{}}
		if err := may(by, people.ManageSettings); err != nil {
			return result, err
		}
		for _, door := range a.Doors.All() {
			shown, err := showChannel(tx, door)
			if err != nil {
				return result, err
			}
			result.Items = append(result.Items, shown)
		}
		return result, nil
	})
	patch(a, "channels/{name}", "Set up a channel", people.ScopeAdmin, a.configure)
}

func showChannel(tx *store.Tx, door channels.Channel) (channel, error) {
	shown := channel{door.Name(), map[string]string{}}
	if configured, ok := door.(channels.Configured); ok {
		var err error
		if shown.Values, err = configured.Values(tx); err != nil {
			return shown, err
		}
	}
	return shown, nil
}

func (a *api) configure(tx *store.Tx, by people.Actor, in *struct {
	Name string `path:"name"`
	Body struct {
		Values map[string]string `json:"values"`
	}
}) (channel, error) {
	if err := may(by, people.ManageSettings); err != nil {
		return channel{}, err
	}
	door := a.Doors.Find(in.Name)
	configured, ok := door.(channels.Configured)
	if !ok {
		return channel{}, fault.Missing("other")
	}
	values, err := configured.Values(tx)
	if err != nil {
		return channel{}, err
	}
	known := map[string]bool{}
	for _, field := range configured.Form() {
		known[field.Name] = true
	}
	for name, value := range in.Body.Values {
		if !known[name] {
			return channel{}, fault.Field("values."+name, "fault.bad_value")
		}
		values[name] = value
	}
	if err := configured.Configure(tx, by, values); err != nil {
		if at := fieldOf(err); at != "" {
			err = as("values."+at, err)
		}
		return channel{}, err
	}
	return showChannel(tx, door)
}

type shopSettings struct {
	Shop struct {
		Name      string   `json:"name"`
		Languages []string `json:"languages" doc:"In which it serves; the first is its own"`
	} `json:"shop"`
}

func showSettings(tx *store.Tx) (shown shopSettings, err error) {
	shop, err := settings.Shop.Get(tx)
	shown.Shop.Name, shown.Shop.Languages = shop.Name, shop.Languages
	return shown, err
}

func (a *api) settings() {
	show(a, "settings", "Get the shop's settings", people.ScopeAdmin, func(tx *store.Tx, by people.Actor, _ *struct{}) (shopSettings, error) {
		if err := may(by, people.ManageSettings); err != nil {
			return shopSettings{}, err
		}
		return showSettings(tx)
	})
	patch(a, "settings", "Change the shop's settings", people.ScopeAdmin, func(tx *store.Tx, by people.Actor, in *struct {
		Body struct {
			Shop struct {
				Name      change[string]   `json:"name,omitempty"`
				Languages change[[]string] `json:"languages,omitempty"`
			} `json:"shop"`
		}
	}) (shopSettings, error) {
		shop, err := settings.Shop.Get(tx)
		if err != nil {
			return shopSettings{}, err
		}
		in.Body.Shop.Name.into(&shop.Name)
		in.Body.Shop.Languages.into(&shop.Languages)
		if err := people.Configure(tx, by, settings.Shop, shop); err != nil {
			if at := fieldOf(err); at != "" {
				err = as("shop."+at, err)
			}
			return shopSettings{}, err
		}
		return showSettings(tx)
	})
}
