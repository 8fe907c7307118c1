package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// sheets are the style sheets that a page links to; the others are parts which these import.
var sheets = []string{"app.css", "public.css", "widget.css"}

// browsers is what we promise to run in: whatever knows light-dark() and shadow style sheets, since 2024.
var browsers = []api.Engine{
	{Name: api.EngineChrome, Version: "123"},
	{Name: api.EngineFirefox, Version: "120"},
	{Name: api.EngineSafari, Version: "17.5"},
}

// build returns the files of dist/ by name.
func build(assets string) (map[string][]byte, error) {
	entries, err := entryPoints(assets)
	if err != nil {
		return nil, err
	}
	result := api.Build(options(assets, entries))
	if err := complaint(result.Errors); err != nil {
		return nil, err
	}
	made := map[string][]byte{}
	for _, file := range result.OutputFiles {
		made[filepath.Base(file.Path)] = file.Contents
	}
	return made, nil
}

func options(assets string, entries []string) api.BuildOptions {
	return api.BuildOptions{
		EntryPoints:       entries,
		EntryNames:        "[name]",
		Outdir:            filepath.Join(assets, "dist"),
		Bundle:            true,
		Format:            api.FormatIIFE,
		Engines:           browsers,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		Plugins:           []api.Plugin{icons, words(filepath.Join(assets, "..", "internal", "i18n", "catalog"))},
		LogLevel:          api.LogLevelSilent, // what is wrong comes back as an error
	}
}

// entryPoints are the sources that become a file in dist/.
func entryPoints(assets string) ([]string, error) {
	scripts, err := filepath.Glob(filepath.Join(assets, "ts", "*.ts"))
	if err != nil {
		return nil, err
	}
	var entries []string
	for _, path := range scripts {
		if !strings.HasSuffix(path, ".d.ts") {
			entries = append(entries, path)
		}
	}
	for _, name := range sheets {
		path := filepath.Join(assets, "css", name)
		if _, err := os.Stat(path); err == nil {
			entries = append(entries, path)
		}
	}
	return entries, nil
}

// complaint is all that esbuild found wrong as one error, each with its place, or nil.
func complaint(found []api.Message) error {
	if len(found) == 0 {
		return nil
	}
	lines := api.FormatMessages(found, api.FormatMessagesOptions{Kind: api.ErrorMessage})
	return errors.New(strings.TrimSpace(strings.Join(lines, "")))
}
