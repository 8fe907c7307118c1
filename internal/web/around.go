package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
)

const (
	maxFields  = 100 // header fields of a request; browsers send some twenty
	maxCookies = 100
)

// around puts what belongs to every request around the routes, found or not.
func (e *Edge) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{edge: e, address: e.addressOf(r)}
		ctx := i18n.With(r.Context(), i18n.Match(r.Header.Get("Accept-Language")))
		r = r.WithContext(context.WithValue(ctx, visitKey{}, v))
		r.RemoteAddr = netip.AddrPortFrom(v.address, 0).String() // past the proxies, for whoever looks there

		a := newAnswer(w)
		r.Body = newSteady(a, r.Body)
		e.secureHeader(a.Header())
		begun := time.Now()
		defer func() {
			if panicked := recover(); panicked != nil {
				if panicked == http.ErrAbortHandler {
					panic(panicked) // the handler wants the connection cut; net/http knows how
				}
				e.refuse(a, r, fmt.Errorf("panic: %v\n%s", panicked, debug.Stack()))
			}
			a.extend()
			e.log(v, r, a, time.Since(begun))
		}()

		if err := e.sane(r); err != nil {
			e.refuse(a, r, err)
			return
		}
		next.ServeHTTP(a, r)
	})
}

// sane refuses what no honest client sends, and hosts that are not ours.
func (e *Edge) sane(r *http.Request) error {
	fields := 0
	for _, values := range r.Header {
		fields += len(values)
	}
	cookies := 0
	for _, c := range r.Header["Cookie"] {
		cookies += strings.Count(c, "=")
	}
	if fields > maxFields || cookies > maxCookies {
		return refusal{fault.New(fault.TooLarge, "web.header_too_large"), http.StatusRequestHeaderFieldsTooLarge}
	}
	if !e.isOurs(r.Host) && !isProbe(r.URL.Path) {
		say := fault.New(fault.NotFound, "web.wrong_host", "url", origin(e.Options.URL))
		return refusal{say, http.StatusMisdirectedRequest}
	}
	return nil
}

// isProbe reports whether path is asked by machines that know the house by its bare address only.
func isProbe(path string) bool { return path == "/healthz" || path == "/readyz" }

// log writes one line for each request. It names the route and not the path, since paths hold the customers' unguessable
// references and the one-time secrets of links; and it has no query, cookie or agent string at all.
func (e *Edge) log(v *visit, r *http.Request, a *answer, took time.Duration) {
	level := slog.LevelInfo
	if isProbe(r.URL.Path) {
		level = slog.LevelDebug
	}
	e.Log.LogAttrs(r.Context(), level, "request",
		slog.String("method", r.Method),
		slog.String("route", routeName(r)),
		slog.Int("status", a.status),
		slog.Int64("bytes", a.bytes),
		slog.Duration("took", took.Round(time.Microsecond)),
		slog.String("from", v.address.String()),
	)
}

// routeName is the pattern of the route that answers r.
func routeName(r *http.Request) string {
	if v := visitOf(r.Context()); v != nil && v.route != nil {
		return v.route.Path
	}
	return "none"
}

// Leaving is closed when the house begins to shut down. A handler that streams or waits ends then.
func Leaving(r *http.Request) <-chan struct{} { return visitOf(r.Context()).edge.leave.Done() }
