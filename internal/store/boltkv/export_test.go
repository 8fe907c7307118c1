package boltkv

import (
	"os"
	"testing"
)

// PretendDisk lets a test say whether the disk is nearly full.
func PretendDisk(e *Engine, low func() bool) { e.lowDisk = func(string) bool { return low() } }

// Queued is how many updates wait for the commit that is under way.
func Queued(e *Engine) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.queue)
}

// Advised is what Open says of the system's own error.
var Advised = advised

// HeaderCommits gives the commit numbers in a file's header pages.
func HeaderCommits(t *testing.T, file string) (commits []uint64) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, h := range headers(f) {
		commits = append(commits, h.txid)
	}
	return commits
}
