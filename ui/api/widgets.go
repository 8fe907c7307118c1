package api

import (
	"net/http"

	"deskbell/chat"
	"deskbell/internal/people"
	"deskbell/internal/store"
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
	get(a, "widgets", "List widgets", listWidgets)
	create(a, "widgets", "Make a widget", people.ScopeAdmin, addWidget)
	get(a, "widgets/{id}", "Get a widget", getWidget)
	patch(a, "widgets/{id}", "Set up a widget", people.ScopeAdmin, changeWidget)
	remove := operation(http.MethodDelete, "widgets/{id}", "Remove a widget; its tickets stay", people.ScopeAdmin)
	remove.DefaultStatus = http.StatusNoContent
	act(a, remove, false, func(tx *store.Tx, by people.Actor, in *Which) (none, error) {
		return none{}, chat.RemoveWidget(tx, by, in.ID)
	})
}

func listWidgets(tx *store.Tx, _ people.Actor, in *page) (list[widget], error) {
	all, err := chat.Widgets(tx)
	if err != nil {
		return list[widget]{}, err
	}
	return cut(in.Paging, all, func(w *chat.Widget) string { return w.ID }, showWidget)
}

func getWidget(tx *store.Tx, _ people.Actor, in *Which) (widget, error) {
	w, err := chat.WidgetByID(tx, in.ID)
	return shown(w, err, showWidget)
}

type newWidget struct{ Body widgetChange }

func addWidget(tx *store.Tx, by people.Actor, in *newWidget) (widget, error) {
	w, err := chat.AddWidget(tx, by, in.Body.over(chat.Setup{}))
	return shown(w, err, showWidget)
}

type oldWidget struct {
	Which
	Body widgetChange
}

func changeWidget(tx *store.Tx, by people.Actor, in *oldWidget) (widget, error) {
	if err := by.Must(people.ManageSettings, ""); err != nil {
		return widget{}, err
	}
	w, err := chat.WidgetByID(tx, in.ID)
	if err != nil {
		return widget{}, err
	}
	w, err = chat.ChangeWidget(tx, by, w.ID, in.Body.over(w.Setup))
	return shown(w, err, showWidget)
}
