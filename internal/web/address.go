package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// addressOf is the address of whoever asks. X-Forwarded-For counts only as far as it was written by proxies that the operator
// trusts: from the right, the first address that is none of them.
func (e *Edge) addressOf(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.IPv4Unspecified() // a unix socket, or a test
	}
	address := peer.Addr().Unmap().WithZone("")
	if !e.trusts(address) {
		return address
	}
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, ok := parseHop(hops[i])
		if !ok {
			return address // rubbish: whatever stands left of it is not worth more
		}
		address = hop
		if !e.trusts(hop) {
			return hop
		}
	}
	return address
}

func (e *Edge) trusts(a netip.Addr) bool {
	for _, p := range e.Trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// parseHop reads one entry of X-Forwarded-For. Some proxies add a port.
func parseHop(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return a.Unmap().WithZone(""), true
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}

// checkURL says why u cannot be the public address of a house.
func checkURL(u *url.URL) error {
	switch {
	case u == nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "":
		return fmt.Errorf("the public address must look like https://help.example.com; give it with --url")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return fmt.Errorf("the public address %s must be a scheme and a host, without a path: a house has a host name of its own; correct --url", u.Redacted())
	}
	return nil
}

// origin is scheme, host and port as browsers write them.
func origin(u *url.URL) string {
	scheme := strings.ToLower(u.Scheme)
	return scheme + "://" + plainHost(u.Host, scheme)
}

// plainHost is host in lower case, without the port that scheme has anyway.
func plainHost(host, scheme string) string {
	host = strings.ToLower(host)
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// isOurs reports whether a Host header names this house. Names of the machine itself always do, since no page of somebody
// else's can have them: that is how proxies which rewrite the header, and tests, come in. No link hangs on it either way.
func (e *Edge) isOurs(host string) bool {
	if host == "" {
		return false
	}
	scheme := e.Options.URL.Scheme
	if plainHost(host, scheme) == plainHost(e.Options.URL.Host, scheme) {
		return true
	}
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	return isLoopback(strings.Trim(name, "[]"))
}

func isLoopback(name string) bool {
	if strings.EqualFold(name, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(name)
	return err == nil && a.Unmap().IsLoopback()
}

// FromOurPage reports whether a page of this very house sends r. Sockets that act with an agent's cookie ask it before the
// upgrade, because http.CrossOriginProtection looks at no GET. Without an Origin header the answer is no.
func FromOurPage(r *http.Request) bool {
	from := r.Header.Get("Origin")
	if from == "" {
		return false
	}
	e := visitOf(r.Context()).edge
	if from == origin(e.Options.URL) {
		return true
	}
	u, err := url.Parse(from)
	return err == nil && u.Scheme+"://"+u.Host == from && u.Host == r.Host && isLoopback(u.Hostname())
}
