// Command bench measures Deskbell on the machine it runs on:
//
//	go run ./internal/bench all            every measurement below, about ten minutes
//	go run ./internal/bench chat           durable messages over 64 widget sockets, and one socket's acknowledged message
//	go run ./internal/bench delivery       from visitor to agent and back, at 200 and at 2,000 a second
//	go run ./internal/bench idle           memory of an empty server and of 10,000 idle widget sockets
//	go run ./internal/bench inbox          an inbox page among 10,000 and among 1,000,000 tickets
//	go run ./internal/bench start          from the start to the first inbox page over a store of 1 GiB, and the binary's size
//
// BENCH_KEEP names a folder in which the filled houses of inbox and start are kept, since filling them takes most of the time.
// BENCH_PROFILE names a file for what the processor of a measured process did.
//
// The whole program runs in a process of its own and is driven through its public doors. Machines differ and are noisy, so
// what counts is a ratio: each figure stands beside a limit that was measured in the same run, by the barest program that
// could do the same.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

type measurement struct {
	name string
	run  func(context.Context) error
}

var measurements = []measurement{
	{"chat", chat},
	{"delivery", delivery},
	{"idle", idle},
	{"inbox", inbox},
	{"start", start},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && strings.HasPrefix(args[0], "child-") {
		return child(ctx, args)
	}
	if len(args) == 0 {
		args = []string{"all"}
	}
	for _, name := range args {
		known := false
		for _, m := range measurements {
			if name != m.name && name != "all" {
				continue
			}
			known = true
			fmt.Printf("== %s\n", m.name)
			if err := m.run(ctx); err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
		}
		if !known {
			return fmt.Errorf("there is no measurement %q: choose all, chat, delivery, idle, inbox or start", name)
		}
	}
	return nil
}

// goal is what a figure has to reach, and what it had better reach. Less is better, unless the aim lies above the bar.
type goal struct{ bar, aim float64 }

// verdict prints a figure beside its goal.
func verdict(what string, figure float64, unit string, g goal) {
	reached := "misses the bar"
	within := func(limit float64) bool {
		if g.aim > g.bar {
			return figure >= limit
		}
		return figure <= limit
	}
	switch {
	case within(g.aim):
		reached = "reaches the aim"
	case within(g.bar):
		reached = "reaches the bar"
	}
	fmt.Printf("%-58s %8.3g %-4s (bar %g, aim %g): %s\n", what, figure, unit, g.bar, g.aim, reached)
}
