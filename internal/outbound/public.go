package outbound

import (
	"net/netip"
	"strings"
)

// check says whether a connection to address (a number and a port, as the operating system will get it) may be made.
func check(network, address string, allow []netip.Prefix) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") && !strings.HasPrefix(network, "udp") {
		return &Refused{address}
	}
	ip := to.Addr().Unmap().WithZone("")
	for _, p := range allow {
		if p.Contains(ip) {
			return nil
		}
	}
	if !public(ip) {
		return &Refused{ip.String()}
	}
	return nil
}

// public says whether ip belongs to the public internet. Where an IPv6 address carries an IPv4 one, that is what counts.
func public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if nat64.Contains(ip) { // how a machine that has no IPv4 reaches it
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !ip.IsValid() || ip.Is6() && !global.Contains(ip) {
		return false
	}
	for _, p := range closed {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

var (
	nat64  = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052
	global = netip.MustParsePrefix("2000::/3")     // all IPv6 that was ever given out; loopback, local and multicast are outside
)

// closed are the networks that are not the public internet (IANA's registries of special addresses) and what cloud providers
// answer on beyond them.
var closed = prefixes(`
	0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24
	192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
	168.63.129.16/32
	2001::/23 2001:db8::/32 2002::/16 3fff::/20`)

func prefixes(list string) []netip.Prefix {
	var all []netip.Prefix
	for _, p := range strings.Fields(list) {
		all = append(all, netip.MustParsePrefix(p))
	}
	return all
}
