package admin

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"deskbell/chat"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
)

type widgetForm struct {
	Once       string `form:"once"`
	Name       string `form:"name"`
	Sites      string `form:"sites"` // one on each line
	Color      string `form:"color"`
	Side       string `form:"side"`
	Greeting   string `form:"greeting"`
	Language   string `form:"language"`
	Department string `form:"department"`
	Preview    bool   `form:"preview"`
}

func (in widgetForm) setup() chat.Setup {
	s := chat.Setup{
		Name: in.Name, Look: chat.Look{Color: strings.TrimSpace(in.Color), Side: in.Side}, Greeting: in.Greeting,
		Language: in.Language, Department: in.Department, Preview: in.Preview,
	}
	for site := range strings.FieldsSeq(in.Sites) {
		s.Sites = append(s.Sites, site)
	}
	return s
}

type widgetView struct {
	view
	In          widgetForm
	Widget      *chat.Widget // nil for a new one
	Script      string       // what the shop pastes into its pages
	Policy      string       // what a content policy of the shop's has to allow
	Heard       time.Time    // when a page last carried it, zero for never
	Visits      []chat.Visit // who is at it just now
	Departments []*people.Department
}

type widgetsView struct {
	view
	All []*chat.Widget
}

func (f *face) widgets(w http.ResponseWriter, r *http.Request) error {
	v := widgetsView{view: f.viewOf(r, "widgets")}
	err := f.see(r, func(tx *store.Tx) (err error) {
		v.All, err = chat.Widgets(tx)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, widgetsPage(v))
}

// accent is the house's own colour, which a widget has until somebody chooses another.
const accent = "#0e6a64"

func (f *face) newWidget(w http.ResponseWriter, r *http.Request) error {
	page, err := f.widgetPage(r, &widgetForm{Color: accent}, nil)
	return render(w, r, page, err)
}

func (f *face) widget(w http.ResponseWriter, r *http.Request) error {
	page, err := f.widgetPage(r, nil, nil)
	return render(w, r, page, err)
}

// widgetPage shows a widget as it is, or as somebody typed it when in is given; without an id it is a new one.
func (f *face) widgetPage(r *http.Request, in *widgetForm, wrong error) (templ.Component, error) {
	v := widgetView{view: f.viewOf(r, "widgets")}
	v.Err = wrong
	err := f.see(r, func(tx *store.Tx) (err error) {
		if id := r.PathValue("id"); id != "" {
			if v.Widget, err = chat.WidgetByID(tx, id); err != nil {
				return err
			}
		}
		v.Departments, err = people.Departments(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if v.Widget != nil {
		v.In = typedWidget(v.Widget.Setup)
		v.Heard, v.Visits = f.Chat.Heard(v.Widget), f.visits(v.Widget)
		if !v.Heard.IsZero() {
			v.Step = f.nextStep(r)
		}
		v.Script = `<script async src="` + web.URL(r, "/widget.js") + `" data-widget="` + v.Widget.Key + `"></script>`
		v.Policy = policyFor(web.URL(r, ""))
	}
	if in != nil {
		v.In = *in
	}
	return widgetPage(v), nil
}

// policyFor is what a page with a content policy must allow for the widget (CSP3): the loader, its frame, and what it asks.
func policyFor(house string) string {
	return "script-src " + house + "; frame-src " + house + "; connect-src " + house
}

// visits are those at one widget.
func (f *face) visits(w *chat.Widget) []chat.Visit {
	return slices.DeleteFunc(f.Chat.Visits(), func(visit chat.Visit) bool { return visit.WidgetID != w.ID })
}

// typedWidget is a setup as somebody might have typed it.
func typedWidget(s chat.Setup) widgetForm {
	in := widgetForm{
		Name: s.Name, Sites: strings.Join(s.Sites, "\n"), Color: s.Look.Color, Side: s.Look.Side, Greeting: s.Greeting,
		Language: s.Language, Department: s.Department, Preview: s.Preview,
	}
	if in.Color == "" {
		in.Color = accent
	}
	return in
}

func (f *face) addWidget(w http.ResponseWriter, r *http.Request) error {
	return f.putWidget(w, r, func(tx *store.Tx, s chat.Setup) (*chat.Widget, string, error) {
		made, err := chat.AddWidget(tx, web.Actor(r), s)
		return made, "added", err
	})
}

func (f *face) changeWidget(w http.ResponseWriter, r *http.Request) error {
	return f.putWidget(w, r, func(tx *store.Tx, s chat.Setup) (*chat.Widget, string, error) {
		changed, err := chat.ChangeWidget(tx, web.Actor(r), r.PathValue("id"), s)
		return changed, "saved", err
	})
}

func (f *face) putWidget(w http.ResponseWriter, r *http.Request, put func(*store.Tx, chat.Setup) (*chat.Widget, string, error)) error {
	var in widgetForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		widget, done, err := put(tx, in.setup())
		if err != nil {
			return "", err
		}
		return "/desk/admin/widgets/" + widget.ID + "?done=" + done, nil
	})
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.widgetPage(r, &in, err) })
}

func (f *face) removeWidget(w http.ResponseWriter, r *http.Request) error {
	return f.press(w, r, func(tx *store.Tx) (string, error) {
		return "/desk/admin/widgets?done=ended", chat.RemoveWidget(tx, web.Actor(r), r.PathValue("id"))
	})
}
