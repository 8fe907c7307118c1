// Package admin is the face behind the counter: what the owner sets up, who is in the team, what the house is doing, and
// each agent's own profile.
//
// Every page is a plain form that works without script. A form comes back with what was typed and a sentence at the field
// that is to blame; a hidden field makes a double click one deed. What may be done, and by whom, is asked by the verbs; the
// routes ask again, so that nobody is shown a form that he cannot send. A secret is shown once, on the page that answers the
// form which made it, and never again.
package admin

import (
	"time"

	"deskbell/internal/people"
	"deskbell/internal/web"
	"deskbell/ui/house"
)

// face is the house as this face needs it.
type face struct {
	*house.House
	opened time.Time
}

// Routes is the table of the face.
func Routes(h *house.House) []web.Route {
	f := &face{h, h.DB.Now()}
	shop, team := web.May(people.ManageSettings), web.May(people.ManageAgents)
	return []web.Route{
		web.Get("/desk/admin", web.Agents, f.overview),
		web.Get("/desk/admin/shop", shop, f.shop),
		web.Post("/desk/admin/shop", shop, f.saveShop),
		web.Get("/desk/admin/hours", shop, f.hours),
		web.Post("/desk/admin/hours", shop, f.saveHours),

		web.Get("/desk/admin/agents", team, f.agents),
		web.Get("/desk/admin/agents/new", team, f.newAgent),
		web.Post("/desk/admin/agents/new", team, f.addAgent),
		web.Get("/desk/admin/agents/{id}", team, f.agent),
		web.Post("/desk/admin/agents/{id}", team, f.changeAgent),
		web.Post("/desk/admin/agents/{id}/invite", team, f.invite),
		web.Post("/desk/admin/agents/{id}/password", team, f.setPassword),
		web.Post("/desk/admin/agents/{id}/disable", team, f.disableAgent),
		web.Post("/desk/admin/agents/{id}/enable", team, f.enableAgent),
		web.Post("/desk/admin/agents/{id}/sign-out", team, f.signOutAgent),
		web.Get("/desk/admin/departments", team, f.departments),
		web.Post("/desk/admin/departments", team, f.addDepartment),
		web.Post("/desk/admin/departments/{id}", team, f.changeDepartment),
		web.Get("/desk/admin/tokens", team, f.tokens),
		web.Post("/desk/admin/tokens", team, f.addToken),
		web.Post("/desk/admin/tokens/{id}/revoke", team, f.revokeToken),

		web.Get("/desk/admin/jobs", shop, f.jobs),
		web.Post("/desk/admin/jobs/{id}/retry", shop, f.retryJob),
		web.Post("/desk/admin/jobs/{id}/drop", shop, f.dropJob),
		web.Get("/desk/admin/health", shop, f.health),

		web.Get("/desk/me", web.Agents, f.me),
		web.Post("/desk/me", web.Agents, f.changeMe),
		web.Post("/desk/me/password", web.Agents, f.changePassword),
		web.Post("/desk/me/sessions/{id}/revoke", web.Agents, f.revokeSession),
		web.Post("/desk/me/sessions/revoke", web.Agents, f.revokeSessions),
		web.Get("/desk/invitation/{token}", web.Anyone, f.invitation),
		web.Post("/desk/invitation/{token}", web.Anyone, f.accept),
	}
}
