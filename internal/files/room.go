package files

import "strings"

// full gives what tells whether the disk has no room for a file of an owner's. Agents may go down to the store's own reserve.
// Everybody else is stopped far above it: what strangers send must never be why the house can write nothing.
func (s *Shelf) full(owner string) func() bool {
	store, _ := s.db.Engine().(interface{ Low() bool })
	agent := strings.HasPrefix(owner, "agent:")
	return func() bool {
		return store != nil && store.Low() || !agent && low(s.disk(s.dir))
	}
}

// low tells whether less is free than customers must leave: a tenth of the disk, at least 1 GiB, but of a small disk half.
func low(free, all uint64) bool { return free < min(max(all/10, 1<<30), all/2) }
