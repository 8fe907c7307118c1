// Package kit is the design system: everything that the faces draw with, each thing once.
//
// A component is a struct whose fields say what it shows; it is put into a page as @kit.Button{Label: "Send"}, and its zero
// fields are the plain case. What is drawn around other things is written @kit.Dialog{ID: "leave"}.Around() { … }. A component asks nobody anything:
// it gets words that are already in the reader's language, and says its own few from the catalogue. Nothing here needs a
// script to work, and nothing writes a style or a script into the page, because the content policy forbids both.
//
// The words of the look stand in assets/css/tokens.css. `deskbell serve --gallery` shows every component in every state at
// /gallery.
//
// Tests and other programs find their way by data-testid. These stay as they are:
//
//	sign-in-email, sign-in-password, sign-in, setup-over    the agents' sign-in page
//	setup-name, setup-email, setup-password, setup    the page behind the one-time link; join, join-password behind an invitation
//	inbox, inbox-row, unread, inbox-view          the list of tickets, one of them, its mark of news, a view in the rail
//	search-link, held-link, settings-link, me, sign-out, go-away, come-back    elsewhere in the rail; the last four behind me
//	ticket, ticket-subject, ticket-status, open-ticket, public-topic    the open ticket
//	message, note, happening, ghost, viewers      its timeline: words, a note, an event, what somebody types now, who else looks
//	picture, rated, send-again, sending-again     in it: a picture, what the customer thought, a failed answer's other try
//	set-up-mail                                   in it, under an answer that is kept: the way to what keeps it
//	composer-tab-reply, composer-tab-note         which of the two is written
//	reply-box, attach-reply, send, send-menu, send-and-solve, send-and-open
//	note-box, attach-note, send-note              in the same way, for the team
//	composer-to, not-sent                         where an answer goes, and why one did not
//	newer                                         the warning that somebody answered meanwhile
//	assign, assign-me, assign-agent, transfer, transfer-department, tag, tag-input, tag-chip
//	solve, reopen, more, spam, delete, restore
//	ticket-priority, snoozed-until, wake          how much it presses, until when it is put away, and its way back
//	contact-panel, contact-name, whereabouts, only-typed, edit-contact, save-contact
//	search-box, search-result                     search, at the desk, in the help centre and in the community
//	first-run, first-run-step, first-run-skip, first-run-hide, first-run-show, first-steps    the guide in the empty inbox
//	halted                                        that nothing can be written, and what to do
//	held-post, approve, reject, published                    forum posts that wait for a look
//	public-header, shop, language                 above the shop's pages
//	board, ask, ask-form, ask-title, topic, topic-title, topic-post, answer-form, pending, accept, accepted, withdraw, vote,
//	promise, staff-badge, guide-topic, similar    the community
//	member, member-sign-in, member-sign-in-form, member-sign-out, member-sign-out-form, enter, enter-form, mail    customers coming in
//	my-questions, my-question, my-tickets, my-ticket    what a customer asked
//	article, article-helpful, only-in, contact-form, contact-help, sent, answers-in    the help centre, the contact form, its thanks, how soon we answer
//	widget-launcher, widget-frame, widget-live, widget-input, widget-name, widget-email, widget-search, widget-article,
//	widget-reading, widget-running, widget-attach, widget-file, widget-piece, widget-suggested, widget-rating,
//	widget-comment                                the widget, on the shop's page and in its frame
//	trouble, trouble-sign-in, lost, not-yet, toast, copy    an error, and the way in; a short word about what was done; what copies
//
// The pages of the administration name their rows and fields in the same way (board-row, board-name …).
package kit

import (
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is how much a thing wants to be seen.
type Kind string

// For buttons: Primary once on a screen, Quiet beside other things, Danger for what cannot be undone.
const (
	Plain   Kind = ""
	Primary Kind = "primary"
	Quiet   Kind = "quiet"
	Danger  Kind = "danger"
)

// For badges, notices and toasts: what the colour says, never alone.
const (
	Accent Kind = "accent"
	Green  Kind = "green"
	Amber  Kind = "amber"
	Red    Kind = "red"
	Note   Kind = "note"
)

// class is the modifier of a block for a kind, such as "button-primary"; nothing for the plain one.
func (k Kind) class(block string) string {
	if k == Plain {
		return ""
	}
	return block + "-" + string(k)
}

// Initials are the first letters of the first and the last word of a name, at most two; a name without letters has none.
func Initials(name string) string {
	var letters []rune
	for word := range strings.FieldsSeq(name) {
		first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
		if first == utf8.RuneError {
			continue
		}
		letters = append(letters, unicode.ToUpper(first))
	}
	switch len(letters) {
	case 0:
		return ""
	case 1:
		return string(letters)
	}
	return string([]rune{letters[0], letters[len(letters)-1]})
}

// hues is how many colours avatars come in; the style sheet draws each.
const hues = 8

// hue gives a name the same colour everywhere.
func hue(name string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.ToLower(strings.TrimSpace(name)))) // a hash takes everything
	return int(h.Sum32() % hues)
}
