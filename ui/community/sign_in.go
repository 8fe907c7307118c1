package community

import (
	"net/http"

	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets/channels/email"
	"deskbell/ui/front"
)

// signingIn is the page where a customer asks for a link, and the one that the link opens.
type signingIn struct {
	front.Frame
	Email string
	Next  string // where to go afterwards
	Token string
	wrong
}

func (f *face) showSignIn(w http.ResponseWriter, r *http.Request) error {
	var in signInForm
	if err := web.Query(r, &in); err != nil {
		return err
	}
	return f.signInPage(w, r, in, nil)
}

type signInForm struct {
	Email string `form:"email"`
	Next  string `form:"next"`
}

func (f *face) signInPage(w http.ResponseWriter, r *http.Request, in signInForm, refused error) error {
	page := signingIn{Email: in.Email, Next: web.OwnPath(in.Next), wrong: wrongOf(r.Context(), refused)}
	err := f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		page.Frame, err = signingFrame(tx, r, front.SignInPath(page.Next), page.Next)
		return err
	})
	if err != nil {
		return err
	}
	page.Public.Page.NoIndex = true
	return web.Render(w, r, web.FormStatus(refused), signInPage(page))
}

// sendLink mails a link to whatever address was typed. The answer is the same for everybody: who is known here is nobody's
// business.
func (f *face) sendLink(w http.ResponseWriter, r *http.Request) error {
	var in signInForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	next := web.OwnPath(in.Next)
	err := f.DB.Update(r.Context(), func(tx *store.Tx) error {
		address, err := people.Email("email", in.Email)
		if err != nil {
			return err
		}
		token, err := people.IssueLink(tx, people.LinkSignIn, address, next[:min(len(next), 1000)])
		if err != nil {
			return err
		}
		shop, err := settings.Shop.Get(tx)
		if err != nil {
			return err
		}
		link := web.URL(r, "/my/enter?token="+token)
		return f.Mail.Send(tx, email.Mail{
			To:      mail.Address{Address: address},
			Subject: i18n.T(r.Context(), "community.mail_subject", "shop", shop.Name),
			Text:    i18n.T(r.Context(), "community.mail_text", "shop", shop.Name, "link", link),
			Machine: true,
		})
	})
	if web.ComesBack(err) || fault.Is(err, fault.Throttled) {
		return f.signInPage(w, r, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/my/sign-in/sent")
}

func (f *face) linkSent(w http.ResponseWriter, r *http.Request) error {
	page, err := f.signing(r, "/my/sign-in/sent")
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, sentPage(page))
}

// signingFrame belongs to no room: one signs in from all of them, and goes on to next.
func signingFrame(tx *store.Tx, r *http.Request, path, next string) (front.Frame, error) {
	return front.Around(tx, r, front.Page{Title: i18n.T(r.Context(), "community.sign_in"), Path: front.Same(path), Back: next})
}

// signing makes a page of signing in that has no form of its own.
func (f *face) signing(r *http.Request, path string) (page signingIn, err error) {
	err = f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		page.Frame, err = signingFrame(tx, r, path, "/my")
		return err
	})
	page.Public.Page.NoIndex = true
	return page, err
}

// showEnter shows what the link is for. It does not use it up: mail programs open links before people do.
func (f *face) showEnter(w http.ResponseWriter, r *http.Request) error {
	page, err := f.signing(r, "/my/sign-in")
	if err != nil {
		return err
	}
	page.Token = r.URL.Query().Get("token")
	err = f.DB.View(r.Context(), func(tx *store.Tx) error {
		l, err := people.PeekLink(tx, people.LinkSignIn, page.Token)
		if err == nil {
			page.Email = l.To
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, enterPage(page))
}

// enter lets the owner of the address in, and leads to where he was. What he wrote in this browser before, under the same
// address, is his from now on.
func (f *face) enter(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Token string `form:"token"`
	}
	if err := web.Form(r, &in); err != nil {
		return err
	}
	var entered people.Entered
	next := ""
	err := f.DB.Update(store.Urgent(r.Context()), func(tx *store.Tx) error {
		l, err := people.PeekLink(tx, people.LinkSignIn, in.Token)
		if err != nil {
			return err
		}
		next = l.Data
		var c *people.Contact
		entered, c, err = people.SignInByLink(tx, in.Token, people.Profile{Language: i18n.Lang(r.Context())}, people.SignIn{
			Cookie: web.MemberCookie(r), Device: r.UserAgent(), Address: web.Address(r).String(),
		})
		if err != nil {
			return err
		}
		return f.claim(tx, r, c)
	})
	if err != nil {
		return err
	}
	web.Enter(w, r, entered)
	front.Guest.Set(w, r, "")
	return web.Redirect(w, r, next)
}

// claim makes a contact the member that his browser was as a guest, unless he is one already.
func (f *face) claim(tx *store.Tx, r *http.Request, c *people.Contact) error {
	was, err := forum.Guest(tx, front.Guest.Of(r))
	if err != nil || was == nil || was.Contact != c.ID {
		return err
	}
	m, err := forum.MemberOf(tx, c.ID)
	if err != nil || m != nil {
		return err
	}
	_, err = forum.Join(tx, c, was.Name, was)
	return err
}

// signOut ends the customer's session, and forgets who he was as a guest. He stays on the page where he was.
func (f *face) signOut(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Next string `form:"next"`
	}
	if err := web.Form(r, &in); err != nil {
		return err
	}
	err := f.DB.Update(store.Urgent(r.Context()), func(tx *store.Tx) error { return people.SignOut(tx, web.MemberCookie(r)) })
	if err != nil {
		return err
	}
	web.LeaveMember(w, r)
	front.Guest.Set(w, r, "")
	return web.Redirect(w, r, in.Next)
}
