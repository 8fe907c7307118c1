package chat_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"deskbell/chat"
	"deskbell/internal/live"
)

// pipes is a network in memory, for a test in which time is not real.
type pipes struct {
	calls chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.calls <- there
	return here, nil
}

// A line on which something is said, but no hello, ends as one on which nothing is said at all. One that was greeted stays.
func TestALineWithoutAHello(t *testing.T) {
	for name, c := range map[string]struct {
		frames []string
		ends   bool
	}{
		"silence":               {nil, true},
		"something else":        {[]string{`{"t":"say"}`}, true},
		"a hello in time":       {[]string{`HELLO`}, false},
		"a hello at the second": {[]string{`{"t":"say"}`, `HELLO`}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t)
				hub := live.NewHub(live.Options{})
				left := make(chan struct{})
				server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					hub.Upgrade(w, r, nil, s.room.Talk(chat.Origin{}, func() { close(left) }))
				})}
				line := &pipes{calls: make(chan net.Conn), done: make(chan struct{})}
				go server.Serve(line)
				defer server.Close()
				defer hub.Close(t.Context())

				began := time.Now()
				client, err := live.DialOver(t.Context(), line.dial, "ws://desk.example/", nil)
				if err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() {
					for {
						if _, err := client.Receive(context.Background()); err != nil {
							ended <- err
							return
						}
					}
				}()
				for _, frame := range c.frames {
					if frame == "HELLO" {
						frame = `{"t":"hello","v":1,"widget":"` + s.widget.Key + `"}`
					}
					if err := client.Send([]byte(frame)); err != nil {
						t.Fatal(err)
					}
				}
				select {
				case err := <-ended:
					if took := time.Since(began); !c.ends || live.CloseCode(err) != live.Policy || took != 15*time.Second {
						t.Errorf("ended with %v after %v", err, took)
					}
				case <-time.After(10 * time.Minute):
					if c.ends {
						t.Error("the line is still open")
					}
				}
				client.Cut()
				<-left
			})
		})
	}
}
