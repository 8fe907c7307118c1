package chat

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/idna"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Origin is where a visitor's line comes from: the page, as his browser says (RFC 6454), and the address. The zero Origin has none: it is no browser's
// page, and may come in, since whatever a session can do hangs on the visitor's token and never on a cookie.
type Origin struct {
	Site string // as the header says; "" when there is none
	Ours bool   // it is this house's own

	Address netip.Addr // of the line: what comes from one neighbourhood is counted together
}

// Allows tells whether pages of an origin may embed the widget. Ours always may.
func (w *Widget) Allows(o Origin) bool {
	if o.Ours || o.Site == "" {
		return true
	}
	for _, site := range w.Sites {
		if matches(site, o.Site) {
			return true
		}
	}
	return false
}

// AllowsSomewhere tells whether any widget allows the origin, which is all that can be known before the hello.
func AllowsSomewhere(tx *store.Tx, o Origin) (bool, error) {
	if o.Ours || o.Site == "" {
		return true, nil
	}
	all, err := Widgets(tx)
	if err != nil {
		return false, err
	}
	for _, w := range all {
		if w.Allows(o) {
			return true, nil
		}
	}
	return false, nil
}

var labels = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+$`)

// matches compares byte for byte: browsers write an origin in exactly one way, and whatever is written otherwise is a trick.
// "https://*.shop.example" stands for every host below shop.example, and not for itself.
func matches(site, origin string) bool {
	rest, wild := strings.CutPrefix(site, "https://*.")
	if !wild {
		return site == origin
	}
	host, secure := strings.CutPrefix(origin, "https://")
	below, ends := strings.CutSuffix(host, rest)
	return secure && ends && labels.MatchString(below)
}

// Site takes an origin as somebody typed it and gives it as browsers write it: scheme and host in lower case and ASCII, a port
// only where it is not the scheme's own, and nothing behind. "*." in front of the host is every host below it, with https only.
func Site(typed string) (string, error) {
	bad := fault.Field("sites", "chat.bad_site", "site", typed)
	u, err := url.Parse(strings.TrimSpace(typed))
	if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" || u.Opaque != "" {
		return "", bad
	}
	scheme := strings.ToLower(u.Scheme)
	if scheme != "https" && scheme != "http" {
		return "", bad
	}
	host, wild := strings.CutPrefix(u.Hostname(), "*.")
	if host, err = hostname(host); err != nil || wild && (scheme != "https" || !strings.Contains(host, ".")) {
		return "", bad
	}
	if wild {
		host = "*." + host
	}
	if port := u.Port(); port != "" && !(scheme == "https" && port == "443") && !(scheme == "http" && port == "80") {
		host += ":" + port
	}
	return scheme + "://" + host, nil
}

// hostname gives a host's name in lower case and ASCII, or an IP address in its one form.
func hostname(s string) (string, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		if a.Is6() {
			return "[" + a.String() + "]", nil
		}
		return a.String(), nil
	}
	name, err := idna.Lookup.ToASCII(s)
	if err != nil || !labels.MatchString(name+".") {
		return "", fault.Field("sites", "chat.bad_site", "site", s)
	}
	return name, nil
}
