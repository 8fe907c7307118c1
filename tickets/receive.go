package tickets

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// IDReused is the Say of the fault that answers a message id which was used for another message.
const IDReused = "tickets.id_reused"

// Sizes of what people write.
const (
	MaxSubject = 300       // letters
	MaxText    = 256 << 10 // bytes; a door may allow less
	MaxTags    = 20
	MaxTag     = 40 // letters
)

// Inbound is a message that came in by a door. The door has proved who wrote it as well as it can.
type Inbound struct {
	Channel string
	Thread  string       // what the door knows the conversation by; one that is unknown opens a ticket
	Source  string       // what the door knows the message by, for ever; "" when it has no name
	By      people.Actor // the contact, somebody of the community, or an agent who wrote at the door itself
	Contact string       // whose ticket it is; By's own when empty

	Subject, Text, Address string
	Files                  []File

	// For a ticket that the message opens.
	Department string
	Tags       []string
	Priority   Priority
	Waited     time.Duration // how long others could have answered it first
}

// Receive takes a message in: it joins the ticket of its thread, or opens one. The same source never makes a second event:
// it gives the first again, or a fault of kind Conflict (IDReused) when it says something else this time. A message
// on a closed ticket, or on one in the bin, opens a new one that goes on from it, and the thread follows.
func Receive(tx *store.Tx, in Inbound) (*Ticket, *Event, error) {
	if err := in.clean(); err != nil {
		return nil, nil, err
	}
	if t, e, err := in.known(tx); e != nil || err != nil {
		return t, e, err
	}
	t, err := in.ticket(tx)
	if err != nil {
		return nil, nil, err
	}
	var what What = Received{}
	if in.By.Type == people.ByAgent {
		what = Replied{}
	}
	if in.By.Type == people.ByContact {
		if err := people.Notice(tx, in.By.ID); err != nil {
			return nil, nil, err
		}
	}
	e, err := record(tx, t, Event{By: byOf(in.By), Channel: in.Channel, What: what}, Words{Text: in.Text, Address: in.Address, Files: in.Files})
	if err != nil || in.Source == "" {
		return t, e, err
	}
	return t, e, sources.Put(tx, &source{in.Channel, in.Source, t.ID, e.N, in.sum()})
}

// Repeated gives what a message made when it came before; no event when it never did. It writes nothing, so that whoever says it
// again can be answered where nothing can be written.
func Repeated(tx *store.Tx, in Inbound) (*Ticket, *Event, error) {
	if err := in.clean(); err != nil {
		return nil, nil, err
	}
	return in.known(tx)
}

func (in *Inbound) clean() error {
	if in.Channel == "" || in.Contact == "" && in.By.Type != people.ByContact {
		return errors.New("what came in names no channel, or nobody who sent it") // a door's mistake
	}
	if in.Contact == "" {
		in.Contact = in.By.ID
	}
	in.Subject = text.Cut(text.Line(in.Subject), MaxSubject)
	var err error
	in.Text, err = body("text", in.Text, in.Files)
	return err
}

// body makes what somebody wrote fit to keep. A message may be empty only when it brings files.
func body(at, s string, files []File) (string, error) {
	s = text.Clean(s)
	if len(s) > MaxText {
		f := fault.Field(at, "fault.too_large", "max", "256 KiB")
		f.Kind = fault.TooLarge
		return "", f
	}
	if len(files) == 0 && text.Line(s) == "" {
		return "", fault.Field(at, "fault.required")
	}
	return s, nil
}

func (in *Inbound) sum() string {
	h := sha256.New()
	for _, part := range append([]string{in.Text, in.Thread}, fileIDs(in.Files)...) {
		h.Write([]byte(strconv.Itoa(len(part)) + " " + part))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func fileIDs(files []File) (ids []string) {
	for _, f := range files {
		ids = append(ids, f.ID)
	}
	return ids
}

// known gives what this source made before.
func (in *Inbound) known(tx *store.Tx) (*Ticket, *Event, error) {
	if in.Source == "" {
		return nil, nil, nil
	}
	row, err := sources.Find(tx, store.K(in.Channel, in.Source))
	if err != nil || row == nil {
		return nil, nil, err
	}
	if row.Sum != in.sum() {
		return nil, nil, fault.New(fault.Conflict, IDReused)
	}
	t, err := tickets.Get(tx, row.Ticket.Key())
	if err != nil {
		return nil, nil, err
	}
	e, err := events.Get(tx, eventKey(row.Ticket, row.N))
	return t, e, err
}

// BySource gives the event that a source made, nil when it made none.
func BySource(tx *store.Tx, channel, id string) (*Event, error) {
	row, err := sources.Find(tx, store.K(channel, id))
	if err != nil || row == nil {
		return nil, err
	}
	return events.Get(tx, eventKey(row.Ticket, row.N))
}

// ticket finds the conversation that the message belongs to, or opens one.
func (in *Inbound) ticket(tx *store.Tx) (*Ticket, error) {
	var before *Ticket
	if in.Thread != "" {
		t, err := ByThread(tx, in.Channel, in.Thread)
		if err != nil || t != nil && t.Status != Closed && !t.Deleted() {
			return t, err
		}
		before = t
	}
	t, err := in.open(tx, before)
	if err != nil || in.Thread == "" {
		return t, err
	}
	return t, Join(tx, t.ID, in.Channel, in.Thread)
}

// Join gives a ticket one more name on a channel; what comes in under it from now on belongs to this ticket.
func Join(tx *store.Tx, id ID, channel, name string) error {
	return threads.Put(tx, &thread{channel, name, id})
}

func (in *Inbound) open(tx *store.Tx, before *Ticket) (*Ticket, error) {
	opened := Opened{Contact: in.Contact, Department: in.Department, Priority: string(in.Priority), Waited: in.Waited}
	if before != nil {
		opened.After = before.ID
	}
	t, err := begin(tx, in.By, in.Channel, opened, in.Subject)
	if err != nil {
		return nil, err
	}
	if before != nil && !before.Deleted() {
		if _, err := record(tx, before, Event{By: byOf(people.System), What: Linked{t.ID}}, Words{}); err != nil {
			return nil, err
		}
	}
	tags, err := cleanTags(in.Tags)
	if err != nil || len(tags) == 0 {
		return t, err
	}
	_, err = record(tx, t, Event{By: byOf(people.System), What: Tagged{Added: tags}}, Words{})
	return t, err
}

// begin writes a ticket's first event.
func begin(tx *store.Tx, by people.Actor, channel string, opened Opened, subject string) (*Ticket, error) {
	n, err := tx.Next("tickets")
	if err != nil {
		return nil, err
	}
	opened.Ref = store.NewRef()
	t := &Ticket{ID: ID(n)}
	_, err = record(tx, t, Event{By: byOf(by), Channel: channel, What: opened}, Words{Subject: subject})
	return t, err
}

// Used tells whether anybody has ever written by a channel whose conversations have names.
func Used(tx *store.Tx, channel string) (bool, error) {
	n, err := threads.Count(tx, "", store.K(channel), 1)
	return n > 0, err
}
