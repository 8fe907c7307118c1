package chat

import (
	"context"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// noteEvery is how often, for one widget, it is written down that pages come, and whoever looks is woken: a busy shop's pages
// knock many times a second.
const noteEvery = time.Minute

// heard is when a page was last heard of at a widget, and when that was last noted.
type heard struct{ last, noted time.Time }

// Heard is when a page last carried the widget, the zero time when none ever did. It tells whether the script is in place,
// and nothing about who looked at the page. After a restart it may be a minute old.
func (r *Room) Heard(w *Widget) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last := r.heard[w.ID].last; last.After(w.Heard) {
		return last
	}
	return w.Heard
}

// own tells whether a page at url is the house's own, where an owner tries his widget out: it is no sign of the shop's pages. A
// line that comes from a frame has our origin wherever the frame stands, so the page is asked too.
func (o Origin) own(url string) bool {
	return o.Ours && o.Site != "" && strings.HasPrefix(url+"/", o.Site+"/")
}

// hear keeps that a page carries the widget. It is written behind the page's back: a visitor must not wait for our disk, nor
// miss his answer because it is full.
func (r *Room) hear(widget string) {
	now := r.DB.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.heard[widget]
	due := !r.closed && now.Sub(h.noted) >= noteEvery
	h.last = now
	if due {
		h.noted = now
		r.notes.Go(func() { r.note(widget, now) })
	}
	r.heard[widget] = h
}

// note writes when a widget was heard of, and rings.
func (r *Room) note(widget string, at time.Time) {
	r.Bell.Ring(Visitors)
	err := r.DB.Update(context.Background(), func(tx *store.Tx) error {
		w, err := WidgetByID(tx, widget)
		if err != nil || !at.After(w.Heard) {
			return err
		}
		w.Heard = at
		return widgets.Put(tx, w)
	})
	if err != nil && !fault.Is(err, fault.NotFound) {
		r.Log.Warn("cannot keep that pages carry a widget; trying again in a minute", "err", err)
	}
}
