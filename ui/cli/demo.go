package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets/channels/email"
	"deskbell/ui/cli/demohouse"
	"deskbell/ui/cli/demoshop"
	"deskbell/ui/front"
	"deskbell/ui/house"
)

func (p *program) demo() *cobra.Command {
	var s settingsOf
	var shopListen string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show a house at work, with the data of a small made-up shop; it is gone afterwards",
		Args:  none,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.demonstrate(cmd.Context(), s, shopListen, cmd.Flags().Changed("data"))
		},
	}
	s.flags(cmd)
	quiet := cmd.Flags().Lookup("log") // a line for each request would push addresses and passwords off the screen
	quiet.DefValue, s.log = "warn", "warn"
	cmd.Flags().StringVar(&shopListen, "shop-listen", "127.0.0.1:0", "the `ADDR` of the sample shop, which is another site than the house")
	return cmd
}

// demonstrate serves a filled house, in a temporary directory unless one was named, and the sample shop beside it.
func (p *program) demonstrate(ctx context.Context, s settingsOf, shopListen string, named bool) error {
	if !named {
		dir, err := os.MkdirTemp("", "deskbell-demo-")
		if err != nil {
			return fmt.Errorf("cannot make a temporary directory (%w): name one with --data", err)
		}
		defer os.RemoveAll(dir)
		p.data = filepath.Join(dir, "house")
	} else if house.IsHouse(p.data) {
		return fmt.Errorf("there is a house in %s already: show it with deskbell serve, or name another directory", p.data)
	}
	if err := checkListen("shop-listen", shopListen); err != nil {
		return err
	}
	l, err := net.Listen("tcp", shopListen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (%w): name another address with --shop-listen", shopListen, err)
	}
	d := &demo{program: p, listener: l, clock: &demohouse.Clock{}}
	d.shop = http.Server{ReadHeaderTimeout: idle, IdleTimeout: idle}
	err = p.keepOpen(ctx, s, show{clock: d.clock, furnish: d.furnish})
	return errors.Join(err, d.shop.Close(), ignoreClosed(l.Close()))
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// demo is a house that is shown.
type demo struct {
	*program
	clock    *demohouse.Clock
	shop     http.Server
	listener net.Listener // of the shop; that it has an address of its own makes it a foreign origin
}

func (d *demo) furnish(ctx context.Context, h *house.House) ([]web.Route, error) {
	password := store.NewRef()[:12]
	site := siteAt(d.listener.Addr().String())
	filled, err := demohouse.Fill(ctx, h, d.clock, password, site)
	if err != nil {
		return nil, fmt.Errorf("fill the house: %w", err)
	}
	d.shop.Handler = demoshop.Shop{House: h.URL.String(), Widget: filled.Widget, Connect: true}.Handler()
	go d.shop.Serve(d.listener) // its error is that of Close
	d.announce(h, filled)
	return []web.Route{
		web.Get("/demo/shop", web.Anyone, func(w http.ResponseWriter, r *http.Request) error {
			http.Redirect(w, r, site+"/", http.StatusSeeOther)
			return nil
		}),
		web.Get("/demo/mail", web.Anyone, func(w http.ResponseWriter, r *http.Request) error {
			return showMail(w, r, h)
		}),
	}, nil
}

// siteAt is the address of the sample shop. By another name for the same machine it is another site than the house to a
// browser, as a real shop is: nothing that one of them keeps there is seen by the other.
func siteAt(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && ip.IsLoopback() {
		return "http://localhost:" + port
	}
	return "http://" + address
}

// announce says where to look, and how to sign in.
func (d *demo) announce(h *house.House, filled demohouse.Filled) {
	fmt.Fprintf(d.out, `
A small shop, made up. Everything is gone when you stop it with Ctrl+C.

  The shop, with the chat widget   %[1]s/demo/shop
  Its help and its community       %[1]s/
  The agents' desk                 %[1]s/desk
  The mail that it would send      %[1]s/demo/mail

`, h.URL)
	for _, a := range filled.Agents {
		fmt.Fprintf(d.out, "  sign in: %s  password: %s\n", a.Email, a.Password)
	}
	fmt.Fprint(d.out, `
Sign in at the desk first, so that somebody is there; then write in the widget on the shop's page and answer.
Nobody answers the question about tea stains in the community: within a minute it stands in the inbox by itself.

`)
}

// showMail shows what the house would have sent. It is the demo's only: whoever sees a link in a mail may use it.
func showMail(w http.ResponseWriter, r *http.Request, h *house.House) error {
	var mails []email.Kept
	var f front.Frame
	err := h.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		page := front.Page{Title: i18n.T(r.Context(), "demo.mail"), Path: front.Same(r.URL.Path)}
		if f, err = front.Around(tx, r, page); err != nil {
			return err
		}
		mails, _, err = h.Mail.List(tx, people.System, nil, 100)
		return err
	})
	if err != nil {
		return err
	}
	f.Public.Page.NoIndex = true
	return web.Render(w, r, http.StatusOK, mailPage(f, mails))
}
