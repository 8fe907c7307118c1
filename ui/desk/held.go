package desk

import (
	"net/http"
	"strconv"

	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
)

// heldPosts is the page of forum posts that wait for a look.
type heldPosts struct {
	Rail  rail
	Posts []forum.Waiting
	Next  string
}

func (d *Desk) held(w http.ResponseWriter, r *http.Request) error {
	after, err := web.After(r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	var page heldPosts
	err = d.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if page.Rail, err = d.gatherRail(tx, web.Agent(r), web.Actor(r), "held"); err != nil {
			return err
		}
		var next store.Key
		page.Posts, next, err = forum.HeldPosts(tx, web.Actor(r), after, pageOfList)
		page.Next = web.Cursor(next)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, heldPage(page))
}

// judge decides about a post and comes back to those that still wait.
func (d *Desk) judge(verdict func(*store.Tx, people.Actor, string, int) (*forum.Post, error)) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil {
			return fault.Missing("post")
		}
		err = d.DB.Update(r.Context(), func(tx *store.Tx) error {
			_, err := verdict(tx, web.Actor(r), r.PathValue("topic"), n)
			return err
		})
		if err != nil {
			return err
		}
		return web.Redirect(w, r, "/desk/held")
	}
}
