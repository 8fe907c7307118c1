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
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/front"
	"deskbell/ui/house"
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

// gather makes the frame of a page with this title, at this path.
func gather(tx *store.Tx, r *http.Request, title, path string) (front.Frame, error) {
	return front.Around(tx, r, front.Page{Title: title, Here: front.Community, Path: front.Same(path)})
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
