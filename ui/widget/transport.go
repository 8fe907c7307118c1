package widget

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"deskbell/chat"
	"deskbell/internal/fault"
	"deskbell/internal/files"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/house"
)

const (
	pollFor    = 25 * time.Second // proxies cut what is silent for half a minute
	heartbeat  = 25 * time.Second // a comment on a stream that has nothing to say
	maxBody    = 256 << 10
	maxUpload  = 20 << 20
	maxWaiting = 99 // unread messages that a badge counts
)

// Lines are opened at most so often from one address: an office that reloads is no flood.
var linePace = web.Pace{Every: 200 * time.Millisecond, Burst: 300}

// transport is what carries the widget's frames: a socket, or plain requests where sockets are blocked.
func transport(h *house.House) []web.Route {
	t := carrier{h}
	return []web.Route{
		web.Post("/w/hello", web.Visitors, t.hello),
		web.On(http.MethodOptions, "/w/hello", web.Visitors, t.preflight),
		web.Get("/w/socket", web.Visitors, t.socket).At(linePace),
		web.Post("/w/stream", web.Visitors, t.stream).At(linePace),
		web.Post("/w/poll", web.Visitors, t.poll),
		web.Post("/w/send", web.Visitors, t.send),
		web.Post("/w/uploads", web.Visitors, t.upload).UpTo(maxUpload + 64<<10).At(web.Pace{Every: 2 * time.Second, Burst: 20}),
		web.Get("/w/files/{upload}/{until}/{signature}/{name}", web.Visitors, t.file),
	}
}

type carrier struct{ *house.House }

// origin reads where a request comes from, and refuses what comes from nowhere that we know. What may embed which widget is
// asked again after the hello.
func (t carrier) origin(r *http.Request) (chat.Origin, error) {
	from := chat.Origin{Site: r.Header.Get("Origin"), Ours: web.FromOurPage(r), Address: web.Address(r)}
	allowed := false
	err := t.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		allowed, err = chat.AllowsSomewhere(tx, from)
		return err
	})
	if err == nil && (!allowed || len(r.Header["Origin"]) > 1) {
		err = fault.New(fault.Forbidden, "chat.not_here")
	}
	return from, err
}

// hello tells the loader on a shop's page, before anything is opened, whether somebody is there and what waits.
func (t carrier) hello(w http.ResponseWriter, r *http.Request) error {
	from, err := t.origin(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	asked, err := chat.ReadKnock(body)
	if err != nil {
		return err
	}
	var answered chat.Known
	err = t.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		answered, err = t.Chat.Knock(tx, from, asked, maxWaiting)
		return err
	})
	if err != nil {
		return err
	}
	allow(w, from)
	return answer(w, answered)
}

// allow lets the page that asks read the answer. There is no cookie that it could read it with.
func allow(w http.ResponseWriter, from chat.Origin) {
	w.Header().Add("Vary", "Origin")
	if from.Site != "" {
		w.Header().Set("Access-Control-Allow-Origin", from.Site)
	}
}

// preflight answers the browsers of pages that ask with a content type of their own (Fetch, 4.8).
func (t carrier) preflight(w http.ResponseWriter, r *http.Request) error {
	from, err := t.origin(r)
	if err != nil {
		return err
	}
	allow(w, from)
	w.Header().Set("Access-Control-Allow-Methods", http.MethodPost)
	w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
	w.Header().Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// socket hands the connection over and is done.
func (t carrier) socket(w http.ResponseWriter, r *http.Request) error {
	from, err := t.origin(r)
	if err != nil {
		return err
	}
	leave, err := t.Chat.Admit(web.Address(r))
	if err != nil {
		return err
	}
	// The origin has been checked: here and not by the hub, since only the rooms know whose it is.
	err = t.Hub.Upgrade(w, r, func(*http.Request) bool { return true }, t.Chat.Talk(from, leave))
	if err != nil {
		leave()
		t.Log.Debug("no socket", "err", err)
	}
	return nil // a request that is refused has its answer
}

// open begins a line with the hello that a request carries.
func (t carrier) open(r *http.Request, hello []byte) (*chat.Line, error) {
	from, err := t.origin(r)
	if err != nil {
		return nil, err
	}
	leave, err := t.Chat.Admit(web.Address(r))
	if err != nil {
		return nil, err
	}
	line, err := t.Chat.OpenLine(r.Context(), from, hello, leave)
	if err != nil {
		leave()
	}
	return line, err
}

// stream answers a hello with frames for as long as the visitor listens (text/event-stream).
func (t carrier) stream(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	line, err := t.open(r, body)
	if err != nil {
		return err
	}
	defer line.Close()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep the frames to itself
	w.WriteHeader(http.StatusOK)
	for more := true; more; {
		var frames [][]byte
		if frames, more, err = t.listen(r, line, heartbeat); err != nil || r.Context().Err() != nil {
			return err
		}
		if err := writeEvents(w, frames); err != nil {
			return nil // nobody is there any more
		}
	}
	return nil
}

// writeEvents writes frames as events (HTML, 9.2.5), or a comment that keeps the line open.
func writeEvents(w http.ResponseWriter, frames [][]byte) error {
	var out bytes.Buffer
	for _, frame := range frames {
		fmt.Fprintf(&out, "data: %s\n\n", frame)
	}
	if len(frames) == 0 {
		out.WriteString(":\n\n")
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// listen waits for frames, but no longer than wait, the visitor, or the house.
func (t carrier) listen(r *http.Request, line *chat.Line, wait time.Duration) ([][]byte, bool, error) {
	ctx, stop := context.WithTimeout(r.Context(), wait)
	defer stop()
	go func() {
		select {
		case <-web.Leaving(r):
			stop()
		case <-ctx.Done():
		}
	}()
	frames, more, err := line.Receive(ctx)
	select {
	case <-web.Leaving(r):
		more = false
	default:
	}
	return frames, more, err
}

// poll answers with the frames that there are, as soon as there is one. Its body is a hello for the first, {session} then.
func (t carrier) poll(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	line, err := t.polled(r, body)
	if err != nil {
		return err
	}
	frames, more, err := t.listen(r, line, pollFor)
	if err != nil {
		return err
	}
	if !more && len(frames) == 0 {
		return fault.New(fault.NotFound, "chat.line_over")
	}
	list := make([]json.RawMessage, len(frames))
	for i, frame := range frames {
		list[i] = frame
	}
	return answer(w, struct {
		Frames []json.RawMessage `json:"frames"`
	}{list})
}

func (t carrier) polled(r *http.Request, body []byte) (*chat.Line, error) {
	if id, ok := chat.ReadSession(body); ok {
		if _, err := t.origin(r); err != nil {
			return nil, err
		}
		return t.Chat.Line(id)
	}
	return t.open(r, body)
}

// send brings frames of a visitor whose line is a stream or a poll. Their answers go there.
func (t carrier) send(w http.ResponseWriter, r *http.Request) error {
	if _, err := t.origin(r); err != nil {
		return err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	id, frames, err := chat.ReadFrames(body)
	if err != nil {
		return err
	}
	line, err := t.Chat.Line(id)
	if err != nil {
		return err
	}
	if err := line.Send(r.Context(), frames); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// upload keeps a file that a visitor is about to attach: the body itself, or a form's file. His token comes as a bearer's: its
// signature says for which widget.
func (t carrier) upload(w http.ResponseWriter, r *http.Request) error {
	if _, err := t.origin(r); err != nil {
		return err
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	visitor := ""
	if ok {
		err := t.DB.View(r.Context(), func(tx *store.Tx) (err error) {
			visitor, err = t.Chat.VisitorOf(tx, token)
			return err
		})
		if err != nil {
			return err
		}
	}
	if visitor == "" {
		return fault.New(fault.Unauthorized, "chat.auth_expired")
	}
	if err := t.weigh(r); err != nil {
		return err
	}
	in, err := house.Incoming(r)
	if err != nil {
		return err
	}
	in.Upload.Owner = chat.Owner(visitor)
	kept, err := t.Files.Put(r.Context(), in.Upload, in.From, maxUpload)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	return answer(w, struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		Type string `json:"type"`
		Size int64  `json:"size"`
	}{kept.ID, kept.Name, kept.Type, kept.Size})
}

// weigh counts what an upload brings before any of it is kept. One that does not say how large it is counts as the largest.
func (t carrier) weigh(r *http.Request) error {
	size := int64(maxUpload)
	if r.ContentLength >= 0 {
		size = min(size, r.ContentLength)
	}
	err := t.Chat.MayUpload(web.Address(r), int(size))
	if err != nil {
		_, _ = io.Copy(io.Discard, r.Body) // a browser that is still sending would take the answer for a broken line
	}
	return err
}

// file gives a file to whoever has its link.
func (t carrier) file(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("upload")
	if !t.Chat.MayFetch(id, r.PathValue("until"), r.PathValue("signature")) {
		return fault.Missing("file")
	}
	var u *files.Upload
	err := t.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		u, err = files.Get(tx, id)
		return err
	})
	if err != nil {
		return err
	}
	return t.SendUpload(w, r, u)
}
