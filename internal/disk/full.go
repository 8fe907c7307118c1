package disk

import (
	"errors"
	"slices"
)

// IsFull tells whether err is the system's word for a disk on which there is no room: for nobody, or none for this user.
func IsFull(err error) bool {
	return slices.ContainsFunc(full, func(word error) bool { return errors.Is(err, word) })
}
