package house

import (
	"errors"
	"io"
	"mime"
	"net/http"

	"deskbell/internal/fault"
	"deskbell/internal/files"
	"deskbell/internal/web"
)

// Incoming is the file that a program's request brings: the first file of a form, whatever stands before it, or else the body
// itself, named by the address (?name=).
func Incoming(r *http.Request) (files.Arrival, error) {
	kind := r.Header.Get("Content-Type")
	if media, _, _ := mime.ParseMediaType(kind); media != "multipart/form-data" {
		return files.Arrival{Upload: files.Upload{Name: r.URL.Query().Get("name"), Type: kind}, From: r.Body}, nil
	}
	form, err := r.MultipartReader()
	if err != nil {
		return files.Arrival{}, broken(err)
	}
	for {
		part, err := form.NextPart()
		if err == io.EOF { // itself: a form that was cut off wraps it
			return files.Arrival{}, fault.New(fault.Invalid, "api.no_file")
		}
		if err != nil {
			return files.Arrival{}, broken(err)
		}
		if part.FileName() != "" {
			return files.Arrival{Upload: files.Upload{Name: part.FileName(), Type: part.Header.Get("Content-Type")}, From: part}, nil
		}
	}
}

// broken is why a form cannot be read: it is larger than is taken, or no form at all.
func broken(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return web.Refusal(http.StatusBadRequest, &fault.Error{Kind: fault.Invalid, Say: "fault.unreadable", Err: err})
}
