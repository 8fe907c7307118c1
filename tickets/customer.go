package tickets

import (
	"deskbell/internal/store"
)

// mostPassed bounds how many tickets a customer's list passes over that he does not see.
const mostPassed = 200

// OfCustomer gives at most limit tickets of a contact as he himself may see them, the newest first: what is in the bin or was
// spam is not there for him. That he is that contact, and proved his address, is for the caller to know.
func OfCustomer(tx *store.Tx, contact string, limit int) (found []*Ticket, err error) {
	passed := 0
	for t, err := range tickets.Scan(tx, "contact", store.Range{Prefix: store.K(contact), Back: true}) {
		if err != nil || len(found) == limit || passed == mostPassed {
			return found, err
		}
		if t.Deleted() || t.Status == Junk {
			passed++
			continue
		}
		found = append(found, t)
	}
	return found, nil
}
