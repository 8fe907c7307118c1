// Package disk makes what was written last: through a crash of the program, and through a loss of power as far as the disk
// keeps its word. A file is on disk when it is flushed; its name, and that an older one is gone, when its folder is. It also
// knows the system's words for a disk that is full. The package reads nothing, and knows nothing of what it writes.
package disk

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// FlushFolder makes the names in a folder last: what was made, renamed or removed there. Windows cannot flush a folder and does
// not need to.
func FlushFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Replace gives the file at path what data holds, for nobody but this user to read. Whoever opens it, after a crash as well, has
// the old file or the new one and never half of either. What a crash leaves beside it, path with ".part" behind, the next
// Replace takes over.
func Replace(path string, data []byte) error {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return FlushFolder(filepath.Dir(path))
}
