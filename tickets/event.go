package tickets

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
)

// Event is one thing that happened on a ticket. Its number N counts from 1 and names it for every reader.
type Event struct {
	Ticket  ID
	N       int
	At      time.Time
	By      By
	Channel string // that a message came or goes by
	Moved   uint64 // its place in the order of lists; 0 when it leaves the ticket where it was
	What    What
}

// By is who did it. Names are looked up when they are shown: people change theirs.
type By struct {
	Type people.ActorType `json:"type"`
	ID   string           `json:"id,omitempty"`
}

// byOf is what an event keeps of whoever did it.
func byOf(a people.Actor) By { return By{a.Type, a.ID} }

// What is what happened. It holds values, never sentences and never words that somebody wrote.
type What interface{ Kind() Kind }

// Kind names what happened, as feed entries and the API do.
type Kind string

// The kinds of what happens. Received and Replied are both messages: towards us and towards the customer.
type (
	Opened struct {
		Ref        string `json:"ref"`
		Contact    string `json:"contact"`
		Department string `json:"department,omitempty"`
		Priority   string `json:"priority,omitempty"`
		After      ID     `json:"after,omitempty"` // the closed ticket that it goes on from
		// Waited is how long everybody could read the question before nobody's answer made a ticket of it; 0 when it came to us at once.
		Waited time.Duration `json:"waited,omitempty"`
	}
	Received    struct{}
	Replied     struct{}
	Noted       struct{}
	Assigned    struct{ Agent, Was string }
	Transferred struct{ Department, Was string }
	Tagged      struct {
		Added   []string `json:"added,omitempty"`
		Removed []string `json:"removed,omitempty"`
	}
	Prioritised struct{ Priority, Was Priority }
	Filled      struct { // the fields that the shop's programs keep
		Set     map[string]string `json:"set,omitempty"`
		Removed []string          `json:"removed,omitempty"`
	}
	Renamed struct{}
	Turned  struct { // the status was set by somebody
		Status Status    `json:"status"`
		Was    Status    `json:"was"`
		Until  time.Time `json:"until,omitzero"`
	}
	Deleted  struct{}
	Restored struct{}
	Linked   struct{ Ticket ID } // this one goes on in that one
	Rated    struct {
		Score int `json:"score"` // 1 to 5
	}
	Ended   struct{} // the customer said good-bye
	Carried struct { // what became of a reply on its way out
		Of      int    `json:"of"` // the reply's number
		State   string `json:"state"`
		Was     string `json:"was,omitempty"` // the state that the ticket told before
		Channel string `json:"channel,omitempty"`
		Why     string `json:"why,omitempty"` // for agents: what the other side said
		Say     string `json:"say,omitempty"` // the catalogue key of the same, where the house itself is the reason
	}
)

// States of what was Carried.
const (
	Sent   = "sent"
	Kept   = "kept" // in the house: its channel is not set up yet
	Failed = "failed"
)

func (Opened) Kind() Kind      { return "opened" }
func (Received) Kind() Kind    { return "received" }
func (Replied) Kind() Kind     { return "replied" }
func (Noted) Kind() Kind       { return "note" }
func (Assigned) Kind() Kind    { return "assigned" }
func (Transferred) Kind() Kind { return "transferred" }
func (Tagged) Kind() Kind      { return "tagged" }
func (Prioritised) Kind() Kind { return "prioritised" }
func (Filled) Kind() Kind      { return "fields" }
func (Renamed) Kind() Kind     { return "renamed" }
func (Turned) Kind() Kind      { return "status" }
func (Deleted) Kind() Kind     { return "deleted" }
func (Restored) Kind() Kind    { return "restored" }
func (Linked) Kind() Kind      { return "linked" }
func (Rated) Kind() Kind       { return "rated" }
func (Ended) Kind() Kind       { return "ended" }
func (Carried) Kind() Kind     { return "delivery" }

// kinds finds the type of a kind when an event is read back.
var kinds = func() map[Kind]reflect.Type {
	all := map[Kind]reflect.Type{}
	for _, w := range []What{
		Opened{},
		Received{},
		Replied{},
		Noted{},
		Assigned{},
		Transferred{},
		Tagged{},
		Prioritised{},
		Filled{},
		Renamed{},
		Turned{},
		Deleted{},
		Restored{},
		Linked{},
		Rated{},
		Ended{},
		Carried{},
	} {
		all[w.Kind()] = reflect.TypeOf(w)
	}
	return all
}()

// Kinds lists every kind there is.
func Kinds() (all []Kind) {
	for kind := range kinds {
		all = append(all, kind)
	}
	return all
}

type eventRow struct {
	Ticket  ID              `json:"ticket"`
	N       int             `json:"n"`
	At      time.Time       `json:"at"`
	By      By              `json:"by"`
	Channel string          `json:"channel,omitempty"`
	Moved   uint64          `json:"moved,omitempty"`
	Kind    Kind            `json:"kind"`
	What    json.RawMessage `json:"what,omitempty"`
}

// MarshalJSON writes the kind beside what happened.
func (e Event) MarshalJSON() ([]byte, error) {
	row := eventRow{e.Ticket, e.N, e.At, e.By, e.Channel, e.Moved, e.What.Kind(), nil}
	if reflect.TypeOf(e.What).NumField() > 0 {
		what, err := json.Marshal(e.What)
		if err != nil {
			return nil, err
		}
		row.What = what
	}
	return json.Marshal(row)
}

// UnmarshalJSON reads an event of a known kind.
func (e *Event) UnmarshalJSON(data []byte) error {
	var row eventRow
	if err := json.Unmarshal(data, &row); err != nil {
		return err
	}
	kind, ok := kinds[row.Kind]
	if !ok {
		return fmt.Errorf("an event of unknown kind %q", row.Kind)
	}
	what := reflect.New(kind)
	if len(row.What) > 0 {
		if err := json.Unmarshal(row.What, what.Interface()); err != nil {
			return err
		}
	}
	*e = Event{row.Ticket, row.N, row.At, row.By, row.Channel, row.Moved, what.Elem().Interface().(What)}
	return nil
}

var events = store.NewTable("events", func(e *Event) store.Key { return eventKey(e.Ticket, e.N) })

func eventKey(id ID, n int) store.Key { return store.K(uint64(id), n) }

// Words are what somebody wrote, beside the event that says that he did.
type Words struct {
	Ticket  ID     `json:"ticket"`
	N       int    `json:"n"`
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text,omitempty"` // Markdown
	Address string `json:"address,omitempty"`
	Files   []File `json:"files,omitempty"`
}

func (w *Words) empty() bool {
	return w.Subject == "" && w.Text == "" && w.Address == "" && len(w.Files) == 0
}

var words = store.NewTable("words", func(w *Words) store.Key { return eventKey(w.Ticket, w.N) })

// Told is an event with its words and its author's name, as it is shown.
type Told struct {
	Event
	Said Words
	Name string // of By, as customers see it; empty for what the house did itself
}

// Message tells whether words went between us and the customer.
func (e Event) Message() bool {
	kind := e.What.Kind()
	return kind == Received{}.Kind() || kind == Replied{}.Kind()
}

// Events gives at most limit events of a ticket after number after, in order, with their words. It asks nobody's permission:
// the caller has got the ticket by a verb that did.
func Events(tx *store.Tx, id ID, after, limit int) ([]Told, error) {
	rows, _, err := events.Page(tx, "", store.Range{Prefix: id.Key(), After: eventKey(id, after)}, limit)
	if err != nil {
		return nil, err
	}
	return tell(tx, rows)
}

// LatestEvents gives the last events of a ticket before number before (0: the newest), in order.
func LatestEvents(tx *store.Tx, id ID, before, limit int) ([]Told, error) {
	r := store.Range{Prefix: id.Key(), Back: true}
	if before > 0 {
		r.After = eventKey(id, before)
	}
	rows, _, err := events.Page(tx, "", r, limit)
	if err != nil {
		return nil, err
	}
	slices.Reverse(rows)
	return tell(tx, rows)
}

// EventAt gives one event, or a fault of kind NotFound.
func EventAt(tx *store.Tx, id ID, n int) (*Told, error) {
	e, err := events.Get(tx, eventKey(id, n))
	if err != nil {
		return nil, err
	}
	told, err := tell(tx, []*Event{e})
	if err != nil {
		return nil, err
	}
	return &told[0], nil
}

// tell joins events with words and names, in two trips.
func tell(tx *store.Tx, rows []*Event) ([]Told, error) {
	keys := make([]store.Key, len(rows))
	for i, e := range rows {
		keys[i] = eventKey(e.Ticket, e.N)
	}
	texts, err := words.GetAll(tx, keys...)
	if err != nil {
		return nil, err
	}
	who := make([]By, len(rows))
	for i, e := range rows {
		who[i] = e.By
	}
	known, err := lookUp(tx, who)
	if err != nil {
		return nil, err
	}
	told := make([]Told, len(rows))
	for i, e := range rows {
		told[i] = Told{Event: *e, Name: known.name(e.By)}
		if texts[i] != nil {
			told[i].Said = *texts[i]
		}
	}
	return told, nil
}

// Public is what a ticket's customer may see of its events: the one function that decides it.
func Public(told []Told) (public []Told) {
	for _, e := range told {
		if isPublic(e.What) {
			public = append(public, e)
		}
	}
	return public
}

// isPublic says yes kind by kind, so that a new kind is private until somebody thinks about it.
func isPublic(w What) bool {
	switch w.(type) {
	case Received, Replied, Rated, Ended:
		return true
	}
	return false
}
