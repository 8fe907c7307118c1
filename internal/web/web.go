// Package web is the edge of the house: everything between a browser's request and a room's verb.
//
// A face is a table of routes. Each route says who may call it, and that is settled before its handler runs; a handler reads,
// does and shows, and returns what went wrong instead of drawing it. The edge turns that error into a page, a fragment for
// htmx or a JSON problem (RFC 9457) in the reader's language. On every answer it sets the security headers, with a content
// policy that knows no inline script; on every request it checks the host, counts, limits and logs.
//
// The edge never puts a query string, a cookie or a token into the log, never links to a host that a request named, and never
// believes a proxy that the operator did not name.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"deskbell/internal/pace"
	"deskbell/internal/store"
)

// Handler answers a request or says why not. An error that is no fault becomes a 500 with a number to quote, and its text goes
// to the log only. After the first byte of an answer an error can no longer be shown; it is logged.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Options are what an Edge needs to know.
type Options struct {
	DB        *store.DB
	URL       *url.URL                                     // the house's public address: scheme and host, no path
	Trusted   []netip.Prefix                               // proxies whose X-Forwarded-For is believed
	Unlimited bool                                         // no limits by address, for load and crash tests
	Log       *slog.Logger                                 // slog.Default when nil
	Draw      func(*http.Request, Trouble) templ.Component // the page of an error; a plain one when nil
	Fragment  func(Trouble) templ.Component                // the same for htmx, put into TroubleTarget
	SignIn    func(Who) string                             // the page where such a person signs in; "" when there is none
}

// Edge carries what all routes have in common.
type Edge struct {
	Options
	csrf    *http.CrossOriginProtection
	paces   pace.Table
	secure  bool               // cookies may be Secure
	leave   context.Context    // done when the house begins to shut down
	leaving context.CancelFunc // says so
}

// New makes an edge. The address must have a host and no path, since cookies and policies hang on it.
func New(o Options) (*Edge, error) {
	if err := checkURL(o.URL); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Draw == nil {
		o.Draw = func(_ *http.Request, t Trouble) templ.Component { return plainPage(t) }
	}
	if o.Fragment == nil {
		o.Fragment = plainPage
	}
	e := &Edge{
		Options: o,
		csrf:    http.NewCrossOriginProtection(),
		secure:  o.URL.Scheme == "https" || isLoopback(o.URL.Hostname()),
	}
	e.leave, e.leaving = context.WithCancel(context.Background())
	return e, e.csrf.AddTrustedOrigin(origin(o.URL))
}

// Secure reports whether cookies are bound to TLS or to this machine. Where they are not, somebody on the way can read them,
// and the operator has to be told.
func (e *Edge) Secure() bool { return e.secure }

// visit is what the edge knows about one request.
type visit struct {
	edge    *Edge
	route   *Route // nil where no route answers
	address netip.Addr
	atDesk  bool // where agents work
	guest        // who is asking
}

// ofCustomers tells whether customers, too, meet what the route shows. The ways in to the desk are open to anyone, but theirs they
// are not.
func (v *visit) ofCustomers() bool {
	return v.route != nil && !v.atDesk && (v.route.Who.kind == anyoneKind || v.route.Who.kind == visitorKind)
}

func isDesk(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/desk/") }

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// Address is where the request came from, past the trusted proxies.
func Address(r *http.Request) netip.Addr { return visitOf(r.Context()).address }

// URL makes an address that works outside of the house, for mails and feeds, from a path of ours. It hangs on the operator's
// setting alone, never on what a request says.
func URL(r *http.Request, path string) string {
	return origin(visitOf(r.Context()).edge.URL) + path
}
