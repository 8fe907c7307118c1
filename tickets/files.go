package tickets

import (
	"fmt"
	"strings"

	"deskbell/internal/fault"
	"deskbell/internal/files"
	"deskbell/internal/store"
)

// File is an attachment, by the id of its upload.
type File struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

// Attached gives uploads of owner's as a message carries them. One of somebody else's cannot be told from none at all.
func Attached(tx *store.Tx, owner string, uploads []string) (list []File, err error) {
	for _, id := range uploads {
		u, err := files.Get(tx, id)
		if err != nil {
			return nil, err
		}
		if u.Owner != owner {
			return nil, fault.Missing("file")
		}
		list = append(list, File{u.ID, u.Name, u.Type, u.Size})
	}
	return list, nil
}

// hold keeps the files for as long as there are the words that came with them.
func (w *Words) hold(tx *store.Tx) error {
	for _, f := range w.Files {
		u, err := files.Get(tx, f.ID)
		if err != nil {
			return err
		}
		if err := files.Share(tx, u, w.holder()); err != nil {
			return err
		}
	}
	return nil
}

// letGo leaves them to whoever else holds them.
func (w *Words) letGo(tx *store.Tx) error {
	for _, f := range w.Files {
		if err := files.Release(tx, f.ID, w.holder()); err != nil {
			return err
		}
	}
	return nil
}

const holders = "tickets/"

// holder is the event's name among those that hold an upload.
func (w *Words) holder() string { return fmt.Sprintf("%s%s/%d", holders, w.Ticket, w.N) }

// Holders gives the tickets with a message that carries an upload.
func Holders(u *files.Upload) (ids []ID) {
	for _, holder := range u.Uses {
		number, ours := strings.CutPrefix(holder, holders)
		number, _, _ = strings.Cut(number, "/")
		if id, err := ParseID(number); ours && err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
