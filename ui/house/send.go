package house

import (
	"mime"
	"net/http"
	"slices"

	"deskbell/internal/files"
	"deskbell/internal/web"
)

// shown are the types that a browser may show by itself: pictures that cannot run anything.
var shown = []string{"image/png", "image/jpeg", "image/gif", "image/webp"}

// Shown tells whether a browser shows what SendUpload gives it of a type, instead of keeping it.
func Shown(kind string) bool { return slices.Contains(shown, kind) }

// SendUpload gives an upload to somebody who may have it. Whatever its sender called it, a browser keeps it and never opens it
// here, save for pictures.
func (h *House) SendUpload(w http.ResponseWriter, r *http.Request, u *files.Upload) error {
	f, err := h.Files.Open(u.Hash)
	if err != nil {
		return err
	}
	defer f.Close()
	how, kind := "attachment", "application/octet-stream"
	if Shown(u.Type) {
		how, kind = "inline", u.Type
	}
	web.Allow(w, web.Policy{Nothing: true})
	head := w.Header()
	head.Set("Content-Type", kind)
	head.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": u.Name}))
	head.Set("Cache-Control", "private, max-age=3600")
	head.Set("ETag", `"`+u.Hash+`"`)
	head.Set("Referrer-Policy", "no-referrer") // the address of a file may be all that opens it
	http.ServeContent(w, r, "", u.Created, f)
	return nil
}
