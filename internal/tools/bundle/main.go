// Command bundle writes assets/dist from assets/ts and assets/css.
//
//	go generate ./assets
//
// Every .ts file directly in ts/ becomes a script of its own, with all that it imports; the style sheets named in sheets become
// one file each, with all that they @import. The same sources give the same bytes on every machine, so dist/ is committed and a
// clone builds with Go alone; the test beside this file finds a dist/ that is not what the sources say.
//
// Types are stripped here, not checked: `npx tsc --noEmit -p assets/ts` does that in CI.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: bundle ASSETS")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(assets string) error {
	made, err := build(assets)
	if err != nil {
		return err
	}
	dist := filepath.Join(assets, "dist")
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	if err := removeOthers(dist, made); err != nil {
		return err
	}
	for name, body := range made {
		if err := os.WriteFile(filepath.Join(dist, name), body, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// removeOthers takes away what an earlier run made from a source that is gone, so that it is not embedded for ever.
func removeOthers(dist string, made map[string][]byte) error {
	entries, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if made[entry.Name()] != nil {
			continue
		}
		if err := os.Remove(filepath.Join(dist, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
