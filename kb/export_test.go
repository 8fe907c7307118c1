package kb

import "deskbell/internal/store"

// Views tells how often a text was read.
func Views(tx *store.Tx, article, lang string) (int, error) {
	v, err := viewed.Find(tx, textKey(article, lang))
	if err != nil || v == nil {
		return 0, err
	}
	return v.Total, nil
}
