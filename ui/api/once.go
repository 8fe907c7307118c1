package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

const (
	onceHeader = "Idempotency-Key"
	onceKept   = 24 * time.Hour
	maxOnce    = 200 // bytes of a key
)

// done is a request that has done its deed, with the answer it got.
type done struct {
	Key    string          `json:"key"`  // of token, method, path and Idempotency-Key
	Body   string          `json:"body"` // hash of what was asked
	Answer json.RawMessage `json:"answer"`
	Till   time.Time       `json:"till"`
}

var doneBefore = store.NewTable("api_once", func(d *done) store.Key { return store.K(d.Key) },
	store.Index[done]{Name: "till", Keys: func(d *done) []store.Key { return []store.Key{store.K(d.Till)} }},
)

// asked is a request that is answered once, however often it comes.
type asked struct {
	*api
	call *call
	body string // hash of what it asks for
}

// onceOnly does a deed the first time that its key comes, in the deed's own transaction, and gives the same answer every later
// time. The same key with another request is a Conflict.
func onceOnly[O any](tx *store.Tx, a asked, deed func() (O, error)) (answer O, err error) {
	key, err := a.call.onceKey()
	if err != nil {
		return answer, err
	}
	if key == "" {
		return deed()
	}
	answer, known, err := answered[O](tx, key, a.body)
	if err != nil || known {
		return answer, err
	}
	if answer, err = deed(); err != nil {
		return answer, err
	}
	kept, err := json.Marshal(answer)
	if err != nil {
		return answer, fmt.Errorf("keep an answer: %w", err)
	}
	if err := forget(tx); err != nil {
		return answer, err
	}
	if err := doneBefore.Put(tx, &done{key, a.body, kept, tx.Now().Add(onceKept)}); err != nil {
		return answer, err
	}
	a.unsure.Mark(key)
	return answer, nil
}

// answered gives the answer that a key's request got before.
func answered[O any](tx *store.Tx, key, body string) (answer O, known bool, err error) {
	before, err := doneBefore.Find(tx, store.K(key))
	if err != nil || before == nil || !tx.Now().Before(before.Till) {
		return answer, false, err
	}
	if before.Body != body {
		return answer, false, fault.New(fault.Conflict, "api.key_reused")
	}
	return answer, true, json.Unmarshal(before.Answer, &answer)
}

// settled is the answer once its transaction has ended. A request that came before its answer gets it again where nothing can be
// written now. A deed whose own flush failed may be seen and yet not be on disk: it is no answer until it was done anew.
func settled[O any](a asked, answer O, err error) (O, error) {
	key, bad := a.call.onceKey()
	if bad != nil || key == "" {
		return answer, err
	}
	if err == nil {
		a.unsure.Clear(key)
		return answer, nil
	}
	if !fault.Is(err, fault.Full) && !fault.Is(err, fault.Unavailable) || a.unsure.Has(key) {
		return answer, err
	}
	known, refusal := false, err
	err = a.DB.View(a.call.request.Context(), func(tx *store.Tx) (err error) {
		answer, known, err = answered[O](tx, key, a.body)
		return err
	})
	if err == nil && !known {
		err = refusal
	}
	return answer, err
}

// onceKey tells this token's request from all others, "" when it has no key. The token itself is not kept.
func (c *call) onceKey() (string, error) {
	typed := c.request.Header.Get(onceHeader)
	if typed == "" {
		return "", nil
	}
	if len(typed) > maxOnce {
		return "", fault.Field(onceHeader, "fault.too_long", "max", maxOnce)
	}
	h := sha256.New()
	for _, part := range []string{c.request.Header.Get("Authorization"), c.request.Method, c.request.URL.Path, typed} {
		fmt.Fprintf(h, "%d %s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// forget takes two old keys away for each new one, so that they never add up.
func forget(tx *store.Tx) error {
	old, _, err := doneBefore.Page(tx, "till", store.Range{To: store.K(tx.Now())}, 2)
	if err != nil {
		return err
	}
	for _, d := range old {
		if err := doneBefore.Delete(tx, store.K(d.Key)); err != nil {
			return err
		}
	}
	return nil
}
