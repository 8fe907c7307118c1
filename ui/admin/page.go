package admin

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"deskbell/forum"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/ui/house"
)

// view is what every page of the face knows: where it is, who reads it, what was just done, and what went wrong.
type view struct {
	Here  string // the name of its section
	Path  string // its own
	Agent *people.Agent
	Actor people.Actor
	Done  string      // names a word about what was done
	Step  *house.Step // what to do first of all after it; nil where there is no such thing
	Err   error       // of the form that comes back
}

func (f *face) viewOf(r *http.Request, here string) view {
	v := view{Here: here, Path: r.URL.Path, Agent: web.Agent(r), Actor: web.Actor(r), Done: r.URL.Query().Get("done")}
	if v.Done != "" {
		v.Step = f.nextStep(r)
	}
	return v
}

// nextStep is the first of the first steps that is still to do. It leads on and is never needed, so a page stands without it.
func (f *face) nextStep(r *http.Request) (next *house.Step) {
	err := f.see(r, func(tx *store.Tx) (err error) {
		next, err = f.NextStep(tx, web.Actor(r))
		return err
	})
	if err != nil {
		f.Log.Debug("cannot tell the next step", "err", err)
	}
	return next
}

// wrong is the sentence at a field, if that field is to blame.
func (v view) wrong(ctx context.Context, field string) string {
	if v.Err == nil || web.At(v.Err) != field {
		return ""
	}
	return web.Sentence(ctx, v.Err)
}

// trouble is the sentence above a form, if none of its fields is to blame.
func (v view) trouble(ctx context.Context, fields ...string) string {
	if v.Err == nil || slices.Contains(fields, web.At(v.Err)) {
		return ""
	}
	return web.Sentence(ctx, v.Err)
}

// done is a word about what was just done, and the button beside which it stands; without one it goes by at the edge of the page.
type done struct{ says, button string }

// dones are the words that a page may show. The address only names them.
var dones = map[string]done{
	"added":    {"admin.done_added", "save"},
	"ended":    {"admin.done_ended", ""},
	"kept":     {"admin.done_saved", ""},
	"mailed":   {"admin.done_mailed", ""},
	"password": {"admin.done_password", "save-password"},
	"retried":  {"admin.done_retried", ""},
	"saved":    {"admin.done_saved", "save"},
}

// done is the word that belongs beside a button, or nowhere in particular.
func (v view) done(ctx context.Context, button string) string {
	if d, ok := dones[v.Done]; ok && d.button == button && v.Err == nil {
		return i18n.T(ctx, d.says)
	}
	return ""
}

// isSaved tells whether the page answers a form whose words are safe now.
func (v view) isSaved() bool {
	return v.Err == nil && (v.Done == "saved" || v.Done == "added" || v.Done == "published")
}

// keeps has the browser keep what is typed into a long form, for this agent alone: what names it among all such forms. A form that
// comes back holds what was typed, not what is saved.
func (v view) keeps(what string, comesBack bool) templ.Attributes {
	return templ.Attributes{"data-keep": v.Agent.ID + "/" + what, "data-keep-typed": comesBack}
}

// leadsOn tells whether the next of the first steps is another than the one that the reader is at.
func (v view) leadsOn() bool { return v.Step != nil && v.Step.Path != v.section().Path }

// stepName is what the next of the first steps is called.
func (v view) stepName(ctx context.Context) string {
	return i18n.T(ctx, "desk."+v.Step.Name) // i18n: desk.guide_*
}

// section is a page of the administration that the rail leads to.
type section struct {
	Name, Icon, Path string
	May              people.Permission // the zero permission is everybody's
}

// group is a part of the rail.
type group struct {
	Name     string
	Sections []section
}

// groups are all sections, in the order of the rail.
var groups = []group{
	{"shop", []section{
		{"steps", "circle-check", "/desk/steps", people.ManageSettings}, // which the desk draws
		{"shop", "store", "/desk/admin/shop", people.ManageSettings},
		{"hours", "clock", "/desk/admin/hours", people.ManageSettings},
	}},
	{"doors", []section{
		{"widgets", "message-circle", "/desk/admin/widgets", people.ManageSettings},
		{"boards", "messages-square", "/desk/admin/boards", forum.ManageBoards},
		{"mail", "mail", "/desk/admin/mail", people.ManageSettings},
	}},
	{"help", []section{
		{"articles", "file-text", "/desk/articles", kb.ReadArticles},
		{"categories", "folder", "/desk/admin/categories", kb.PublishArticles},
	}},
	{"team", []section{
		{"agents", "users", "/desk/admin/agents", people.ManageAgents},
		{"departments", "building-2", "/desk/admin/departments", people.ManageAgents},
		{"tokens", "key-round", "/desk/admin/tokens", people.ManageAgents},
	}},
	{"house", []section{
		{"jobs", "history", "/desk/admin/jobs", people.ManageSettings},
		{"health", "activity", "/desk/admin/health", people.ManageSettings},
	}},
	{"you", []section{
		{"me", "user-round", "/desk/me", people.Permission{}},
	}},
}

// title is what a section is called: in the rail, over its page, and in the browser's tab.
func (s section) title(ctx context.Context) string {
	return i18n.T(ctx, "admin.section_"+s.Name) // i18n: admin.section_*
}

// about says what a section is for.
func (s section) about(ctx context.Context) string {
	return i18n.T(ctx, "admin.about_"+s.Name) // i18n: admin.about_*
}

func (g group) title(ctx context.Context) string {
	return i18n.T(ctx, "admin.group_"+g.Name) // i18n: admin.group_*
}

// groups are those of the rail in which the reader has something to do.
func (v view) groups() []group {
	var mine []group
	for _, g := range groups {
		sections := slices.DeleteFunc(slices.Clone(g.Sections), func(s section) bool {
			return s.May.Name != "" && !v.Actor.May(s.May, "")
		})
		if len(sections) > 0 {
			mine = append(mine, group{g.Name, sections})
		}
	}
	return mine
}

// section is where the page is.
func (v view) section() section {
	for _, g := range groups {
		for _, s := range g.Sections {
			if s.Name == v.Here {
				return s
			}
		}
	}
	return section{Name: "all", Path: "/desk/admin"}
}

func (f *face) overview(w http.ResponseWriter, r *http.Request) error {
	return web.Render(w, r, http.StatusOK, overviewPage(f.viewOf(r, "")))
}

// see gathers what a page shows.
func (f *face) see(r *http.Request, gather func(tx *store.Tx) error) error {
	return f.DB.View(r.Context(), gather)
}

// do does a form's deed, the first time that the form comes, and gives the path that it leads to every time.
func (f *face) do(r *http.Request, once string, deed func(tx *store.Tx) (path string, err error)) (path string, err error) {
	err = f.DB.Update(r.Context(), func(tx *store.Tx) error {
		path, err = web.Once(tx, r, once, func() (string, error) { return deed(tx) })
		return err
	})
	return path, err
}

// press does what a button is for: a form that is nothing but its button, and whose page has no place for what goes wrong.
func (f *face) press(w http.ResponseWriter, r *http.Request, deed func(tx *store.Tx) (path string, err error)) error {
	var in button
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, deed)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, path)
}

// button is a form that is nothing but its button.
type button struct {
	Once string `form:"once"`
}

// render answers with a page, unless it could not be gathered.
func render(w http.ResponseWriter, r *http.Request, page templ.Component, err error) error {
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, page)
}

// answer leads on after a deed. What the reader can mend brings the form back with what he typed, and so does a house that can
// write nothing just now: it may be able to when he sends the form again.
func answer(w http.ResponseWriter, r *http.Request, path string, err error, again func(err error) (templ.Component, error)) error {
	if !web.ComesBack(err) {
		if err != nil {
			return err
		}
		return web.Redirect(w, r, path)
	}
	page, failed := again(err)
	if failed != nil {
		return failed
	}
	return web.Render(w, r, web.FormStatus(err), page)
}
