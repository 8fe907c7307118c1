package admin

import (
	"net/http"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/kit"
)

// meForm is what an agent says of himself.
type meForm struct {
	Once     string `form:"once"`
	Name     string `form:"name"`
	Alias    string `form:"alias"`
	Language string `form:"language"`
	Theme    string `form:"theme"`
}

type meView struct {
	view
	In          meForm
	Sessions    []*people.Session
	This        string // the session in hand
	PasswordErr error
}

func (f *face) me(w http.ResponseWriter, r *http.Request) error {
	a := web.Agent(r)
	page, err := f.mePage(r, meForm{Name: a.Name, Alias: a.Alias, Language: a.Language, Theme: a.Theme}, nil, nil)
	return render(w, r, page, err)
}

func (f *face) mePage(r *http.Request, in meForm, wrong, wrongPassword error) (templ.Component, error) {
	v := meView{view: f.viewOf(r, "me"), In: in, This: web.Session(r).ID, PasswordErr: wrongPassword}
	v.Err = wrong
	err := f.see(r, func(tx *store.Tx) (err error) {
		v.Sessions, err = people.Sessions(tx, v.Actor, v.Actor.ID)
		return err
	})
	return mePage(v), err
}

func (f *face) changeMe(w http.ResponseWriter, r *http.Request) error {
	var in meForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		_, err := people.ChangeSelf(tx, web.Actor(r), people.Self{Name: in.Name, Alias: in.Alias, Language: in.Language, Theme: in.Theme})
		return "/desk/me?done=saved", err
	})
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.mePage(r, in, err, nil) })
}

func (f *face) changePassword(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Old      string `form:"old"`
		Password string `form:"password"`
	}
	if err := web.Form(r, &in); err != nil {
		return err
	}
	entered, err := f.Gate.ChangePassword(r.Context(), web.Session(r), in.Old, in.Password)
	if err == nil {
		web.Enter(w, r, entered)
	}
	return answer(w, r, "/desk/me?done=password", err, func(err error) (templ.Component, error) {
		a := web.Agent(r)
		return f.mePage(r, meForm{Name: a.Name, Alias: a.Alias, Language: a.Language, Theme: a.Theme}, nil, err)
	})
}

func (f *face) revokeSession(w http.ResponseWriter, r *http.Request) error {
	return f.endSessions(w, r, func(tx *store.Tx) error {
		return people.Revoke(tx, web.Actor(r), r.PathValue("id"))
	})
}

func (f *face) revokeSessions(w http.ResponseWriter, r *http.Request) error {
	return f.endSessions(w, r, func(tx *store.Tx) error {
		return people.RevokeAll(tx, web.Actor(r), web.Actor(r).ID, web.Session(r).ID)
	})
}

func (f *face) endSessions(w http.ResponseWriter, r *http.Request, end func(tx *store.Tx) error) error {
	return f.press(w, r, func(tx *store.Tx) (string, error) { return "/desk/me?done=ended", end(tx) })
}

// languages offers what the house speaks, each by its own name.
func languages(first kit.Option) []kit.Option {
	options := []kit.Option{first}
	for _, lang := range i18n.Languages() {
		options = append(options, kit.Option{Value: lang, Label: i18n.Name(lang)})
	}
	return options
}

// invitation is the page behind the link that an invited agent was given.
func (f *face) invitation(w http.ResponseWriter, r *http.Request) error {
	page, err := f.invitationPage(r, nil)
	return render(w, r, page, err)
}

func (f *face) invitationPage(r *http.Request, wrong error) (templ.Component, error) {
	var a *people.Agent
	err := f.see(r, func(tx *store.Tx) (err error) {
		a, err = people.Invited(tx, r.PathValue("token"))
		return err
	})
	if err != nil {
		return nil, err
	}
	return acceptPage(a, view{Err: wrong}), nil
}

func (f *face) accept(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Password string `form:"password"`
	}
	if err := web.Form(r, &in); err != nil {
		return err
	}
	// The link is looked at first, so that who has none cannot have passwords hashed.
	if _, err := f.invitationPage(r, nil); err != nil {
		return err
	}
	var entered people.Entered
	password, err := f.Gate.Password(r.Context(), in.Password)
	if err == nil {
		err = f.DB.Update(store.Urgent(r.Context()), func(tx *store.Tx) (err error) {
			entered, err = people.Accept(tx, r.PathValue("token"), password, people.SignIn{
				Address: web.Address(r).String(), Device: r.UserAgent(), Cookie: web.DeskCookie(r),
			})
			return err
		})
	}
	if err == nil {
		web.Enter(w, r, entered)
	}
	return answer(w, r, "/desk", err, func(err error) (templ.Component, error) { return f.invitationPage(r, err) })
}
