package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"deskbell/chat"
	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/live"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
)

const (
	forumRing = forum.Ring
	mostNews  = 2000 // entries of the feed at once; a page that is farther behind loads itself again
)

// reload tells a page that it is too far behind to be told piece by piece.
var reload = []byte(`{"t":"reload"}`)

// frameOut is what a page is told: parts of it as they are now, and how far it is told.
type frameOut struct {
	T      string `json:"t"` // news
	Serial int    `json:"serial"`
	Cursor string `json:"cursor"`
	Seq    int    `json:"seq,omitempty"`
	Do     []do   `json:"do"`
}

// do is one change of a page.
type do struct {
	What string `json:"what"` // row, gone, event or part; here names the rows whose customers are in the room
	ID   string `json:"id"`   // of the element, or of several
	HTML string `json:"html,omitempty"`
}

// news is what a line reads in one view of the store, before anything is drawn.
type news struct {
	at      look
	wide    bool // list and rail were looked at
	behind  bool // too far to be told
	entries bool // something happened at all
	cursor  store.Key
	seq     int
	rows    []tickets.Row
	gone    []tickets.ID
	here    string // rows whose customers are in the room
	rail    *rail
	guide   *guide
	now     *opened       // the open ticket as it is, with no more than who asks and where a reply goes
	open    *opened       // the same with all that its head shows, when something happened on it
	turned  bool          // the ticket's head looks otherwise
	before  *tickets.Told // the last event that the page has
	told    []tickets.Told
}

// Next reads on from the line's cursors and draws what is new. When there is nothing, the writer ends.
func (l *line) Next(s *live.Socket) ([][]byte, error) {
	l.mu.Lock()
	at, cursor, seq, types := l.look, l.cursor, l.seq, l.types
	l.mu.Unlock()
	if at.Serial == 0 {
		return nil, l.stay(s) // the page shows no tickets, or has not said yet which
	}
	wide := l.wide.take(&l.desk.looking)
	if wide {
		defer l.looked(time.Now())
	}
	if !l.stirred.Swap(false) && !wide {
		return nil, nil // it was read to the end, or another line looks
	}
	n := news{at: at, cursor: cursor, seq: seq, wide: wide}
	me, err := l.gather(s.Context(), &n)
	if fault.Is(err, fault.Unauthorized) {
		s.Close(live.Policy, "signed out")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if l.moved(me) {
		return [][]byte{reload}, nil
	}
	if !l.passed(me, n) {
		return l.Next(s) // the page went elsewhere meanwhile, and asked for a look itself
	}
	frames, err := l.draw(s.Context(), n, types)
	if n.behind && err == nil {
		frames = append(frames, reload) // after what is new on the open ticket, which the line has passed now
	}
	return frames, err
}

// looked ends a wide look.
func (l *line) looked(began time.Time) {
	l.desk.looking.Unlock()
	l.wide.looked(time.Since(began), int(l.desk.lines.Load()))
}

// gather reads what is new, and who asks.
func (l *line) gather(ctx context.Context, n *news) (me people.Actor, err error) {
	asked := *n
	err = l.desk.DB.View(ctx, func(tx *store.Tx) (err error) {
		*n = asked
		if me, err = l.actorIn(tx); err != nil {
			return err
		}
		if n.wide {
			if err := l.gatherWide(tx, me, n); err != nil {
				return err
			}
		}
		return l.gatherOpen(tx, me, n)
	})
	return me, err
}

// passed moves the line's cursors past what was read, unless the page went elsewhere meanwhile.
func (l *line) passed(me people.Actor, n news) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.look.Serial != n.at.Serial {
		return false
	}
	l.cursor, l.seq = n.cursor, n.seq
	l.answers = n.now != nil && tickets.MayAnswer(me, n.now.Ticket)
	if len(n.told) == pageOfTimeline {
		l.stirred.Store(true) // there may be more
	}
	return true
}

// gatherWide reads what happened in the house since the line's cursor, as far as list and rail show it.
func (l *line) gatherWide(tx *store.Tx, me people.Actor, n *news) error {
	entries, err := l.desk.recent.since(tx, n.cursor, mostNews+1)
	trimmed := errors.Is(err, store.ErrTrimmed)
	if err != nil && !trimmed {
		return err
	}
	if n.here, err = l.desk.hereNow(tx, me); err != nil {
		return err
	}
	if trimmed || len(entries) > mostNews {
		n.behind = true
		n.cursor, err = store.FeedEnd(tx)
		return err
	}
	if len(entries) > 0 {
		n.cursor, n.entries = entries[len(entries)-1].Stamp, true
		if err := l.gatherList(tx, me, entries, n); err != nil {
			return err
		}
	}
	return l.gatherRail(tx, me, n)
}

func (l *line) gatherRail(tx *store.Tx, me people.Actor, n *news) error {
	a, err := people.AgentByID(tx, me.ID)
	if err != nil {
		return err
	}
	r, err := l.desk.gatherRail(tx, a, me, n.at.View.Name)
	if err != nil {
		return err
	}
	n.rail = &r
	if n.at.Guide {
		n.guide, err = l.desk.gatherGuide(tx, me)
	}
	return err
}

// gatherOpen reads what is new on the open ticket, and its head when that looks otherwise now. A ticket that the agent may not
// see any more is left as it stands: the page says so as soon as something is done with it.
func (l *line) gatherOpen(tx *store.Tx, me people.Actor, n *news) error {
	if n.at.Ticket == 0 {
		return nil
	}
	t, err := tickets.Get(tx, me, n.at.Ticket)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	n.now = &opened{View: n.at.View, Me: me, Ticket: t, Once: store.NewRef()}
	if err := n.now.gatherAsker(tx); err != nil {
		return err
	}
	if err := l.desk.gatherWay(tx, n.now); err != nil || t.Seq == n.seq {
		return err
	}
	told, err := tickets.Events(tx, t.ID, max(0, n.seq-1), pageOfTimeline)
	if err != nil {
		return err
	}
	if len(told) > 0 && told[0].N == n.seq {
		n.before, told = &told[0], told[1:]
	}
	n.told, n.seq = told, t.Seq
	if len(told) > 0 {
		n.seq = told[len(told)-1].N
	}
	n.turned = l.head == nil || !sameHead(l.head, t)
	l.head = t
	n.open = n.now
	if n.open.Title, err = tickets.Subject(tx, t); err != nil {
		return err
	}
	if err := n.open.gatherNames(tx); err != nil {
		return err
	}
	return n.open.gatherAgain(tx, n.told)
}

// sameHead tells whether a ticket's head looks as it did.
func sameHead(a, b *tickets.Ticket) bool {
	return a.ID == b.ID && a.Status == b.Status && a.Until.Equal(b.Until) && a.Assignee == b.Assignee && a.Department == b.Department &&
		a.Priority == b.Priority && a.Subject == b.Subject && a.Deleted() == b.Deleted() && slices.Equal(a.Tags, b.Tags)
}

// draw makes the frame of what was read, with the components of the pages.
func (l *line) draw(ctx context.Context, n news, types typist) ([][]byte, error) {
	if l.sentFor != n.at.Serial {
		l.sent, l.sentFor = map[string]string{}, n.at.Serial // the page was exchanged, and has what the server drew
	}
	p := painter{ctx: i18n.With(ctx, l.lang), sent: l.sent}
	for _, id := range n.gone {
		p.do = append(p.do, do{"gone", rowID(id), ""})
	}
	for _, row := range n.rows {
		html, err := l.desk.memory.draw(p.ctx, n.at.View, row, row.ID == n.at.Ticket)
		if err != nil {
			return nil, err
		}
		p.do = append(p.do, do{"row", rowID(row.ID), html})
	}
	if n.open != nil {
		l.drawOpen(&p, n)
	}
	if n.rail != nil {
		p.part("rail-inside", railOf(*n.rail))
	}
	if n.guide != nil {
		p.part("guide", firstRun(*n.guide))
	}
	if n.now != nil {
		p.part("composer-to", composerTo(n.now.Way))
		l.mu.Lock()
		me := l.me.ID
		l.mu.Unlock()
		p.part("viewers", viewers(l.desk.watch.others(n.at.Ticket, me)))
		p.part("ghosts", ghosts(n.now.Contact, types))
		p.part("whereabouts", whereabouts(l.desk.whereabouts(n.at.Ticket)))
	}
	if n.wide {
		p.mark("here", n.here)
	}
	if p.err != nil || len(p.do) == 0 && !n.entries {
		return nil, p.err
	}
	frame, err := spell(frameOut{"news", n.at.Serial, web.Cursor(n.cursor), n.seq, p.do})
	return [][]byte{frame}, err
}

// spell writes a frame as JSON. Its HTML stands in it as it is: it comes by a socket, where no browser takes it for a page, and
// would be half as long again with each < spelled out.
func spell(f frameOut) ([]byte, error) {
	var b bytes.Buffer
	plain := json.NewEncoder(&b)
	plain.SetEscapeHTML(false)
	err := plain.Encode(f)
	return b.Bytes(), err
}

func (l *line) drawOpen(p *painter, n news) {
	last := n.before
	for i := range n.told {
		e := n.told[i]
		near := last != nil && follows([]tickets.Told{*last, e}, 1)
		if c, ok := e.What.(tickets.Carried); ok {
			p.draw("part", againID(c.Of), templ.Raw("<i hidden></i>")) // what is told of this reply further up is over
		}
		p.draw("event", eventID(e), eventOf(n.open.Names, e, near))
		last = &n.told[i]
	}
	if n.turned {
		p.part("ticket-head", ticketHead(*n.open))
	}
}

// painter draws components into changes, and leaves out parts that look as they did.
type painter struct {
	ctx  context.Context
	sent map[string]string
	do   []do
	err  error
}

func (p *painter) draw(what, id string, c templ.Component) {
	var b strings.Builder
	if err := c.Render(p.ctx, &b); err != nil {
		p.err = err
		return
	}
	p.do = append(p.do, do{what, id, b.String()})
}

func (p *painter) part(id string, c templ.Component) {
	p.draw("part", id, c)
	if len(p.do) == 0 {
		return
	}
	last := p.do[len(p.do)-1]
	if p.sent[id] == last.HTML {
		p.do = p.do[:len(p.do)-1]
	}
	p.sent[id] = last.HTML
}

// mark says something about several elements, unless it was the last thing said about them.
func (p *painter) mark(what, ids string) {
	if p.sent[what] == ids {
		return
	}
	p.sent[what] = ids
	p.do = append(p.do, do{what, ids, ""})
}

// hear takes what the bell says with content about the open ticket.
func (l *line) hear(said any) {
	t, ok := said.(chat.Typing)
	if !ok || t.By != people.ByContact {
		return // colleagues are known by the watch
	}
	l.mu.Lock()
	l.types = typist{t.On, t.Name, t.Text}
	l.mu.Unlock()
	l.stir()
}
