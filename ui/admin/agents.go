package admin

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets/channels/email"
	"deskbell/ui/kit"
)

// agentForm is what one types about an agent.
type agentForm struct {
	Once        string   `form:"once"`
	Name        string   `form:"name"`
	Alias       string   `form:"alias"`
	Email       string   `form:"email"`
	Role        string   `form:"role"`
	Departments []string `form:"departments"`
	Password    string   `form:"password"` // of a new one; none makes an invitation
}

func (in agentForm) change() people.AgentChange {
	return people.AgentChange{Email: in.Email, Name: in.Name, Alias: in.Alias, Role: people.Role(in.Role), Departments: in.Departments}
}

// agentView is an agent's page, or that of a new one.
type agentView struct {
	view
	In          agentForm
	Who         *people.Agent // nil for a new one
	Departments []*people.Department
	Sessions    []*people.Session
	Stuck       bool // the relay takes no mail just now, which matters while he is invited
	PasswordErr error
}

func roleName(ctx context.Context, r people.Role) string {
	return i18n.T(ctx, "admin.role_"+string(r)) // i18n: admin.role_*
}

// roles are those that the reader may give.
func (v view) roles(ctx context.Context) (options []kit.Option) {
	for _, r := range slices.Backward(people.Roles()) {
		if v.Actor.Role.AtLeast(r) {
			options = append(options, kit.Option{Value: string(r), Label: roleName(ctx, r)})
		}
	}
	return options
}

type agentsView struct {
	view
	Team        []*people.Agent
	Departments map[string]string
}

func (f *face) agents(w http.ResponseWriter, r *http.Request) error {
	v := agentsView{view: f.viewOf(r, "agents"), Departments: map[string]string{}}
	err := f.see(r, func(tx *store.Tx) (err error) {
		all, err := people.Departments(tx)
		if err != nil {
			return err
		}
		for _, d := range all {
			v.Departments[d.ID] = d.Name
		}
		v.Team, err = people.Agents(tx)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, agentsPage(v))
}

func (f *face) newAgent(w http.ResponseWriter, r *http.Request) error {
	page, err := f.newAgentPage(r, agentForm{Role: string(people.AgentRole)}, nil)
	return render(w, r, page, err)
}

func (f *face) newAgentPage(r *http.Request, in agentForm, wrong error) (templ.Component, error) {
	v := agentView{view: f.viewOf(r, "agents"), In: in}
	v.Err = wrong
	err := f.see(r, func(tx *store.Tx) (err error) {
		v.Departments, err = people.Departments(tx)
		return err
	})
	return newAgentPage(v), err
}

func (f *face) addAgent(w http.ResponseWriter, r *http.Request) error {
	var in agentForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	var password people.Password
	var err error
	if in.Password != "" {
		password, err = f.Gate.Password(r.Context(), in.Password)
	}
	path, made := "", invitation{}
	if err == nil {
		path, err = f.do(r, in.Once, func(tx *store.Tx) (string, error) {
			c := in.change()
			a, err := people.AddAgent(tx, web.Actor(r), people.NewAgent{
				Email: c.Email, Name: c.Name, Alias: c.Alias, Role: c.Role, Departments: c.Departments, Password: password,
			})
			if err == nil && in.Password == "" {
				made, err = f.invitationFor(tx, r, a)
			}
			if err != nil {
				return "", err
			}
			return agentPath(a.ID, "added"), nil
		})
	}
	if err == nil && made.Link != "" {
		return f.showInvitation(w, r, made)
	}
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.newAgentPage(r, in, err) })
}

func (f *face) agent(w http.ResponseWriter, r *http.Request) error {
	page, err := f.agentPage(r, nil, nil)
	return render(w, r, page, err)
}

// agentPage shows an agent as he is, or as somebody typed him when in is given.
func (f *face) agentPage(r *http.Request, in *agentForm, wrong error) (templ.Component, error) {
	v := agentView{view: f.viewOf(r, "agents")}
	err := f.see(r, func(tx *store.Tx) (err error) {
		if v.Who, err = people.AgentByID(tx, r.PathValue("id")); err != nil {
			return err
		}
		if v.Departments, err = people.Departments(tx); err != nil || !v.reaches() {
			return err
		}
		stuck, err := email.TroubleNow(tx)
		if err != nil {
			return err
		}
		v.Stuck = stuck != nil && v.Who.Joined.IsZero() && !v.Who.Disabled
		v.Sessions, err = people.Sessions(tx, v.Actor, v.Who.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	v.In = agentForm{Name: v.Who.Name, Alias: v.Who.Alias, Email: v.Who.Email, Role: string(v.Who.Role), Departments: v.Who.Departments}
	switch {
	case in != nil:
		v.In, v.Err = *in, wrong
	case web.At(wrong) == "password":
		v.PasswordErr = wrong
	default:
		v.Err = wrong
	}
	return agentPage(v), nil
}

// reaches tells whether the reader may change the agent, so that no form is shown that he cannot send.
func (v agentView) reaches() bool { return v.Actor.Role.AtLeast(v.Who.Role) }

func (f *face) changeAgent(w http.ResponseWriter, r *http.Request) error {
	var in agentForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		a, err := people.AgentByID(tx, r.PathValue("id"))
		if err != nil {
			return "", err
		}
		if a.ID == web.Actor(r).ID {
			in.Role = string(a.Role) // his own is shown and not asked for
		}
		_, err = people.ChangeAgent(tx, web.Actor(r), a.ID, in.change())
		return agentPath(a.ID, "saved"), err
	})
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.agentPage(r, &in, err) })
}

func agentPath(id, done string) string { return "/desk/admin/agents/" + id + "?done=" + done }

// pressAgent does what a button on an agent's page is for, and shows there what goes wrong.
func (f *face) pressAgent(w http.ResponseWriter, r *http.Request, done string, deed func(tx *store.Tx, id string) error) error {
	var in button
	if err := web.Form(r, &in); err != nil {
		return err
	}
	id := r.PathValue("id")
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) { return agentPath(id, done), deed(tx, id) })
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.agentPage(r, nil, err) })
}

func (f *face) disableAgent(w http.ResponseWriter, r *http.Request) error {
	return f.pressAgent(w, r, "saved", func(tx *store.Tx, id string) error { return people.DisableAgent(tx, web.Actor(r), id) })
}

func (f *face) enableAgent(w http.ResponseWriter, r *http.Request) error {
	return f.pressAgent(w, r, "saved", func(tx *store.Tx, id string) error { return people.EnableAgent(tx, web.Actor(r), id) })
}

func (f *face) signOutAgent(w http.ResponseWriter, r *http.Request) error {
	return f.pressAgent(w, r, "ended", func(tx *store.Tx, id string) error { return people.RevokeAll(tx, web.Actor(r), id, "") })
}

func (f *face) setPassword(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Once     string `form:"once"`
		Password string `form:"password"`
	}
	if err := web.Form(r, &in); err != nil {
		return err
	}
	password, err := f.Gate.Password(r.Context(), in.Password)
	path := ""
	if err == nil {
		path, err = f.do(r, in.Once, func(tx *store.Tx) (string, error) {
			id := r.PathValue("id")
			return agentPath(id, "saved"), people.SetPassword(tx, web.Actor(r), id, password)
		})
	}
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.agentPage(r, nil, err) })
}
