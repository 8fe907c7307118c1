package boltkv

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// glance is how often Watch looks.
const glance = time.Second

// Watch waits until ctx ends, or until the data file is no longer the one that was opened, and then gives the sentence. Whoever
// replaced it means another house than the one that is open. A file that cannot be looked at is no such thing: that is trouble
// with the disk, which the next write meets.
func (e *Engine) Watch(ctx context.Context) error {
	ticker := time.NewTicker(glance)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		err := e.card.same(e.db.Path())
		if errors.Is(err, errReplaced) || errors.Is(err, fs.ErrNotExist) {
			e.fail(err)
			return err
		}
	}
}

// look holds the path against the open file: what is written to data that was replaced underneath is lost with it, so nobody
// may be told that it was kept.
func (e *Engine) look() {
	if err := e.card.same(e.db.Path()); err != nil {
		e.fail(err)
	}
}

// same tells whether path still leads to the file that was opened.
func (c *card) same(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("the data file went away while it was open (%w): put it back and start deskbell again", bare(err))
	}
	if !os.SameFile(info, c.opened) {
		return errReplaced
	}
	return nil
}

var errReplaced = errors.New("the data file was replaced while it was open: start deskbell again")
