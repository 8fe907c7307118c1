package chat

import (
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// Widget is a place on the shop's sites where visitors may write.
type Widget struct {
	ID  string `json:"id"`
	Key string `json:"key"` // stands in the shop's pages; it is no secret
	Setup
	Created time.Time `json:"created"`
	Heard   time.Time `json:"heard,omitzero"` // as it was last noted; ask the Room
}

// Setup is everything about a widget that its owner decides.
type Setup struct {
	Name       string   `json:"name"`
	Sites      []string `json:"sites,omitempty"` // origins that may embed it; our own always may
	Look       Look     `json:"look"`
	Greeting   string   `json:"greeting,omitempty"` // the house's own when empty
	Language   string   `json:"language,omitempty"` // for visitors whose own we do not speak
	Department string   `json:"department,omitempty"`
	Preview    bool     `json:"preview,omitempty"` // agents see what is typed before it is sent, and the visitor is told so
}

// Look is how a widget looks; what is empty is the house's own.
type Look struct {
	Color string `json:"color,omitempty"` // #rrggbb
	Side  string `json:"side,omitempty"`  // left or right
}

var widgets = store.NewTable("widgets", func(w *Widget) store.Key { return store.K(w.ID) },
	store.Index[Widget]{Name: "key", Unique: true, Keys: func(w *Widget) []store.Key { return []store.Key{store.K(w.Key)} }},
).Called("widget")

const (
	maxSites    = 100
	maxName     = 100 // letters
	maxGreeting = 300 // letters
)

var colour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// AddWidget makes a widget.
func AddWidget(tx *store.Tx, by people.Actor, s Setup) (*Widget, error) {
	return putWidget(tx, by, &Widget{ID: tx.NewID(), Key: store.NewRef(), Setup: s, Created: tx.Now()}, "widget.added")
}

// ChangeWidget sets up a widget anew. Who is in it stays until his line ends.
func ChangeWidget(tx *store.Tx, by people.Actor, id string, s Setup) (*Widget, error) {
	w, err := WidgetByID(tx, id)
	if err != nil {
		return nil, err
	}
	w.Setup = s
	return putWidget(tx, by, w, "widget.changed")
}

// RemoveWidget takes a widget away; its tickets stay. Pages that still embed it show nothing.
func RemoveWidget(tx *store.Tx, by people.Actor, id string) error {
	if err := by.Must(people.ManageSettings, ""); err != nil {
		return err
	}
	w, err := WidgetByID(tx, id)
	if err != nil {
		return err
	}
	if err := widgets.Delete(tx, store.K(w.ID)); err != nil {
		return err
	}
	return tx.Tell("widget.removed", widgets.Name(), store.K(w.ID))
}

func putWidget(tx *store.Tx, by people.Actor, w *Widget, kind string) (*Widget, error) {
	if err := by.Must(people.ManageSettings, ""); err != nil {
		return nil, err
	}
	if err := w.Setup.clean(tx); err != nil {
		return nil, err
	}
	if err := widgets.Put(tx, w); err != nil {
		return nil, err
	}
	return w, tx.Tell(kind, widgets.Name(), store.K(w.ID))
}

// clean brings a setup to the form in which it is kept, or names the field that is wrong.
func (s *Setup) clean(tx *store.Tx) error {
	if s.Name = text.Line(s.Name); s.Name == "" {
		return fault.Field("name", "fault.required")
	}
	if utf8.RuneCountInString(s.Name) > maxName {
		return fault.Field("name", "fault.too_long", "max", maxName)
	}
	s.Greeting = text.Line(s.Greeting)
	if utf8.RuneCountInString(s.Greeting) > maxGreeting {
		return fault.Field("greeting", "fault.too_long", "max", maxGreeting)
	}
	if s.Look.Color != "" && !colour.MatchString(s.Look.Color) {
		return fault.Field("color", "chat.bad_color")
	}
	if !slices.Contains([]string{"", "left", "right"}, s.Look.Side) {
		return fault.Field("side", "fault.bad_value")
	}
	if s.Department != "" {
		if _, err := people.DepartmentByID(tx, s.Department); err != nil {
			return fault.Field("department", "fault.bad_value")
		}
	}
	return s.cleanSites()
}

func (s *Setup) cleanSites() error {
	if len(s.Sites) > maxSites {
		return fault.Field("sites", "chat.too_many_sites", "most", maxSites)
	}
	var clean []string
	for _, typed := range s.Sites {
		site, err := Site(typed)
		if err != nil {
			return err
		}
		if !slices.Contains(clean, site) {
			clean = append(clean, site)
		}
	}
	s.Sites = clean
	return nil
}

// Widgets lists all of them, oldest first.
func Widgets(tx *store.Tx) (all []*Widget, err error) {
	for w, err := range widgets.Scan(tx, "", store.Range{}) {
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// WidgetByID gives one.
func WidgetByID(tx *store.Tx, id string) (*Widget, error) {
	return widgets.Get(tx, store.K(id))
}

// WidgetByKey gives the widget that stands under key in a shop's pages.
func WidgetByKey(tx *store.Tx, key string) (*Widget, error) {
	return widgets.GetBy(tx, "key", store.K(key))
}
