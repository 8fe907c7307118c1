package chat_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/live"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
	"deskbell/tickets"
)

// shop is a house with a widget and an agent.
type shop struct {
	*storetest.House
	t      testing.TB
	bell   *live.Bell
	room   *chat.Room
	widget *chat.Widget
	ana    people.Actor
}

func open(t testing.TB) *shop {
	s := &shop{House: storetest.Open(t), t: t, bell: live.NewBell()}
	s.furnish()
	s.Do(func(tx *store.Tx) error {
		ana, err := people.AddAgent(tx, people.System, people.NewAgent{
			Email: "ana.marker@shop.example", Name: "Ana Legal-Name", Alias: "Ana", Role: people.Owner,
		})
		if err != nil {
			return err
		}
		s.ana = ana.Actor()
		s.widget, err = chat.AddWidget(tx, s.ana, chat.Setup{Name: "Shop", Sites: []string{"https://shop.example"}})
		return err
	})
	return s
}

// furnish opens the room over the store as it is open now.
func (s *shop) furnish() {
	key, err := settings.LoadKey(context.Background(), s.DB, s.Dir)
	if err != nil {
		s.t.Fatal(err)
	}
	s.OnRing(s.bell.Ring)
	s.room = chat.New(chat.Options{DB: s.DB, Key: key, Bell: s.bell})
	s.t.Cleanup(s.room.Close)
}

// restart is what a kill and a new start leave: the store, and nothing of the room.
func (s *shop) restart() {
	s.room.Close()
	s.Reopen()
	s.bell = live.NewBell()
	s.furnish()
}

// frame is any frame of the server's.
type frame struct {
	T, Visitor, Ticket, Epoch string
	Seq                       int
	Online, Preview, On, Over bool
	Agent, Name               string
	Kind, From, Text, HTML    string
	ID, Code, Message, At     string
	Field                     string
	RetryAfter                int `json:"retry_after"`
	Score                     int
	Events                    []frame
	Attachments               []struct{ ID, Name, URL string }
	raw                       string
}

// tab is one page of a visitor's with the widget open.
type tab struct {
	s       *shop
	session *chat.Session
	awake   chan struct{}
	all     []frame // that ever came
	unread  []frame
	closed  string
}

func (s *shop) tab(from chat.Origin) *tab {
	v := &tab{s: s, awake: make(chan struct{}, 1)}
	v.session = s.room.Open(from, func() {
		select {
		case v.awake <- struct{}{}:
		default:
		}
	})
	s.t.Cleanup(v.session.Close)
	return v
}

// visit opens the widget, as a new visitor or with what is known from before.
func (s *shop) visit(known ...frame) *tab {
	s.t.Helper()
	v := s.tab(chat.Origin{Ours: true})
	w := frame{}
	if len(known) > 0 {
		w = known[0]
	}
	v.send(fmt.Sprintf(`{"t":"hello","v":1,"widget":%q,"visitor":%q,"ticket":%q,"epoch":%q,"since":%d,"lang":"en","tz":"Europe/Lisbon",`+
		`"page":{"url":"https://shop.example/chairs?secret=1#x","title":"Chairs","referrer":""}}`, s.widget.Key, w.Visitor, w.Ticket, w.Epoch, w.Seq))
	return v
}

func (v *tab) send(data string) {
	v.s.t.Helper()
	answer := v.session.Frame(context.Background(), []byte(data))
	v.take(answer.Frames)
	v.closed = answer.Close
}

func (v *tab) take(frames [][]byte) {
	v.s.t.Helper()
	for _, data := range frames {
		f := frame{raw: string(data)}
		if err := json.Unmarshal(data, &f); err != nil {
			v.s.t.Fatalf("%s: %v", data, err)
		}
		v.all, v.unread = append(v.all, f), append(v.unread, f)
	}
}

// say says something and expects it to be acknowledged.
func (v *tab) say(id, text string) frame {
	v.s.t.Helper()
	v.send(fmt.Sprintf(`{"t":"say","id":%q,"text":%q}`, id, text))
	return v.expect("ack")
}

// next gives the next frame, once there is one.
func (v *tab) next() frame {
	v.s.t.Helper()
	limit := time.After(time.Minute)
	for len(v.unread) == 0 {
		frames, err := v.session.Next(context.Background())
		if err != nil {
			v.s.t.Fatal(err)
		}
		if v.take(frames); len(frames) > 0 {
			continue
		}
		select {
		case <-v.awake:
		case <-limit:
			v.s.t.Fatal("nothing came")
		}
	}
	f := v.unread[0]
	v.unread = v.unread[1:]
	return f
}

// expect gives the next frame and wants it to be of a kind.
func (v *tab) expect(kind string) frame {
	v.s.t.Helper()
	f := v.next()
	if f.T != kind {
		v.s.t.Fatalf("came %s, want %s", f.raw, kind)
	}
	return f
}

// nothing wants that nothing more comes of what has happened so far.
func (v *tab) nothing() {
	v.s.t.Helper()
	for more := true; more; {
		frames, err := v.session.Next(context.Background())
		if err != nil {
			v.s.t.Fatal(err)
		}
		v.take(frames)
		more = len(frames) > 0
	}
	if len(v.unread) > 0 {
		v.s.t.Errorf("came %s, want nothing", v.unread[0].raw)
	}
}

// refused wants an error with a code.
func (v *tab) refused(code string) frame {
	v.s.t.Helper()
	f := v.expect("error")
	if f.Code != code || f.Message == "" || strings.Contains(f.Message, "chat.") || strings.Contains(f.Message, "fault.") {
		v.s.t.Errorf("refused with %s, want %s and a sentence", f.raw, code)
	}
	return f
}

// ticket gives the one ticket that there is.
func (s *shop) ticket() *tickets.Ticket {
	s.t.Helper()
	list := s.tickets()
	if len(list) != 1 {
		s.t.Fatalf("there are %d tickets, want one", len(list))
	}
	return list[0]
}

func (s *shop) tickets() (list []*tickets.Ticket) {
	s.See(func(tx *store.Tx) error {
		page, err := tickets.Inbox(tx, people.System, tickets.View{Kind: tickets.Everything}, 100)
		for _, row := range page.Rows {
			list = append(list, row.Ticket)
		}
		return err
	})
	return list
}

// answer has Ana reply.
func (s *shop) answer(id tickets.ID, text string) {
	s.t.Helper()
	s.Do(func(tx *store.Tx) error {
		_, err := tickets.Reply(tx, s.ana, id, tickets.Draft{Text: text})
		return err
	})
}

func texts(events []frame) (all []string) {
	for _, e := range events {
		all = append(all, e.Text)
	}
	return all
}
