package main

import (
	"context"
	"fmt"
	"os"
)

const idleSockets = 10_000

// idle measures an empty server, and then one with 10,000 widgets open that say nothing.
func idle(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p, err := begin(ctx, "house", dir)
	if err != nil {
		return err
	}
	defer p.end()
	empty, err := p.memory()
	if err != nil {
		return err
	}
	verdict("an empty server, resident", float64(empty.Resident)/mib, "MiB", goal{60, 30})
	key, err := p.widget(ctx)
	if err != nil {
		return err
	}
	if _, err := p.visitors(ctx, key, 100, 16); err != nil { // what is made once is not a socket's
		return err
	}
	before, err := p.memory()
	if err != nil {
		return err
	}
	if _, err := p.visitors(ctx, key, idleSockets, 32); err != nil {
		return err
	}
	after, err := p.memory()
	if err != nil {
		return err
	}
	if after.Sockets < idleSockets {
		return fmt.Errorf("only %d sockets are open: raise the limit of open files (ulimit -n)", after.Sockets)
	}
	each := float64(after.Heap-before.Heap) / float64(after.Sockets-before.Sockets)
	verdict("an idle widget socket, heap and stack after a collection", each/1024, "KiB", goal{14, 9})
	verdict("10,000 idle sockets, resident in all", float64(after.Resident)/mib, "MiB", goal{180, 120})
	return nil
}
