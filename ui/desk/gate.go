package desk

import (
	"net/http"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
)

// entrance is what the pages before the desk show: signing in, setting up.
type entrance struct {
	Shop  string
	Name  string
	Email string
	Next  string // where signing in leads
	At    string // the field that is to blame
	Error string
}

// wrong is the sentence for a field, if it is the one to blame.
func (e entrance) wrong(field string) string {
	if e.At == field {
		return e.Error
	}
	return ""
}

// general is the sentence that is about no single field.
func (e entrance) general() string { return e.wrong("") }

// blame puts err at its field.
func (e *entrance) blame(r *http.Request, err error) {
	e.At, e.Error = web.At(err), web.Sentence(r.Context(), err)
}

func (d *Desk) entrance(r *http.Request) (e entrance, err error) {
	err = d.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		e.Shop, err = d.shop(tx)
		return err
	})
	return e, err
}

func (d *Desk) showSignIn(w http.ResponseWriter, r *http.Request) error {
	next := web.OwnPath(r.URL.Query().Get("next"))
	if web.Agent(r) != nil {
		return web.Redirect(w, r, afterSignIn(next))
	}
	e, err := d.entrance(r)
	if err != nil {
		return err
	}
	e.Next = next
	return web.Render(w, r, http.StatusOK, signInPage(e))
}

// afterSignIn is where somebody meant to go, if that is at the desk.
func afterSignIn(next string) string {
	if next == "" || next == "/" {
		return "/desk"
	}
	return next
}

func (d *Desk) signIn(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Email    string `form:"email"`
		Password string `form:"password"`
		Next     string `form:"next"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	s := comes(r)
	s.Email, s.Password = f.Email, f.Password
	in, err := d.Gate.SignIn(r.Context(), s)
	if err == nil {
		web.Enter(w, r, in)
		return web.Redirect(w, r, afterSignIn(web.OwnPath(f.Next)))
	}
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	e, bad := d.entrance(r)
	if bad != nil {
		return bad
	}
	e.Email, e.Next = f.Email, f.Next
	e.blame(r, err)
	web.SayWhen(w, err)
	return web.Render(w, r, web.FormStatus(err), signInPage(e))
}

// comes is what the browser shows at the gate without being asked.
func comes(r *http.Request) people.SignIn {
	return people.SignIn{Address: web.Address(r).String(), Device: r.UserAgent(), Cookie: web.DeskCookie(r)}
}

func (d *Desk) signOut(w http.ResponseWriter, r *http.Request) error {
	ctx := store.Urgent(r.Context()) // a full disk must not keep anybody signed in
	err := d.DB.Update(ctx, func(tx *store.Tx) error { return people.SignOut(tx, web.DeskCookie(r)) })
	if err != nil {
		return err
	}
	d.Chat.SignedOut(web.Actor(r).ID)
	web.LeaveDesk(w, r)
	return web.Redirect(w, r, "/desk/sign-in")
}

func (d *Desk) showSetup(w http.ResponseWriter, r *http.Request) error {
	err := d.setupOpen(r)
	if fault.Is(err, fault.NotFound) {
		return d.showSetupOver(w, r)
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, setupPage(entrance{}))
}

// showSetupOver tells whoever comes by a link that has done its work, or was followed by a newer one, where to go instead.
func (d *Desk) showSetupOver(w http.ResponseWriter, r *http.Request) error {
	owned := false
	err := d.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		owned, err = people.HasOwner(tx)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusNotFound, setupOverPage(owned))
}

func (d *Desk) setupOpen(r *http.Request) error {
	return d.DB.View(r.Context(), func(tx *store.Tx) error { return people.SetupOpen(tx, r.PathValue("token")) })
}

// setup makes the first owner, who is then in.
func (d *Desk) setup(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Name     string `form:"name"`
		Email    string `form:"email"`
		Password string `form:"password"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	// The link is looked at first, so that who has none cannot have passwords hashed.
	if err := d.setupOpen(r); fault.Is(err, fault.NotFound) {
		return d.showSetupOver(w, r)
	} else if err != nil {
		return err
	}
	password, err := d.Gate.Password(r.Context(), f.Password)
	var in people.Entered
	if err == nil {
		err = d.DB.Update(store.Urgent(r.Context()), func(tx *store.Tx) (err error) {
			in, err = people.Setup(tx, r.PathValue("token"), people.NewAgent{
				Name: f.Name, Email: f.Email, Password: password, Language: i18n.Lang(r.Context()),
			}, comes(r))
			return err
		})
	}
	if web.ComesBack(err) {
		e := entrance{Name: f.Name, Email: f.Email}
		e.blame(r, err)
		return web.Render(w, r, web.FormStatus(err), setupPage(e))
	}
	if err != nil {
		return err
	}
	web.Enter(w, r, in)
	return web.Redirect(w, r, "/desk")
}

// theme remembers how the agent wants his screen.
func (d *Desk) theme(w http.ResponseWriter, r *http.Request) error {
	var f struct {
		Theme string `form:"theme"`
	}
	if err := web.Form(r, &f); err != nil {
		return err
	}
	a := web.Agent(r)
	err := d.DB.Update(r.Context(), func(tx *store.Tx) error {
		_, err := people.ChangeSelf(tx, web.Actor(r), people.Self{Name: a.Name, Alias: a.Alias, Language: a.Language, Theme: f.Theme})
		return err
	})
	if err != nil {
		return err
	}
	if r.Header.Get("HX-Request") != "" {
		w.WriteHeader(http.StatusNoContent) // the script has changed the page already
		return nil
	}
	return web.Redirect(w, r, "/desk")
}
