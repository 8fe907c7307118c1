package house

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"deskbell/internal/store/boltkv"
)

// inspect looks at a data directory before anything is opened in it, so that a slip in --data is a sentence and not a
// house among somebody else's files.
func inspect(dir string) error {
	if dir == "" {
		return errors.New("no data directory is named: give one with --data")
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // the store makes it
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the data directory %s cannot be read: give it to the user who runs deskbell, or name another with --data", dir)
	case err != nil:
		return fmt.Errorf("%s cannot be the data directory (%v): name another with --data", dir, err)
	}
	for _, e := range entries {
		if e.Name() == unfinished {
			return fmt.Errorf("a backup was not put back to its end in %s: remove that directory and restore the backup again", dir)
		}
	}
	if len(entries) > 0 && !IsHouse(dir) {
		return fmt.Errorf("%s holds other files and no house: name an empty directory with --data", dir)
	}
	return nil
}

// IsHouse reports whether dir holds a house, whole or not.
func IsHouse(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if e.Name() == "house.json" || e.Name() == "key" || strings.HasPrefix(e.Name(), boltkv.FileName) {
			return true
		}
	}
	return false
}
