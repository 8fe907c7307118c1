package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"deskbell/internal/fault"
	"deskbell/internal/web"
)

// call is one request on its way through huma. huma would write errors in its own words: what goes wrong is kept here instead,
// and the edge of the house answers with it as with any other route's.
type call struct {
	http.ResponseWriter
	request *http.Request
	err     error
	sum     hash.Hash // of the body, as it is read
}

// body is the hash of the body, once it was read.
func (c *call) body() string { return hex.EncodeToString(c.sum.Sum(nil)) }

type callKey struct{}

func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }

// Handle makes a route of an operation.
func (a *api) Handle(op *huma.Operation, handler func(huma.Context)) {
	a.routes = append(a.routes, web.Route{
		Method: op.Method, Path: op.Path, Who: op.Metadata["who"].(web.Who), Body: op.MaxBodyBytes,
		Do: func(w http.ResponseWriter, r *http.Request) error {
			if coding := r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
				return notJSON()
			}
			c := &call{ResponseWriter: w, sum: sha256.New()}
			c.request = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
			c.request.Body = summed{io.TeeReader(r.Body, c.sum), r.Body}
			handler(humago.NewContext(op, c.request, c))
			return c.finish()
		},
	})
}

// ServeHTTP is asked of an adapter; the routes are served by the edge.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

type summed struct {
	io.Reader
	io.Closer
}

// WriteHeader and Write keep an answer back that would be huma's words about an error.
func (c *call) WriteHeader(status int) {
	if c.err == nil {
		c.ResponseWriter.WriteHeader(status)
	}
}

func (c *call) Write(b []byte) (int, error) {
	if c.err != nil {
		return len(b), nil
	}
	return c.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (c *call) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// finish gives the edge what went wrong, or writes it where it carries more than a problem does.
func (c *call) finish() error {
	var more *withEvents
	if c.err == nil || !errors.As(c.err, &more) {
		return c.err
	}
	p := problem{web.ProblemOf(c.request.Context(), more.error), more.events}
	c.Header().Set("Content-Type", "application/problem+json")
	c.ResponseWriter.WriteHeader(p.Status)
	return json.NewEncoder(c.ResponseWriter).Encode(p)
}

// withEvents is a conflict with what its author had not seen.
type withEvents struct {
	error
	events []event
}

func (w *withEvents) Unwrap() error { return w.error }

type problem struct {
	web.Problem
	Events []event `json:"events"`
}

func init() {
	huma.ValidateStrictCasing = true // "Text" is not "text": whoever wrote both must not be read by luck
	// huma calls this for everything that goes wrong on the way to a handler and in it.
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		c := callOf(ctx.Context())
		if c.err == nil {
			c.err = inOurWords(status, message, errs)
		}
		return huma.NewError(status, message)
	}
}

// inOurWords makes a fault of what huma found. The first mistake is the one that is told.
func inOurWords(status int, message string, errs []error) error {
	var first error
	if len(errs) > 0 {
		first = errs[0]
	}
	var ours *fault.Error
	var large *http.MaxBytesError
	switch {
	case status == http.StatusInternalServerError && first != nil, errors.As(first, &ours), errors.As(first, &large):
		return first
	case status == http.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, "fault.too_large", "max", "2 MiB")
	case status == http.StatusUnsupportedMediaType:
		return notJSON()
	}
	found := fault.New(fault.Invalid, "api.unreadable", "why", message)
	var detail huma.ErrorDetailer
	if errors.As(first, &detail) {
		found = mistake(detail.ErrorDetail())
	}
	if status == http.StatusBadRequest {
		return web.Refusal(status, found) // it cannot be read at all; what can be read and is wrong is a 422
	}
	return found
}

func notJSON() error {
	return web.Refusal(http.StatusUnsupportedMediaType, fault.New(fault.Invalid, "api.not_json"))
}

// as says that a field goes by another name in the request than the verb knows it by.
func as(at string, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.At == "" {
		return err
	}
	named := *f
	named.At = at
	return &named
}

// inside says that the field lies in another.
func inside(outer string, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.At == "" {
		return err
	}
	return as(outer+"."+f.At, err)
}

var missing = regexp.MustCompile(`^expected required property (\S+) to be present$`)

// mistake names the part of the request that is to blame, as the verbs name fields: "contact.email".
func mistake(d *huma.ErrorDetail) *fault.Error {
	at := strings.TrimPrefix(strings.TrimPrefix(d.Location, "body"), ".")
	for _, place := range []string{"query.", "path.", "header."} {
		at = strings.TrimPrefix(at, place)
	}
	at = strings.NewReplacer("[", ".", "]", "").Replace(at)
	if found := missing.FindStringSubmatch(d.Message); found != nil {
		return fault.Field(strings.Trim(at+"."+found[1], "."), "fault.required")
	}
	if at == "" {
		return fault.New(fault.Invalid, "api.unreadable", "why", d.Message)
	}
	return fault.Field(at, "api.invalid", "why", d.Message)
}
