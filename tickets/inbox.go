package tickets

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// View names a list of tickets. The zero value is all that is live and visible.
type View struct {
	Kind       ViewKind
	Department string // only that one; "" is every one that the reader sees
	Status     Status // only that one; "" is what the kind holds
	After      string // what follows a page of it, by its Next; "" from the top. Counts do not look at it
}

// ViewKind says which tickets a view holds.
type ViewKind string

const (
	AllLive    ViewKind = ""           // new, open and pending
	Mine       ViewKind = "mine"       // live and the reader's own
	Unassigned ViewKind = "unassigned" // live and nobody's
	Everything ViewKind = "all"        // whatever the status, spam apart
	ByStatus   ViewKind = "status"     // those of View.Status
	Bin        ViewKind = "deleted"    // what was deleted, for who may
)

// Row is a ticket as a list shows it, to be read only. Two rows that are equal by == look the same.
type Row struct {
	*Ticket
	Title    string // its subject, or what Subject calls it
	Named    bool   // somebody gave it its subject
	Words    string // of the last message or note
	Files    string // the names of what came with it, where it has no words
	From     By     // who wrote it
	FromName string
	Private  bool // it is a note
	Contact  *people.Contact
	Taker    string // the assignee's name
	Unread   bool
}

// Page is one page of a view. Next is where the following one begins, "" at the end.
type Page struct {
	Rows []Row
	Next string
}

// Inbox gives a page of a view, the newest message first. New arrivals never shift a later page.
func Inbox(tx *store.Tx, by people.Actor, v View, limit int) (Page, error) {
	scans, err := v.scans(tx, by)
	if err != nil {
		return Page{}, err
	}
	var before uint64
	if v.After != "" {
		if before, err = strconv.ParseUint(v.After, 10, 64); err != nil {
			return Page{}, fault.Field("cursor", "fault.bad_value")
		}
	}
	keys, more, err := merge(tx, scans, before, limit)
	if err != nil {
		return Page{}, err
	}
	rows, err := tickets.Shared(tx, keys...)
	if err != nil {
		return Page{}, err
	}
	page := Page{}
	if more {
		page.Next = strconv.FormatUint(rows[len(rows)-1].Moved, 10)
	}
	page.Rows, err = Rows(tx, by, rows)
	return page, err
}

// scan is one stretch of an index whose entries lie in the order of Moved.
type scan struct {
	index  string
	prefix store.Key
}

// scans turns a view into the stretches that hold it: indexes begin with department and status, so none is ever filtered.
func (v View) scans(tx *store.Tx, by people.Actor) (scans []scan, err error) {
	statuses := v.statuses()
	switch v.Kind {
	case Mine:
		for _, s := range statuses {
			scans = append(scans, scan{"assigned", store.K(by.ID, s)})
		}
		return scans, nil
	case Bin:
		return nil, fault.Missing("view") // it has an order of its own: see Binned
	}
	index := "queue"
	if v.Kind == Unassigned {
		index = "unassigned"
	}
	departments, err := visible(tx, by)
	if err != nil {
		return nil, err
	}
	if v.Department != "" {
		if !slices.Contains(departments, v.Department) {
			return nil, fault.Missing("department")
		}
		departments = []string{v.Department}
	}
	for _, d := range departments {
		for _, s := range statuses {
			scans = append(scans, scan{index, store.K(d, s)})
		}
	}
	return scans, nil
}

func (v View) statuses() []Status {
	switch {
	case v.Status != "":
		return []Status{v.Status}
	case v.Kind == Everything:
		return []Status{New, Active, Pending, Snoozed, Solved, Closed}
	}
	return Live()
}

// visible lists the departments whose tickets by sees, "" for the unsorted among them.
func visible(tx *store.Tx, by people.Actor) ([]string, error) {
	if !by.May(ReadTickets, "") {
		return nil, nil
	}
	if !by.Everywhere() {
		return append([]string{""}, by.Departments...), nil
	}
	all, err := people.Departments(tx)
	if err != nil {
		return nil, err
	}
	ids := []string{""}
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	return ids, nil
}

// merge walks several stretches back at once and gives the keys of the first limit tickets below before (0: from the top).
func merge(tx *store.Tx, scans []scan, before uint64, limit int) (keys []store.Key, more bool, err error) {
	type head struct {
		pair store.Pair
		next func() (store.Pair, error, bool)
	}
	var heads []head
	for _, s := range scans {
		r := store.Range{Prefix: s.prefix, Back: true}
		if before > 0 {
			r.To = store.K(s.prefix, before)
		}
		next, stop := iter.Pull2(tickets.Pairs(tx, s.index, r))
		defer stop()
		pair, err, ok := next()
		if err != nil {
			return nil, false, err
		}
		if ok {
			heads = append(heads, head{pair, next})
		}
	}
	for len(heads) > 0 {
		if len(keys) == limit {
			return keys, true, nil
		}
		newest := 0
		for i := range heads {
			if moved(heads[i].pair) > moved(heads[newest].pair) {
				newest = i
			}
		}
		keys = append(keys, slices.Clone(store.Key(heads[newest].pair.Value)))
		pair, err, ok := heads[newest].next()
		if err != nil {
			return nil, false, err
		}
		if heads[newest].pair = pair; !ok {
			heads = slices.Delete(heads, newest, newest+1)
		}
	}
	return keys, false, nil
}

// moved reads a ticket's place from its index entry, which ends with it and the ticket's own key.
func moved(p store.Pair) string { return string(p.Key[len(p.Key)-len(p.Value)-len(p.Value):]) }

// Binned gives the tickets in the bin that by may take out, the last deleted first.
func Binned(tx *store.Tx, by people.Actor, limit int) ([]Row, error) {
	var found []ID
	for t, err := range tickets.Scan(tx, "deleted", store.Range{Back: true}) {
		if err != nil {
			return nil, err
		}
		if len(found) == limit {
			break
		}
		if by.May(DeleteTickets, t.Department) {
			found = append(found, t.ID)
		}
	}
	list, err := Listed(tx, found...)
	if err != nil {
		return nil, err
	}
	return Rows(tx, by, list)
}

// Rows dresses tickets for a list of by.
func Rows(tx *store.Tx, by people.Actor, list []*Ticket) ([]Row, error) {
	rows, err := dress(tx, list)
	if err != nil {
		return nil, err
	}
	return rows, MarkUnread(tx, by, rows)
}

// Listed gives the tickets with these ids in their order, to be read only; nil for one that is gone. It asks nobody's permission.
func Listed(tx *store.Tx, ids ...ID) ([]*Ticket, error) {
	keys := make([]store.Key, len(ids))
	for i, id := range ids {
		keys[i] = id.Key()
	}
	return tickets.Shared(tx, keys...)
}

// dress dresses tickets for a list that is nobody's own, each kind of thing in one trip.
func dress(tx *store.Tx, list []*Ticket) ([]Row, error) {
	rows := make([]Row, len(list))
	wordKeys := make([]store.Key, 0, 2*len(list))
	for i, t := range list {
		rows[i].Ticket = t
		wordKeys = append(wordKeys, eventKey(t.ID, t.Subject), eventKey(t.ID, t.Last))
	}
	said, err := words.Shared(tx, wordKeys...)
	if err != nil {
		return nil, err
	}
	known, err := meet(tx, list)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		row := &rows[i]
		row.Private = row.LastNote
		row.Contact, row.Taker = known.contacts[row.Ticket.Contact], known.agents[row.Assignee]
		row.From, row.FromName = row.LastBy, known.name(row.LastBy)
		if w := said[2*i]; w != nil {
			row.Title, row.Named = w.Subject, w.Subject != ""
		}
		if w := said[2*i+1]; w != nil {
			row.Words = w.Text
			if w.Text == "" {
				row.Files = fileNames(w.Files)
			}
		}
	}
	return rows, nameRows(tx, rows)
}

func fileNames(list []File) string {
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

// nameRows gives rows without a subject the name that Subject would.
func nameRows(tx *store.Tx, rows []Row) error {
	var keys []store.Key
	var nameless []*Row
	for i := range rows {
		if row := &rows[i]; !row.Named {
			nameless, keys = append(nameless, row), append(keys, eventKey(row.ID, row.First))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	said, err := words.Shared(tx, keys...)
	for i, w := range said {
		if w != nil {
			nameless[i].Title = text.Glance(w.Text, nameLength)
		}
	}
	return err
}

// nameLength is how many letters of a message name a ticket.
const nameLength = 60

// Subject is what a ticket is called: its subject, or the first words of its first message when nobody gave one; "" when that
// has none either, as a picture.
func Subject(tx *store.Tx, t *Ticket) (string, error) {
	w, err := words.Find(tx, eventKey(t.ID, t.Subject))
	if err != nil {
		return "", err
	}
	if w != nil && w.Subject != "" {
		return w.Subject, nil
	}
	first, err := words.Find(tx, eventKey(t.ID, t.First))
	if err != nil || first == nil {
		return "", err
	}
	return text.Glance(first.Text, nameLength), nil
}

// mark says how far an agent has read a ticket.
type mark struct {
	Agent  string    `json:"agent"`
	Ticket ID        `json:"ticket"`
	N      int       `json:"n"`
	At     time.Time `json:"at"`
}

var marks = store.NewTable("read_marks", func(m *mark) store.Key { return store.K(m.Agent, uint64(m.Ticket)) },
	store.Index[mark]{Name: "ticket", Keys: func(m *mark) []store.Key { return []store.Key{m.Ticket.Key()} }})

// MarkRead keeps that by has read a ticket as far as event n; reading less later changes nothing.
func MarkRead(tx *store.Tx, by people.Actor, id ID, n int) error {
	if by.Type != people.ByAgent {
		return nil
	}
	have, err := marks.Find(tx, store.K(by.ID, uint64(id)))
	if err != nil || have != nil && have.N >= n {
		return err
	}
	tx.Ring("read:" + by.ID)
	tx.Ring(id.ReadTopic())
	return marks.Put(tx, &mark{by.ID, id, n, tx.Now()})
}

// MarkUnread says of each row whether it has something that by has not read.
func MarkUnread(tx *store.Tx, by people.Actor, rows []Row) error {
	if by.Type != people.ByAgent {
		return nil
	}
	keys := make([]store.Key, len(rows))
	for i, row := range rows {
		keys[i] = store.K(by.ID, uint64(row.ID))
	}
	have, err := marks.Shared(tx, keys...)
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		row.Unread = have[i] == nil && slices.Contains(Live(), row.Status) || have[i] != nil && have[i].N < row.Last
	}
	return nil
}

// MaxCount is where badges stop counting: one more than they show.
const MaxCount = 100

// Count counts a view, at most MaxCount.
func Count(tx *store.Tx, by people.Actor, v View) (int, error) {
	scans, err := v.scans(tx, by)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, s := range scans {
		some, err := tickets.Count(tx, s.index, s.prefix, MaxCount-n)
		if err != nil {
			return 0, err
		}
		if n += some; n >= MaxCount {
			break
		}
	}
	return n, nil
}
