package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/ui"
	"deskbell/ui/house"
)

// program is a process that is measured: this binary once more, in the part of the server.
type program struct {
	hello
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	began time.Time
}

// hello is the first line that a child prints.
type hello struct {
	URL    string `json:"url"`
	Cookie string `json:"cookie"` // of a signed-in owner, as name=value
	Token  string `json:"token"`  // of the same, for the API
}

// memory is what a child answers to "mem", after two collections.
type memory struct {
	Heap     uint64 `json:"heap"` // bytes of live objects and stacks
	Sockets  int    `json:"sockets"`
	Resident uint64 `json:"-"` // as the system counts it
}

// begin starts a child of a kind over a data directory and waits until it is ready.
func begin(ctx context.Context, kind, dir string) (*program, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &program{cmd: exec.CommandContext(ctx, self, "child-"+kind, dir), began: time.Now()}
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	return p, p.read(&p.hello)
}

func (p *program) read(into any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the measured process ended: %w", err)
	}
	return json.Unmarshal(line, into)
}

// memory asks the child to collect, and reads what it holds then.
func (p *program) memory() (m memory, err error) {
	if _, err = io.WriteString(p.in, "mem\n"); err != nil {
		return m, err
	}
	if err = p.read(&m); err != nil {
		return m, err
	}
	m.Resident, err = resident(p.cmd.Process.Pid)
	return m, err
}

// resident reads the process's own memory, without the pages of mapped files: those belong to the system's cache.
func resident(pid int) (uint64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseUint(strings.Fields(rest)[0], 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS in the status of process %d", pid)
}

// end closes the child's input, which ends it, and waits.
func (p *program) end() error {
	p.in.Close()
	return p.cmd.Wait()
}

// child is the other side of begin.
func child(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("a measured process is started by bench itself")
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	switch args[0] {
	case "child-house":
		return serveHouse(ctx, args[1])
	case "child-bare":
		return serveBare(ctx, args[1])
	}
	return fmt.Errorf("no such part: %s", args[0])
}

// serveHouse serves the whole program over dir, without throttles, until its input ends. BENCH_PROFILE names a file for what
// the processor did meanwhile.
func serveHouse(ctx context.Context, dir string) error {
	if name := os.Getenv("BENCH_PROFILE"); name != "" {
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := &url.URL{Scheme: "http", Host: l.Addr().String()}
	h, err := house.Open(ctx, house.Options{Dir: dir, URL: address, Unlimited: true})
	if err != nil {
		return err
	}
	server, err := ui.New(h, ui.Options{})
	if err != nil {
		return err
	}
	h.Start()
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	say, err := admit(ctx, h)
	if err != nil {
		return err
	}
	say.URL = address.String()
	if err := answer(say, func() int { return h.Hub.Count() }); err != nil {
		return err
	}
	ending, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := server.Close(ending); err != nil {
		return err
	}
	if err := h.Close(ending); err != nil {
		return err
	}
	return <-served
}

const (
	benchEmail    = "bench@example.com"
	benchPassword = "a password for nobody"
)

// admit makes an owner with a session and a token, once for a house: what it gave lies beside the data, so that a later start
// is measured without the hash of a password in it.
func admit(ctx context.Context, h *house.House) (say hello, err error) {
	beside := h.Dir + ".hello"
	if data, err := os.ReadFile(beside); err == nil {
		return say, json.Unmarshal(data, &say)
	}
	password, err := h.Gate.Password(ctx, benchPassword)
	if err != nil {
		return say, err
	}
	err = h.DB.Update(ctx, func(tx *store.Tx) error {
		owner, err := people.AddAgent(tx, people.System, people.NewAgent{Email: benchEmail, Name: "Bench", Role: people.Owner})
		if err != nil {
			return err
		}
		if err := people.SetPassword(tx, people.System, owner.ID, password); err != nil {
			return err
		}
		say.Token, _, err = people.CreateToken(tx, owner.Actor(), people.NewToken{Agent: owner.ID, Name: "bench", Scope: people.ScopeAdmin})
		return err
	})
	if err != nil {
		return say, err
	}
	in, err := h.Gate.SignIn(ctx, people.SignIn{Email: benchEmail, Password: benchPassword, Address: "127.0.0.1"})
	if err != nil {
		return say, err
	}
	say.Cookie = "__Host-desk=" + in.Cookie
	data, err := json.Marshal(say)
	if err != nil {
		return say, err
	}
	return say, os.WriteFile(beside, data, 0o600)
}

// answer prints the first line and then what is asked, until the input ends.
func answer(say hello, sockets func() int) error {
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(say); err != nil {
		return err
	}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		debug.FreeOSMemory()
		runtime.GC()
		debug.FreeOSMemory()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		if err := out.Encode(memory{Heap: m.HeapAlloc + m.StackInuse, Sockets: sockets()}); err != nil {
			return err
		}
	}
	return nil
}
