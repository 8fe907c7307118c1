// Package desk is what agents see: the one inbox, the ticket with its timeline and composer, the contact beside it, search,
// and the posts that wait for a look.
//
// Every page works as plain HTML with links and forms. With a script, what is clicked in the list replaces only the open
// ticket (the element #open), and a socket at /desk/live keeps list, ticket and rail as they are in the store: it sends the
// very components that the pages are made of. The socket is a reader with cursors of its own; a page that never had one is
// only older, never wrong.
//
// A handler reads the request, opens one transaction, calls verbs, and shows. Who may do what is asked by the verbs.
package desk

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/web"
	"deskbell/tickets"
	"deskbell/ui/house"
)

// Desk is the face of one house.
type Desk struct {
	*house.House
	watch  *watch
	lines  atomic.Int64 // open pages of agents
	recent recent
	memory memory

	looking sync.Mutex // held by the line that reads the list and the rail
}

// mostWritten is room for the files of an answer, and for a text that is too long: it is better given back than cut off.
const mostWritten = 8*tickets.MaxText + mostFiles*mostFile

// Routes is everything that agents can call.
func Routes(h *house.House) []web.Route {
	d := &Desk{House: h, watch: newWatch(h.Bell)}
	may, answers, held := web.May(tickets.ReadTickets), web.May(tickets.AnswerTickets), web.May(forum.Moderate)
	owner := web.May(people.ManageSettings)
	return h.Aware([]web.Route{
		web.Get("/desk/sign-in", web.Anyone, d.showSignIn),
		web.Post("/desk/sign-in", web.Anyone, d.signIn),
		web.Post("/desk/sign-out", web.Agents, d.signOut),
		web.Get("/desk/setup/{token}", web.Anyone, d.showSetup).Keyed(),
		web.Post("/desk/setup/{token}", web.Anyone, d.setup).Keyed(),
		web.Post("/desk/theme", web.Agents, d.theme),
		web.Post("/desk/away", web.Agents, d.away),
		web.Get("/desk/steps", owner, d.showGuide),
		web.Post("/desk/steps/hide", owner, d.hideGuide(true)),
		web.Post("/desk/steps/show", owner, d.hideGuide(false)),
		web.Post("/desk/steps/{step}/skip", owner, d.skipStep(true)),
		web.Post("/desk/steps/{step}/resume", owner, d.skipStep(false)),

		web.Get("/desk", may, d.inbox),
		web.Get("/desk/live", may, d.live),
		web.Get("/desk/search", may, d.search),
		web.Get("/desk/new", answers, d.showNew),
		web.Post("/desk/new", answers, d.open),

		web.Get("/desk/tickets/{ticket}", may, d.ticket),
		web.Get("/desk/tickets/{ticket}/files/{n}/{file}", may, d.file),
		web.Post("/desk/tickets/{ticket}/reply", answers, d.reply).UpTo(mostWritten),
		web.Post("/desk/tickets/{ticket}/note", answers, d.note).UpTo(mostWritten),
		web.Post("/desk/tickets/{ticket}/retry/{n}", answers, d.retry),
		web.Post("/desk/tickets/{ticket}/assign", answers, d.assign),
		web.Post("/desk/tickets/{ticket}/transfer", answers, d.transfer),
		web.Post("/desk/tickets/{ticket}/tag", answers, d.tag),
		web.Post("/desk/tickets/{ticket}/rename", answers, d.rename),
		web.Post("/desk/tickets/{ticket}/priority", answers, d.prioritise),
		web.Post("/desk/tickets/{ticket}/snooze", answers, d.snooze),
		web.Post("/desk/tickets/{ticket}/contact", web.May(people.WriteContacts), d.changeContact),
		web.Post("/desk/tickets/{ticket}/wait", answers, d.turn(tickets.Wait)),
		web.Post("/desk/tickets/{ticket}/solve", answers, d.turn(tickets.Solve)),
		web.Post("/desk/tickets/{ticket}/reopen", answers, d.turn(tickets.Reopen)),
		web.Post("/desk/tickets/{ticket}/spam", answers, d.turn(tickets.Spam)),
		web.Post("/desk/tickets/{ticket}/delete", web.May(tickets.DeleteTickets), d.turn(tickets.Delete)),
		web.Post("/desk/tickets/{ticket}/restore", web.May(tickets.DeleteTickets), d.turn(tickets.Restore)),

		web.Get("/desk/held", held, d.held),
		web.Post("/desk/held/{topic}/{n}/approve", held, d.judge(forum.Approve)),
		web.Post("/desk/held/{topic}/{n}/reject", held, d.judge(forum.Reject)),
	})
}

// wantsOpen tells whether the script asks for the open ticket only.
func wantsOpen(r *http.Request) bool {
	return r.Header.Get("HX-Request") != "" && strings.HasSuffix(r.Header.Get("HX-Target"), "#open")
}
