package house

import (
	"slices"

	"deskbell/chat"
	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/kb"
	"deskbell/tickets"
	"deskbell/tickets/channels/email"
)

// Step is one of the things that an owner does first.
type Step struct {
	Name    string // guide_shop; desk.guide_shop is what it is called
	Path    string // of the page on which it is done
	Done    bool   // as one sees by what there is: nothing is ticked by hand
	Skipped bool   // nobody wants to be reminded of it, and it is not done
}

// Skipped is what somebody did not want to be reminded of: single steps by the house, all of them by single agents.
type Skipped struct {
	Steps  []string `json:"steps"`
	Hidden []string `json:"hidden,omitempty"` // ids of agents
}

// FirstSteps keeps what was skipped.
var FirstSteps = settings.Define("first_steps", Skipped{})

// knownStep is a step and how one sees that it is done.
type knownStep struct {
	name, path string
	done       func(*House, *store.Tx, people.Actor) (bool, error)
}

// steps are all of them, in the order in which one takes them.
var steps = []knownStep{
	{"guide_shop", "/desk/admin/shop", (*House).hasName},
	{"guide_hours", "/desk/admin/hours", (*House).hasHours},
	{"guide_mail", "/desk/admin/mail", (*House).hasRelay},
	{"guide_widget", "/desk/admin/widgets", (*House).pageViewed},
	{"guide_article", "/desk/articles/new", (*House).hasArticle},
	{"guide_board", "/desk/admin/boards/new", (*House).hasBoard},
	{"guide_colleague", "/desk/admin/agents/new", (*House).hasColleague},
	{"guide_try", "/desk/admin/try", (*House).hasChat},
}

// IsStep tells whether a step has this name.
func IsStep(name string) bool {
	return slices.ContainsFunc(steps, func(s knownStep) bool { return s.name == name })
}

// Steps are the first steps as they stand for by.
func (h *House) Steps(tx *store.Tx, by people.Actor) ([]Step, error) {
	skip, err := FirstSteps.Get(tx)
	if err != nil {
		return nil, err
	}
	all := make([]Step, 0, len(steps))
	for _, s := range steps {
		done, err := s.done(h, tx, by)
		if err != nil {
			return nil, err
		}
		all = append(all, Step{s.name, s.path, done, !done && slices.Contains(skip.Steps, s.name)})
	}
	return all, nil
}

// NextStep is the first step that is still to do; nil when there is none, and for whoever cannot do them or has put them away.
func (h *House) NextStep(tx *store.Tx, by people.Actor) (*Step, error) {
	if !by.May(people.ManageSettings, "") {
		return nil, nil
	}
	skip, err := FirstSteps.Get(tx)
	if err != nil || slices.Contains(skip.Hidden, by.ID) {
		return nil, err
	}
	all, err := h.Steps(tx, by)
	for _, s := range all {
		if !s.Done && !s.Skipped {
			return &s, err
		}
	}
	return nil, err
}

// hasName: name and languages are never right by themselves, so it counts that somebody has saved them.
func (h *House) hasName(tx *store.Tx, _ people.Actor) (bool, error) { return settings.Shop.Chosen(tx) }

func (h *House) hasHours(tx *store.Tx, _ people.Actor) (bool, error) {
	return settings.OpenHours.Chosen(tx)
}

// hasRelay: a relay that is only typed in may refuse everything, so it counts that it has taken a mail.
func (h *House) hasRelay(tx *store.Tx, _ people.Actor) (bool, error) { return email.Works(tx) }

// pageViewed: some page of the shop's has carried a widget, whether or not it was opened.
func (h *House) pageViewed(tx *store.Tx, _ people.Actor) (bool, error) {
	widgets, err := chat.Widgets(tx)
	return slices.ContainsFunc(widgets, func(w *chat.Widget) bool { return !h.Chat.Heard(w).IsZero() }), err
}

func (h *House) hasArticle(tx *store.Tx, by people.Actor) (bool, error) {
	articles, _, err := kb.List(tx, by, kb.Listing{Status: kb.Published, Limit: 1})
	return len(articles) > 0, err
}

func (h *House) hasBoard(tx *store.Tx, by people.Actor) (bool, error) {
	boards, err := forum.Boards(tx, by)
	return len(boards) > 0, err
}

func (h *House) hasColleague(tx *store.Tx, _ people.Actor) (bool, error) {
	agents, err := people.Agents(tx)
	return len(agents) > 1, err
}

// hasChat: somebody has written in the chat, be it a customer or the owner himself.
func (h *House) hasChat(tx *store.Tx, _ people.Actor) (bool, error) {
	return tickets.Used(tx, chat.Channel)
}
