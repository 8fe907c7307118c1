package cli

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"deskbell": func() { os.Exit(Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs each script in testdata/script with the real program as `deskbell`. Besides testscript's own commands
// there are:
//
//	serve DIR [FLAGS…]   starts `deskbell serve` and waits until it is ready; $URL and $SETUP say where, $PID who
//	demo [FLAGS…]        the same with `deskbell demo`
//	stop                 ends it by SIGTERM, which must be answered by exit status 0 in ten seconds
//	crash                ends it by SIGKILL
//	ends RE              waits until it ends by itself, with status 1 and a sentence that matches RE
//	get STATUS URL [RE]  asks for a page, which must have that status and match the expression
//	mode PERM FILE…      holds the permissions of files against PERM
//	flip FILE            turns one bit in the middle of FILE
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DESKBELL_LISTEN", "127.0.0.1:0")
			e.Setenv("LONG", strings.Repeat("a-very-long-name/", 8)+"house")
			s := &served{}
			e.Values[servedKey{}] = s
			e.Defer(func() {
				if s.cmd != nil {
					_ = s.cmd.Process.Kill()
					_ = s.cmd.Wait()
				}
			})
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"serve": startServer, "demo": startDemo, "stop": stop, "crash": crash, "ends": ends, "get": get, "mode": mode, "flip": flip,
		},
	})
}

type servedKey struct{}

// served is the server that a script has started.
type served struct {
	cmd *exec.Cmd
	log strings.Builder
}

func of(ts *testscript.TestScript) *served { return ts.Value(servedKey{}).(*served) }

func startServer(ts *testscript.TestScript, neg bool, args []string) {
	start(ts, append([]string{"serve", "--data"}, args...))
}

func startDemo(ts *testscript.TestScript, neg bool, args []string) {
	start(ts, append([]string{"demo"}, args...))
}

func start(ts *testscript.TestScript, args []string) {
	s := of(ts)
	s.cmd = exec.Command("deskbell", args...)
	s.cmd.Dir, s.cmd.Stderr = ts.MkAbs("."), &s.log
	s.cmd.Env = append(os.Environ(), "DESKBELL_LISTEN=127.0.0.1:0", "TMPDIR="+ts.Getenv("TMPDIR"))
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Setenv("PID", fmt.Sprint(s.cmd.Process.Pid))
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if setup, ok := strings.CutPrefix(lines.Text(), "setup: "); ok {
			ts.Setenv("SETUP", setup)
		}
		if url, ok := strings.CutPrefix(lines.Text(), "ready: "); ok {
			ts.Setenv("URL", url)
			return
		}
	}
	ts.Fatalf("the server ended before it was ready: %s", &s.log)
}

func stop(ts *testscript.TestScript, neg bool, args []string) {
	s := of(ts)
	begun := time.Now()
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	err := s.cmd.Wait()
	s.cmd = nil
	if err != nil || time.Since(begun) > 10*time.Second {
		ts.Fatalf("the server ended after %v with %v: %s", time.Since(begun), err, &s.log)
	}
}

func crash(ts *testscript.TestScript, neg bool, args []string) {
	s := of(ts)
	ts.Check(s.cmd.Process.Kill())
	_ = s.cmd.Wait() // which says that it was killed
	s.cmd = nil
}

func ends(ts *testscript.TestScript, neg bool, args []string) {
	s := of(ts)
	hung := time.AfterFunc(30*time.Second, func() { _ = s.cmd.Process.Kill() })
	_ = s.cmd.Wait() // which says that it failed
	hung.Stop()
	if status := s.cmd.ProcessState.ExitCode(); status != 1 || !regexp.MustCompile(args[0]).MatchString(s.log.String()) {
		ts.Fatalf("the server ended with status %d, want 1 and %q: %s", status, args[0], &s.log)
	}
	s.cmd = nil
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(args[1])
	ts.Check(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if got := fmt.Sprint(answer.StatusCode); got != args[0] {
		ts.Fatalf("%s answers %s, want %s", args[1], got, args[0])
	}
	if len(args) > 2 && !regexp.MustCompile(args[2]).Match(text) {
		ts.Fatalf("%s does not say %q but %s", args[1], args[2], text)
	}
}

func mode(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args[1:] {
		ts.Check(filepath.WalkDir(ts.MkAbs(name), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err == nil && fmt.Sprintf("%o", info.Mode().Perm()&^0o100) != args[0] {
				err = fmt.Errorf("%s has mode %o, want %s", path, info.Mode().Perm(), args[0])
			}
			return err
		}))
	}
}

func flip(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	data[len(data)/2] ^= 1
	ts.Check(os.WriteFile(path, data, 0o600))
}
