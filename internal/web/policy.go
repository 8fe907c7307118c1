package web

import (
	"net/http"
	"strings"
)

// Policy is what a page may do beyond the house's own rules. Its zero value is those rules: scripts, styles, fonts, forms and
// connections of our own only, no plugins, no frames around us.
//
// There is no way to allow an inline script. A policy names origins; whoever fills it in from what somebody typed checks
// first that they are origins, and what could end the directive is dropped here all the same.
type Policy struct {
	Ancestors    []string // origins that may put the page into a frame
	OwnFrame     bool     // our own pages may, too
	Images       []string // more origins for pictures
	InlineStyles bool     // for the frame of a mail, which is a page of its own
	Nothing      bool     // no script, no style, no connection: for what somebody else wrote
	Sandbox      string   // the tokens of the sandbox directive, when Nothing
}

// Allow gives this answer its own policy. Call it before writing.
func Allow(w http.ResponseWriter, p Policy) {
	w.Header().Set("Content-Security-Policy", p.String())
}

func (p Policy) String() string {
	var b strings.Builder
	say := func(directive string, sources ...string) {
		b.WriteString(directive)
		for _, s := range sources {
			if s != "" && !strings.ContainsAny(s, "; ,\t\r\n") {
				b.WriteString(" " + s)
			}
		}
		b.WriteString("; ")
	}
	own := []string{"'self'", "data:", "blob:"} // data: for small pictures in styles, blob: for those about to be uploaded
	if p.Nothing {
		own = []string{"data:"}
	}
	say("default-src", "'none'")
	if !p.Nothing {
		say("script-src", "'self'")
		say("connect-src", "'self'")
		say("font-src", "'self'")
		say("media-src", "'self'", "blob:")
		say("frame-src", "'self'")
		say("manifest-src", "'self'")
		say("worker-src", "'self'")
	}
	p.styles(say)
	say("img-src", append(own, p.Images...)...)
	say("base-uri", "'none'")
	p.forms(say)
	p.ancestors(say)
	if p.Nothing {
		b.WriteString("sandbox " + p.Sandbox)
	}
	return strings.TrimRight(b.String(), "; ")
}

func (p Policy) styles(say func(string, ...string)) {
	switch {
	case p.InlineStyles:
		say("style-src", "'unsafe-inline'")
	case !p.Nothing:
		say("style-src", "'self'")
	}
}

func (p Policy) forms(say func(string, ...string)) {
	if p.Nothing {
		say("form-action", "'none'")
		return
	}
	say("form-action", "'self'")
}

func (p Policy) ancestors(say func(string, ...string)) {
	who := p.Ancestors
	if p.OwnFrame {
		who = append([]string{"'self'"}, who...)
	}
	if len(who) == 0 {
		who = []string{"'none'"}
	}
	say("frame-ancestors", who...)
}

// strict is the policy of every answer that does not say otherwise.
var strict = Policy{}.String()

// silence is the referrer policy of an address that is a key. Under no-referrer a browser's forms say "Origin: null", which is
// ours only by the Sec-Fetch-Site beside it; without TLS that is not sent, and our own form would look like a stranger's.
func (e *Edge) silence() string {
	if e.secure {
		return "no-referrer"
	}
	return "same-origin"
}

// secureHeader sets what every answer carries, errors and redirects too. A handler may say something narrower.
func (e *Edge) secureHeader(h http.Header) {
	h.Set("Content-Security-Policy", strict)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if e.Options.URL.Scheme == "https" {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
