package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTalking(t *testing.T) {
	k := newTalk()
	h := listen(t, Options{}, k)
	c := h.dial()
	for i := range 300 {
		if err := c.Send(fmt.Appendf(nil, "%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 300 {
		h.must(c, fmt.Sprint("heard ", i))
	}
	if n := h.hub.Count(); n != 1 {
		t.Errorf("the hub counts %d sockets, want 1", n)
	}
	c.Close(Normal, "")
	h.ended(k)
	if k.ends != 1 {
		t.Errorf("Closed was called %d times", k.ends)
	}
}

// A log of numbers, read by a cursor: what is rung while the writer runs must still arrive, once and in order.
func TestAWakeIsNeverLost(t *testing.T) {
	var mu sync.Mutex
	last, told := 0, 0
	k := newTalk()
	k.next = func(*Socket) (frames [][]byte, err error) {
		mu.Lock()
		defer mu.Unlock()
		for ; told < last && len(frames) < 3; told++ {
			frames = append(frames, fmt.Appendf(nil, "%d", told))
		}
		return frames, nil
	}
	bell := NewBell()
	ready := make(chan struct{})
	k.frame = func(s *Socket, _ []byte) {
		cancel := bell.Subscribe("#1", s.Wake, nil)
		context.AfterFunc(s.Context(), cancel)
		close(ready)
	}
	h := listen(t, Options{}, k)
	c := h.dial()
	c.Send([]byte("hello"))
	<-ready
	go func() {
		for range 5000 {
			mu.Lock()
			last++
			mu.Unlock()
			bell.Ring("#1")
		}
	}()
	for i := range 5000 {
		h.must(c, fmt.Sprint(i))
	}
}

func TestAFullQueueHoldsTheReaderBack(t *testing.T) {
	k := newTalk()
	answer := bytes.Repeat([]byte("x"), 32<<10)
	k.frame = func(s *Socket, _ []byte) { s.Send(bytes.Clone(answer)) }
	h := listen(t, Options{}, k)
	c := h.dial()
	const frames = 1000 // 32 MiB of answers: more than any kernel buffer holds
	var sent sync.WaitGroup
	defer sent.Wait()
	sent.Go(func() {
		for range frames {
			c.Send([]byte("more"))
		}
	})
	for i := range frames {
		got, err := h.receive(c)
		if err != nil || len(got) != len(answer) {
			t.Fatalf("answer %d: %d bytes, %v", i, len(got), err)
		}
		k.mu.Lock()
		socket := k.socket
		k.mu.Unlock()
		socket.mu.Lock()
		queued := socket.queued
		socket.mu.Unlock()
		if queued > queueBytes {
			t.Fatalf("%d bytes wait in the queue, at most %d may", queued, queueBytes)
		}
	}
}

func TestSendIsFalseOnceTheSocketCloses(t *testing.T) {
	k := newTalk()
	sent := make(chan bool, 2)
	k.frame = func(s *Socket, _ []byte) {
		sent <- s.Send([]byte("the last word"))
		s.Close(Policy, "that is enough")
		sent <- s.Send([]byte("too late"))
	}
	h := listen(t, Options{}, k)
	c := h.dial()
	c.Send([]byte("hello"))
	h.must(c, "the last word")
	if _, err := h.receive(c); CloseCode(err) != Policy {
		t.Errorf("closed with %v, want 1008", err)
	}
	if !<-sent || <-sent {
		t.Error("Send before Close must be true, and after it false")
	}
	h.ended(k)
}

func TestWhoLeftIsToldFromWhoWasLost(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(h *open, k *talk, c *Client)
		left bool
	}{
		"a page that is closed": {func(_ *open, _ *talk, c *Client) { c.Close(GoingAway, "") }, true},
		"a line that is cut":    {func(_ *open, _ *talk, c *Client) { c.Cut() }, false},
		"our own goodbye": {func(h *open, k *talk, c *Client) {
			k.socket.Close(Policy, "signed out")
			h.receive(c) // which answers it
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			k := newTalk()
			h := listen(t, Options{}, k)
			client := h.dial()
			client.Send([]byte("hello"))
			h.must(client, "heard hello")
			c.end(h, k, client)
			h.ended(k)
			if k.socket.Left() != c.left {
				t.Errorf("it left: %v, want %v", k.socket.Left(), c.left)
			}
		})
	}
}

func TestAPanicClosesItsSocketOnly(t *testing.T) {
	for name, k := range map[string]*talk{
		"in Frame": {closed: make(chan struct{}), frame: func(*Socket, []byte) { panic("a bug") }},
		"in Next": {
			closed: make(chan struct{}), frame: func(s *Socket, _ []byte) { s.Wake() },
			next: func(*Socket) ([][]byte, error) { panic("a bug") },
		},
		"an error of Next": {
			closed: make(chan struct{}), frame: func(s *Socket, _ []byte) { s.Wake() },
			next: func(*Socket) ([][]byte, error) { return nil, errors.New("a broken page") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := listen(t, Options{}, k)
			bystander := h.dial()
			c := h.dial()
			c.Send([]byte("hello"))
			if _, err := h.receive(c); CloseCode(err) != OurMistake {
				t.Errorf("closed with %v, want 1011", err)
			}
			c.Cut()
			h.ended(k)
			if n := h.hub.Count(); n != 1 {
				t.Errorf("%d sockets are open, want the bystander's", n)
			}
			bystander.Close(Normal, "")
		})
	}
}

func TestClosingTheHub(t *testing.T) {
	k := newTalk()
	h := listen(t, Options{}, k)
	var all []*Client
	for range 20 {
		c := h.dial()
		c.Send([]byte("hello"))
		h.must(c, "heard hello")
		all = append(all, c)
	}
	var told sync.WaitGroup
	for _, c := range all {
		told.Go(func() {
			if _, err := h.receive(c); CloseCode(err) != GoingAway {
				t.Errorf("closed with %v, want 1001", err)
			}
			c.Cut()
		})
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := h.hub.Close(ctx); err != nil {
		t.Error(err)
	}
	told.Wait()
	if k.ends != 20 || h.hub.Count() != 0 {
		t.Errorf("%d talks were closed and %d sockets are left, want 20 and none", k.ends, h.hub.Count())
	}
	var refused *Refused
	if _, err := Dial(ctx, h.url, nil); !errors.As(err, &refused) || refused.Status != http.StatusServiceUnavailable {
		t.Errorf("after closing: %v, want 503", err)
	}
}

func TestClosingTheHubDoesNotWaitForTheDead(t *testing.T) {
	k := newTalk()
	h := listen(t, Options{}, k)
	conn := h.raw()          // it never answers the close frame
	for h.hub.Count() == 0 { // the answer to the handshake comes before the socket is counted
		runtime.Gosched()
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := h.hub.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Close said %v", err)
	}
	h.ended(k)
	conn.Close()
}

func TestRefusals(t *testing.T) {
	k := newTalk()
	h := listen(t, Options{}, k)
	base := "http" + strings.TrimPrefix(h.url, "ws")
	good := http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"},
		"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
	}
	for name, c := range map[string]struct {
		method, body  string
		header, value string
		want          int
	}{
		"no upgrade":        {method: "GET", header: "Upgrade", want: 400},
		"another version":   {method: "GET", header: "Sec-Websocket-Version", value: "8", want: 400},
		"another method":    {method: "POST", want: 405},
		"no key":            {method: "GET", header: "Sec-Websocket-Key", want: 400},
		"a short key":       {method: "GET", header: "Sec-Websocket-Key", value: "AAAA", want: 400},
		"a body":            {method: "GET", body: "x", want: 400},
		"a foreign origin":  {method: "GET", header: "Origin", value: "https://evil.example", want: 403},
		"an unknown scheme": {method: "GET", header: "Upgrade", value: "h2c", want: 400},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequest(c.method, base, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header = good.Clone()
			if c.header != "" {
				r.Header.Set(c.header, c.value)
			}
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			answer, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != c.want {
				t.Errorf("answered %d, want %d", answer.StatusCode, c.want)
			}
		})
	}
	if k.ends != 0 || h.hub.Count() != 0 {
		t.Error("a refused request left a socket behind")
	}
}
