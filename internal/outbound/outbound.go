// Package outbound reaches addresses that somebody typed, such as a mail server's.
//
// Whoever may type an address could otherwise make the house knock on the doors of its own network, where a router, a database
// or a cloud's metadata service trusts whoever is inside. So the address is checked when the connection is made, after every
// name has been resolved and every redirect followed: what a name said a moment ago, or how the number was written, does not
// matter. An operator can allow networks of his own.
package outbound

import (
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// Refused is the error for an address that the house does not connect to.
type Refused struct{ Address string }

func (r *Refused) Error() string {
	return fmt.Sprintf("%s is not on the public internet; choose another address, or have the operator allow its network", r.Address)
}

// Dialer connects to public addresses, and to those within allow.
func Dialer(allow ...netip.Prefix) *net.Dialer {
	return &net.Dialer{
		Timeout:   5 * time.Second,
		KeepAlive: 30 * time.Second,
		Control: func(network, address string, _ syscall.RawConn) error {
			return check(network, address, allow)
		},
	}
}
