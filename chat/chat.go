// Package chat is for tickets whose customer is in the room: visitors, the widgets they come by, who of the team is there, and
// the protocol of the widget's socket.
//
// A Session is one line to one visitor, whatever carries it: frames go in, and frames come out by the answer of Frame (acks,
// errors, the welcome) and by Next (what happened on the ticket, who types, who is there). Talk carries a session over a socket;
// a Line carries it over plain requests where sockets are blocked. Both have the same outcomes, because neither knows what a
// frame means.
//
// A visitor is a random id with a signature, made when the widget is opened and stored nowhere until the first message: that
// makes a contact and a ticket. What he may see is his own thread and nothing else, by Public of tickets; the e-mail address
// that he types opens nothing. Whatever he sends with an id of his is done once, for ever: the id is written with the deed.
//
// Who is there (agents, visitors, the page they look at) lives in memory alone and rings Presence or Visitors on the bell.
// Typing is Said on the ticket's own topic, and may be lost.
//
// The package never imports HTTP, and nothing that only agents may see goes through it.
package chat

import (
	"log/slog"
	"sync"

	"deskbell/internal/live"
	"deskbell/internal/pace"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// Channel is this door's name.
const Channel = "chat"

// Topics on the bell besides the tickets' own.
const (
	Presence = "chat.presence" // an agent came or left, or is away or back
	Visitors = "chat.visitors" // a visitor came or left, or went to another page; a page was heard of after a while of silence
)

// MaxText is the largest text of a message, in bytes.
const MaxText = 16 << 10

// Options are what a room stands on.
type Options struct {
	DB        *store.DB
	Key       settings.Key
	Bell      *live.Bell
	Unlimited bool         // without limits, for load and crash tests
	Log       *slog.Logger // slog.Default() when nil
}

// Room is where visitors and agents meet. There is one for each open house.
type Room struct {
	Options
	messages pace.Table

	mu        sync.Mutex
	team      map[string]*attending
	sessions  map[*Session]struct{}
	tickets   map[tickets.ID]int // sessions on each ticket
	addresses map[string]int     // connections from each neighbourhood
	lines     map[string]*Line   // by their session id
	heard     map[string]heard   // by the widget's id
	closed    bool

	notes sync.WaitGroup // what is being written about widgets
}

// New opens the room.
func New(o Options) *Room {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Room{
		Options:   o,
		team:      map[string]*attending{},
		sessions:  map[*Session]struct{}{},
		tickets:   map[tickets.ID]int{},
		addresses: map[string]int{},
		lines:     map[string]*Line{},
		heard:     map[string]heard{},
	}
}

// Close ends the lines that no socket carries, and waits for what is being written. Those over sockets end with their hub.
func (r *Room) Close() {
	r.mu.Lock()
	r.closed = true
	var lines []*Line
	for _, l := range r.lines {
		lines = append(lines, l)
	}
	for _, a := range r.team {
		a.stop()
	}
	r.mu.Unlock()
	for _, l := range lines {
		l.Close()
	}
	r.notes.Wait()
}
