//go:build unix

package disk_test

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"deskbell/internal/disk"
)

func TestWhichErrorsSayThatADiskIsFull(t *testing.T) {
	for word, want := range map[error]bool{
		syscall.ENOSPC: true, syscall.EDQUOT: true, syscall.EROFS: false, syscall.EIO: false, nil: false,
	} {
		err := fmt.Errorf("write: %w", &os.PathError{Op: "write", Path: "deskbell.db", Err: word})
		if got := disk.IsFull(err); got != want {
			t.Errorf("%v: %v, want %v", word, got, want)
		}
	}
}
