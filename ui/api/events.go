package api

import (
	"maps"
	"strconv"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/tickets"
)

type event struct {
	N           int            `json:"n"`
	Kind        string         `json:"kind"`
	At          time.Time      `json:"at"`
	By          author         `json:"by"`
	Channel     *string        `json:"channel"`
	Text        string         `json:"text" doc:"Markdown, as it was written"`
	HTML        string         `json:"html" doc:"The same, safe to show"`
	Private     bool           `json:"private" doc:"Its customer never sees it"`
	Attachments []attachment   `json:"attachments"`
	Details     map[string]any `json:"details,omitempty" doc:"What changed, by kind. Of a delivery: state is sent, kept (in the house, until its channel is set up) or failed; was is the state told before"`
}

type author struct {
	Type people.ActorType `json:"type" enum:"agent,contact,system,bot,community"`
	ID   *string          `json:"id"`
	Name string           `json:"name"`
}

type attachment struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	URL  string `json:"url"`
}

func (a *api) showEvent(e tickets.Told) event {
	shown := event{
		N: e.N, Kind: string(e.What.Kind()), At: e.At, By: author{e.By.Type, some(e.By.ID), e.Name}, Channel: some(e.Channel),
		Text: e.Said.Text, Private: len(tickets.Public([]tickets.Told{e})) == 0, Details: details(e.What),
		Attachments: each(e.Said.Files, func(f tickets.File) attachment {
			return attachment{f.ID, f.Name, f.Type, f.Size, a.address(root + "uploads/" + f.ID)}
		}),
	}
	if e.Message() {
		shown.Kind = "message"
	}
	if t, ok := e.What.(tickets.Turned); ok && t.Status == tickets.Snoozed {
		shown.Kind = "snoozed"
	}
	if shown.Text != "" {
		shown.HTML = text.Markdown(shown.Text, text.Breaks)
	}
	return shown
}

// details are the values of an event whose kind has any.
func details(w tickets.What) map[string]any {
	switch w := w.(type) {
	case tickets.Opened:
		return map[string]any{"after": ticketID(w.After)}
	case tickets.Assigned:
		return map[string]any{"assignee": some(w.Agent), "was": some(w.Was)}
	case tickets.Transferred:
		return map[string]any{"department": some(w.Department), "was": some(w.Was)}
	case tickets.Tagged:
		return map[string]any{"added": each(w.Added, itself), "removed": each(w.Removed, itself)}
	case tickets.Prioritised:
		return map[string]any{"priority": w.Priority, "was": w.Was}
	case tickets.Filled:
		return map[string]any{"set": copied(w.Set), "removed": each(w.Removed, itself)}
	case tickets.Turned:
		return map[string]any{"status": w.Status, "was": w.Was}
	case tickets.Linked:
		return map[string]any{"ticket": w.Ticket.String()}
	case tickets.Rated:
		return map[string]any{"score": w.Score}
	case tickets.Carried:
		return map[string]any{"of": w.Of, "state": w.State, "was": some(w.Was), "channel": some(w.Channel), "why": w.Why}
	}
	return nil
}

// ticketID is a ticket's id, null when there is none.
func ticketID(id tickets.ID) *string {
	if id == 0 {
		return nil
	}
	return some(id.String())
}

func itself(s string) string { return s }

// copied is a map that is never null.
func copied(values map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, values)
	return all
}

func (a *api) events() {
	get(a, "tickets/{id}/events", "List what happened on a ticket, oldest first", a.listEvents)
	post(a, "tickets/{id}/replies", "Answer the customer", a.reply)
	post(a, "tickets/{id}/notes", "Add a note that only agents see", a.note)
}

// pageOf is a page of what belongs to something.
type pageOf struct {
	Which
	Paging
}

func (a *api) listEvents(tx *store.Tx, by people.Actor, in *pageOf) (list[event], error) {
	var result list[event]
	after := 0
	if in.Cursor != "" {
		var err error
		if after, err = strconv.Atoi(in.Cursor); err != nil || after < 0 {
			return result, fault.Field("cursor", "fault.bad_value")
		}
	}
	id, err := in.ticket()
	if err != nil {
		return result, err
	}
	t, err := tickets.Get(tx, by, id)
	if err != nil {
		return result, err
	}
	told, err := tickets.Events(tx, t.ID, after, in.most())
	if err != nil {
		return result, err
	}
	result.Items = each(told, a.showEvent)
	if n := len(told); n > 0 && told[n-1].N < t.Seq {
		result.Next = some(strconv.Itoa(told[n-1].N))
	}
	return result, nil
}

type draft struct {
	Which
	Body struct {
		Text        string   `json:"text"`
		BaseSeq     *int     `json:"base_seq,omitempty" minimum:"0" maximum:"1000000000" doc:"The last event its author had seen, 0 for none: 409 if an answer went out since"`
		Attachments []string `json:"attachments,omitempty" doc:"Ids of uploads; none where the answer is public, under a topic of the forum"`
	}
}

type note struct {
	Which
	Body struct {
		Text        string   `json:"text"`
		Attachments []string `json:"attachments,omitempty" doc:"Ids of uploads"`
	}
}

func (a *api) reply(tx *store.Tx, by people.Actor, in *draft) (event, error) {
	id, err := in.ticket()
	if err != nil {
		return event{}, err
	}
	kept, err := attachments(tx, by, in.Body.Attachments)
	if err != nil {
		return event{}, err
	}
	e, err := a.Doors.Reply(tx, by, id, tickets.Draft{Text: in.Body.Text, Files: kept, BaseSeq: in.Body.BaseSeq})
	if seen := in.Body.BaseSeq; seen != nil && fault.Is(err, fault.Conflict) {
		return event{}, a.newer(tx, err, id, *seen)
	}
	if err != nil {
		return event{}, err
	}
	return a.added(tx, e)
}

func (a *api) note(tx *store.Tx, by people.Actor, in *note) (event, error) {
	id, err := in.ticket()
	if err != nil {
		return event{}, err
	}
	kept, err := attachments(tx, by, in.Body.Attachments)
	if err != nil {
		return event{}, err
	}
	e, err := tickets.Note(tx, by, id, tickets.Draft{Text: in.Body.Text, Files: kept})
	if err != nil {
		return event{}, err
	}
	return a.added(tx, e)
}

// newer puts the events that a draft's author had not seen beside the conflict they make.
func (a *api) newer(tx *store.Tx, conflict error, id tickets.ID, after int) error {
	told, err := tickets.Events(tx, id, after, mostItems)
	if err != nil {
		return err
	}
	return &withEvents{conflict, each(told, a.showEvent)}
}

// attachments are uploads of the agent's own.
func attachments(tx *store.Tx, by people.Actor, ids []string) ([]tickets.File, error) {
	list, err := tickets.Attached(tx, owner(by), ids)
	if fault.Is(err, fault.NotFound) {
		err = fault.Field("attachments", "api.no_such_upload")
	}
	return list, err
}

// owner is as whom an agent's uploads are kept.
func owner(by people.Actor) string { return "agent:" + by.ID }

// added shows a new event.
func (a *api) added(tx *store.Tx, e *tickets.Event) (event, error) {
	told, err := tickets.EventAt(tx, e.Ticket, e.N)
	if err != nil {
		return event{}, err
	}
	return a.showEvent(*told), nil
}
