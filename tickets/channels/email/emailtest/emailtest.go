// Package emailtest is a mail server on loopback for the tests of whatever sends mail.
package emailtest

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

// Server is a mail server on loopback that does what the test says.
type Server struct {
	Port   int
	Closed int // a port where nobody listens

	mu     sync.Mutex
	refuse error                  // of recipients
	end    func(*smtp.Conn) error // after the final dot; nil takes the mail
	seen   Mail                   // the last mail that came in whole
	all    []Mail                 // those that were taken
}

// Mail is a mail as the server got it.
type Mail struct {
	From, To   string
	Header     mail.Header
	Text, HTML string
}

// ErrTaken is the answer of a server that took the mail and could not say so.
var ErrTaken = errors.New("taken")

// Listen opens a server for the length of a test.
func Listen(t *testing.T) *Server {
	s := &Server{}
	s.Port = s.serve(t, s.plain(), nil)
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Closed = gone.Addr().(*net.TCPAddr).Port
	gone.Close()
	return s
}

func (s *Server) plain() *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{Server: s, conn: c}, nil
	}))
	server.Domain, server.ErrorLog = "mail.example", quiet{}
	return server
}

// Secure has the same server listen with TLS, certified so, from the start or by STARTTLS, and gives the port.
func (s *Server) Secure(t *testing.T, by []tls.Certificate, fromStart bool) int {
	server := s.plain()
	trust := &tls.Config{Certificates: by}
	if fromStart {
		return s.serve(t, server, trust)
	}
	server.TLSConfig = trust
	return s.serve(t, server, nil)
}

func (s *Server) serve(t *testing.T, server *smtp.Server, trust *tls.Config) (port int) {
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

// After has the server do end after the final dot of each mail.
func (s *Server) After(end func(*smtp.Conn) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end = end
}

// Refuse has the server answer so to every recipient; nil takes it back.
func (s *Server) Refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = err
}

// Taken gives the mails that the server took since it was last asked.
func (s *Server) Taken() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.all
	s.all = nil
	return all
}

// Last gives the last mail that came in whole, taken or not.
func (s *Server) Last() Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

type session struct {
	*Server
	conn *smtp.Conn
	mail Mail
}

func (s *session) Reset()        { s.mail = Mail{} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.From = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.To += to
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
	if err == nil || errors.Is(err, ErrTaken) {
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
func (g *Mail) read(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	g.Header = m.Header
	kind, values, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	if kind == "text/plain" {
		text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		g.Text = string(text)
		return err
	}
	parts := multipart.NewReader(m.Body, values["boundary"])
	for _, into := range []*string{&g.Text, &g.HTML} {
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
