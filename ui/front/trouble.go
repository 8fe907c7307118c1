package front

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/kit"
)

// others are the beginnings of paths that no customer follows: agents, programs and the widget's frame do.
var others = []string{"/desk", "/api", "/w", "/widget.js", "/hooks", "/assets", "/look", "/gallery", "/healthz", "/readyz"}

// Covers tells whether what went wrong at a path went wrong on the shop's pages; an address that leads nowhere is one of theirs.
func Covers(path string) bool {
	for _, o := range others {
		if path == o || strings.HasPrefix(path, o+"/") {
			return false
		}
	}
	return true
}

// Trouble is the page of an error with the header of all the others. It is nil where that cannot be had, because the request
// came to a wrong place or the house cannot be read, and where it would cost what it is there to spare: whoever comes too often is
// answered from memory.
func Trouble(db *store.DB, r *http.Request, t web.Trouble) templ.Component {
	switch t.Status {
	case http.StatusMisdirectedRequest, http.StatusRequestHeaderFieldsTooLarge, http.StatusTooManyRequests:
		return nil
	}
	if !Covers(r.URL.Path) {
		return nil
	}
	var f Frame
	err := db.View(context.WithoutCancel(r.Context()), func(tx *store.Tx) (err error) {
		f, err = Around(tx, r, Page{Title: t.Title, Here: roomOf(r.URL.Path), Path: Same(pathOf(r)), Back: "/my"})
		return err
	})
	if err != nil {
		return nil
	}
	f.Public.Page.NoIndex = true
	return troublePage(f, t)
}

// pathOf is where the same page is asked for again in another language. What was sent by a form is not sent again.
func pathOf(r *http.Request) string {
	if r.Method != http.MethodGet {
		return "/"
	}
	return r.URL.RequestURI()
}

// roomOf is the room of the header that a path belongs to.
func roomOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if first == "my" {
		return Mine
	}
	if first == Help || first == Community || first == Contact {
		return first
	}
	return ""
}

// onward is the one way on from an error: into the room in which it happened.
func onward(ctx context.Context, f Frame, t web.Trouble) kit.Button {
	switch {
	case t.SignIn != "":
		return kit.Button{Label: i18n.T(ctx, "public.sign_in"), Icon: "log-in", Href: t.SignIn, TestID: "trouble-sign-in"}
	case f.Public.Here == Mine && f.Reader.Customer():
		return kit.Button{Label: i18n.T(ctx, "public.mine"), Href: "/my"}
	case f.Public.Here == Mine:
		return kit.Button{Label: i18n.T(ctx, "public.sign_in"), Icon: "log-in", Href: SignInPath("/my")}
	case f.Public.Here == Community:
		return kit.Button{Label: i18n.T(ctx, "public.to_community"), Href: "/community"}
	}
	return kit.Button{Label: i18n.T(ctx, "public.to_help"), Href: "/"}
}
