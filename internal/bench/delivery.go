package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"deskbell/internal/live"
)

const (
	pairs = 100
	turns = 5 // of the bare path and of ours
)

// delivery measures how long words take from one screen to the other, committed before they are shown: from the visitor's
// socket to the agent's and, by the API, back; then whether anything is lost at ten times the pace.
func delivery(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Mkdir(dir+"/bare", 0o700); err != nil {
		return err
	}
	bare, err := begin(ctx, "bare", dir+"/bare")
	if err != nil {
		return err
	}
	defer bare.end()
	p, err := begin(ctx, "house", dir+"/house")
	if err != nil {
		return err
	}
	defer p.end()
	c, err := p.conversations(ctx)
	if err != nil {
		return err
	}
	var limit, in, out durations
	lost := 0
	for range turns { // what disturbs the machine for a while shall disturb both
		bare, err := bare.bareTrip(ctx, 2*time.Second)
		if err != nil {
			return err
		}
		to, from, missing, err := c.exchange(ctx, 200, 3*time.Second)
		if err != nil {
			return err
		}
		limit, in, out, lost = append(limit, bare...), append(in, to...), append(out, from...), lost+missing
	}
	fmt.Printf("  one bare commit, socket to socket, 200/s: %v\n  visitor to agent, 200/s: %v\n  agent to visitor, 200/s: %v\n", limit, in, out)
	verdict("visitor to agent / the bare path, p99", ratio(in.at(.99), limit.at(.99)), "x", goal{3, 1.5})
	verdict("agent to visitor / the bare path, p99", ratio(out.at(.99), limit.at(.99)), "x", goal{3, 1.5})
	fast, slow, lostFast, err := c.exchange(ctx, 2000, 10*time.Second)
	if err != nil {
		return err
	}
	fmt.Printf("  at 2,000/s: visitor to agent %v; agent to visitor %v\n", fast, slow)
	verdict("lost at 200/s and at 2,000/s", float64(lost+lostFast), "", goal{0, 0})
	return nil
}

// bareTrip sends stamps through the bare path, 200 a second over 100 pairs.
func (p *program) bareTrip(ctx context.Context, d time.Duration) (took durations, err error) {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	var mu sync.Mutex
	var from []*live.Client
	for i := range pairs {
		for _, side := range []string{"v", "a"} {
			c, err := live.Dial(ctx, fmt.Sprintf("ws%s/pair/%s%d", strings.TrimPrefix(p.URL, "http"), side, i), nil)
			if err != nil {
				return nil, err
			}
			defer c.Cut()
			if err := c.Send([]byte(`{"t":"hello"}`)); err != nil {
				return nil, err
			}
			if side == "v" {
				from = append(from, c)
				go drain(ctx, c)
				continue
			}
			go listen(ctx, c, func(data []byte) {
				if at, ok := stampIn(string(data)); ok {
					mu.Lock()
					took = append(took, time.Since(at))
					mu.Unlock()
				}
			})
		}
	}
	sent := 0
	err = pace(ctx, 200, d, func(n int) error {
		sent++
		return from[n%pairs].Send(fmt.Appendf(nil, `{"t":"say","text":"%s"}`, stamp()))
	})
	if err != nil {
		return nil, err
	}
	settle(sent, func() int { mu.Lock(); defer mu.Unlock(); return len(took) })
	mu.Lock()
	defer mu.Unlock()
	return took, nil
}

// A stamp is the moment of sending, inside the text.
func stamp() string { return fmt.Sprintf("at=%d=", time.Now().UnixNano()) }

func stampIn(text string) (time.Time, bool) {
	_, rest, ok := strings.Cut(text, "at=")
	if !ok {
		return time.Time{}, false
	}
	digits, _, ok := strings.Cut(rest, "=")
	var n int64
	if _, err := fmt.Sscan(digits, &n); err != nil || !ok {
		return time.Time{}, false
	}
	return time.Unix(0, n), true
}

func listen(ctx context.Context, c *live.Client, hear func([]byte)) {
	for {
		data, err := c.Receive(ctx)
		if err != nil {
			return
		}
		hear(data)
	}
}

func drain(ctx context.Context, c *live.Client) { listen(ctx, c, func([]byte) {}) }

// pace calls send so many times a second.
func pace(ctx context.Context, perSecond int, d time.Duration, send func(n int) error) error {
	began := time.Now()
	for n := 0; time.Since(began) < d && ctx.Err() == nil; n++ {
		if wait := time.Until(began.Add(time.Duration(n) * time.Second / time.Duration(perSecond))); wait > 0 {
			time.Sleep(wait)
		}
		if err := send(n); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// settle waits until a count is what is wanted, or has not risen for five seconds.
func settle(want int, count func() int) {
	for last, still := -1, 0; still < 50; {
		time.Sleep(100 * time.Millisecond)
		now := count()
		if now >= want {
			return
		}
		if still++; now != last {
			last, still = now, 0
		}
	}
}

// conversation is a visitor who talks with an agent.
type conversation struct {
	*visitor
	id string // the ticket's number
}

// talks are all of them, and the agents' screen.
type talks struct {
	p     *program
	all   []*conversation
	heard chan time.Duration // from visitors, at the agents' screen
	got   chan time.Duration // from agents, at the visitors'
}

// conversations opens 100 widgets, lets each say a word, and watches every ticket as an agent's screen does.
func (p *program) conversations(ctx context.Context) (*talks, error) {
	key, err := p.widget(ctx)
	if err != nil {
		return nil, err
	}
	visitors, err := p.visitors(ctx, key, pairs, 16)
	if err != nil {
		return nil, err
	}
	t := &talks{p: p, heard: make(chan time.Duration, 1<<16), got: make(chan time.Duration, 1<<16)}
	for i, v := range visitors {
		name := fmt.Sprintf("pair%03d", i)
		if _, err := v.say(ctx, name); err != nil {
			return nil, err
		}
		t.all = append(t.all, &conversation{visitor: v})
	}
	if err := t.number(ctx); err != nil {
		return nil, err
	}
	for _, c := range t.all {
		go listen(ctx, c.Client, func(data []byte) { t.visitorHears(data) })
		if err := t.watch(ctx, c); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// number finds each conversation's ticket by its first words, through the API.
func (t *talks) number(ctx context.Context) error {
	var list struct {
		Items []struct{ ID, Ref string }
	}
	if err := t.p.api(ctx, http.MethodGet, "tickets?limit=200", nil, &list); err != nil {
		return err
	}
	for _, item := range list.Items {
		var events struct {
			Items []struct{ Text string }
		}
		if err := t.p.api(ctx, http.MethodGet, "tickets/"+item.ID+"/events", nil, &events); err != nil {
			return err
		}
		for _, e := range events.Items {
			var i int
			if n, _ := fmt.Sscanf(e.Text, "pair%d", &i); n == 1 && i < len(t.all) {
				t.all[i].id = item.ID
			}
		}
	}
	for i, c := range t.all {
		if c.id == "" {
			return fmt.Errorf("pair %d has no ticket", i)
		}
	}
	return nil
}

func (t *talks) visitorHears(data []byte) {
	var f frame
	if json.Unmarshal(data, &f) != nil || f.T != "event" || f.From != "agent" {
		return
	}
	if at, ok := stampIn(f.Text); ok {
		t.got <- time.Since(at)
	}
}

// exchange lets both sides write, each half of the pace, and gives how long words took and how many never came.
func (t *talks) exchange(ctx context.Context, perSecond int, d time.Duration) (in, out durations, lost int, err error) {
	ctx, cancel := context.WithTimeout(ctx, d+2*time.Minute)
	defer cancel()
	var said, replied atomic.Int64
	var mu sync.Mutex
	done := make(chan struct{})
	go func() {
		for {
			select {
			case d := <-t.heard:
				mu.Lock()
				in = append(in, d)
				mu.Unlock()
			case d := <-t.got:
				mu.Lock()
				out = append(out, d)
				mu.Unlock()
			case <-done:
				return
			}
		}
	}()
	defer close(done)
	errs := make(chan error, 2)
	go func() {
		errs <- pace(ctx, perSecond/2, d, func(n int) error {
			c := t.all[n%pairs]
			c.n++
			said.Add(1)
			return c.Send(fmt.Appendf(nil, `{"t":"say","id":"m%d","text":"%s"}`, c.n, stamp()))
		})
	}()
	go func() { errs <- t.reply(ctx, perSecond/2, d, &replied) }()
	for range 2 {
		if err := <-errs; err != nil {
			return nil, nil, 0, err
		}
	}
	settle(int(said.Load()+replied.Load()), func() int { mu.Lock(); defer mu.Unlock(); return len(in) + len(out) })
	mu.Lock()
	defer mu.Unlock()
	return in, out, int(said.Load()) - len(in) + int(replied.Load()) - len(out), nil
}

// reply answers through the API, several at a time as several agents do.
func (t *talks) reply(ctx context.Context, perSecond int, d time.Duration, replied *atomic.Int64) error {
	places := make(chan struct{}, 64)
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	err := pace(ctx, perSecond, d, func(n int) error {
		places <- struct{}{}
		replied.Add(1)
		text := stamp() // the clock runs from the agent's click, the queue for a place included
		all.Go(func() {
			defer func() { <-places }()
			if err := t.p.api(ctx, http.MethodPost, "tickets/"+t.all[n%pairs].id+"/replies", map[string]string{"text": text}, nil); err != nil {
				failed.Store(&err)
			}
		})
		if err := failed.Load(); err != nil {
			return *err
		}
		return nil
	})
	all.Wait()
	return err
}
