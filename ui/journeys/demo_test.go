// Package journeys tells whole stories in a real browser against the built program, as the people do who use it.
package journeys

import (
	"bufio"
	"bytes"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"deskbell/ui/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// demo is the built program at work as `deskbell demo`, which a newcomer types.
type demo struct {
	url, email, password string
}

func serveDemo(t *testing.T) *demo {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "deskbell")
	if out, err := exec.Command("go", "build", "-o", binary, "deskbell").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.Command(binary, "demo", "--listen", "127.0.0.1:0")
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("it ended with %v: %s", err, log.String())
		}
	})
	d := &demo{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "sign in: "); ok && d.email == "" {
			words := strings.Fields(rest)
			d.email, d.password = words[0], words[2]
		}
		if at, ok := strings.CutPrefix(lines.Text(), "ready: "); ok {
			d.url = at
			go io.Copy(io.Discard, out)
			return d
		}
	}
	t.Fatalf("the demo did not become ready: %s", log.String())
	return nil
}

// signIn opens the desk in a browser of its own.
func (d *demo) signIn(t *testing.T) browsertest.Tab {
	t.Helper()
	b := browsertest.Open(t).Sized(1440, 900)
	b.Go(d.url + "/desk")
	b.Accessible("sign-in")
	b.Write("[name=email]", d.email)
	b.Write("[name=password]", d.password)
	b.ClickThrough("[type=submit]")
	b.Until(`document.querySelector("[data-testid=inbox]") !== null`)
	return b
}
