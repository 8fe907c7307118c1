package admin

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/kit"
)

type tokenForm struct {
	Once  string `form:"once"`
	Agent string `form:"agent"`
	Name  string `form:"name"`
	Scope string `form:"scope"`
}

type tokensView struct {
	view
	In     tokenForm
	All    []*people.Token
	Team   map[string]*people.Agent
	Agents []*people.Agent // for whom the reader may make one
}

func (f *face) tokens(w http.ResponseWriter, r *http.Request) error {
	page, err := f.tokensPage(r, tokenForm{Agent: web.Actor(r).ID, Scope: string(people.ScopeRead)}, nil)
	return render(w, r, page, err)
}

func (f *face) tokensPage(r *http.Request, in tokenForm, wrong error) (templ.Component, error) {
	v := tokensView{view: f.viewOf(r, "tokens"), In: in, Team: map[string]*people.Agent{}}
	v.Err = wrong
	err := f.see(r, func(tx *store.Tx) (err error) {
		if v.All, err = people.Tokens(tx, v.Actor); err != nil {
			return err
		}
		team, err := people.Agents(tx)
		for _, a := range team {
			v.Team[a.ID] = a
			if !a.Disabled && v.Actor.Role.AtLeast(a.Role) {
				v.Agents = append(v.Agents, a)
			}
		}
		return err
	})
	return tokensPage(v), err
}

func (f *face) addToken(w http.ResponseWriter, r *http.Request) error {
	var in tokenForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	secret := ""
	path, err := f.do(r, in.Once, func(tx *store.Tx) (_ string, err error) {
		secret, _, err = people.CreateToken(tx, web.Actor(r), people.NewToken{Agent: in.Agent, Name: in.Name, Scope: people.Scope(in.Scope)})
		return "/desk/admin/tokens", err
	})
	if err == nil && secret != "" {
		return web.Render(w, r, http.StatusOK, tokenMadePage(f.viewOf(r, "tokens"), in.Name, secret))
	}
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.tokensPage(r, in, err) })
}

func (f *face) revokeToken(w http.ResponseWriter, r *http.Request) error {
	return f.press(w, r, func(tx *store.Tx) (string, error) {
		return "/desk/admin/tokens?done=ended", people.RevokeToken(tx, web.Actor(r), r.PathValue("id"))
	})
}

// line says what a token is: its end, as whom it acts, and what it may.
func (v tokensView) line(ctx context.Context, t *people.Token) string {
	who := ""
	if a := v.Team[t.Agent]; a != nil {
		who = a.Name
	}
	return strings.Join([]string{people.TokenPrefix + "…" + t.Last4, who, scopeName(ctx, t.Scope)}, " · ")
}

func scopeName(ctx context.Context, s people.Scope) string {
	return i18n.T(ctx, "admin.scope_"+string(s)) // i18n: admin.scope_*
}

func scopeOptions(ctx context.Context) (options []kit.Option) {
	for _, s := range people.Scopes() {
		options = append(options, kit.Option{Value: string(s), Label: scopeName(ctx, s)})
	}
	return options
}

func (v tokensView) agentOptions() (options []kit.Option) {
	for _, a := range v.Agents {
		options = append(options, kit.Option{Value: a.ID, Label: a.Name})
	}
	return options
}
