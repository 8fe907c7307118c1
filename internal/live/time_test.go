package live

import (
	"bytes"
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// These tests run in a bubble whose clock moves only when everybody waits, over a network in memory.

func inBubble(t *testing.T, test func(t *testing.T, h *open, k *talk)) {
	synctest.Test(t, func(t *testing.T) {
		k := newTalk()
		test(t, serve(t, Options{}, k, newPipes()), k)
	})
}

func TestNoHello(t *testing.T) {
	inBubble(t, func(t *testing.T, h *open, k *talk) {
		c := h.dial()
		began := time.Now()
		_, err := c.Receive(context.Background())
		if took := time.Since(began); CloseCode(err) != Policy || took != 15*time.Second {
			t.Errorf("closed with %v after %v, want 1008 after 15s", err, took)
		}
	})
}

func TestAnUnfinishedMessageIsDropped(t *testing.T) {
	inBubble(t, func(t *testing.T, h *open, k *talk) {
		c := h.dial()
		c.Send([]byte("hello"))
		c.Receive(context.Background())
		began := time.Now()
		done := make(chan struct{})
		go func() { // endless fragments, one a second
			defer close(done)
			w, _ := c.conn.NextWriter(text)
			for {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 600)); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		_, err := c.Receive(context.Background())
		if took := time.Since(began); CloseCode(err) != Policy || took < 15*time.Second || took > 16*time.Second {
			t.Errorf("closed with %v after %v, want 1008 after 15s", err, took)
		}
		c.Cut()
		<-done
		if len(k.heard) != 1 {
			t.Errorf("the talk heard %d messages, want the hello only", len(k.heard))
		}
	})
}

func TestALivingPeerStays(t *testing.T) {
	inBubble(t, func(t *testing.T, h *open, k *talk) {
		c := h.dial()
		pings := 0
		pong := c.conn.PingHandler()
		c.conn.SetPingHandler(func(s string) error { pings++; return pong(s) })
		c.Send([]byte("hello"))
		c.Receive(context.Background())

		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
		defer cancel()
		if _, err := c.Receive(ctx); err != context.DeadlineExceeded {
			t.Fatalf("an idle peer that answers its pings was closed: %v", err)
		}
		if pings < 19 || pings > 21 {
			t.Errorf("%d pings in ten minutes, want one every 30 s", pings)
		}
	})
}

func TestADeadPeerIsNoticed(t *testing.T) {
	inBubble(t, func(t *testing.T, h *open, k *talk) {
		c := h.dial()
		c.conn.SetPingHandler(func(string) error { return nil }) // reads, but answers nothing
		c.Send([]byte("hello"))
		c.Receive(context.Background())
		began := time.Now()
		go c.Receive(context.Background())
		<-k.closed
		if took := time.Since(began); took < 75*time.Second || took > 90*time.Second {
			t.Errorf("noticed after %v, want 75 to 90 s", took)
		}
	})
}

func TestAnAnswerIsNotOvertakenByNews(t *testing.T) {
	inBubble(t, func(t *testing.T, h *open, k *talk) {
		told := false
		k.frame = func(s *Socket, _ []byte) {
			s.Wake() // something happens while the frame is taken
			synctest.Wait()
			s.Send([]byte("answer"))
		}
		k.next = func(*Socket) ([][]byte, error) {
			if told {
				return nil, nil
			}
			told = true
			return [][]byte{[]byte("news")}, nil
		}
		c := h.dial()
		c.Send([]byte("hello"))
		for _, want := range []string{"answer", "news"} {
			if got, err := c.Receive(context.Background()); err != nil || string(got) != want {
				t.Errorf("came %q (%v), want %q", got, err, want)
			}
		}
	})
}

func TestASlowReaderIsDisconnected(t *testing.T) {
	inBubble(t, func(t *testing.T, h *open, k *talk) {
		k.frame = func(s *Socket, _ []byte) { s.Wake() }
		given := 0
		k.next = func(*Socket) ([][]byte, error) {
			given++
			return [][]byte{[]byte("news")}, nil
		}
		c := h.dial()
		began := time.Now()
		c.Send([]byte("hello")) // and never reads again
		<-k.closed
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("disconnected after %v, want the write deadline of 10s", took)
		}
		if given != 1 {
			t.Errorf("%d helpings were taken for a peer that reads none", given)
		}
	})
}

// The wheel must come round for everybody while one socket's writer is stuck.
func TestTheWheelDoesNotWaitForASlowSocket(t *testing.T) {
	inBubble(t, func(t *testing.T, h *open, k *talk) {
		stuck, release := make(chan struct{}), make(chan struct{})
		k.frame = func(s *Socket, data []byte) {
			if string(data) == "stick" {
				close(stuck)
				<-release
			}
		}
		a, b := h.dial(), h.dial()
		a.Send([]byte("stick"))
		<-stuck
		b.Send([]byte("hello"))
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
		defer cancel()
		if _, err := b.Receive(ctx); err != context.DeadlineExceeded {
			t.Errorf("the healthy peer was closed: %v", err)
		}
		close(release)
	})
}

func TestAPeerThatIgnoresOurGoodbye(t *testing.T) {
	inBubble(t, func(t *testing.T, h *open, k *talk) {
		k.frame = func(s *Socket, data []byte) { s.Close(Policy, "no") }
		c := h.dial()
		c.conn.SetCloseHandler(func(int, string) error { return nil })
		began := time.Now()
		c.Send([]byte("hello"))
		go c.Receive(context.Background())
		<-k.closed
		if took := time.Since(began); took != goodbyeWait {
			t.Errorf("it was given %v, want %v", took, goodbyeWait)
		}
	})
}

// A declared length must not become an allocation.
func TestADeclaredLengthAllocatesNothing(t *testing.T) {
	const sockets = 100
	inBubble(t, func(t *testing.T, h *open, _ *talk) {
		var all []*Client
		for range sockets {
			c := h.dial()
			c.Send([]byte("hello"))
			c.Receive(context.Background())
			all = append(all, c)
		}
		synctest.Wait()
		before := heap()
		for _, c := range all {
			c.conn.NetConn().Write(header(fin|text, mask, 128<<10))
		}
		synctest.Wait()
		if grown := (heap() - before) / sockets; grown > 4<<10 {
			t.Errorf("a socket that waits for 128 KiB holds %d bytes more than an idle one", grown)
		}
		runtime.KeepAlive(all)
	})
}
