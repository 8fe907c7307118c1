package forum

import "deskbell/internal/store"

// Decided says who decided what about a topic's posts, oldest first.
func Decided(tx *store.Tx, topic string) (said []string, err error) {
	for d, err := range decisions.Scan(tx, "", store.Range{Prefix: store.K(topic)}) {
		if err != nil {
			return nil, err
		}
		said = append(said, d.By.Name+" "+string(d.Deed))
	}
	return said, nil
}
