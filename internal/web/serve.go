package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Server is the HTTP server of a house, with the time limits that the open internet needs.
type Server struct {
	http *http.Server
	edge *Edge
}

// NewServer makes a server for h. Slow headers are cut after ten seconds; slow bodies and slow readers by Edge.
func (e *Edge) NewServer(h http.Handler) *Server {
	return &Server{
		http: &http.Server{
			Handler:           h,
			ReadHeaderTimeout: 10 * time.Second,
			IdleTimeout:       90 * time.Second,
			MaxHeaderBytes:    32 << 10,
			ErrorLog:          slog.NewLogLogger(e.Log.Handler(), slog.LevelDebug), // mostly strangers who hang up
		},
		edge: e,
	}
}

// Serve answers until Close. It returns nil then.
func (s *Server) Serve(l net.Listener) error {
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close stops accepting, tells streams and long polls to end, calls hangUp, which closes the sockets, and waits for the
// handlers that are at work. When ctx ends first, it cuts them.
func (s *Server) Close(ctx context.Context, hangUp func(context.Context)) error {
	done := make(chan error, 1)
	go func() { done <- s.http.Shutdown(ctx) }() // closes the listeners at once, then waits
	s.edge.leaving()
	if hangUp != nil {
		hangUp(ctx)
	}
	err := <-done
	if err != nil {
		_ = s.http.Close()
	}
	return err
}
