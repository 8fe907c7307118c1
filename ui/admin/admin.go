// Package admin is the face behind the counter: what the owner sets up, who is in the team, what the house is doing, and
// each agent's own profile.
//
// Every page is a plain form that works without script. A form comes back with what was typed and a sentence at the field
// that is to blame; a hidden field makes a double click one deed. What may be done, and by whom, is asked by the verbs; the
// routes ask again, so that nobody is shown a form that he cannot send. A secret is shown once, on the page that answers the
// form which made it, and never again.
package admin

import (
	"slices"
	"time"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/web"
	"deskbell/kb"
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
	return h.Aware(slices.Concat(f.shopRoutes(), f.doorRoutes(), f.helpRoutes(), f.teamRoutes(), f.houseRoutes(), f.ownRoutes()))
}

func (f *face) shopRoutes() []web.Route {
	shop := web.May(people.ManageSettings)
	return []web.Route{
		web.Get("/desk/admin", web.Agents, f.overview),
		web.Get("/desk/admin/shop", shop, f.shop),
		web.Post("/desk/admin/shop", shop, f.saveShop),
		web.Get("/desk/admin/hours", shop, f.hours),
		web.Post("/desk/admin/hours", shop, f.saveHours),
	}
}

// doorRoutes are about the ways in which customers come.
func (f *face) doorRoutes() []web.Route {
	shop, boards := web.May(people.ManageSettings), web.May(forum.ManageBoards)
	return []web.Route{
		web.Get("/desk/admin/try", shop, f.try),
		web.Get("/desk/admin/widgets", shop, f.widgets),
		web.Get("/desk/admin/widgets/new", shop, f.newWidget),
		web.Post("/desk/admin/widgets/new", shop, f.addWidget),
		web.Get("/desk/admin/widgets/{id}", shop, f.widget),
		web.Post("/desk/admin/widgets/{id}", shop, f.changeWidget),
		web.Post("/desk/admin/widgets/{id}/remove", shop, f.removeWidget),
		web.Get("/desk/admin/boards", boards, f.boards),
		web.Get("/desk/admin/boards/new", boards, f.newBoard),
		web.Post("/desk/admin/boards/new", boards, f.addBoard),
		web.Get("/desk/admin/boards/{id}", boards, f.board),
		web.Post("/desk/admin/boards/{id}", boards, f.changeBoard),
		web.Get("/desk/admin/mail", shop, f.mail),
		web.Post("/desk/admin/mail", shop, f.saveMail),
		web.Post("/desk/admin/mail/test", shop, f.testMail),
		web.Get("/desk/admin/mail/test", shop, f.afterTest),
		web.Post("/desk/admin/mail/kept/{id}/send", shop, f.resendMail),
		web.Post("/desk/admin/mail/kept/{id}/discard", shop, f.discardMail),
	}
}

func (f *face) helpRoutes() []web.Route {
	read, write, publish := web.May(kb.ReadArticles), web.May(kb.WriteArticles), web.May(kb.PublishArticles)
	return []web.Route{
		web.Get("/desk/articles", read, f.articles),
		web.Get("/desk/articles/new", write, f.newArticle),
		web.Post("/desk/articles/new", write, f.addArticle),
		web.Get("/desk/articles/{id}", write, f.article),
		web.Post("/desk/articles/{id}", write, f.changeArticle),
		web.Get("/desk/articles/{id}/revisions", read, f.revisions),
		web.Post("/desk/articles/{id}/restore", write, f.restoreArticle),
		web.Post("/desk/articles/{id}/discard", write, f.discardArticle),
		web.Post("/desk/articles/{id}/publish", publish, f.publishArticle),
		web.Post("/desk/articles/{id}/archive", publish, f.archiveArticle),
		web.Post("/desk/articles/{id}/address", publish, f.readdressArticle),
		web.Post("/desk/articles/{id}/move", publish, f.moveArticle),
		web.Get("/desk/admin/categories", publish, f.categories),
		web.Post("/desk/admin/categories", publish, f.addCategory),
		web.Get("/desk/admin/categories/{id}", publish, f.categories),
		web.Post("/desk/admin/categories/{id}", publish, f.changeCategory),
		web.Post("/desk/admin/categories/{id}/move", publish, f.moveCategory),
		web.Post("/desk/admin/categories/{id}/remove", publish, f.removeCategory),
	}
}

func (f *face) teamRoutes() []web.Route {
	team := web.May(people.ManageAgents)
	return []web.Route{
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
	}
}

// houseRoutes are about what the house does by itself, and how it is.
func (f *face) houseRoutes() []web.Route {
	shop := web.May(people.ManageSettings)
	return []web.Route{
		web.Get("/desk/admin/jobs", shop, f.jobs),
		web.Post("/desk/admin/jobs/{id}/retry", shop, f.retryJob),
		web.Post("/desk/admin/jobs/{id}/drop", shop, f.dropJob),
		web.Get("/desk/admin/health", shop, f.health),
	}
}

// ownRoutes are each agent's own: his profile, and the way in for whoever is invited.
func (f *face) ownRoutes() []web.Route {
	return []web.Route{
		web.Get("/desk/me", web.Agents, f.me),
		web.Post("/desk/me", web.Agents, f.changeMe),
		web.Post("/desk/me/password", web.Agents, f.changePassword),
		web.Post("/desk/me/sessions/{id}/revoke", web.Agents, f.revokeSession),
		web.Post("/desk/me/sessions/revoke", web.Agents, f.revokeSessions),
		web.Get("/desk/invitation/{token}", web.Anyone, f.invitation).Keyed(),
		web.Post("/desk/invitation/{token}", web.Anyone, f.accept).Keyed(),
	}
}
