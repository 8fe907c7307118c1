package community

import (
	"net/http"

	"deskbell/forum"
	"deskbell/internal/i18n"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/front"
)

// sender is what every form by which somebody writes says of him, with what makes it one writing.
type sender struct {
	Name    string `form:"name"` // asked of whoever is not known yet, as his address is
	Email   string `form:"email"`
	Website string `form:"website"` // nobody sees it: what fills it in is a program
	Once    string `form:"once"`
}

// write does a form's deed as whoever sends it, once however often it comes, and leads to where it can be seen. What is wrong
// with the form is the caller's, who has it to show again.
func (f *face) write(w http.ResponseWriter, r *http.Request, from sender, deed func(*store.Tx, forum.Who) (path string, err error)) error {
	if from.Website != "" {
		return web.Redirect(w, r, "/community")
	}
	var path, cookie string
	err := f.DB.Update(r.Context(), func(tx *store.Tx) (err error) {
		path, err = web.Once(tx, r, from.Once, func() (string, error) {
			var who forum.Who
			if who, cookie, err = f.writer(tx, r, from); err != nil {
				return "", err
			}
			return deed(tx, who)
		})
		return err
	})
	if err != nil {
		return err
	}
	if cookie != "" {
		front.Guest.Set(w, r, cookie)
	}
	return web.Redirect(w, r, path)
}

// writer is as whom a form is sent. For a newcomer it gives the cookie by which he is known from now on, to be set once all of
// it is true.
func (f *face) writer(tx *store.Tx, r *http.Request, from sender) (who forum.Who, cookie string, err error) {
	rd, err := front.ReaderOf(tx, r)
	switch {
	case err != nil || rd.Known():
		return rd.Who, "", err
	case rd.Contact != nil:
		who.Member, err = forum.Join(tx, rd.Contact, from.Name, nil)
	default:
		who.Member, cookie, err = forum.Introduce(tx, from.Name, from.Email, i18n.Lang(r.Context()))
	}
	return who, cookie, err
}
