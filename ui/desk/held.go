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
	Shown *shown // what was just published, nil for nothing
}

// shown is a post that everybody can read now.
type shown struct{ Title, Path string }

func (d *Desk) held(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Cursor string `form:"cursor"`
		Topic  string `form:"topic"` // with the number of the post in it that was just published
		N      int    `form:"n"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	after, err := web.After(in.Cursor)
	if err != nil {
		return err
	}
	var page heldPosts
	err = d.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if page.Rail, err = d.gatherRail(tx, web.Agent(r), web.Actor(r), "held"); err != nil {
			return err
		}
		if page.Shown, err = nowShown(tx, web.Actor(r), in.Topic, in.N); err != nil {
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

// nowShown is the post that an address says was published; none where that is not so any more.
func nowShown(tx *store.Tx, by people.Actor, topic string, n int) (*shown, error) {
	if topic == "" {
		return nil, nil
	}
	t, err := forum.TopicByID(tx, forum.Who{Agent: by}, topic)
	if fault.Is(err, fault.NotFound) || err == nil && t.State != forum.Shown {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &shown{t.Title, t.PathTo(&forum.Post{N: n, State: forum.Shown})}, nil
}

// judge decides about a post and comes back to those that still wait, with a word about the one that is shown now.
func (d *Desk) judge(verdict func(*store.Tx, people.Actor, string, int) (*forum.Post, error)) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil {
			return fault.Missing("post")
		}
		var p *forum.Post
		err = d.DB.Update(r.Context(), func(tx *store.Tx) (err error) {
			p, err = verdict(tx, web.Actor(r), r.PathValue("topic"), n)
			return err
		})
		if err != nil {
			return err
		}
		if p.State != forum.Shown {
			return web.Redirect(w, r, "/desk/held")
		}
		return web.Redirect(w, r, "/desk/held?topic="+p.Topic+"&n="+strconv.Itoa(p.N))
	}
}
