package assets

import (
	"embed"
	"strings"
)

//go:embed icons/*.svg
var iconFiles embed.FS

// drawings is what stands between the svg tags of each icon, by its lucide name.
var drawings = loadIcons()

func loadIcons() map[string]string {
	entries, err := iconFiles.ReadDir("icons")
	if err != nil {
		panic(err) // compiled in, as above
	}
	found := map[string]string{}
	for _, entry := range entries {
		source, err := iconFiles.ReadFile("icons/" + entry.Name())
		if err != nil {
			panic(err)
		}
		_, rest, _ := strings.Cut(string(source), "<svg")
		_, rest, _ = strings.Cut(rest, ">")
		inner, _, _ := strings.Cut(rest, "</svg>")
		inner = strings.ReplaceAll(strings.Join(strings.Fields(inner), " "), "> <", "><")
		found[strings.TrimSuffix(entry.Name(), ".svg")] = strings.TrimSpace(inner)
	}
	return found
}

// Icon is the drawing of a lucide icon on a field of 24 by 24, to be put into an svg element; empty if there is none.
func Icon(name string) string { return drawings[name] }
