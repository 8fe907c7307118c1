//go:build unix

package files

import (
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"
)

func TestNobodyElseReadsTheShelf(t *testing.T) {
	for _, umask := range []int{0, 0o277} {
		old := syscall.Umask(0o022)
		c := openCupboard(t)
		syscall.Umask(umask)
		c.put("order.txt", "one parcel")
		syscall.Umask(old)
		err := filepath.WalkDir(filepath.Join(c.Dir, "files"), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			want := fs.FileMode(0o600)
			if d.IsDir() {
				want = 0o700
			}
			if err == nil && info.Mode().Perm() != want {
				t.Errorf("umask %#o: %s has mode %v", umask, path, info.Mode())
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
