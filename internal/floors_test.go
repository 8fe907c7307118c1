package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A sentence says what a room may not import, and why. Rooms are named by their path below the module; "tickets/..." is the
// room with what is below it.
type sentence struct {
	rooms  []string
	but    []string // rooms that the sentence does not speak of
	never  []string
	except []string
	why    string
}

var sentences = []sentence{
	{
		rooms: []string{"assets", "internal/disk", "internal/fault", "internal/pace", "internal/live", "internal/i18n", "internal/mail", "internal/text", "internal/hours", "internal/outbound"},
		never: []string{"deskbell/..."}, why: "it is the ground's own ground: the standard library and its one library are all it needs",
	},
	{
		rooms: []string{"internal/store/..."}, but: []string{"internal/store/storetest"},
		never: []string{"deskbell/..."}, except: []string{"deskbell/internal/disk", "deskbell/internal/fault", "deskbell/internal/store"},
		why: "the store knows nothing but the disk and how to say no",
	},
	{
		rooms:  []string{"internal/people", "internal/jobs", "internal/files", "internal/search", "internal/settings", "internal/push"},
		never:  []string{"deskbell/..."},
		except: []string{"deskbell/internal/store", "deskbell/internal/fault", "deskbell/internal/settings", "deskbell/internal/outbound", "deskbell/internal/disk", "deskbell/internal/hours"},
		why:    "the rooms of the ground stand side by side",
	},
	{
		rooms: []string{"internal/people", "internal/jobs", "internal/files", "internal/search", "internal/push"},
		never: []string{"deskbell/internal/hours"}, why: "only settings keep the hours in which the shop is open",
	},
	{
		rooms: []string{"internal/jobs", "internal/files", "internal/search", "internal/push"},
		never: []string{"deskbell/internal/settings"}, why: "only people may use settings",
	},
	{
		rooms: []string{"internal/people", "internal/files", "internal/search", "internal/settings"},
		never: []string{"deskbell/internal/outbound"}, why: "only push and jobs reach out",
	},
	{
		rooms: []string{"internal/people", "internal/jobs", "internal/search", "internal/push"},
		never: []string{"deskbell/internal/disk"}, why: "only the store, files and settings write to the disk themselves",
	},
	{
		rooms: []string{"internal/web"}, never: []string{"deskbell/..."},
		except: []string{"deskbell/internal/people", "deskbell/internal/store", "deskbell/internal/i18n", "deskbell/internal/fault", "deskbell/internal/pace", "deskbell/assets"},
		why:    "the web's ground must not know a domain",
	},
	{
		rooms: []string{"internal/..."}, but: []string{"internal/bench/...", "internal/tools/...", "internal"},
		never: []string{"deskbell/tickets/...", "deskbell/chat/...", "deskbell/forum/...", "deskbell/kb/...", "deskbell/ui/..."},
		why:   "what knows what a ticket is does not live in internal",
	},
	{
		rooms: []string{"tickets/...", "kb/..."}, but: []string{"tickets/channels/..."},
		never: []string{"net/http", "github.com/a-h/templ", "github.com/gorilla/websocket", "deskbell/internal/web", "deskbell/internal/live"},
		why:   "the heart must not know the web",
	},
	{
		rooms: []string{"tickets/..."}, never: []string{"deskbell/chat/...", "deskbell/forum/...", "deskbell/ui/...", "deskbell/kb/..."},
		why: "tickets never learn who else there is",
	},
	{
		rooms: []string{"kb/..."}, never: []string{"deskbell/chat/...", "deskbell/forum/...", "deskbell/ui/...", "deskbell/tickets/..."},
		why: "articles stand by themselves",
	},
	{rooms: []string{"chat/..."}, never: []string{"deskbell/forum/...", "deskbell/ui/...", "deskbell/kb/..."}, why: "chat knows tickets and the ground"},
	{rooms: []string{"forum/..."}, never: []string{"deskbell/chat/...", "deskbell/ui/...", "deskbell/kb/..."}, why: "the forum knows tickets and the ground"},
	{
		rooms: []string{"ui/desk/...", "ui/admin/...", "ui/help/...", "ui/community/...", "ui/portal/...", "ui/widget/...", "ui/api/...", "ui/front/...", "ui/kit/...", "ui/house/..."},
		never: []string{"deskbell/ui/..."}, except: []string{"deskbell/ui/kit", "deskbell/ui/house", "deskbell/ui/front"}, why: "faces do not know one another",
	},
	{rooms: []string{"ui/kit/..."}, never: []string{"deskbell/ui/house", "deskbell/ui/front"}, why: "the kit draws and knows no rooms"},
	{rooms: []string{"..."}, but: []string{"internal/store/boltkv", "internal/bench"}, never: []string{"go.etcd.io/bbolt"}, why: "bbolt lives in store/boltkv"},
	{rooms: []string{"..."}, but: []string{"internal/live"}, never: []string{"github.com/gorilla/websocket"}, why: "gorilla/websocket lives in live"},
	{rooms: []string{"..."}, but: []string{"internal/search"}, never: []string{"github.com/blevesearch/bleve/..."}, why: "bleve lives in search"},
	{rooms: []string{"..."}, but: []string{"ui/cli", "internal/bench/..."}, never: []string{"github.com/spf13/cobra"}, why: "cobra lives in ui/cli"},
	{rooms: []string{"..."}, but: []string{"ui/...", "internal/web"}, never: []string{"github.com/a-h/templ"}, why: "templ lives in ui, and in web.Render"},
	{
		rooms: []string{"..."}, but: []string{"internal/bench/...", "internal/tools/..."}, never: []string{"deskbell/internal/bench/...", "deskbell/internal/tools/..."},
		why: "nobody imports a program",
	},
}

// TestFloors holds the house's direct imports against the sentences.
func TestFloors(t *testing.T) {
	for room, imports := range packages(t) {
		for _, s := range sentences {
			if !matchesAny(room, s.rooms) || matchesAny(room, s.but) {
				continue
			}
			for _, path := range imports {
				below := strings.HasPrefix(path, "deskbell/"+room+"/") || strings.HasPrefix("deskbell/"+room, path+"/") && sameRoom(room, path)
				if matchesAny(path, s.never) && !matchesAny(path, s.except) && path != "deskbell/"+room && !below {
					t.Errorf("%s imports %s: %s", room, path, s.why)
				}
			}
		}
	}
}

// sameRoom tells whether path is a parent of room inside the same face or room.
func sameRoom(room, path string) bool {
	parent := strings.TrimPrefix(path, "deskbell/")
	return strings.HasPrefix(room, parent+"/") && parent != "ui" && parent != "internal"
}

// packages gives every package's direct imports, without those of its tests.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "deskbell/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string][]string{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "deskbell"), "/")] = p.Imports
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages were listed", len(all))
	}
	return all
}

func matchesAny(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(path, p) })
}

// matches: "a/..." is a and all below it, "..." is everything.
func matches(path, pattern string) bool {
	if pattern == "..." {
		return true
	}
	if root, all := strings.CutSuffix(pattern, "/..."); all {
		return path == root || strings.HasPrefix(path, root+"/")
	}
	return path == pattern
}

func TestTheFloorsTestNoticesAnImportUpward(t *testing.T) {
	for path, want := range map[string]bool{
		"deskbell/tickets": true, "deskbell/tickets/channels": true, "deskbell/ticketsroom": false, "net/http": false,
	} {
		if got := matches(path, "deskbell/tickets/..."); got != want {
			t.Errorf("%s below deskbell/tickets: %v, want %v", path, got, want)
		}
	}
}
