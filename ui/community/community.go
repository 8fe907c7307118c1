// Package community is the public face of the forum: boards, topics, and the forms by which members ask and answer.
//
// Every page works without a script. Whoever writes says who he is in the form itself: a member who came by a link in his
// mail is known, one who only types a name and an address is known by his browser from then on, and what he writes first is
// held for a look. Agents who are signed in at the desk write as the staff; no member can look like them. The face also has
// the pages by which a customer signs in and out, since it is the first that needs them, and the one where he finds all that
// he asked.
//
// What is shown is what package forum says this reader may see; the face has no list of its own.
package community

import (
	"context"
	"net/http"
	"time"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/house"
	"deskbell/ui/kit"
)

type face struct{ *house.House }

// How often one address may do what costs more than a page, or stays.
var (
	looking = web.Pace{Every: 500 * time.Millisecond, Burst: 30}
	writing = web.Pace{Every: 10 * time.Second, Burst: 10}
	judging = web.Pace{Every: 2 * time.Second, Burst: 30}
	mailing = web.Pace{Every: 30 * time.Second, Burst: 5}
)

// Routes is everything that the public can call here.
func Routes(h *house.House) []web.Route {
	f := &face{h}
	return []web.Route{
		web.Get("/community", web.Anyone, f.home),
		web.Get("/community/boards/{slug}", web.Anyone, f.board),
		web.Get("/community/search", web.Anyone, f.search).At(looking),
		web.Get("/community/ask", web.Anyone, f.showAsk).At(looking),
		web.Post("/community/ask", web.Anyone, f.ask).At(writing),
		web.Get("/community/topics/{id}", web.Anyone, f.showTopic),
		web.Get("/community/topics/{id}/{slug}", web.Anyone, f.showTopic),
		web.Post("/community/topics/{id}/posts", web.Anyone, f.answer).At(writing),
		web.Post("/community/topics/{id}/posts/{n}/accept", web.Anyone, f.accept).At(judging),
		web.Post("/community/topics/{id}/posts/{n}/withdraw", web.Anyone, f.withdraw).At(judging),
		web.Post("/community/topics/{id}/posts/{n}/vote", web.Anyone, f.vote).At(judging),
		web.Post("/community/topics/{id}/posts/{n}/approve", web.May(forum.Moderate), f.judge(forum.Approve)),
		web.Post("/community/topics/{id}/posts/{n}/reject", web.May(forum.Moderate), f.judge(forum.Reject)),
		web.Get("/my", web.Anyone, f.mine).At(looking),
		web.Get("/my/sign-in", web.Anyone, f.showSignIn),
		web.Post("/my/sign-in", web.Anyone, f.sendLink).At(mailing),
		web.Get("/my/sign-in/sent", web.Anyone, f.linkSent),
		web.Get("/my/enter", web.Anyone, f.showEnter).At(looking).Keyed(),
		web.Post("/my/enter", web.Anyone, f.enter).At(looking).Keyed(),
		web.Post("/my/sign-out", web.Anyone, f.signOut),
	}
}

// frame is what every page of the community knows.
type frame struct {
	Public kit.Public
	Shop   settings.ShopSetting
	Reader reader
	Path   string // of this page, for coming back to it
}

// gather makes the frame of a page with this title, at this path.
func (f *face) gather(tx *store.Tx, r *http.Request, title, path string) (p frame, err error) {
	if p.Shop, err = settings.Shop.Get(tx); err != nil {
		return p, err
	}
	if p.Reader, err = f.reader(tx, r); err != nil {
		return p, err
	}
	p.Path = path
	p.Public = kit.Public{Page: kit.Page{Title: title}, Shop: p.Shop.Name, Here: "community"}
	for _, lang := range p.Shop.Languages {
		p.Public.Languages = append(p.Public.Languages, kit.InLanguage{Tag: lang, Path: path})
	}
	p.Public.Account = account(p)
	return p, nil
}

// reader is whoever stands before the community, as far as his browser proves it.
type reader struct {
	forum.Who
	Contact *people.Contact // who came by a link; he is a member once he has given a name
	Guest   bool            // a member who only typed his address
}

// Known tells whether a form need not ask who he is.
func (r reader) Known() bool { return r.Member != nil || r.Staff() }

// Staff tells whether he writes as one of the shop's.
func (r reader) Staff() bool {
	return r.Member == nil && r.Contact == nil && r.Agent.Type == people.ByAgent
}

// name is as whom he writes.
func (r reader) name() string {
	switch {
	case r.Member != nil:
		return r.Member.Name
	case r.Contact != nil:
		return r.Contact.Email
	}
	return r.Agent.Name
}

// reader finds out who is asking. A customer who has signed in comes first, so that an agent can try the community out; then
// the agent, then the browser of a guest.
func (f *face) reader(tx *store.Tx, r *http.Request) (reader, error) {
	if c := web.Member(r); c != nil {
		m, err := forum.MemberOf(tx, c.ID)
		return reader{Who: forum.Who{Member: m}, Contact: c}, err
	}
	if a := web.Actor(r); a.May(forum.Moderate, "") {
		return reader{Who: forum.Who{Agent: a}}, nil
	}
	m, err := forum.Guest(tx, guest.Of(r))
	return reader{Who: forum.Who{Member: m}, Guest: m != nil}, err
}

// wrong is what was wrong with a form that comes back.
type wrong struct{ At, Says string }

func wrongOf(ctx context.Context, err error) wrong {
	if err == nil {
		return wrong{}
	}
	return wrong{web.At(err), web.Sentence(ctx, err)}
}

// with is what was wrong with a field, if it is that one.
func (w wrong) with(field string) string {
	if w.At == field {
		return w.Says
	}
	return ""
}
