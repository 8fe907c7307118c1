package web

import (
	"net/http"
	"net/url"
	"strings"

	"deskbell/internal/fault"
)

// Route is one line of a face's table.
type Route struct {
	Method, Path string // as http.ServeMux reads them; GET answers HEAD too
	Who          Who
	Do           Handler
	Body         int64 // the largest body, in bytes; 0 means maxBody
	Pace         Pace  // how often one address may ask; the zero Pace means no limit but the house's own
	Key          bool  // the address itself opens something
}

// maxBody is enough for every form: the longest text, four times percent-encoded.
const maxBody = 256 << 10

// Get makes a route that only shows something.
func Get(path string, who Who, do Handler) Route { return On(http.MethodGet, path, who, do) }

// Post makes a route that does something.
func Post(path string, who Who, do Handler) Route { return On(http.MethodPost, path, who, do) }

// On makes a route for any method.
func On(method, path string, who Who, do Handler) Route {
	return Route{Method: method, Path: path, Who: who, Do: do}
}

// UpTo lets bodies be as large as max bytes.
func (r Route) UpTo(max int64) Route {
	r.Body = max
	return r
}

// At limits how often one address may ask.
func (r Route) At(p Pace) Route {
	r.Pace = p
	return r
}

// Keyed says that the address itself opens something: no page that it leads to may learn it, and no search engine.
func (r Route) Keyed() Route {
	r.Key = true
	return r
}

// Plain makes a handler of one that cannot fail.
func Plain(h http.Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}

// Handler answers all routes. It panics when two of them answer the same request, as http.ServeMux does: a table that is
// wrong is a program that is wrong.
func (e *Edge) Handler(routes ...[]Route) http.Handler {
	mux := http.NewServeMux()
	for _, table := range routes {
		for _, route := range table {
			mux.Handle(route.Method+" "+route.Path, e.serve(&route))
		}
	}
	return e.around(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		switch {
		case pattern != "":
			mux.ServeHTTP(w, r)
		case leadsOn(mux, r):
			shorter := url.URL{Path: strings.TrimRight(r.URL.Path, "/"), RawQuery: r.URL.RawQuery}
			http.Redirect(w, r, OwnPath(shorter.String()), http.StatusPermanentRedirect)
		default:
			lost := Route{Path: "none", Who: Anyone, Do: func(_ http.ResponseWriter, r *http.Request) error { return noRoute(h, r) }}
			e.serve(&lost).ServeHTTP(w, r) // as a page of its own, so that its reader is known and meets his language
		}
	}))
}

// leadsOn reports whether only a slash at the end keeps a page from being found, as people type it.
func leadsOn(mux *http.ServeMux, r *http.Request) bool {
	if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/") {
		return false
	}
	shorter := r.Clone(r.Context())
	shorter.URL.Path = strings.TrimRight(r.URL.Path, "/")
	shorter.URL.RawPath = ""
	_, pattern := mux.Handler(shorter)
	return pattern != ""
}

// serve puts what belongs to one route around its handler.
func (e *Edge) serve(route *Route) http.Handler {
	limit := route.Body
	if limit == 0 {
		limit = maxBody
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitOf(r.Context())
		v.route, v.atDesk = route, isDesk(r)
		if route.Key {
			w.Header().Set("Referrer-Policy", e.silence())
		}
		if route.Key || route.Who.needsProof() {
			w.Header().Set("X-Robots-Tag", "noindex")
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		err := e.admit(v, r)
		r = r.WithContext(v.inTheirLanguage(r)) // a refusal is read, too
		if err == nil {
			err = route.Do(w, r)
		}
		if err != nil {
			e.refuse(w, r, err)
		}
	})
}

// admit settles everything that can be settled without reading the body.
func (e *Edge) admit(v *visit, r *http.Request) error {
	if err := e.pace(v, r); err != nil {
		return err
	}
	if v.route.Who.readsCookies() {
		if err := e.csrf.Check(r); err != nil {
			return refusal{fault.New(fault.Forbidden, "web.cross_origin"), http.StatusForbidden}
		}
	}
	if err := e.greet(v, r); err != nil {
		return err
	}
	return v.route.Who.admits(v)
}

// noRoute says what the mux would have said, as a fault: nothing is there, or not for this method.
func noRoute(h http.Handler, r *http.Request) error {
	var answer header
	h.ServeHTTP(&answer, r)
	if answer.status == http.StatusMethodNotAllowed {
		allow := answer.Header().Get("Allow")
		return refusal{fault.New(fault.Invalid, "web.method_not_allowed", "methods", allow), http.StatusMethodNotAllowed}
	}
	return fault.New(fault.NotFound, "fault.page_not_found")
}

// header is a ResponseWriter that keeps the status and the header and throws the rest away.
type header struct {
	fields http.Header
	status int
}

func (h *header) Header() http.Header {
	if h.fields == nil {
		h.fields = http.Header{}
	}
	return h.fields
}
func (h *header) WriteHeader(status int)      { h.status = status }
func (h *header) Write(b []byte) (int, error) { return len(b), nil }

// Line is how a route is listed for the operator.
type Line struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Who    string `json:"who"`
}

// List tells what the routes are and who may call them.
func List(routes ...[]Route) []Line {
	lines := []Line{}
	for _, table := range routes {
		for _, r := range table {
			lines = append(lines, Line{r.Method, strings.TrimSuffix(r.Path, "{$}"), r.Who.String()})
		}
	}
	return lines
}
