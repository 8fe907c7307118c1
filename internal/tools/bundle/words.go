package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// words lets a script carry sentences of the catalogues: `import words from "catalogue:widget/loader"` gives, for every language,
// the texts of the room widget whose keys begin with loader_. It is for the one script that no page of ours can hand its
// words to.
func words(catalogues string) api.Plugin {
	return api.Plugin{
		Name: "catalogue",
		Setup: func(b api.PluginBuild) {
			b.OnResolve(api.OnResolveOptions{Filter: `^catalogue:`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
				return api.OnResolveResult{Path: strings.TrimPrefix(args.Path, "catalogue:"), Namespace: "catalogue"}, nil
			})
			b.OnLoad(api.OnLoadOptions{Filter: `.`, Namespace: "catalogue"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
				room, prefix, _ := strings.Cut(args.Path, "/")
				texts, err := sentences(catalogues, room, room+"."+prefix+"_")
				if err != nil {
					return api.OnLoadResult{}, err
				}
				contents, err := json.Marshal(texts)
				if err != nil {
					return api.OnLoadResult{}, err
				}
				text := string(contents)
				return api.OnLoadResult{Contents: &text, Loader: api.LoaderJSON}, nil
			})
		},
	}
}

// sentences reads the texts of a room by language and key, as far as the key begins with prefix.
func sentences(catalogues, room, prefix string) (map[string]map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(catalogues, "*", room+".json"))
	if err != nil {
		return nil, err
	}
	texts := map[string]map[string]string{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var all map[string]any
		if err := json.Unmarshal(raw, &all); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		lang := filepath.Base(filepath.Dir(file))
		texts[lang] = map[string]string{}
		for key, value := range all {
			if !strings.HasPrefix(key, prefix) {
				continue
			}
			text, ok := value.(string)
			if !ok {
				return nil, fmt.Errorf("%s: %s has plural forms, which a script cannot choose between: put it without", file, key)
			}
			texts[lang][key] = text
		}
	}
	return texts, nil
}
