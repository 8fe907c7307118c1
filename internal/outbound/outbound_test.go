package outbound

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.215.14": true, "1.1.1.1": true, "100.63.255.255": true, "100.128.0.0": true, "172.15.255.255": true, "172.32.0.0": true,
		"2606:4700::1111": true, "2a00:1450:4001::1": true, "2400::1": true,

		"127.0.0.1": false, "127.255.255.254": false, "0.0.0.0": false, "0.1.2.3": false, // this machine
		"10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, // private
		"100.64.0.1": false, "100.100.100.200": false, // behind the provider's NAT; a cloud's metadata
		"169.254.169.254": false, "168.63.129.16": false, "192.0.0.192": false, "fd00:ec2::254": false, // metadata
		"224.0.0.1": false, "239.255.255.250": false, "255.255.255.255": false, "240.0.0.1": false, // to many, to nobody
		"192.0.2.1": false, "198.51.100.1": false, "203.0.113.1": false, "198.18.0.1": false, "192.88.99.1": false, // for books and tests
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false, "fc00::1": false, "ff02::1": false,
		"2001:db8::1": false, "3fff::1": false, "100::1": false, "5f00::1": false,

		"::ffff:127.0.0.1": false, "::ffff:7f00:1": false, "::ffff:1.1.1.1": true, // IPv4 written as IPv6
		"::127.0.0.1": false, "::1.1.1.1": false, // as it was written once
		"::ffff:0:127.0.0.1": false,                                                                               // for a translator
		"64:ff9b::7f00:1":    false, "64:ff9b::a00:1": false, "64:ff9b::101:101": true, "64:ff9b:1::a00:1": false, // NAT64
		"2002:7f00:1::1": false, "2002:a00:1::": false, // 6to4
		"2001:0:7f00:1::80ff": false, // Teredo
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is public: %v, want %v", address, got, want)
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address at all is public")
	}
}

func TestCheck(t *testing.T) {
	office := netip.MustParsePrefix("10.20.0.0/16")
	for name, c := range map[string]struct {
		network, address string
		open             bool
	}{
		"the internet":                    {"tcp4", "1.1.1.1:443", true},
		"the internet by IPv6":            {"tcp6", "[2606:4700::1111]:443", true},
		"what the operator allowed":       {"tcp4", "10.20.3.4:80", true},
		"the same, written as IPv6":       {"tcp6", "[::ffff:10.20.3.4]:80", true},
		"its neighbour":                   {"tcp4", "10.21.3.4:80", false},
		"this machine":                    {"tcp", "127.0.0.1:80", false},
		"this machine, in a zone":         {"tcp6", "[::1%lo]:80", false},
		"a socket in the file system":     {"unix", "/run/docker.sock", false},
		"a raw packet":                    {"ip4:icmp", "1.1.1.1", false},
		"a name that nobody has resolved": {"tcp", "localhost:80", false},
	} {
		t.Run(name, func(t *testing.T) {
			err := check(c.network, c.address, []netip.Prefix{office})
			if refused := new(Refused); errors.As(err, &refused) == c.open {
				t.Errorf("check says %v", err)
			}
		})
	}
}

// TestTheDialerDoesNotReachInside tries how the house's own machine can be written.
func TestTheDialerDoesNotReachInside(t *testing.T) {
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	_, port, err := net.SplitHostPort(inside.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "localhost", "::ffff:127.0.0.1", "::1", "0.0.0.0", "::", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "10.0.0.1"} {
		line, err := Dialer().Dial("tcp", net.JoinHostPort(host, port))
		if err == nil {
			line.Close()
			t.Errorf("%s was reached", host)
		}
		if refused := new(Refused); strings.Contains(host, "127.0.0.1") && !errors.As(err, &refused) {
			t.Errorf("%s: %v", host, err)
		}
	}
	line, err := Dialer(netip.MustParsePrefix("127.0.0.0/8")).Dial("tcp", inside.Addr().String())
	if err != nil {
		t.Fatalf("what the operator allowed is refused: %v", err)
	}
	line.Close()
}
