package demohouse

import (
	"sync"
	"time"
)

// Clock is the clock of a house that is given a past: it can be set back while the house is filled, and from Now on it goes
// with everybody else's.
type Clock struct {
	mu    sync.Mutex
	shift time.Duration
}

// Now is the time it shows. It never stands still.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.shift)
}

// ago makes the clock show what it was so long ago.
func (c *Clock) ago(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shift = -d
}
