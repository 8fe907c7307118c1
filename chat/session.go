package chat

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"golang.org/x/time/rate"

	"deskbell/internal/fault"
	"deskbell/internal/live"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

const (
	maxEvents   = 100      // in a welcome, and in one helping of Next
	maxHelping  = 64 << 10 // bytes of events in one helping: what waits in memory for a slow line
	maxMistakes = 20       // frames that are none, then the line is closed
)

// Session is one line to one visitor. Frame and Next may be called at the same time; each of them by one caller.
type Session struct {
	room *Room
	from Origin
	wake func()
	line string // the id of the line that carries it, where no socket does

	visit atomic.Pointer[Visit]
	types atomic.Pointer[Typing] // an agent's, not yet told
	rung  atomic.Bool            // there may be news on the ticket

	mu       sync.Mutex // held while a deed is done: its event must not be told before its ack is made
	at       place      // where he came in; nowhere before the hello
	visitor  string
	lang     string
	ticket   tickets.ID
	cursor   int   // the last event that this line was told
	acked    []int // events after it that the line said itself
	seen     int   // how far the visitor has read
	agents   int   // how far he was told that we have
	online   bool  // what it was last told
	agent    string
	over     bool
	small    *rate.Limiter // of frames that may be lost; nil until the first
	mistakes int
	closed   bool
	deaf     func()   // stops listening to the ticket
	cancels  []func() // and to everything else
}

// place is what a session keeps of its widget: there may be ten thousand of them.
type place struct {
	widget     string // its key
	department string
	preview    bool
}

// Open begins a session. Wake is called whenever Next has something to say; it must not block.
func (r *Room) Open(from Origin, wake func()) *Session {
	return &Session{room: r, from: from, wake: wake}
}

// Answer is what a frame brings about: frames to send back, and whether the line ends with them, and why.
type Answer struct {
	Frames [][]byte
	Close  string // the reason; "" goes on
}

// Greeted tells whether the hello was taken.
func (s *Session) Greeted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at.widget != ""
}

// Frame takes one frame of the visitor.
func (s *Session) Frame(ctx context.Context, data []byte) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Answer{Close: "closed"}
	}
	f := parse(data)
	f.need("t", "id")
	kind, id := f.text("t"), ""
	if kind != "hello" {
		id = f.text("id") // an error names it even when the rest is wrong
	}
	if f.err != nil || len(id) > maxID || strings.ContainsFunc(id, unicode.IsControl) { // ids are keys, and messages name keys
		return s.garbled("")
	}
	if s.at.widget == "" {
		if kind != "hello" {
			return s.mistake(id, fault.New(fault.Invalid, "chat.hello_first"))
		}
		return s.greet(ctx, f)
	}
	return s.deed(ctx, kind, id, f)
}

// deed does what a frame after the hello asks for.
func (s *Session) deed(ctx context.Context, kind, id string, f *fields) Answer {
	switch kind {
	case "say":
		return s.say(ctx, id, f)
	case "form":
		return s.form(ctx, id, f)
	case "rate":
		return s.rate(ctx, id, f)
	case "end":
		return s.end(ctx, id, f)
	case "read":
		return s.see(ctx, id, f)
	case "typing":
		return s.write(id, f)
	case "page":
		return s.walk(id, f)
	case "hello":
		return s.garbled(id) // once is enough
	}
	if agentsOnly[kind] {
		return s.mistake(id, fault.New(fault.Forbidden, "fault.forbidden"))
	}
	return s.mistake(id, fault.New(fault.Invalid, "chat.unknown_kind"))
}

// agentsOnly are kinds that nobody sends by mistake.
var agentsOnly = map[string]bool{
	"note": true, "assign": true, "transfer": true, "tag": true, "status": true, "solve": true, "close": true, "delete": true,
	"typing_as": true, "read_as": true,
}

// mistake refuses what no honest client sends, and ends a line that goes on with it.
func (s *Session) mistake(id string, err error) Answer {
	a := s.refuse(id, err)
	if s.mistakes++; s.mistakes >= maxMistakes {
		a.Close = "too many errors"
	}
	return a
}

func (s *Session) garbled(id string) Answer {
	return s.mistake(id, fault.New(fault.Invalid, "chat.bad_frame"))
}

func (s *Session) refuse(id string, err error) Answer {
	return Answer{Frames: [][]byte{s.room.refusal(s.lang, id, err)}}
}

// Close ends the session.
func (s *Session) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	s.quit()
}

// quit undoes what the hello began.
func (s *Session) quit() {
	if s.at.widget == "" {
		return
	}
	for _, cancel := range append(s.cancels, s.deaf) {
		cancel()
	}
	s.room.leave(s)
	s.at = place{}
}

// Next gives what there is to tell now, in helpings that fit into memory; nothing when all is told.
func (s *Session) Next(ctx context.Context) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.at.widget == "" {
		return nil, nil
	}
	var frames [][]byte
	if s.rung.Swap(false) {
		var err error
		if frames, err = s.news(ctx); err != nil {
			s.rung.Store(true) // a poll that runs out just now must not take the news with it
			return nil, err
		}
	}
	if online := s.room.Online(s.at.department); online != s.online {
		s.online = online
		frames = append(frames, encode(presenceFrame{T: "presence", Online: online, Agent: s.agent, Over: s.over}))
	}
	if t := s.types.Swap(nil); t != nil && t.Ticket == s.ticket {
		frames = append(frames, encode(typingFrame{"typing", t.Name, t.On}))
	}
	return frames, nil
}

// news reads on where the line was told last. A visitor whose words went to another ticket meanwhile, by another tab or
// because the old one was closed, is welcomed to that one.
func (s *Session) news(ctx context.Context) (frames [][]byte, err error) {
	var p page
	err = s.room.DB.View(ctx, func(tx *store.Tx) error {
		p, err = s.read(tx)
		return err
	})
	if err != nil || p.ticket == nil {
		return nil, err
	}
	if p.ticket.ID != s.ticket {
		return [][]byte{encode(s.welcome(p))}, nil
	}
	if p.agent != s.agent || p.over() != s.over {
		s.agent, s.over = p.agent, p.over()
		frames = append(frames, encode(presenceFrame{T: "presence", Online: s.online, Agent: s.agent, Over: s.over}))
	}
	for _, e := range s.fit(p) {
		frames = append(frames, encode(e))
	}
	if p.seen > s.agents {
		s.agents = p.seen
		frames = append(frames, encode(readFrame{"read", p.seen}))
	}
	return frames, nil
}

// page is what was read of a visitor's ticket in one moment.
type page struct {
	ticket *tickets.Ticket
	events []tickets.Told // after the cursor, the private ones among them
	agent  string         // who has taken it, as customers know him
	seen   int            // the visitor's last words that we have seen; 0 once they are answered
}

// over tells whether we hold the conversation for solved.
func (p page) over() bool {
	return p.ticket.Status == tickets.Solved || p.ticket.Status == tickets.Closed
}

// read reads the visitor's ticket on from the cursor; from the beginning where it is another than before.
func (s *Session) read(tx *store.Tx) (p page, err error) {
	if p.ticket, err = s.thread(tx); err != nil || p.ticket == nil {
		return page{}, err
	}
	if p.agent, err = nameOf(tx, p.ticket.Assignee); err != nil {
		return page{}, err
	}
	if p.seen, err = seen(tx, p.ticket); err != nil {
		return page{}, err
	}
	after := s.cursor
	if p.ticket.ID != s.ticket {
		after = 0
	}
	if p.ticket.Seq > after {
		p.events, err = tickets.Events(tx, p.ticket.ID, after, maxEvents)
	}
	return p, err
}

// seen is how far we have read what the contact wrote. Once there is an answer, nobody needs to be told.
func seen(tx *store.Tx, t *tickets.Ticket) (int, error) {
	if t.Received <= t.Sent {
		return 0, nil
	}
	n, err := tickets.SeenTo(tx, t.ID)
	if n <= t.Sent {
		return 0, err
	}
	return min(n, t.Received), err
}

// thread gives the visitor's ticket; nil when there is none, or when it lies in the bin.
func (s *Session) thread(tx *store.Tx) (*tickets.Ticket, error) {
	t, err := tickets.ByThread(tx, Channel, s.visitor)
	if err != nil || t == nil || t.Deleted() {
		return nil, err
	}
	return t, nil
}

// fit makes frames of as many events as fit into one helping, moves the cursor past them, and has itself woken for the rest.
func (s *Session) fit(p page) []eventFrame {
	frames, size := []eventFrame{}, 0
	for _, e := range p.events {
		if size > maxHelping {
			break
		}
		s.cursor = e.N
		if at := slices.Index(s.acked, e.N); at >= 0 {
			s.acked = slices.Delete(s.acked, at, at+1)
			continue
		}
		for _, public := range tickets.Public([]tickets.Told{e}) {
			f := s.room.eventOf(public)
			size += len(f.Text) + len(f.HTML)
			frames = append(frames, f)
		}
	}
	if s.cursor < p.ticket.Seq {
		s.more()
	}
	return frames
}

func (s *Session) more() {
	s.rung.Store(true)
	s.wake()
}

// welcome takes the line to the ticket of p and tells everything of it that fits.
func (s *Session) welcome(p page) welcomeFrame {
	w := welcomeFrame{
		T: "welcome", Visitor: s.room.token(s.at.widget, s.visitor), Session: s.line, Epoch: s.room.DB.Epoch(),
		Online: s.online, Preview: s.at.preview, Events: []eventFrame{},
	}
	w.Limits.Text = MaxText
	if p.ticket == nil {
		return w
	}
	if p.ticket.ID != s.ticket {
		s.enter(p.ticket.ID)
	}
	s.agent, s.agents, s.over = p.agent, p.seen, p.over()
	w.Ticket, w.Seq, w.Agent, w.Read, w.Over = p.ticket.Ref, p.ticket.Public, p.agent, p.seen, s.over
	w.Events = s.fit(p)
	return w
}

// enter listens to a ticket from its first event on.
func (s *Session) enter(id tickets.ID) {
	was := s.ticket
	s.ticket, s.cursor, s.acked, s.agents = id, 0, nil, 0
	s.deaf()
	told := s.room.Bell.Subscribe(id.Topic(), s.more, s.hear)
	read := s.room.Bell.Subscribe(id.ReadTopic(), s.more, nil)
	s.deaf = func() { told(); read() }
	s.room.moves(was, id)
	s.shows(func(v *Visit) { v.Ticket = id })
}

// hear takes what is said on the ticket's topic: who types. It comes on the speaker's goroutine and must not wait.
func (s *Session) hear(news any) {
	if t, ok := news.(Typing); ok && t.By == people.ByAgent {
		s.types.Store(&t)
		s.wake()
	}
}

// shows changes what agents see of the visit.
func (s *Session) shows(change func(*Visit)) {
	v := *s.visit.Load()
	change(&v)
	s.visit.Store(&v)
}

// listen subscribes to what concerns every visitor, and this one in all of his tabs.
func (s *Session) listen(bell *live.Bell) {
	s.deaf = func() {}
	s.cancels = []func(){
		bell.Subscribe(Presence, s.wake, nil),
		bell.Subscribe(topicOf(s.visitor), s.more, nil),
	}
}

// topicOf rings when a visitor's words began a ticket, which his other tabs do not know yet.
func topicOf(visitor string) string { return "visitor:" + visitor }
