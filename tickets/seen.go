package tickets

import "deskbell/internal/store"

// ReadTopic rings when an agent has read on in the ticket. It is not the ticket's own topic, where every open page would read
// the whole ticket anew because one of them was looked at.
func (id ID) ReadTopic() string { return "read:" + id.Topic() }

// SeenTo is how far somebody of us has read a ticket.
func SeenTo(tx *store.Tx, id ID) (n int, err error) {
	for m, err := range marks.Scan(tx, "ticket", store.Range{Prefix: id.Key()}) {
		if err != nil {
			return 0, err
		}
		n = max(n, m.N)
	}
	return n, nil
}
