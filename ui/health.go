package ui

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/house"
)

// alive answers as long as the process does. It asks nothing, so that a slow disk is no reason to kill it.
func alive(w http.ResponseWriter, _ *http.Request) error {
	return plain(w, http.StatusOK, "alive")
}

// ready tells whether the house can take new work, and otherwise why not, for whoever runs it.
func ready(h *house.House) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := h.Ready(r.Context()); err != nil {
			return plain(w, http.StatusServiceUnavailable, err.Error())
		}
		return plain(w, http.StatusOK, "ready")
	}
}

func plain(w http.ResponseWriter, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // whoever went away needs no answer
	return nil
}

// open are the doors of a house without an owner: the setup itself, what its page needs, the widget, which takes messages
// before anybody is there to answer, and health.
var open = []string{"/desk/setup/", "/assets/", "/w/", "/widget.js", "/healthz", "/readyz"}

// untilOwned keeps all other doors closed until the house has an owner, so that nobody comes in before him.
func untilOwned(h *house.House, edge *web.Edge, next http.Handler) http.Handler {
	var owned atomic.Bool
	closed := edge.Handler([]web.Route{web.On("", "/", web.Anyone, notYet)})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if owned.Load() || isOpen(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		err := h.DB.View(r.Context(), func(tx *store.Tx) error {
			has, err := people.HasOwner(tx)
			owned.Store(has)
			return err
		})
		if err == nil && owned.Load() {
			next.ServeHTTP(w, r)
			return
		}
		closed.ServeHTTP(w, r)
	})
}

// notYet tells people what to do about a house without an owner, and programs that it is one.
func notYet(w http.ResponseWriter, r *http.Request) error {
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		return web.Render(w, r, http.StatusServiceUnavailable, notYetPage())
	}
	return fault.New(fault.Unavailable, "ui.no_owner")
}

func isOpen(path string) bool {
	for _, door := range open {
		if path == door || strings.HasSuffix(door, "/") && strings.HasPrefix(path, door) {
			return true
		}
	}
	return false
}
