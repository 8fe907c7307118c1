package widget

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"deskbell/assets"
	"deskbell/chat"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/ui/cli/demoshop"
	"deskbell/ui/house"
)

// stage is a house that serves its widget over a real port, and a shop on another site that embeds it.
type stage struct {
	*house.House
	t      *testing.T
	widget *chat.Widget
	ana    people.Actor
	origin string // of the house
	shop   string // origin of the shop
	page   string // another page of the shop, at /page
	wall   *wall
}

// newStage opens a house with an agent and a widget for the shop. The shop stands on localhost and the house on 127.0.0.1: for a
// browser those are two sites, as a shop and its help desk are.
func newStage(t *testing.T, site demoshop.Shop) *stage {
	t.Helper()
	s := &stage{t: t}
	listener := &wall{Listener: listen(t)}
	s.wall = listener
	s.origin = "http://" + listener.Addr().String()
	address, err := url.Parse(s.origin)
	if err != nil {
		t.Fatal(err)
	}
	s.House, err = house.Open(t.Context(), house.Options{Dir: t.TempDir(), URL: address, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.House.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})

	shop := serve(t, nil, nil)
	_, port, _ := net.SplitHostPort(shop.Listener.Addr().String())
	s.shop = "http://localhost:" + port
	s.furnish()
	site.House, site.Widget = s.origin, s.widget.Key
	shop.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/page" {
			_, _ = io.WriteString(w, s.page)
			return
		}
		site.Handler().ServeHTTP(w, r)
	})
	shop.Start()

	edge, err := web.New(web.Options{DB: s.DB, URL: address, Log: slog.New(slog.DiscardHandler), Unlimited: true})
	if err != nil {
		t.Fatal(err)
	}
	help := web.Get(assets.Prefix+"{print}/{name}", web.Anyone, web.Plain(assets.Handler()))
	serve(t, listener, s.wall.before(edge.Handler(Routes(s.House), []web.Route{help}))).Start()
	t.Cleanup(s.wall.fall) // the server waits for whoever is still connected
	return s
}

// furnish puts an agent and a widget into the house.
func (s *stage) furnish() {
	s.update(func(tx *store.Tx) error {
		ana, err := people.AddAgent(tx, people.System, people.NewAgent{Email: "ana@shop.example", Name: "Ana Souza", Role: people.Owner})
		if err != nil {
			return err
		}
		s.ana = ana.Actor()
		s.widget, err = chat.AddWidget(tx, s.ana, chat.Setup{Name: "Shop", Sites: []string{s.shop}})
		return err
	})
}

func (s *stage) update(do func(tx *store.Tx) error) {
	s.t.Helper()
	if err := s.DB.Update(s.t.Context(), do); err != nil {
		s.t.Fatal(err)
	}
}

// answer has Ana answer the newest ticket.
func (s *stage) answer(text string) {
	s.t.Helper()
	ticket := s.newest()
	s.update(func(tx *store.Tx) error {
		_, err := tickets.Reply(tx, s.ana, ticket.ID, tickets.Draft{Text: text})
		return err
	})
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func serve(t *testing.T, l net.Listener, h http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(h)
	if l != nil {
		server.Listener.Close()
		server.Listener = l
	}
	t.Cleanup(server.Close)
	return server
}

// wall stands between the browser and the house, as networks do: it can go down with everything on it, and it can let some
// ways through and others not.
type wall struct {
	net.Listener
	down      atomic.Bool
	noSockets atomic.Bool // upgrades are cut
	noStreams atomic.Bool // answers are held back until they are complete

	mu    sync.Mutex
	conns []net.Conn
}

func (w *wall) Accept() (net.Conn, error) {
	for {
		c, err := w.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if w.down.Load() {
			_ = c.Close()
			continue
		}
		w.mu.Lock()
		w.conns = append(w.conns, c)
		w.mu.Unlock()
		return c, nil
	}
}

// fall cuts every connection, and refuses new ones until rise.
func (w *wall) fall() {
	w.down.Store(true)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func (w *wall) rise() { w.down.Store(false) }

func (w *wall) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch {
		case w.noSockets.Load() && strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):
			http.Error(rw, "not through this proxy", http.StatusBadGateway)
		case w.noStreams.Load() && r.URL.Path == "/w/stream":
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		default:
			next.ServeHTTP(rw, r)
		}
	})
}
