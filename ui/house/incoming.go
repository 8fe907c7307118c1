package house

import (
	"mime"
	"net/http"

	"deskbell/internal/fault"
	"deskbell/internal/files"
)

// Incoming is the file that a program's request brings: the first file of a form, whatever stands before it, or else the body
// itself, named by the address (?name=).
func Incoming(r *http.Request) (files.Arrival, error) {
	kind := r.Header.Get("Content-Type")
	if media, _, _ := mime.ParseMediaType(kind); media != "multipart/form-data" {
		return files.Arrival{Upload: files.Upload{Name: r.URL.Query().Get("name"), Type: kind}, From: r.Body}, nil
	}
	form, err := r.MultipartReader()
	for err == nil {
		part, next := form.NextPart()
		if err = next; err == nil && part.FileName() != "" {
			return files.Arrival{Upload: files.Upload{Name: part.FileName(), Type: part.Header.Get("Content-Type")}, From: part}, nil
		}
	}
	return files.Arrival{}, fault.New(fault.Invalid, "api.no_file")
}
