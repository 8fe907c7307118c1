package house

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"deskbell/internal/store"
	"deskbell/internal/web"
)

// onDisk is an engine that lies on a disk of its own.
type onDisk interface {
	Broken() error // why nothing can be written any more
	Low() bool     // nothing new is taken until there is room
}

// Ready says why the house cannot take new work just now.
func (h *House) Ready(ctx context.Context) error {
	switch halt, err := h.halted(); halt {
	case Broken:
		return fmt.Errorf("nothing can be written any more (%w): look after the disk, then start deskbell again", err)
	case Full:
		return errors.New("the disk is nearly full: make room, and work goes on by itself")
	}
	return h.DB.View(ctx, func(*store.Tx) error { return nil })
}

// Halt is why nothing can be written just now; "" while everything can.
type Halt string

const (
	Broken Halt = "broken" // for good, until somebody has looked after the disk and started the house again
	Full   Halt = "full"   // until there is room
)

func (h *House) halted() (Halt, error) {
	d, ok := h.DB.Engine().(onDisk)
	if !ok {
		return "", nil
	}
	if err := d.Broken(); err != nil {
		return Broken, err
	}
	if d.Low() {
		return Full, nil
	}
	return "", nil
}

type haltKey struct{}

// Aware lets the pages of a table know whether anything can be written, whatever else they show.
func (h *House) Aware(routes []web.Route) []web.Route {
	for i, route := range routes {
		routes[i].Do = func(w http.ResponseWriter, r *http.Request) error {
			halt, _ := h.halted() // the cause is for whoever runs the house, and health tells it
			return route.Do(w, r.WithContext(context.WithValue(r.Context(), haltKey{}, halt)))
		}
	}
	return routes
}

// HaltOf is why nothing could be written when a page was asked for.
func HaltOf(ctx context.Context) Halt {
	halt, _ := ctx.Value(haltKey{}).(Halt)
	return halt
}
