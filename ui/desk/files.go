package desk

import (
	"net/http"
	"slices"
	"strconv"

	"deskbell/internal/fault"
	"deskbell/internal/files"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
)

const (
	mostFile  = 20 << 20 // bytes of one attachment
	mostFiles = 10       // of one answer
)

// file gives an attachment to an agent who may read its ticket. Whatever somebody sent is a download, save for pictures.
func (d *Desk) file(w http.ResponseWriter, r *http.Request) error {
	id, err := tickets.ParseID(r.PathValue("ticket"))
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return fault.Missing("file")
	}
	var u *files.Upload
	err = d.DB.View(r.Context(), func(tx *store.Tx) error {
		u, err = attachment(tx, web.Actor(r), id, n, r.PathValue("file"))
		return err
	})
	if err != nil {
		return err
	}
	return d.SendUpload(w, r, u)
}

// attachment finds a file that event n of a ticket carries, for somebody who may read the ticket.
func attachment(tx *store.Tx, by people.Actor, id tickets.ID, n int, file string) (*files.Upload, error) {
	if _, err := tickets.Get(tx, by, id); err != nil {
		return nil, err
	}
	e, err := tickets.EventAt(tx, id, n)
	if err != nil || !slices.ContainsFunc(e.Said.Files, func(f tickets.File) bool { return f.ID == file }) {
		return nil, fault.Missing("file")
	}
	return files.Get(tx, file)
}

// owner is how an upload names the agent who sent it.
func owner(by people.Actor) string { return "agent:" + by.ID }

// take keeps a file of the composer's form. Nothing holds it yet: one that is never sent goes by itself.
func (d *Desk) take(r *http.Request, f *replyFields) func(web.Upload) error {
	return func(u web.Upload) error {
		if len(f.Uploads) == mostFiles {
			return fault.Field("text", "desk.too_many_files", "most", mostFiles)
		}
		kept, err := d.Files.Put(r.Context(), files.Upload{Name: u.Name, Type: u.Type, Owner: owner(web.Actor(r))}, u, mostFile)
		if err != nil {
			return err
		}
		f.Uploads = append(f.Uploads, kept.ID)
		return nil
	}
}
