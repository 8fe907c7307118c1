package email

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// server is a mail server on loopback that does what the test says.
type server struct {
	port   int
	closed int // a port where nobody listens

	mu     sync.Mutex
	refuse error                  // of recipients
	end    func(*smtp.Conn) error // after the final dot; nil takes the mail
	seen   got                    // the last mail that came in whole
	all    []got                  // those that were taken
}

// got is a mail as the server got it.
type got struct {
	from, to   string
	header     mail.Header
	text, html string
}

// errTaken is the answer of a server that took the mail and could not say so.
var errTaken = errors.New("taken")

func newServer(t *testing.T) *server {
	s := &server{}
	s.port = s.serve(t, s.plain(), nil)
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.closed = gone.Addr().(*net.TCPAddr).Port
	gone.Close()
	return s
}

func (s *server) plain() *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{server: s, conn: c}, nil
	}))
	server.Domain, server.ErrorLog = "mail.example", quiet{}
	return server
}

// secure has the same server listen with TLS, from the start or by STARTTLS, and gives the port.
func (s *server) secure(t *testing.T, fromStart bool) int {
	server := s.plain()
	trust := &tls.Config{Certificates: certified.TLS.Certificates}
	if fromStart {
		return s.serve(t, server, trust)
	}
	server.TLSConfig = trust
	return s.serve(t, server, nil)
}

func (s *server) serve(t *testing.T, server *smtp.Server, trust *tls.Config) (port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port = l.Addr().(*net.TCPAddr).Port
	if trust != nil {
		l = tls.NewListener(l, trust)
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return port
}

// after has the server do end after the final dot of each mail.
func (s *server) after(end func(*smtp.Conn) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end = end
}

func (s *server) refuses(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = err
}

// taken gives the mails that the server took since it was last asked.
func (s *server) taken() []got {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.all
	s.all = nil
	return all
}

func (s *server) last() got {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

type session struct {
	*server
	conn *smtp.Conn
	mail got
}

func (s *session) Reset()        { s.mail = got{} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to += to
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refuse
}

func (s *session) Data(r io.Reader) error {
	if err := s.mail.read(r); err != nil {
		return err
	}
	s.mu.Lock()
	s.seen = s.mail
	end := s.end
	s.mu.Unlock()
	var err error
	if end != nil {
		err = end(s.conn)
	}
	if err == nil || errors.Is(err, errTaken) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all = append(s.all, s.mail)
	}
	return err
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "shop" || password != "right" {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

// read takes a mail apart as a mail program would.
func (g *got) read(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	g.header = m.Header
	kind, values, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	if kind == "text/plain" {
		text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		g.text = string(text)
		return err
	}
	parts := multipart.NewReader(m.Body, values["boundary"])
	for _, into := range []*string{&g.text, &g.html} {
		part, err := parts.NextPart() // which undoes quoted-printable
		if err != nil {
			return err
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		*into = string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	}
	return nil
}

// quiet is for a log of what the tests did on purpose.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}
