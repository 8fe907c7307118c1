package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// start measures the time from exec to the first inbox page over a store of 1 GiB, and the size of the binary.
func start(ctx context.Context) error {
	dir, leave, err := place()
	if err != nil {
		return err
	}
	defer leave()
	if err := fill(ctx, dir+"/start", 110_000, strings.Repeat("All that a customer has to say about it. ", 180)); err != nil {
		return err
	}
	info, err := os.Stat(dir + "/start/deskbell.db")
	if err != nil {
		return err
	}
	if _, err := firstPage(ctx, dir+"/start"); err != nil { // makes the owner
		return err
	}
	var took durations
	for range 10 {
		d, err := firstPage(ctx, dir+"/start")
		if err != nil {
			return err
		}
		took = append(took, d)
	}
	fmt.Printf("  store of %d MiB: %v\n", info.Size()/mib, took)
	verdict("start to first inbox page, p50", took.at(.5).Seconds()*1000, "ms", goal{100, 25})

	binary := filepath.Join(dir, "deskbell")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "deskbell")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	if info, err = os.Stat(binary); err != nil {
		return err
	}
	verdict("the binary", float64(info.Size())/mib, "MiB", goal{40, 40})
	return nil
}

func firstPage(ctx context.Context, dir string) (time.Duration, error) {
	p, err := begin(ctx, "house", dir)
	if err != nil {
		return 0, err
	}
	if _, err := p.page(ctx, inboxPath); err != nil {
		return 0, err
	}
	took := time.Since(p.began)
	return took, p.end()
}
