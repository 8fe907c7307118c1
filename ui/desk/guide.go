package desk

import (
	"context"
	"net/http"
	"reflect"
	"slices"

	"deskbell/chat"
	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/hours"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
)

// guide is what an owner does first, each step with whether it is done. The inbox shows it while it is empty.
type guide struct{ Steps []step }

type step struct {
	Name string // of its words in the catalogue
	Icon string
	Href string
	Done bool
}

func (s step) title(ctx context.Context) string { return i18n.T(ctx, "desk."+s.Name) } // i18n: desk.guide_*

func (s step) text(ctx context.Context) string { return i18n.T(ctx, "desk."+s.Name+"_text") }

// skipped are the steps that somebody did not want to be reminded of.
type skipped struct {
	Steps []string `json:"steps"`
}

var firstSteps = settings.Define("first_steps", skipped{})

func (g guide) done() bool {
	for _, s := range g.Steps {
		if !s.Done {
			return false
		}
	}
	return true
}

// gatherGuide looks at what there is: nothing is ticked by hand. Only whoever can do the steps is shown them.
func (d *Desk) gatherGuide(tx *store.Tx, by people.Actor) (*guide, error) {
	if !by.May(people.ManageSettings, "") {
		return nil, nil
	}
	skip, err := firstSteps.Get(tx)
	if err != nil {
		return nil, err
	}
	g := &guide{}
	for _, s := range steps {
		if slices.Contains(skip.Steps, s.name) {
			continue
		}
		done, err := s.done(d, tx, by)
		if err != nil {
			return nil, err
		}
		g.Steps = append(g.Steps, step{s.name, s.icon, s.href, done})
	}
	return g, nil
}

// knownStep is a step and how one sees that it is done.
type knownStep struct {
	name, icon, href string
	done             func(*Desk, *store.Tx, people.Actor) (bool, error)
}

// steps are all of them, in the order in which one takes them.
var steps = []knownStep{
	{"guide_widget", "code", "/desk/admin/widgets", (*Desk).pageViewed},
	{"guide_colleague", "user-plus", "/desk/admin/agents", (*Desk).hasColleague},
	{"guide_article", "book-open", "/desk/articles", (*Desk).hasArticle},
	{"guide_board", "users", "/desk/admin/boards", (*Desk).hasBoard},
	{"guide_hours", "clock", "/desk/admin/hours", (*Desk).hasHours},
}

// pageViewed: some page of the shop's has carried a widget, whether or not it was opened.
func (d *Desk) pageViewed(tx *store.Tx, _ people.Actor) (bool, error) {
	widgets, err := chat.Widgets(tx)
	return slices.ContainsFunc(widgets, func(w *chat.Widget) bool { return !d.Chat.Heard(w).IsZero() }), err
}

func (d *Desk) hasColleague(tx *store.Tx, _ people.Actor) (bool, error) {
	agents, err := people.Agents(tx)
	return len(agents) > 1, err
}

func (d *Desk) hasArticle(tx *store.Tx, by people.Actor) (bool, error) {
	articles, _, err := kb.List(tx, by, kb.Published, nil, 1)
	return len(articles) > 0, err
}

func (d *Desk) hasBoard(tx *store.Tx, by people.Actor) (bool, error) {
	boards, err := forum.Boards(tx, by)
	return len(boards) > 0, err
}

// hasHours: whoever lives by the hours that a new house has may skip the step.
func (d *Desk) hasHours(tx *store.Tx, _ people.Actor) (bool, error) {
	now, err := settings.OpenHours.Get(tx)
	return !reflect.DeepEqual(now, hours.Office("UTC")), err
}

// skipStep takes a step out of the guide.
func (d *Desk) skipStep(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("step")
	if !slices.ContainsFunc(steps, func(s knownStep) bool { return s.name == name }) {
		return fault.Missing("page")
	}
	err := d.DB.Update(r.Context(), func(tx *store.Tx) error {
		skip, err := firstSteps.Get(tx)
		if err != nil || slices.Contains(skip.Steps, name) {
			return err
		}
		skip.Steps = append(slices.Clone(skip.Steps), name)
		return people.Configure(tx, web.Actor(r), firstSteps, skip)
	})
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/desk")
}
