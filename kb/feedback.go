package kb

import (
	"time"
	"unicode/utf8"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// Vote is whether one visitor found a text helpful, and why not.
type Vote struct {
	Article  string    `json:"article"`
	Language string    `json:"language"`
	Visitor  string    `json:"visitor"` // a token that only his browser and we know, hashed
	Helpful  bool      `json:"helpful"`
	Why      string    `json:"why,omitempty"`
	At       time.Time `json:"at"`
}

var votes = store.NewTable("kb_votes", func(v *Vote) store.Key { return store.K(textKey(v.Article, v.Language), v.Visitor) },
	store.Index[Vote]{Name: "helpful", Keys: func(v *Vote) []store.Key {
		return []store.Key{store.K(textKey(v.Article, v.Language), v.Helpful)}
	}},
	store.Index[Vote]{Name: "why", Keys: func(v *Vote) []store.Key {
		if v.Why == "" {
			return nil
		}
		return []store.Key{store.K(textKey(v.Article, v.Language), v.At)}
	}},
)

// Rate keeps what a visitor thinks of a published text. A visitor has one vote: he may change his mind, and words that he gave
// before stay unless he gives others.
func Rate(tx *store.Tx, v Vote) error {
	if v.Visitor == "" || len(v.Visitor) > 100 {
		return fault.Field("visitor", "fault.bad_value")
	}
	t, err := texts.Get(tx, textKey(v.Article, v.Language))
	if err != nil {
		return err
	}
	if !t.Public() {
		return fault.Missing("article")
	}
	if v.Why = text.Clean(v.Why); utf8.RuneCountInString(v.Why) > MaxWhy {
		return fault.Field("why", "fault.too_long", "max", MaxWhy)
	}
	before, err := votes.Find(tx, store.K(t.Key(), v.Visitor))
	if err != nil {
		return err
	}
	if before != nil && v.Why == "" && !v.Helpful {
		v.Why = before.Why
	}
	if before != nil && before.Helpful == v.Helpful && before.Why == v.Why {
		return nil // asked twice, answered once
	}
	v.At = tx.Now()
	return votes.Put(tx, &v)
}

// Feedback is what readers think of a text.
type Feedback struct {
	Helpful, Unhelpful int     // no further than MostCounted each
	Why                []*Vote // the latest that say why
}

// FeedbackOn gives what readers think of a text, with at most few of their words.
func FeedbackOn(tx *store.Tx, by people.Actor, of TextID, few int) (f Feedback, err error) {
	if err := by.Must(ReadArticles, ""); err != nil {
		return Feedback{}, err
	}
	if f.Helpful, err = votes.Count(tx, "helpful", store.K(of.key(), true), MostCounted); err != nil {
		return Feedback{}, err
	}
	if f.Unhelpful, err = votes.Count(tx, "helpful", store.K(of.key(), false), MostCounted); err != nil {
		return Feedback{}, err
	}
	f.Why, _, err = votes.Page(tx, "why", store.Range{Prefix: of.key(), Back: true}, few)
	return f, err
}
