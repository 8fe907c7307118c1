//go:build unix

package cli

import (
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

func TestABackupThatFindsNoRoomSaysWhere(t *testing.T) {
	for reason, want := range map[syscall.Errno]string{
		syscall.ENOSPC: "there is no room for the backup in /srv: make room there",
		syscall.EFBIG:  "cannot write the backup in /srv (file too large): name a file on another disk",
	} {
		err := notWritten("/srv/b.tar", fmt.Errorf("while it was written: %w", &fs.PathError{Op: "write", Path: "/srv/.b.tar-1.part", Err: reason}))
		if !strings.HasPrefix(err.Error(), want) {
			t.Errorf("it says %q, want %q", err, want)
		}
	}
}
