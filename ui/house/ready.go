package house

import (
	"context"
	"errors"
	"fmt"

	"deskbell/internal/store"
)

// onDisk is an engine that lies on a disk of its own.
type onDisk interface {
	Broken() error // why nothing can be written any more
	Low() bool     // nothing new is taken until there is room
}

// Ready says why the house cannot take new work just now.
func (h *House) Ready(ctx context.Context) error {
	if d, ok := h.DB.Engine().(onDisk); ok {
		if err := d.Broken(); err != nil {
			return fmt.Errorf("nothing can be written any more (%w): look after the disk, then start deskbell again", err)
		}
		if d.Low() {
			return errors.New("the disk is nearly full: make room, and work goes on by itself")
		}
	}
	return h.DB.View(ctx, func(*store.Tx) error { return nil })
}
