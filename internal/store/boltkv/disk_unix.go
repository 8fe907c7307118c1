//go:build unix

package boltkv

import (
	"os"
	"syscall"
)

// lowDisk tells whether the disk under dir has less than the reserve: a sixteenth of it, at most 64 MiB.
func lowDisk(dir string) bool {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return false
	}
	size := uint64(s.Bsize)
	return s.Bavail*size < min(s.Blocks*size/16, 64<<20)
}

// hold takes bbolt's own lock on a data file until f is closed, unless another has it.
func hold(f *os.File) bool { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil }
