package cli

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"deskbell/internal/store"
	"deskbell/ui/house"
)

// controlFile is where a server listens for errands: a unix socket in the data directory, which only its owner can enter.
// Where there can be none, it is a file that only the owner can read, with a port of this machine and a secret.
const controlFile = "control"

// doneTrailer ends an answer that is whole, errorTrailer one whose errand failed. An answer with neither was cut off.
const (
	doneTrailer  = "Deskbell-Done"
	errorTrailer = "Deskbell-Error"
)

// port is what the file holds where there is no socket.
type port struct {
	Address string `json:"address"`
	Secret  string `json:"secret"`
}

// control does errands for other processes while a server has the house open.
type control struct {
	house  *house.House
	secret string // "" where the socket itself keeps strangers out
	server *http.Server
	path   string
	made   os.FileInfo // of what lies at path
}

// openControl begins to listen. The caller has the house open, so whatever lies at the path was left by a process that is
// gone.
func openControl(h *house.House) (*control, error) {
	c := &control{house: h, path: filepath.Join(h.Dir, controlFile)}
	if err := os.Remove(c.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot clear %s away: %w", c.path, err)
	}
	l, err := c.listen()
	if err != nil {
		return nil, fmt.Errorf("cannot take commands at %s: %w", c.path, err)
	}
	if c.made, err = os.Lstat(c.path); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	c.server = &http.Server{Handler: http.HandlerFunc(c.answer), ReadHeaderTimeout: 10 * time.Second}
	go c.server.Serve(l) // its error is that of Close
	return c, nil
}

func (c *control) listen() (net.Listener, error) {
	l, err := net.Listen("unix", c.path)
	if err == nil {
		l.(*net.UnixListener).SetUnlinkOnClose(false) // see Close
		return l, os.Chmod(c.path, 0o600)
	}
	if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	c.secret = store.NewRef()
	data, err := json.Marshal(port{l.Addr().String(), c.secret})
	if err != nil {
		return nil, err
	}
	return l, os.WriteFile(c.path, data, 0o600)
}

// Close stops listening; errands that are at work see their context end. What lies at the path by now may be another server's,
// when the directory was replaced.
func (c *control) Close() error {
	err := c.server.Close()
	if now, lost := os.Lstat(c.path); lost != nil || !os.SameFile(now, c.made) {
		return err
	}
	return errors.Join(err, ignoreMissing(os.Remove(c.path)))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (c *control) answer(w http.ResponseWriter, r *http.Request) {
	if c.secret != "" && subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+c.secret)) != 1 {
		http.Error(w, "wrong secret", http.StatusForbidden)
		return
	}
	do := errands[r.URL.Query().Get("errand")]
	if do == nil {
		http.Error(w, "the running server is of another version", http.StatusNotFound)
		return
	}
	args, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return // the command went away
	}
	w.Header().Set("Trailer", doneTrailer+", "+errorTrailer)
	if err := do(r.Context(), c.house, args, flushing{w, http.NewResponseController(w)}); err != nil {
		w.Header().Set(errorTrailer, url.QueryEscape(sentence(err))) // a header has one line of plain letters
		return
	}
	w.Header().Set(doneTrailer, "1")
}

// flushing sends what is written at once: it may be progress.
type flushing struct {
	io.Writer
	control *http.ResponseController
}

// patience is how long a command may not take what is written to it: one that stands still during a backup would have the data
// grow, for what is freed meanwhile is kept for it.
const patience = time.Minute

func (f flushing) Write(b []byte) (int, error) {
	if err := f.control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	n, err := f.Writer.Write(b)
	if err == nil {
		err = f.control.Flush()
	}
	return n, errors.Join(err, f.control.SetWriteDeadline(time.Time{}))
}

// client speaks to a running server.
type client struct {
	http.Client
	secret string
}

// dialControl gives a client of the server that has the house in dir open, or nil when there is none.
func dialControl(dir string) (*client, error) {
	path := filepath.Join(dir, controlFile)
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil // no server is there, or the store will say what is wrong with the directory
	}
	network, address, c := "unix", path, &client{}
	if info.Mode().IsRegular() {
		var p port
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s (%w): run the command as the user who runs the server", path, err)
		}
		if json.Unmarshal(data, &p) != nil {
			return nil, nil // half written by a server that was killed
		}
		network, address, c.secret = "tcp", p.Address, p.Secret
	}
	conn, err := net.DialTimeout(network, address, 2*time.Second)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("the server of %s does not let this user in: run the command as the user who runs the server", dir)
	}
	if err != nil {
		return nil, nil // left behind by a server that was killed
	}
	c.Transport = &http.Transport{
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return conn, nil },
		DisableKeepAlives: true,
	}
	return c, nil
}

// run has an errand done and copies what it says to out.
func (c *client) run(ctx context.Context, name string, args []byte, out io.Writer) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://deskbell/", bytes.NewReader(args))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	q.Set("errand", name)
	r.URL.RawQuery = q.Encode()
	r.Header.Set("Authorization", "Bearer "+c.secret)
	answer, err := c.Do(r)
	if err != nil {
		return fmt.Errorf("the running server does not answer (%w): look at its log", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the running server refuses this command (%s): restart it with this version of deskbell", answer.Status)
	}
	here := &taker{Writer: out}
	if _, err := io.Copy(here, answer.Body); here.err != nil {
		return here.err
	} else if err != nil {
		return fmt.Errorf("the running server went away before it was done (%w): try again", err)
	}
	if said, err := url.QueryUnescape(answer.Trailer.Get(errorTrailer)); err == nil && said != "" {
		return errors.New(said)
	}
	if answer.Trailer.Get(doneTrailer) == "" {
		return errors.New("the running server went away before it was done: try again")
	}
	return nil
}

// taker writes what a server says, and tells trouble on this side from trouble on the other.
type taker struct {
	io.Writer
	err error
}

func (t *taker) Write(b []byte) (n int, err error) {
	n, err = t.Writer.Write(b)
	t.err = err
	return n, err
}
