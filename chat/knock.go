package chat

import (
	"encoding/json"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Knock is what a shop's page asks before anything is opened. It leaves nothing behind but that the widget is in use.
type Knock struct{ Widget, Visitor string }

// Known is the answer.
type Known struct {
	Online  bool `json:"online"`
	Waiting int  `json:"waiting"` // messages that the visitor has not seen
	Look    Look `json:"look"`
}

// ReadKnock reads the body of a knock, as strictly as a frame.
func ReadKnock(body []byte) (k Knock, err error) {
	f := parse(body)
	f.need("widget")
	k.Widget, k.Visitor = f.text("widget"), f.text("visitor")
	f.within("page", func(p *fields) { pageOf(p.text("url"), p.text("title"), p.text("referrer")) })
	return k, asFault(f.end())
}

// Knock answers for a widget that allows the origin; one that does not is Forbidden, as one that is not there.
func (r *Room) Knock(tx *store.Tx, from Origin, k Knock, most int) (Known, error) {
	w, err := WidgetByKey(tx, k.Widget)
	if fault.Is(err, fault.NotFound) || err == nil && !w.Allows(from) {
		return Known{}, fault.New(fault.Forbidden, "chat.not_here")
	}
	if err != nil {
		return Known{}, err
	}
	if !from.own(from.Site) {
		r.hear(w.ID)
	}
	known := Known{Online: r.Online(w.Department), Look: w.Look}
	if visitor := r.Visitor(w.Key, k.Visitor); visitor != "" {
		known.Waiting, err = r.Waiting(tx, visitor, most)
	}
	return known, err
}

// VisitorOf reads a token without being told for which widget it is; "" when it is for none.
func (r *Room) VisitorOf(tx *store.Tx, token string) (string, error) {
	all, err := Widgets(tx)
	if err != nil {
		return "", err
	}
	for _, w := range all {
		if visitor := r.Visitor(w.Key, token); visitor != "" {
			return visitor, nil
		}
	}
	return "", nil
}

// ReadSession reads a body that names a line and says nothing else.
func ReadSession(body []byte) (id string, ok bool) {
	f := parse(body)
	id = f.text("session")
	return id, f.end() == nil && id != ""
}

// ReadFrames reads a body that brings frames for a line.
func ReadFrames(body []byte) (id string, frames []json.RawMessage, err error) {
	f := parse(body)
	f.need("session", "frames")
	id = f.text("session")
	f.read("frames", &frames)
	return id, frames, asFault(f.end())
}

func asFault(err error) error {
	if err != nil {
		return fault.New(fault.Invalid, "chat.bad_frame")
	}
	return nil
}
