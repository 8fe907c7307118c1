//go:build unix

package boltkv

import "syscall"

// lowDisk tells whether the disk under dir has less than the reserve: a sixteenth of it, at most 64 MiB.
func lowDisk(dir string) bool {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return false
	}
	size := uint64(s.Bsize)
	return s.Bavail*size < min(s.Blocks*size/16, 64<<20)
}
