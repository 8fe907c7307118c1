package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"deskbell/internal/fault"
	"deskbell/internal/files"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/ui/house"
)

// maxFile is the largest file that is taken.
const maxFile = 20 << 20

// uploads are read and written as streams, past huma, which would hold them in memory.
func (a *api) uploads() {
	put := operation(http.MethodPost, "uploads", "Send a file, as the body itself or as a form's file", people.ScopeWrite)
	put.Parameters = []*huma.Param{
		{Name: "name", In: "query", Description: "The file's name, when it is the body itself", Schema: &huma.Schema{Type: huma.TypeString}},
		{Name: onceHeader, In: "header", Description: "Makes a repeated request give the first one's answer, for a day.", Schema: &huma.Schema{Type: huma.TypeString}},
	}
	put.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"*/*": {}}}
	put.Responses = map[string]*huma.Response{"201": {Description: "The upload", Content: map[string]*huma.MediaType{
		"application/json": {Schema: huma.SchemaFromType(a.huma.OpenAPI().Components.Schemas, reflect.TypeFor[attachment]())},
	}}}
	read := operation(http.MethodGet, "uploads/{id}", "Get a file of a ticket that you may read, or of your own", people.ScopeRead)
	read.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	read.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{"*/*": {}}}}
	for _, op := range []*huma.Operation{&put, &read} {
		a.huma.OpenAPI().AddOperation(op)
	}
	a.routes = append(a.routes,
		web.Post(put.Path, put.Metadata["who"].(web.Who), a.putUpload).UpTo(maxFile+64<<10),
		web.Get(read.Path, read.Metadata["who"].(web.Who), a.getUpload),
	)
}

// errRepeated ends the transaction of a file that came before under the same key: the first one's answer stands.
var errRepeated = errors.New("the same file came before")

func (a *api) putUpload(w http.ResponseWriter, r *http.Request) error {
	in, err := house.Incoming(r)
	if err != nil {
		return err
	}
	answer, err := a.keep(&call{request: r}, in)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	return json.NewEncoder(w).Encode(answer)
}

// keep keeps a file once for each key. What tells files apart is what they hold and how they were called.
func (a *api) keep(c *call, in files.Arrival) (answer attachment, err error) {
	sum := sha256.New()
	asks := func() asked { return asked{a, c, hex.EncodeToString(sum.Sum(nil)) + " " + in.Upload.Name} }
	in.From = io.TeeReader(in.From, sum)
	in.Upload.Owner, in.Max = owner(web.Actor(c.request)), maxFile
	_, err = a.Files.PutAnd(c.request.Context(), in, func(tx *store.Tx, kept *files.Upload) (err error) {
		first := false
		answer, err = onceOnly(tx, asks(), func() (attachment, error) {
			first = true
			return attachment{kept.ID, kept.Name, kept.Type, kept.Size, a.address(root + "uploads/" + kept.ID)}, nil
		})
		if err == nil && !first {
			return errRepeated
		}
		return err
	})
	if errors.Is(err, errRepeated) {
		return answer, nil
	}
	if key, _ := c.onceKey(); err != nil && key != "" { // the rest of the file tells whether it is the one that came before
		_, _ = io.Copy(io.Discard, io.LimitReader(in.From, maxFile))
	}
	return settled(asks(), answer, err)
}

// getUpload gives a file. Whatever its sender called it, a browser only keeps it and never opens it here.
func (a *api) getUpload(w http.ResponseWriter, r *http.Request) error {
	var u *files.Upload
	err := a.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		u, err = readable(tx, web.Actor(r), r.PathValue("id"))
		return err
	})
	if err != nil {
		return err
	}
	return a.SendUpload(w, r, u)
}

// readable gives an upload that by may read: his own, or one that a ticket holds which he sees.
func readable(tx *store.Tx, by people.Actor, id string) (*files.Upload, error) {
	u, err := files.Get(tx, id)
	if err != nil || u.Owner == owner(by) {
		return u, err
	}
	for _, id := range tickets.Holders(u) {
		t, err := tickets.Find(tx, id)
		if err != nil {
			return nil, err
		}
		if t != nil && tickets.MayRead(by, t) {
			return u, nil
		}
	}
	return nil, fault.Missing("file")
}
