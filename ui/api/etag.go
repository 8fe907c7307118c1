package api

import (
	"fmt"
	"net/http"
	"strings"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets"
)

// tagged is an answer that tells which state of things it shows (RFC 9110, 8.8.3).
type tagged interface{ etag() string }

// etag is another one after every event.
func (t ticket) etag() string { return fmt.Sprintf(`"%s.%d"`, t.ID, t.Seq) }

// tag writes an answer's ETag, if it has one.
func tag(c *call, answer any) {
	if t, ok := answer.(tagged); ok {
		c.Header().Set("ETag", t.etag())
	}
}

// unchanged says whether a ticket is still as whoever wants to change it has read it. Without an If-Match he does not mind. It
// is asked in the change's own transaction, so that of two who read the same state one is refused.
func unchanged(tx *store.Tx, by people.Actor, id tickets.ID, ifMatch string) error {
	if ifMatch == "" {
		return nil
	}
	t, err := oneTicket(tx, by, id)
	if err != nil {
		return err
	}
	for given := range strings.SplitSeq(ifMatch, ",") {
		if given = strings.TrimSpace(given); given == "*" || given == t.etag() {
			return nil
		}
	}
	return web.Refusal(http.StatusPreconditionFailed, fault.New(fault.Conflict, "api.changed"))
}
