package main

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// icons lets a script import a drawing: `import bell from "../icons/bell.svg"` gives its shapes as [name, attributes] pairs. A
// script makes elements of them, because on a page with Trusted Types nothing may be set as HTML.
var icons = api.Plugin{
	Name: "icons",
	Setup: func(b api.PluginBuild) {
		b.OnLoad(api.OnLoadOptions{Filter: `\.svg$`}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			source, err := os.ReadFile(args.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			drawn, err := shapes(string(source))
			if err != nil {
				return api.OnLoadResult{}, err
			}
			contents, err := json.Marshal(drawn)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			text := string(contents)
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderJSON}, nil
		})
	},
}

// shapes reads the elements inside an svg element. Lucide draws with shapes side by side, never nested.
func shapes(svg string) ([][2]any, error) {
	drawn := [][2]any{}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return drawn, nil
		}
		if err != nil {
			return nil, err
		}
		shape, ok := token.(xml.StartElement)
		if !ok || shape.Name.Local == "svg" {
			continue
		}
		attributes := map[string]string{}
		for _, a := range shape.Attr {
			attributes[a.Name.Local] = a.Value
		}
		drawn = append(drawn, [2]any{shape.Name.Local, attributes})
	}
}
