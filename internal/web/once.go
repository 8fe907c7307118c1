package web

import (
	"crypto/sha256"
	"net/http"
	"time"

	"deskbell/internal/store"
)

// OnceField is the name of the hidden field that makes a double click one deed. Its value is store.NewRef(), made when the
// form is drawn.
const OnceField = "once"

// onceKept is how long a form is recognised when it comes again.
const onceKept = 24 * time.Hour

// used is a form that has done its deed, and where it led.
type used struct {
	Key  []byte    `json:"key"`
	Path string    `json:"path"`
	Till time.Time `json:"till"`
}

var usedForms = store.NewTable("web_once",
	func(u *used) store.Key { return store.K(u.Key) },
	store.Index[used]{Name: "till", Keys: func(u *used) []store.Key { return []store.Key{store.K(u.Till)} }},
)

// Once does deed the first time that a form comes, in the deed's own transaction, and gives the same path every later time
// without doing it again. key is what the form's hidden field held; it counts for this address and this reader only, so it
// needs to be a secret to nobody. Of readers without a name we know no more than what they typed: two who have the same form from
// some copy of the page are two as soon as they type otherwise. An empty key is a form without the field: the deed is done.
func Once(tx *store.Tx, r *http.Request, key string, deed func() (path string, err error)) (string, error) {
	if key == "" {
		return deed()
	}
	id := onceID(r, key)
	u, err := usedForms.Find(tx, store.K(id))
	if err != nil {
		return "", err
	}
	if u != nil {
		return u.Path, nil
	}
	path, err := deed()
	if err != nil {
		return "", err
	}
	return path, usedForms.Put(tx, &used{id, path, tx.Now().Add(onceKept)})
}

func onceID(r *http.Request, key string) []byte {
	v := visitOf(r.Context())
	h := sha256.New()
	parts := []string{r.Method + " " + r.URL.Path, v.name(), key}
	if v.name() == "" {
		parts = append(parts, r.PostForm.Encode())
	}
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// ForgetUsed removes at most limit forms that nobody sends again. It is a sweep.
func ForgetUsed(tx *store.Tx, limit int) (int, error) {
	old, _, err := usedForms.Page(tx, "till", store.Range{To: store.K(tx.Now().Add(time.Millisecond))}, limit)
	if err != nil {
		return 0, err
	}
	for _, u := range old {
		if err := usedForms.Delete(tx, store.K(u.Key)); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

// UsedDue says when ForgetUsed has something to do next.
func UsedDue(tx *store.Tx) (time.Time, bool, error) {
	first, _, err := usedForms.Page(tx, "till", store.Range{}, 1)
	if err != nil || len(first) == 0 {
		return time.Time{}, false, err
	}
	return first[0].Till, true, nil
}
