package chat

import (
	"context"
	"regexp"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
)

// version is the protocol that this house speaks.
const version = 1

// Hello is the first frame of a line.
type Hello struct {
	Widget, Visitor, Ticket, Epoch string
	Version, Since                 int
	Language, Zone                 string
	Page                           Page
}

func readHello(f *fields) (h Hello, err error) {
	f.need("v", "widget")
	h.Version = f.number("v")
	h.Widget, h.Visitor, h.Ticket, h.Epoch = f.text("widget"), f.text("visitor"), f.text("ticket"), f.text("epoch")
	h.Since = f.number("since")
	h.Language, h.Zone = f.text("lang"), f.text("tz")
	f.within("page", func(p *fields) { h.Page = pageOf(p.text("url"), p.text("title"), p.text("referrer")) })
	f.within("identity", func(i *fields) { i.text("jwt") }) // proofs of identity are not taken yet: whoever brings one is anonymous
	if f.end() != nil {
		return h, fault.New(fault.Invalid, "chat.bad_frame")
	}
	if h.Version != version {
		return h, fault.New(fault.Invalid, "chat.reload")
	}
	return h, nil
}

// greet takes the hello and answers with the welcome. A token that is not ours is refused and replaced: the visitor goes on as
// somebody new, who is shown nothing of what was.
func (s *Session) greet(ctx context.Context, f *fields) Answer {
	h, err := readHello(f)
	s.lang = languageOf(h.Language)
	if err != nil {
		return s.mistake("", err)
	}
	var w *Widget
	var shop settings.ShopSetting
	err = s.room.DB.View(ctx, func(tx *store.Tx) (err error) {
		if shop, err = settings.Shop.Get(tx); err != nil {
			return err
		}
		w, err = WidgetByKey(tx, h.Widget)
		return err
	})
	if err == nil && !w.Allows(s.from) {
		err = fault.Missing("widget")
	}
	if fault.Is(err, fault.NotFound) {
		a := s.refuse("", fault.New(fault.Forbidden, "chat.not_here"))
		a.Close = "not allowed here"
		return a
	}
	if err != nil {
		a := s.refuse("", err)
		a.Close = "try again"
		return a
	}
	s.lang = languageOf(h.Language, w.Language, shop.Language())

	var a Answer
	visitor := s.room.Visitor(w.Key, h.Visitor)
	if visitor == "" {
		if h.Visitor != "" {
			a = s.refuse("", fault.New(fault.Unauthorized, "chat.auth_expired"))
		}
		visitor = newVisitor()
	}
	welcome, err := s.begin(ctx, w, visitor, h)
	if err != nil {
		refused := s.refuse("", err)
		refused.Close = "try again"
		return refused
	}
	a.Frames = append(a.Frames, encode(welcome))
	return a
}

// begin has the session listen, and then reads what the visitor has missed: nothing can fall in between.
func (s *Session) begin(ctx context.Context, w *Widget, visitor string, h Hello) (welcomeFrame, error) {
	s.at, s.visitor = place{w.Key, w.Department, w.Preview}, visitor
	s.visit.Store(&Visit{
		Visitor: visitor, Widget: w.Name, WidgetID: w.ID, Page: h.Page, Language: s.lang, Zone: zoneOf(h.Zone), Since: s.room.DB.Now(),
	})
	s.listen(s.room.Bell)
	if !s.from.own(h.Page.URL) {
		s.room.hear(w.ID) // a page with a strict policy cannot knock
	}
	s.room.arrive(s)
	s.online = s.room.Online(w.Department)
	var p page
	err := s.room.DB.View(ctx, func(tx *store.Tx) error {
		t, err := s.thread(tx)
		if err != nil || t == nil {
			return err
		}
		s.enter(t.ID)
		if h.Ticket == t.Ref && h.Epoch == s.room.DB.Epoch() {
			s.cursor = max(0, min(h.Since, t.Seq))
		}
		p, err = s.read(tx)
		return err
	})
	if err != nil {
		s.quit()
		return welcomeFrame{}, err
	}
	return s.welcome(p), nil
}

var zone = regexp.MustCompile(`^[A-Za-z0-9_+/-]{1,64}$`)

func zoneOf(s string) string {
	if zone.MatchString(s) {
		return s
	}
	return ""
}

// nameOf is an agent's name as customers know him; "" for nobody, and for one who is not there any more.
func nameOf(tx *store.Tx, agent string) (string, error) {
	if agent == "" {
		return "", nil
	}
	a, err := people.AgentByID(tx, agent)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return a.Shown(), nil
}
