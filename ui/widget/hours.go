package widget

import (
	"time"

	"deskbell/internal/i18n"
	"deskbell/internal/settings"
	"deskbell/internal/store"
)

// openHours is what a frame has to know so that it says the truth for as long as it is open, which may be days. Times are RFC 3339.
type openHours struct {
	Closes  string `json:"closes"`  // empty when the shop is closed, and when it never closes
	Opens   string `json:"opens"`   // the next time after that; empty when nobody knows
	Promise string `json:"promise"` // how soon somebody usually answers; empty when the shop does not say
	Answers int    `json:"answers"` // the same in minutes
	By      string `json:"by"`      // when an answer comes to what is written while the shop is closed
}

func hoursOf(tx *store.Tx, shop settings.ShopSetting, lang string) (h openHours, err error) {
	calendar, err := settings.OpenHours.Get(tx)
	if err != nil {
		return openHours{}, err
	}
	if say, count := shop.Promise(); say != "" {
		h.Promise, h.Answers = i18n.In(lang, say, "count", count), shop.Answers
	}
	now := tx.Now()
	closes := calendar.NextClose(now)
	if closes.IsZero() {
		return h, nil
	}
	if closes.After(now) {
		h.Closes = written(closes)
	}
	h.Opens = written(calendar.NextOpen(closes))
	h.By = written(calendar.Add(closes, time.Duration(shop.Answers)*time.Minute))
	if h.By == "" {
		h.Promise = "" // a shop that never opens cannot keep it
	}
	return h, nil
}

func written(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.RFC3339)
}
