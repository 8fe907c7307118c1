//go:build unix

package files

import "syscall"

// diskOf gives what of the disk under dir is free, and how large it is.
func diskOf(dir string) (free, all uint64) {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return 0, 0
	}
	size := uint64(s.Bsize)
	return s.Bavail * size, s.Blocks * size
}
