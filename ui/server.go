// Package ui is all faces of the house behind one door.
//
// A face is a package below this one with a function Routes; it is one line in faces. The server adds what belongs to no
// face: health, assets, the pages of errors, and the closed door of a house that has no owner yet.
package ui

import (
	"context"
	"net"
	"net/http"
	"net/netip"

	"github.com/a-h/templ"

	"deskbell/assets"
	"deskbell/internal/web"
	"deskbell/tickets/channels"
	"deskbell/ui/admin"
	"deskbell/ui/api"
	"deskbell/ui/community"
	"deskbell/ui/desk"
	"deskbell/ui/front"
	"deskbell/ui/help"
	"deskbell/ui/house"
	"deskbell/ui/kit"
	"deskbell/ui/portal"
	"deskbell/ui/widget"
)

// Options say how a house is served.
type Options struct {
	Trusted []netip.Prefix // proxies whose X-Forwarded-For is believed
	Gallery bool           // show every component of the kit at /gallery
	More    []web.Route    // of the command that serves, such as the demo's
}

// maxHook is the largest web hook that is read: a mail with its attachments.
const maxHook = 32 << 20

// Server serves a house.
type Server struct {
	house  *house.House
	edge   *web.Edge
	http   *web.Server
	routes [][]web.Route
}

// New makes the server of an open house.
func New(h *house.House, o Options) (*Server, error) {
	edge, err := web.New(web.Options{
		DB:        h.DB,
		URL:       h.URL,
		Trusted:   o.Trusted,
		Unlimited: h.Unlimited,
		Log:       h.Log,
		Draw:      drawTrouble(h),
		Fragment:  troublePart,
		SignIn:    signInPage,
	})
	if err != nil {
		return nil, err
	}
	s := &Server{house: h, edge: edge, routes: append(faces(h), own(h, o), o.More)}
	s.http = edge.NewServer(s.Handler())
	return s, nil
}

// faces are the tables of all faces.
func faces(h *house.House) [][]web.Route {
	return [][]web.Route{
		desk.Routes(h),
		admin.Routes(h),
		help.Routes(h),
		community.Routes(h),
		portal.Routes(h),
		front.Routes(),
		widget.Routes(h),
		api.Routes(h),
	}
}

// own are the routes that belong to no face.
func own(h *house.House, o Options) []web.Route {
	routes := []web.Route{
		web.Get("/healthz", web.Anyone, alive),
		web.Get("/readyz", web.Anyone, ready(h)),
		web.Get(assets.Prefix+"{print}/{name}", web.Anyone, web.Plain(assets.Handler())),
	}
	for _, door := range h.Doors.All() {
		if _, ok := door.(channels.Hooked); ok {
			hooks := web.Plain(h.Doors.Hooks())
			path := "/hooks/" + door.Name() + "/"
			routes = append(routes, web.Get(path, web.Visitors, hooks), web.Post(path, web.Visitors, hooks).UpTo(maxHook))
		}
	}
	if o.Gallery {
		routes = append(routes, web.Get("/gallery", web.Anyone, gallery))
	}
	return routes
}

// signInPage is where a person signs in: an agent at the desk, a customer on the public pages.
func signInPage(who web.Who) string {
	if who.IsAgent() {
		return "/desk/sign-in"
	}
	return "/my/sign-in"
}

// drawTrouble draws the page of an error: on the shop's pages as one of them, elsewhere as a bare card.
func drawTrouble(h *house.House) func(*http.Request, web.Trouble) templ.Component {
	return func(r *http.Request, t web.Trouble) templ.Component {
		if page := front.Trouble(h.DB, r, t); page != nil {
			return page
		}
		return troublePage(t)
	}
}

func gallery(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return web.Render(w, r, http.StatusOK, kit.Gallery(q.Get("theme"), q.Get("dir")))
}

// Handler answers every request.
func (s *Server) Handler() http.Handler {
	return untilOwned(s.house, s.edge, s.edge.Handler(s.routes...))
}

// Routes lists what the server answers and who may call it.
func (s *Server) Routes() []web.Line { return web.List(s.routes...) }

// Secure reports whether cookies are safe from whoever listens on the way.
func (s *Server) Secure() bool { return s.edge.Secure() }

// Serve answers on l until Close.
func (s *Server) Serve(l net.Listener) error { return s.http.Serve(l) }

// Close stops accepting, says goodbye to the sockets, and lets the handlers finish.
func (s *Server) Close(ctx context.Context) error {
	return s.http.Close(ctx, func(ctx context.Context) { _ = s.house.Hub.Close(ctx) })
}
