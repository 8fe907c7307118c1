package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/store"
)

// TroubleTarget is the element into which htmx puts an error instead of the part that it asked for. Every page has it.
const TroubleTarget = "#trouble"

// Trouble is an error as a reader meets it, in the reader's language.
type Trouble struct {
	Status   int
	Title    string // a few words
	Sentence string // what happened and what to do next
	Number   string // to quote to whoever runs the house; only where the mistake is ours
	SignIn   string // leads to signing in and back to the page, where that is what is missing
	AtDesk   bool   // it was met where agents work
}

// refusal is a fault with a status that its kind does not have.
type refusal struct {
	why    *fault.Error
	status int
}

func (r refusal) Error() string { return r.why.Error() }
func (r refusal) Unwrap() error { return r.why }

// Refusal is why as an answer with status, for a face that tells its readers more exactly than by the fault's kind.
func Refusal(status int, why *fault.Error) error { return refusal{why, status} }

// Sentence is what err says to the reader of ctx. Whoever shows a form again puts it at the field.
func Sentence(ctx context.Context, err error) string {
	var f *fault.Error
	if errors.As(faultOf(err), &f) && f.Kind != fault.Internal {
		return sentenceOf(ctx, f)
	}
	return i18n.T(ctx, "web.title_internal")
}

// sentenceOf is what a fault says to the reader of ctx. Why nothing can be written is for those who run the house; its customers
// can only come again.
func sentenceOf(ctx context.Context, f *fault.Error) string {
	if v := visitOf(ctx); v != nil && v.ofCustomers() {
		switch f.Say {
		case "fault.disk_full", "fault.read_only":
			return i18n.T(ctx, "web.come_again")
		}
	}
	return i18n.Say(ctx, f.Say, f.Values)
}

// At is the field that err blames, or "".
func At(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.At
	}
	return ""
}

// IsInput reports whether err is about what was typed, so that the form should come back with it. A field that is too large is;
// a request that is too large was not read, so there is no form to show again.
func IsInput(err error) bool {
	return fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooLarge) && At(err) != ""
}

// FormStatus is the status of a page with a form: one that is shown, when err is nil, or one that comes back because of err.
func FormStatus(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return fault.KindOf(err).Status()
}

// faultOf gives errors of the libraries below us their fault.
func faultOf(err error) error {
	var large *http.MaxBytesError
	var known refusal
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &large):
		return &fault.Error{Kind: fault.TooLarge, Say: "fault.too_large", Values: map[string]any{"max": size(large.Limit)}, Err: err}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &fault.Error{Kind: fault.Invalid, Say: "fault.unreadable", Err: err}
	}
	return err
}

func size(n int64) string {
	if n >= 1<<20 {
		return strconv.FormatInt(n>>20, 10) + " MiB"
	}
	return strconv.FormatInt(n>>10, 10) + " KiB"
}

// refuse answers with err.
func (e *Edge) refuse(w http.ResponseWriter, r *http.Request, err error) {
	err = faultOf(err)
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // nobody is there to read it
	}
	signIn := e.signIn(r, err)
	if signIn != "" && r.Method == http.MethodGet && r.Header.Get("HX-Request") == "" {
		http.Redirect(w, r, signIn, http.StatusSeeOther)
		return
	}
	t, f := troubleOf(r.Context(), err)
	t.SignIn, t.AtDesk = signIn, isDesk(r)
	e.logTrouble(r, t, err)
	if a, ok := w.(*answer); ok && a.status != 0 {
		return // the answer has begun; cutting it short is all that is left
	}
	SayWhen(w, f)
	if allow, ok := f.Values["methods"].(string); ok && t.Status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", allow)
	}
	if t.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110, 11.6.1: a 401 names a scheme; cookies have none
	}
	w.Header().Set("Cache-Control", "no-store")
	e.show(w, r, t, f)
}

// SayWhen tells programs when to come again, if err knows it. Whoever shows a form with the sentence says it too.
func SayWhen(w http.ResponseWriter, err error) {
	var f *fault.Error
	if errors.As(err, &f) && f.RetryAfter > 0 {
		seconds := int((f.RetryAfter + time.Second - 1) / time.Second)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
}

// show writes trouble in the form that the caller reads.
func (e *Edge) show(w http.ResponseWriter, r *http.Request, t Trouble, f *fault.Error) {
	switch {
	case wantsJSON(r):
		writeProblem(w, t, f)
	case r.Header.Get("HX-Request") != "":
		w.Header().Set("HX-Retarget", TroubleTarget)
		w.Header().Set("HX-Reswap", "innerHTML")
		w.Header().Set("HX-Push-Url", "false") // where a form goes is no place to come back to, or to load anew
		e.draw(w, r, t, e.Fragment(t))
	default:
		e.draw(w, r, t, e.Draw(r, t))
	}
}

// draw shows the picture of an error; if drawing fails too, the bare sentence must do.
func (e *Edge) draw(w http.ResponseWriter, r *http.Request, t Trouble, page templ.Component) {
	if err := Render(w, r, t.Status, page); err != nil {
		e.Log.Error("cannot draw an error", "err", err)
		http.Error(w, t.Sentence, t.Status)
	}
}

// troubleOf puts err into the reader's words. What is no fault is ours, and gets a number.
func troubleOf(ctx context.Context, err error) (Trouble, *fault.Error) {
	f := &fault.Error{Kind: fault.Internal}
	errors.As(err, &f)
	t := Trouble{Status: f.Kind.Status()}
	var special refusal
	if errors.As(err, &special) {
		t.Status = special.status
	}
	t.Title = i18n.T(ctx, titleOf(f.Kind))
	if f.Kind == fault.Internal {
		t.Number = newNumber()
		t.Sentence = i18n.T(ctx, "fault.internal", "id", t.Number)
		return t, &fault.Error{Kind: fault.Internal, Say: "fault.internal"}
	}
	t.Sentence = sentenceOf(ctx, f)
	return t, f
}

func titleOf(k fault.Kind) string {
	switch k {
	case fault.Invalid, fault.TooLarge:
		return "web.title_invalid"
	case fault.Unauthorized:
		return "web.title_unauthorized"
	case fault.Forbidden:
		return "web.title_forbidden"
	case fault.NotFound:
		return "web.title_not_found"
	case fault.Conflict:
		return "web.title_conflict"
	case fault.Throttled:
		return "web.title_throttled"
	case fault.Full, fault.Unavailable:
		return "web.title_unavailable"
	default:
		return "web.title_internal"
	}
}

// newNumber makes a number that a person can read out: eight signs without those that look alike.
func newNumber() string {
	const signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ" // 32 of them
	ref := store.NewRef()
	number := make([]byte, 0, 9)
	for i := range 8 {
		if i == 4 {
			number = append(number, '-')
		}
		number = append(number, signs[ref[i]%32])
	}
	return string(number)
}

// logTrouble keeps what the reader does not see. Refusals are everyday matters; mistakes of ours are not.
func (e *Edge) logTrouble(r *http.Request, t Trouble, err error) {
	level := slog.LevelDebug
	switch {
	case t.Number != "":
		level = slog.LevelError
	case t.Status >= 500:
		level = slog.LevelWarn
	}
	e.Log.Log(r.Context(), level, "refused", "status", t.Status, "number", t.Number, "route", routeName(r), "err", err)
}

// Problem is an error for programs (RFC 9457). The type is about:blank, so the title is that of the status.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Code   string         `json:"code"`             // the same in every language, such as "fault.too_long"
	Number string         `json:"number,omitempty"` // to quote, where the mistake is ours
	Errors []ProblemField `json:"errors,omitempty"`
}

// ProblemField names a part of the request that is to blame, by a JSON pointer (RFC 6901).
type ProblemField struct {
	Detail  string `json:"detail"`
	Pointer string `json:"pointer"`
}

// ProblemOf makes the problem of an error, for those who write it by other means.
func ProblemOf(ctx context.Context, err error) Problem {
	t, f := troubleOf(ctx, faultOf(err))
	return problem(t, f)
}

func problem(t Trouble, f *fault.Error) Problem {
	p := Problem{"about:blank", http.StatusText(t.Status), t.Status, t.Sentence, f.Say, t.Number, nil}
	if f.At != "" {
		p.Errors = []ProblemField{{t.Sentence, "/" + strings.ReplaceAll(f.At, ".", "/")}}
	}
	return p
}

func writeProblem(w http.ResponseWriter, t Trouble, f *fault.Error) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(t.Status)
	_ = json.NewEncoder(w).Encode(problem(t, f)) // whoever went away needs no answer
}

// wantsJSON tells programs from people: by the route they took, else by what they say they read.
func wantsJSON(r *http.Request) bool {
	v := visitOf(r.Context())
	if v != nil && v.route != nil && v.route.Who.kind == tokenKind || strings.HasPrefix(r.URL.Path, "/api/") {
		return true
	}
	accept := r.Header.Get("Accept")
	if strings.Contains(accept, "text/html") {
		return false
	}
	return strings.Contains(accept, "json") || v != nil && v.route != nil && v.route.Who.kind == visitorKind
}

// signIn is where a reader of a page goes who has to sign in first, and from where he comes back.
func (e *Edge) signIn(r *http.Request, err error) string {
	v := visitOf(r.Context())
	if e.SignIn == nil || v == nil || v.route == nil || !fault.Is(err, fault.Unauthorized) {
		return ""
	}
	if !v.route.Who.readsCookies() || wantsJSON(r) {
		return ""
	}
	page := e.SignIn(v.route.Who)
	if page == "" {
		return ""
	}
	return page + "?next=" + url.QueryEscape(e.cameFrom(r))
}

// cameFrom is the page that the reader has before him: the one he asks for, or the one whose form or part he asks with.
func (e *Edge) cameFrom(r *http.Request) string {
	page := r.Header.Get("HX-Current-URL")
	if page == "" && r.Method == http.MethodGet {
		return r.URL.RequestURI()
	}
	if page == "" {
		page = r.Referer()
	}
	u, err := url.Parse(page)
	if err != nil || !e.isOurs(u.Host) {
		return "/"
	}
	return OwnPath(u.RequestURI())
}

// plainPage draws an error where no face has given a better picture.
func plainPage(t Trouble) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<!doctype html><title>"+templ.EscapeString(t.Title)+"</title><h1>"+
			templ.EscapeString(t.Title)+"</h1><p>"+templ.EscapeString(t.Sentence)+"</p>")
		return err
	})
}
