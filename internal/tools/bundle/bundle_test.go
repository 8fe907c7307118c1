package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

const assets = "../../../assets"

func TestDistIsWhatTheSourcesSay(t *testing.T) {
	made, err := build(assets)
	if err != nil {
		t.Fatal(err)
	}
	committed, err := filepath.Glob(filepath.Join(assets, "dist", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(committed) != len(made) {
		t.Errorf("assets/dist has %d files, the sources make %d: run `go generate ./assets`", len(committed), len(made))
	}
	for name, body := range made {
		have, err := os.ReadFile(filepath.Join(assets, "dist", name))
		if err != nil || !bytes.Equal(have, body) {
			t.Errorf("assets/dist/%s is not what its source says: run `go generate ./assets`", name)
		}
	}
}

func TestBuildingTwiceGivesTheSameBytes(t *testing.T) {
	first, err := build(assets)
	if err != nil {
		t.Fatal(err)
	}
	second, err := build(assets)
	if err != nil {
		t.Fatal(err)
	}
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs between two runs", name)
		}
	}
}

func TestAnIconBecomesShapes(t *testing.T) {
	drawn, err := shapes(`<!-- licence --><svg width="24"><path d="M1 2" /><circle cx="3" cy="4" r="5"></circle></svg>`)
	if err != nil {
		t.Fatal(err)
	}
	if len(drawn) != 2 || drawn[0][0] != "path" || drawn[1][0] != "circle" {
		t.Fatalf("drawn %v", drawn)
	}
	if got := drawn[1][1].(map[string]string)["r"]; got != "5" {
		t.Errorf("the circle's r is %q", got)
	}
}

// TestScripts runs the tests beside the scripts: those modules know nothing of a browser, so Node can judge them.
func TestScripts(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node on this machine; the journeys in Chromium cover the same modules from outside")
	}
	var tests []string
	for _, pattern := range []string{"*/*.test.ts", "*/*/*.test.ts"} {
		found, err := filepath.Glob(filepath.Join(assets, "ts", pattern))
		if err != nil {
			t.Fatal(err)
		}
		tests = append(tests, found...)
	}
	if len(tests) == 0 {
		t.Fatal("no tests found under assets/ts")
	}
	dir := t.TempDir()
	result := api.Build(api.BuildOptions{
		EntryPoints: tests, EntryNames: "[dir]/[name]", Outbase: filepath.Join(assets, "ts"), Outdir: dir, Write: true, OutExtension: map[string]string{".js": ".mjs"},
		Bundle: true, Platform: api.PlatformNode, Format: api.FormatESModule, Sourcemap: api.SourceMapInline,
	})
	if err := complaint(result.Errors); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(node, "--test", "--enable-source-maps", dir)
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
