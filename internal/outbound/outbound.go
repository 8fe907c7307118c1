// Package outbound reaches addresses that somebody typed: webhooks, mail servers, avatars.
//
// Whoever may type an address could otherwise make the house knock on the doors of its own network, where a router, a database
// or a cloud's metadata service trusts whoever is inside. So the address is checked when the connection is made, after every
// name has been resolved and every redirect followed: what a name said a moment ago, or how the number was written, does not
// matter. An operator can allow networks of his own.
package outbound

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
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

const redirects = 3

// Client is an HTTP client for addresses that somebody typed. It gives up after fifteen seconds and after three redirects, takes
// no proxy from the environment, which would connect without our looking, and keeps no cookies.
func Client(allow ...netip.Prefix) *http.Client {
	return &http.Client{
		Timeout: 15 * time.Second,
		Transport: &http.Transport{
			DialContext:            Dialer(allow...).DialContext,
			TLSHandshakeTimeout:    5 * time.Second,
			ResponseHeaderTimeout:  10 * time.Second,
			ExpectContinueTimeout:  time.Second,
			IdleConnTimeout:        30 * time.Second,
			MaxIdleConnsPerHost:    2,
			MaxResponseHeaderBytes: Most,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: func(r *http.Request, before []*http.Request) error {
			if len(before) > redirects {
				return fmt.Errorf("it redirects more than %d times; enter the address where it ends", redirects)
			}
			if before[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
				return errors.New("it redirects from https to an address without encryption; enter one with https")
			}
			return nil
		},
	}
}

// Most is how much of an answer is read.
const Most = 64 << 10

// ErrTooLong comes with the beginning of an answer that is longer than Most.
var ErrTooLong = errors.New("the answer is longer than 64 KiB")

// Read reads an answer, at most Most of it.
func Read(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, Most+1))
	if err == nil && len(b) > Most {
		return b[:Most], ErrTooLong
	}
	return b, err
}
