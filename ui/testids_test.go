package ui

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// named finds the test ids that templates and scripts give, and the beginnings of those that are put together.
var named = regexp.MustCompile(`(?:data-testid=|data-testid=\{ |TestID: |testid = |testid": )"([a-z-]+)"`)

// Other programs find their way by the test ids: the package comment of kit lists those of all pages but the administration's.
func TestTheKitListsEveryTestID(t *testing.T) {
	comment, err := os.ReadFile("kit/kit.go")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(comment)) {
		if rest, ok := strings.CutPrefix(line, "//\t"); ok {
			ids, _, _ := strings.Cut(rest, "   ") // what they are follows
			for id := range strings.FieldsFuncSeq(ids, func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') }) {
				listed[id] = true
			}
		}
	}
	given := map[string]bool{}
	for _, root := range []string{".", "../assets/ts"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			ext := filepath.Ext(path)
			if err != nil || d.IsDir() || ext != ".templ" && ext != ".ts" || strings.HasPrefix(path, "admin/") || strings.HasSuffix(path, "gallery.templ") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, found := range named.FindAllStringSubmatch(string(text), -1) {
				given[found[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var missing, gone []string
	isGiven := func(id string) bool {
		begun, _, _ := strings.Cut(id, "-")
		return given[id] || given[begun+"-"]
	}
	for id := range given {
		if !listed[id] && !strings.HasSuffix(id, "-") {
			missing = append(missing, id)
		}
	}
	for id := range listed {
		if !isGiven(id) {
			gone = append(gone, id)
		}
	}
	slices.Sort(missing)
	slices.Sort(gone)
	if len(missing) > 0 || len(gone) > 0 {
		t.Errorf("the comment of kit does not list %q, and lists %q, which nothing gives", missing, gone)
	}
}
