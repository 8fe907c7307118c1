// Package assets holds what a browser is sent besides pages: styles, scripts and pictures, embedded in the program.
//
// Each file of dist/, static/ and third/ has a URL that carries a fingerprint of its content, so a browser keeps it for ever and
// a new release is never mixed with an old style. dist/ is written by `go generate` from css/ and ts/; edit those. Icons
// are drawn into the page itself and have no URL. Nothing here is ever loaded from another host.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed dist static third/htmx/htmx.min.js
var files embed.FS

// Asset is one file, ready to be sent.
type Asset struct {
	Name   string // such as "desk.css"
	Type   string // its media type
	Body   []byte
	zipped func() []byte // by gzip, made when first asked for; nil where that is not smaller
	print  string        // of Body
}

// all is every asset by its name. It is made once, before main, and only read after that.
var all = load()

// Prefix is the path under which Handler must be mounted.
const Prefix = "/assets/"

func load() map[string]*Asset {
	found := map[string]*Asset{}
	for _, dir := range []string{"dist", "static", "third/htmx"} {
		entries, err := fs.ReadDir(files, dir)
		if err != nil {
			panic(err) // the folder is compiled in: this cannot depend on where the program runs
		}
		for _, entry := range entries {
			body, err := files.ReadFile(path.Join(dir, entry.Name()))
			if err != nil {
				panic(err)
			}
			found[entry.Name()] = newAsset(entry.Name(), body)
		}
	}
	return found
}

func newAsset(name string, body []byte) *Asset {
	sum := sha256.Sum256(body)
	a := &Asset{Name: name, Type: mediaType(name), Body: body, print: hex.EncodeToString(sum[:6])}
	a.zipped = sync.OnceValue(func() []byte { return zip(body) })
	return a
}

func zip(body []byte) []byte {
	var zipped bytes.Buffer
	w, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression) // the level is a valid constant
	_, _ = w.Write(body)                                       // a buffer takes everything
	_ = w.Close()
	if zipped.Len() >= len(body)*9/10 {
		return nil
	}
	return zipped.Bytes()
}

// mediaType does not ask the machine's own tables, which differ and are wrong on some.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".webmanifest":
		return "application/manifest+json"
	case ".mp3":
		return "audio/mpeg"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// URL is the path of an asset, with its fingerprint. A name that is not there leads nowhere; a test reads the sources and
// finds every such name.
func URL(name string) string {
	a := all[name]
	if a == nil {
		return Prefix + "missing/" + name
	}
	return Prefix + a.print + "/" + name
}

// Get returns an asset by name, for what is served at a path without a fingerprint, or nil.
func Get(name string) *Asset { return all[name] }

// Handler serves everything under Prefix, to be kept for a year without asking again.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		print, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		a := all[name]
		if a == nil || a.print != print { // a page of an older release asks for an older file: never the wrong one under its name
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		a.serve(w, r)
	})
}

// Lasting serves the asset at a path that never changes, such as /widget.js: a browser may keep it for age, then it asks
// whether it is still the same.
func (a *Asset) Lasting(age time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(int(age.Seconds())))
		a.serve(w, r)
	})
}

func (a *Asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	body, tag := a.Body, a.print
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		if zipped := a.zipped(); zipped != nil {
			h.Set("Content-Encoding", "gzip")
			body, tag = zipped, a.print+"-gz"
		}
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, a.Name, time.Time{}, bytes.NewReader(body))
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3) as far as it matters: gzip or a star, unless refused with q=0.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "gzip" && coding != "*" {
			continue
		}
		weight, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(q), "q="), 64)
		return err != nil || weight > 0
	}
	return false
}
