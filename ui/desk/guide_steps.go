package desk

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

// knownStep is a step and how one sees that it is done.
type knownStep struct {
	name, icon, href string
	done             func(*Desk, *store.Tx, people.Actor) (bool, error)
}

// steps are all of them, in the order in which one takes them.
var steps = []knownStep{
	{"guide_shop", "store", "/desk/admin/shop", (*Desk).hasName},
	{"guide_hours", "clock", "/desk/admin/hours", (*Desk).hasHours},
	{"guide_mail", "mail", "/desk/admin/mail", (*Desk).hasRelay},
	{"guide_widget", "code", "/desk/admin/widgets", (*Desk).pageViewed},
	{"guide_article", "book-open", "/desk/articles/new", (*Desk).hasArticle},
	{"guide_board", "users", "/desk/admin/boards/new", (*Desk).hasBoard},
	{"guide_colleague", "user-plus", "/desk/admin/agents/new", (*Desk).hasColleague},
	{"guide_try", "message-circle", "/desk/admin/try", (*Desk).hasChat},
}

// hasName: name and languages are never right by themselves, so it counts that somebody has saved them.
func (d *Desk) hasName(tx *store.Tx, _ people.Actor) (bool, error) { return settings.Shop.Chosen(tx) }

func (d *Desk) hasHours(tx *store.Tx, _ people.Actor) (bool, error) {
	return settings.OpenHours.Chosen(tx)
}

// hasRelay: a relay that is only typed in may refuse everything, so it counts that it has taken a mail.
func (d *Desk) hasRelay(tx *store.Tx, _ people.Actor) (bool, error) { return email.Works(tx) }

// pageViewed: some page of the shop's has carried a widget, whether or not it was opened.
func (d *Desk) pageViewed(tx *store.Tx, _ people.Actor) (bool, error) {
	widgets, err := chat.Widgets(tx)
	return slices.ContainsFunc(widgets, func(w *chat.Widget) bool { return !d.Chat.Heard(w).IsZero() }), err
}

func (d *Desk) hasArticle(tx *store.Tx, by people.Actor) (bool, error) {
	articles, _, err := kb.List(tx, by, kb.Listing{Status: kb.Published, Limit: 1})
	return len(articles) > 0, err
}

func (d *Desk) hasBoard(tx *store.Tx, by people.Actor) (bool, error) {
	boards, err := forum.Boards(tx, by)
	return len(boards) > 0, err
}

func (d *Desk) hasColleague(tx *store.Tx, _ people.Actor) (bool, error) {
	agents, err := people.Agents(tx)
	return len(agents) > 1, err
}

// hasChat: somebody has written in the chat, be it a customer or the owner himself.
func (d *Desk) hasChat(tx *store.Tx, _ people.Actor) (bool, error) {
	return tickets.Used(tx, chat.Channel)
}
