// Package api is the face for programs: the REST API under /api/v1, and the OpenAPI document that describes it.
//
// A token acts as its agent, never with more rights; what it may do is asked by the verbs themselves. Requests are JSON, read
// strictly: a key that nobody knows or that comes twice is a mistake, and is named. Errors are problems (RFC 9457), lists are
// {"items", "next"}, times are RFC 3339 in UTC, and ids are strings, null when there is none.
//
// A POST with an Idempotency-Key does its deed once in a day, however often it comes: the key is kept in the deed's own
// transaction, with the answer. See once.go.
package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/house"
)

// root is where all paths of the API begin.
const root = "/api/v1/"

// api is the table that is being filled.
type api struct {
	*house.House
	huma   huma.API
	routes []web.Route
	unsure store.Unsure // by the requests' keys
}

// Routes are all paths of the API.
func Routes(h *house.House) []web.Route {
	a := &api{House: h}
	a.huma = huma.NewAPI(config(), a)
	a.tickets()
	a.events()
	a.contacts()
	a.agents()
	a.departments()
	a.categories()
	a.articles()
	a.boards()
	a.topics()
	a.widgets()
	a.channels()
	a.settings()
	a.search()
	a.feed()
	a.uploads()
	document := sync.OnceValues(func() ([]byte, error) { return json.Marshal(a.huma.OpenAPI()) }) // few ask for it
	return append(a.routes, web.Get(root+"openapi.json", web.Anyone, func(w http.ResponseWriter, r *http.Request) error {
		body, err := document()
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, err = w.Write(body)
		return err
	}))
}

// config is huma without what it adds of its own: no pages, which load scripts from elsewhere, and no $schema in answers.
func config() huma.Config {
	c := huma.DefaultConfig("Deskbell", "1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	strict := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal}
	c.Formats = map[string]huma.Format{"application/json": strict, "json": strict}
	c.RejectUnknownQueryParameters = true
	c.Info.Description = "Everything that agents do at the desk, for programs. A token acts as the agent it was made for."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	c.Security = []map[string][]string{{"token": {}}}
	return c
}

// maxBody is the largest request: the longest text, escaped.
const maxBody = 2 << 20

// operation describes a path for the document and the route table.
func operation(method, path, summary string, scope people.Scope) huma.Operation {
	where := strings.NewReplacer("/", "-", "{", "", "}", "").Replace(path)
	tag, _, _ := strings.Cut(path, "/")
	return huma.Operation{
		OperationID:     strings.ToLower(method) + "-" + where,
		Method:          method,
		Path:            root + path,
		Summary:         summary,
		Tags:            []string{tag},
		MaxBodyBytes:    maxBody,
		BodyReadTimeout: 0, // the edge looks after slow bodies
		Metadata:        map[string]any{"who": web.Token(scope)},
	}
}

// out is an answer with a body.
type out[O any] struct{ Body O }

// get adds a path that reads.
func get[I, O any](a *api, path, summary string, read deed[I, O]) {
	show(a, path, summary, people.ScopeRead, read)
}

func show[I, O any](a *api, path, summary string, scope people.Scope, read deed[I, O]) {
	huma.Register(a.huma, operation(http.MethodGet, path, summary, scope), func(ctx context.Context, in *I) (*out[O], error) {
		var o out[O]
		err := a.DB.View(ctx, func(tx *store.Tx) (err error) {
			o.Body, err = read(tx, web.Actor(callOf(ctx).request), in)
			return err
		})
		if err == nil {
			tag(callOf(ctx), o.Body)
		}
		return &o, err
	})
}

// ask adds a path that reads in views of its own choosing.
func ask[I, O any](a *api, path, summary string, read func(context.Context, people.Actor, *I) (O, error)) {
	huma.Register(a.huma, operation(http.MethodGet, path, summary, people.ScopeRead), func(ctx context.Context, in *I) (*out[O], error) {
		answer, err := read(ctx, web.Actor(callOf(ctx).request), in)
		return &out[O]{answer}, err
	})
}

// deed is a verb as a path does it.
type deed[I, O any] func(*store.Tx, people.Actor, *I) (O, error)

// do adds a path that does something to what there is.
func do[I, O any](a *api, path, summary string, d deed[I, O]) {
	act(a, operation(http.MethodPost, path, summary, people.ScopeWrite), true, d)
}

// post adds a path that makes something new, once for each Idempotency-Key.
func post[I, O any](a *api, path, summary string, d deed[I, O]) {
	create(a, path, summary, people.ScopeWrite, d)
}

func create[I, O any](a *api, path, summary string, scope people.Scope, d deed[I, O]) {
	op := operation(http.MethodPost, path, summary, scope)
	op.DefaultStatus = http.StatusCreated
	act(a, op, true, d)
}

// act adds a path that does something. once says that the deed would be done twice if the request came twice.
func act[I, O any](a *api, op huma.Operation, once bool, d deed[I, O]) {
	if once {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: onceHeader, In: "header", Description: "Makes a repeated request give the first one's answer, for a day.",
			Schema: &huma.Schema{Type: huma.TypeString},
		})
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*out[O], error) {
		var o out[O]
		c := callOf(ctx)
		asks := asked{a, c, c.body()}
		err := a.DB.Update(ctx, func(tx *store.Tx) (err error) {
			deed := func() (O, error) { return d(tx, web.Actor(c.request), in) }
			if once {
				o.Body, err = onceOnly(tx, asks, deed)
			} else {
				o.Body, err = deed()
			}
			return err
		})
		if once {
			o.Body, err = settled(asks, o.Body, err)
		}
		if err == nil {
			tag(c, o.Body)
		}
		return &o, err
	})
}

// patch adds a path that changes something: doing it twice is doing it once.
func patch[I, O any](a *api, path, summary string, scope people.Scope, d deed[I, O]) {
	act(a, operation(http.MethodPatch, path, summary, scope), false, d)
}
