package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	chatSockets = 64
	chatTime    = 8 * time.Second
)

// chat holds durable chat messages against the bare committer, three times in turns so that noise meets both.
func chat(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c, err := openBare(dir)
	if err != nil {
		return err
	}
	defer c.db.Close()
	p, err := begin(ctx, "house", dir+"/house")
	if err != nil {
		return err
	}
	defer p.end()
	key, err := p.widget(ctx)
	if err != nil {
		return err
	}
	all, err := p.visitors(ctx, key, chatSockets, 16)
	if err != nil {
		return err
	}
	var best float64
	for range 3 {
		limit, err := c.throughput(chatSockets, chatTime/2)
		if err != nil {
			return err
		}
		said, err := talk(ctx, all, chatTime)
		if err != nil {
			return err
		}
		fmt.Printf("  %d sockets: %.0f messages/s; bare committer, %d writers: %.0f/s\n", chatSockets, said, chatSockets, limit)
		best = max(best, said/limit)
	}
	verdict("durable messages over 64 sockets / bare committer", best, "", goal{0.06, 0.13})
	return oneWriter(ctx, c, all[0])
}

// talk lets every visitor say one thing after another and counts what was acknowledged in a second.
func talk(ctx context.Context, all []*visitor, d time.Duration) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, d+10*time.Second)
	defer cancel()
	var acked atomic.Int64
	errs := make(chan error, len(all))
	var talking sync.WaitGroup
	began := time.Now()
	for _, v := range all {
		talking.Go(func() {
			for time.Since(began) < d {
				if _, err := v.say(ctx, "Is the blue one still in stock, and when could it be here?"); err != nil {
					errs <- err
					return
				}
				acked.Add(1)
			}
		})
	}
	talking.Wait()
	select {
	case err := <-errs:
		return 0, err
	default:
		return float64(acked.Load()) / time.Since(began).Seconds(), nil
	}
}

// oneWriter holds one acknowledged message against one bare Update.
func oneWriter(ctx context.Context, c *committer, v *visitor) error {
	bare, err := c.updates(1500)
	if err != nil {
		return err
	}
	var took durations
	for range 1500 {
		d, err := v.say(ctx, "One word.")
		if err != nil {
			return err
		}
		took = append(took, d)
	}
	fmt.Printf("  one writer, acknowledged: %v\n  bare Update:              %v\n", took, bare)
	verdict("one writer's acknowledged message / bare Update, p50", ratio(took.at(.5), bare.at(.5)), "x", goal{5, 3})
	return nil
}
