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
//
// # Frames
//
// Text frames of one JSON object each; t names the kind. A member in brackets may be left out, or be null, which is the same;
// null for any other is refused, and so is a member that stands here nowhere. The visitor's:
//
//	hello   v widget [visitor ticket epoch since lang tz page{url title referrer} identity{jwt}]   the first, once
//	say     id text [attachments]                                                    acked
//	form    id fields{text [name email phone]} [attachments]                          acked; an address is needed
//	rate    id score [comment]                                                       acked; 1 to 5
//	end     id                                                                       acked
//	typing  on [text]                                                                lost without a word, as the two below
//	page    url [title]
//	read    seq
//
// A knock (POST /w/hello) is widget [visitor page{url title referrer}]. What carries a line by plain requests wraps frames into
// {session frames}, or names the line by {session}.
//
// Ours:
//
//	welcome   visitor session ticket epoch seq online queue preview agent over read events limits{text}
//	ack       id ticket seq at attachments
//	event     seq kind from name text html at score attachments       kind: message rated ended
//	read      seq                            an agent has seen what the visitor wrote, up to there
//	typing    name on
//	presence  online queue agent over
//	error     code message id field retry_after
//
// Added to what was first agreed, so that a program may do without: the kinds rated and ended of an event, with its score;
// ticket and attachments of an ack; read towards the visitor, and in the welcome; session, agent and over of a welcome; over of
// presence, which says that we hold the conversation for solved; attachments of a form; field, and the code internal, of an
// error. The queue is 0 always.
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
	messages pace.Table   // of each visitor
	nearby   pace.Table   // of each neighbourhood
	unsure   store.Unsure // by their sources

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
