package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/ui/house"
)

// place is where houses are filled: a folder that is gone when the measurement is over, or the one that BENCH_KEEP names, in
// which they stand ready for the next time.
func place() (dir string, leave func(), err error) {
	if dir = os.Getenv("BENCH_KEEP"); dir != "" {
		return dir, func() {}, nil
	}
	dir, err = os.MkdirTemp("", "bench")
	return dir, func() { os.RemoveAll(dir) }, err
}

// fill puts tickets of many contacts into a house, in slices as an import does, unless it stands there from the last time.
func fill(ctx context.Context, dir string, count int, text string) error {
	whole := dir + ".filled"
	if _, err := os.Stat(whole); err == nil {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil { // half of it, when the last time was ended
		return err
	}
	if err := pour(ctx, dir, count, text); err != nil {
		return err
	}
	return os.WriteFile(whole, nil, 0o600)
}

func pour(ctx context.Context, dir string, count int, text string) error {
	h, err := house.Open(ctx, house.Options{Dir: dir})
	if err != nil {
		return err
	}
	const slice = 500
	for done := 0; done < count; done += slice {
		err := h.DB.Update(ctx, func(tx *store.Tx) error {
			for i := done; i < min(count, done+slice); i++ {
				c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: fmt.Sprintf("customer%d@example.com", i%(count/5+1))}},
					people.Profile{Name: fmt.Sprintf("Customer %d", i%(count/5+1))})
				if err != nil {
					return err
				}
				t, _, err := tickets.Receive(tx, tickets.Inbound{
					Channel: "form", By: c.Actor(), Subject: fmt.Sprintf("Question %d about my order", i), Text: text,
				})
				if err != nil {
					return err
				}
				if i%10 != 0 { // most of what a shop has is done
					if err := tickets.Solve(tx, people.System, t.ID); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := h.Search.CatchUp(ctx); err != nil {
		return err
	}
	return h.Close(ctx)
}

// page gets a page of the desk as its owner.
func (p *program) page(ctx context.Context, path string) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+path, nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Cookie", p.Cookie)
	began := time.Now()
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return 0, err
	}
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("GET %s answered %s", path, answer.Status)
	}
	return time.Since(began), nil
}

const inboxPath = "/desk?view=open"

// inbox holds a page of the inbox among a million tickets against one among ten thousand, in turns.
func inbox(ctx context.Context) error {
	dir, leave, err := place()
	if err != nil {
		return err
	}
	defer leave()
	sizes := []int{10_000, 1_000_000}
	var programs []*program
	for _, size := range sizes {
		own := fmt.Sprintf("%s/%d", dir, size)
		if err := fill(ctx, own, size, "When will it be here?"); err != nil {
			return err
		}
		p, err := begin(ctx, "house", own)
		if err != nil {
			return err
		}
		defer p.end()
		programs = append(programs, p)
	}
	took := make([]durations, len(programs))
	for i := range 20 {
		for k, p := range programs {
			for range 50 {
				d, err := p.page(ctx, inboxPath)
				if err != nil {
					return err
				}
				if i > 0 { // the first round warms up
					took[k] = append(took[k], d)
				}
			}
		}
	}
	for k := range programs {
		fmt.Printf("  %d tickets: %v\n", sizes[k], took[k])
	}
	verdict("inbox page, p99 with 1,000,000 tickets / with 10,000", ratio(took[1].at(.99), took[0].at(.99)), "x", goal{2, 1.25})
	verdict("inbox page with 1,000,000 tickets, p50", took[1].at(.5).Seconds()*1000, "ms", goal{3, 3})
	return nil
}
