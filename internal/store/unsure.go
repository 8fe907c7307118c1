package store

import "sync"

// Unsure are the keys of deeds that may not be on disk although they can be seen: their own flush failed, or has not ended yet.
// Whoever acks what was done before, without writing, asks here first. The zero value is ready.
type Unsure struct {
	mu   sync.Mutex
	keys map[string]struct{}
}

// Mark says, in its transaction, that a deed was done. A deed that was found marks nothing: it was on disk before.
func (u *Unsure) Mark(key string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.keys == nil {
		u.keys = map[string]struct{}{}
	}
	u.keys[key] = struct{}{}
}

// Clear says that a transaction which did the deed, or found it, is on disk.
func (u *Unsure) Clear(key string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.keys, key)
}

// Has tells whether a deed may not be on disk.
func (u *Unsure) Has(key string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	_, has := u.keys[key]
	return has
}
