package desk

import (
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"

	"deskbell/chat"
	"deskbell/internal/i18n"
	"deskbell/internal/live"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
)

// live opens the line of one page. Only our own pages may: the socket acts with the agent's cookie.
func (d *Desk) live(w http.ResponseWriter, r *http.Request) error {
	page := r.URL.Query().Get("lang") // a page and its line speak one language, whatever is chosen meanwhile
	l := &line{desk: d, cookie: web.DeskCookie(r), lang: i18n.Match("", page, i18n.Lang(r.Context()))}
	l.wide.wake = l.wake
	if err := d.Hub.Upgrade(w, r, web.FromOurPage, l); err != nil {
		d.Log.Debug("no line to the desk", "err", err)
	}
	return nil // the upgrade has answered, whichever way it went
}

// line is the live side of one open page: what it looks at, and how far it has been told. It is woken by the bell, reads on
// from its own cursors, and sends the components of the pages; a page that comes back says how far it got.
type line struct {
	desk   *Desk
	cookie string // looked at each time, so that whoever is shut out hears nothing more
	lang   string

	mu      sync.Mutex
	socket  *live.Socket
	look    look
	cursor  store.Key // in the feed
	seq     int       // of the open ticket's events
	types   typist    // who types to us on the open ticket
	writes  bool      // the agent writes an answer
	answers bool      // the agent may answer the open ticket
	me      people.Actor
	leave   func(goodbye bool) // takes the agent out of the room
	stop    []func()

	wide    pace        // when list and rail may be looked at
	stirred atomic.Bool // something else may be new: on the open ticket, or who the agent is

	sent    map[string]string // parts by id as they were last sent; the writer's own
	sentFor int               // the look that has them
	head    *tickets.Ticket   // whose head was last sent; the writer's own too
}

// look is what a page shows. Serial counts a page's looks: news for an earlier one are of no use to it.
type look struct {
	Serial int
	View   view
	Ticket tickets.ID
	Guide  bool
	Later  bool
}

// typist is what the bell said of somebody who types.
type typist struct {
	On          bool
	Name, Words string
}

// frameIn is what the page says.
type frameIn struct {
	T      string `json:"t"` // look, here, writes or read
	Serial int    `json:"serial"`
	Epoch  string `json:"epoch"`
	Cursor string `json:"cursor"`
	View   string `json:"view"`
	Ticket string `json:"ticket"`
	Seq    int    `json:"seq"`
	Guide  bool   `json:"guide"`
	Later  bool   `json:"later"` // the list is not at its first page
	On     bool   `json:"on"`
}

// Frame takes what the page says.
func (l *line) Frame(s *live.Socket, data []byte) {
	var f frameIn
	if err := json.Unmarshal(data, &f); err != nil {
		s.Close(live.Policy, "bad frame")
		return
	}
	switch f.T {
	case "look":
		l.turnTo(s, f)
	case "here":
		l.stayWith(s)
	case "writes":
		l.setWrites(f.On)
	case "read":
		l.read(s, f.Seq)
	default:
		s.Close(live.Policy, "unknown kind")
	}
}

// turnTo follows the page to what it shows now.
func (l *line) turnTo(s *live.Socket, f frameIn) {
	cursor, err := web.After(f.Cursor)
	if err != nil || f.Epoch != l.desk.DB.Epoch() {
		s.Send(reload)
		return
	}
	me, err := l.actor(s)
	if err != nil {
		s.Close(live.Policy, "signed out")
		return
	}
	id, _ := tickets.ParseID(f.Ticket) // none is open when it is no number
	id, answers := l.allowed(s, me, id)
	if err := l.enter(s, me); err != nil {
		s.Close(live.OurMistake, "")
		return
	}
	l.mu.Lock()
	was := l.look.Ticket
	l.socket, l.me, l.cursor, l.seq, l.types, l.writes = s, me, cursor, f.Seq, typist{}, false
	l.answers = answers
	l.look = look{f.Serial, viewNamed(f.View), id, f.Guide, f.Later}
	stop := l.stop
	l.stop = l.listen(id)
	l.mu.Unlock()
	for _, end := range stop {
		end()
	}
	l.desk.watch.move(l, was, id, watcher{me.ID, me.Name, false})
	l.wide.ring() // what came since the page was drawn
	l.stir()
}

// enter says once that the agent is there: visitors are told so as long as a page of his is open.
func (l *line) enter(s *live.Socket, me people.Actor) error {
	l.mu.Lock()
	there := l.leave != nil
	l.mu.Unlock()
	if there {
		return nil
	}
	leave, err := l.desk.Chat.Enter(s.Context(), me)
	if err != nil {
		return err
	}
	l.desk.lines.Add(1)
	l.mu.Lock()
	l.leave = leave
	l.mu.Unlock()
	return nil
}

// listen has the bell wake the line for all that its page shows: for the open ticket at once, for the rest at its pace.
func (l *line) listen(id tickets.ID) []func() {
	bell := l.desk.Bell
	stop := []func(){bell.Subscribe(people.Topic, l.stir, nil)}
	for _, topic := range []string{"inbox", forumRing, chat.Presence, chat.Visitors} {
		stop = append(stop, bell.Subscribe(topic, l.wide.ring, nil))
	}
	if id != 0 {
		stop = append(stop, bell.Subscribe(id.Topic(), l.stir, l.hear), bell.Subscribe(l.desk.watch.topic(id), l.stir, nil))
	}
	return stop
}

// stir wakes the line for more than its list.
func (l *line) stir() {
	l.stirred.Store(true)
	l.wake()
}

func (l *line) wake() {
	l.mu.Lock()
	s := l.socket
	l.mu.Unlock()
	if s != nil {
		s.Wake()
	}
}

// actor is who holds the line, with the rights of this moment.
func (l *line) actor(s *live.Socket) (me people.Actor, err error) {
	err = l.desk.DB.View(s.Context(), func(tx *store.Tx) error {
		me, err = l.actorIn(tx)
		return err
	})
	return me, err
}

func (l *line) actorIn(tx *store.Tx) (people.Actor, error) {
	session, err := people.SessionOf(tx, l.cookie)
	if err != nil {
		return people.Actor{}, err
	}
	return people.ActorOf(tx, session)
}

// allowed is the ticket that the page shows, if its agent may read it, and whether he may answer it too.
func (l *line) allowed(s *live.Socket, me people.Actor, id tickets.ID) (_ tickets.ID, answers bool) {
	if id == 0 {
		return 0, false
	}
	err := l.desk.DB.View(s.Context(), func(tx *store.Tx) error {
		t, err := tickets.Get(tx, me, id)
		answers = err == nil && tickets.MayAnswer(me, t)
		return err
	})
	if err != nil {
		return 0, false
	}
	return id, answers
}

// setWrites tells the colleagues on the ticket, and its customer, that the agent writes.
func (l *line) setWrites(on bool) {
	l.mu.Lock()
	id, me, answers := l.look.Ticket, l.me, l.answers
	l.writes = on
	l.mu.Unlock()
	if id == 0 || !answers {
		return
	}
	l.desk.watch.move(l, id, id, watcher{me.ID, me.Name, on})
	l.desk.Chat.Types(id, me, on)
}

// read keeps that the agent has seen what came to the open ticket.
func (l *line) read(s *live.Socket, seq int) {
	l.mu.Lock()
	id, me := l.look.Ticket, l.me
	l.mu.Unlock()
	if id == 0 || seq <= 0 {
		return
	}
	err := l.desk.DB.Update(s.Context(), func(tx *store.Tx) error {
		t, err := tickets.Get(tx, me, id)
		if err != nil {
			return err
		}
		return tickets.MarkRead(tx, me, id, min(seq, t.Seq))
	})
	if err != nil {
		l.desk.Log.Debug("cannot keep a read mark", "err", err) // the mark comes with the next look
	}
}

// Closed takes the line away from wherever it was known.
func (l *line) Closed(s *live.Socket) {
	l.mu.Lock()
	stop, leave, id, me, writes := l.stop, l.leave, l.look.Ticket, l.me, l.writes && l.answers
	l.stop, l.leave = nil, nil
	l.mu.Unlock()
	l.wide.end()
	for _, end := range stop {
		end()
	}
	if leave != nil {
		leave(s.Left())
		l.desk.lines.Add(-1)
	}
	if id == 0 {
		return
	}
	l.desk.watch.move(l, id, 0, watcher{})
	if writes {
		l.desk.Chat.Types(id, me, false)
	}
}
