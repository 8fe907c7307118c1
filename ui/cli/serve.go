package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui"
	"deskbell/ui/house"
)

// Ten seconds are promised for shutting down: so much for the handlers that are at work, and so much for the rooms after them.
const (
	drain = 5 * time.Second
	tidy  = 4 * time.Second
)

// idle is how long a connection of the sample shop may say nothing.
const idle = time.Minute

// settingsOf are the flags of serve and demo.
type settingsOf struct {
	listen, url, log string
	proxies          []string
	gallery          bool
}

func (s *settingsOf) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.listen, "listen", "127.0.0.1:8080", "the `ADDR` to answer at; port 0 takes a free one")
	f.StringVar(&s.url, "url", "", "the public base `URL`, without a path (http:// and what --listen says)")
	f.StringSliceVar(&s.proxies, "trusted-proxy", nil, "the `ADDR` or network of a reverse proxy whose X-Forwarded-For is believed")
	f.StringVar(&s.log, "log", "info", "how much to log: error, warn, info or debug")
	f.BoolVar(&s.gallery, "gallery", false, "show every component of the design system at /gallery")
	cmd.Annotations = map[string]string{surroundings: ""}
}

// check refuses addresses that cannot be any, before a house is opened or made for them.
func (s *settingsOf) check() error {
	if err := checkListen("listen", s.listen); err != nil || s.url == "" {
		return err
	}
	u, err := url.Parse(s.url)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" ||
		strings.TrimSuffix(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return usage{fmt.Errorf("--url cannot be %q: it is http or https with a host, without a path, such as https://help.example.com", s.url)}
	}
	return nil
}

// checkListen refuses an address of a flag that nobody can listen at.
func checkListen(flag, address string) error {
	_, port, err := net.SplitHostPort(address)
	if _, bad := net.LookupPort("tcp", port); err != nil || bad != nil {
		return usage{fmt.Errorf("--%s cannot be %q: it is an address and a port, such as 127.0.0.1:8080 or :8080", flag, address)}
	}
	return nil
}

func (p *program) serve() *cobra.Command {
	var s settingsOf
	cmd := &cobra.Command{
		Use: "serve", Short: "Open the house and answer", Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.keepOpen(cmd.Context(), s, show{})
		},
	}
	s.flags(cmd)
	return cmd
}

// show is what a command adds to the house that it serves.
type show struct {
	clock store.Clock
	// furnish fills the house once it is open, and gives the routes that it needs besides its own.
	furnish func(context.Context, *house.House) ([]web.Route, error)
}

// keepOpen opens the house in p.data and serves it until ctx ends, which is no error.
func (p *program) keepOpen(ctx context.Context, s settingsOf, with show) (err error) {
	log, err := p.logger(s.log)
	if err != nil {
		return err
	}
	trusted, err := prefixes(s.proxies)
	if err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	o := opened{program: p}
	if err := o.open(ctx, s, house.Options{
		Dir: p.data, Unlimited: os.Getenv("DESKBELL_LIMITS") == "off", Clock: with.clock, Log: log, Doors: doors,
	}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	options := ui.Options{Trusted: trusted, Gallery: s.gallery}
	if with.furnish != nil {
		if options.More, err = with.furnish(ctx, o.house); err != nil {
			return err
		}
	}
	if o.server, err = ui.New(o.house, options); err != nil {
		return err
	}
	if o.control, err = openControl(o.house); err != nil {
		return err
	}
	return o.serve(ctx)
}

// opened is a house with everything that has to be closed again, as far as it came.
type opened struct {
	*program
	house    *house.House
	listener net.Listener
	server   *ui.Server
	control  *control
}

// open listens, which settles the address, and opens the house under it. When both fail, who has the house says more.
func (o *opened) open(ctx context.Context, s settingsOf, h house.Options) (err error) {
	var trouble error
	if o.listener, trouble = listen(s.listen); trouble == nil {
		h.URL, trouble = publicURL(s.url, o.listener.Addr())
	}
	o.house, err = house.Open(ctx, h)
	switch {
	case err != nil:
		if o.listener != nil {
			o.listener.Close()
		}
		return err
	case trouble != nil:
		return errors.Join(trouble, o.close())
	}
	return nil
}

func (o *opened) serve(ctx context.Context) error {
	if err := o.announce(ctx); err != nil {
		return err
	}
	o.house.Start()
	failed, gone := make(chan error, 1), make(chan error, 1)
	go func() { failed <- o.server.Serve(o.listener) }()
	go func() { gone <- watch(ctx, o.house) }()
	fmt.Fprintf(o.out, "ready: %s\n", o.house.URL)
	select {
	case err := <-failed:
		return err
	case err := <-gone: // its sockets are told as at any other end, and come again where they find the other house
		return err
	case <-ctx.Done():
		return nil
	}
}

// watcher is an engine that knows when its data was replaced underneath.
type watcher interface {
	Watch(ctx context.Context) error
}

// watch waits until ctx ends or the house's data is no longer that which was opened.
func watch(ctx context.Context, h *house.House) error {
	if w, ok := h.DB.Engine().(watcher); ok {
		return w.Watch(ctx)
	}
	<-ctx.Done()
	return nil
}

// announce says what whoever started the house must know.
func (o *opened) announce(ctx context.Context) error {
	if o.house.Unlimited {
		fmt.Fprintln(o.err, "WARNING: DESKBELL_LIMITS=off lifts every rate limit and throttle; never run a house on the internet like this")
	}
	if !o.server.Secure() {
		fmt.Fprintf(o.err, "WARNING: %s is not https, so passwords and cookies can be read on the way; put a TLS proxy in front and give its address with --url\n", o.house.URL)
	}
	token, err := o.offerSetup(ctx)
	if err != nil {
		return err
	}
	if token != "" {
		fmt.Fprintf(o.out, "setup: %s/desk/setup/%s\n", o.house.URL, token)
	}
	fmt.Fprintf(o.out, "listening: %s\n", o.listener.Addr())
	return nil
}

// offerSetup makes the setup link of a house that has no owner. One that has an owner is not written to, since it must start on
// a full disk too.
func (o *opened) offerSetup(ctx context.Context) (token string, err error) {
	owned := false
	err = o.house.DB.View(ctx, func(tx *store.Tx) (err error) {
		owned, err = people.HasOwner(tx)
		return err
	})
	if err != nil || owned {
		return "", err
	}
	err = o.house.DB.Update(store.Urgent(ctx), func(tx *store.Tx) (err error) {
		token, err = people.OfferSetup(tx)
		return err
	})
	return token, err
}

// close ends everything in the order in which nothing is lost. Handlers that do not end in time are cut: what they had
// acknowledged is on disk, so that is no failure.
func (o *opened) close() error {
	draining, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	switch {
	case o.server != nil:
		if err := o.server.Close(draining); err != nil {
			o.house.Log.Warn("some requests did not end and were cut", "err", err)
		}
	case o.listener != nil:
		o.listener.Close()
	}
	var err error
	if o.control != nil {
		err = o.control.Close()
	}
	tidying, cancel := context.WithTimeout(context.Background(), tidy)
	defer cancel()
	return errors.Join(err, o.house.Close(tidying))
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (%w): name another address with --listen", address, err)
	}
	return l, nil
}

// publicURL is what was given, or else the address that is listened at, as a browser on this machine would write it.
func publicURL(given string, at net.Addr) (*url.URL, error) {
	if given != "" {
		u, err := url.Parse(strings.TrimSuffix(given, "/"))
		if err != nil {
			return nil, err // check has refused it
		}
		return u, nil
	}
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return nil, err
	}
	if a, err := netip.ParseAddr(host); err == nil && a.IsUnspecified() {
		host = "127.0.0.1"
	}
	return &url.URL{Scheme: "http", Host: strings.TrimSuffix(net.JoinHostPort(host, port), ":80")}, nil
}

// prefixes reads addresses and networks.
func prefixes(given []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, s := range given {
		if a, err := netip.ParseAddr(s); err == nil {
			all = append(all, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, usage{fmt.Errorf("--trusted-proxy %q is neither an address nor a network such as 10.0.0.0/8", s)}
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

func (p *program) logger(level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, usage{fmt.Errorf("--log cannot be %q: it is error, warn, info or debug", level)}
	}
	log := slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: l}))
	slog.SetDefault(log) // for the rooms that log without being given one
	return log, nil
}
