package settings

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"deskbell/internal/fault"
	"deskbell/internal/hours"
)

// ShopSetting is what every face needs to know of the shop.
type ShopSetting struct {
	Name      string   `json:"name"`
	Languages []string `json:"languages"`                 // in which it serves; the first is its own
	Answers   int      `json:"answers_minutes,omitempty"` // within how many minutes somebody usually answers; 0 says nothing
}

// longestPromise is a week, in minutes: a longer one is better kept to oneself.
const longestPromise = 7 * 24 * 60

// Shop is the shop's own setting.
var Shop = Define("shop", ShopSetting{Name: "Deskbell", Languages: []string{"en", "pt-BR"}})

// OpenHours are those in which the shop is open: the promises of the forum's boards count by them, and the widget says when
// somebody is back.
var OpenHours = Define("hours", hours.Office("UTC"))

// Language is the shop's own language, for whoever asked for none.
func (s ShopSetting) Language() string { return s.Languages[0] }

// Promise is how soon somebody usually answers, as a key of the catalogue and its count; "" when the shop does not say.
func (s ShopSetting) Promise() (say string, count int) {
	switch {
	case s.Answers == 0:
		return "", 0
	case s.Answers%60 == 0:
		return "settings.answers_hours", s.Answers / 60
	}
	return "settings.answers_minutes", s.Answers
}

// Check says what is wrong with it.
func (s ShopSetting) Check() error {
	switch {
	case strings.TrimSpace(s.Name) == "":
		return fault.Field("name", "fault.required")
	case strings.ContainsFunc(s.Name, unicode.IsControl): // it stands in the headers of mails
		return fault.Field("name", "fault.bad_value")
	case utf8.RuneCountInString(s.Name) > 100:
		return fault.Field("name", "fault.too_long", "max", 100)
	case len(s.Languages) == 0 || slices.Contains(s.Languages, ""):
		return fault.Field("languages", "fault.required")
	case len(s.Languages) > 20:
		return fault.Field("languages", "fault.bad_value")
	case s.Answers < 0 || s.Answers > longestPromise:
		return fault.Field("answers_minutes", "settings.answers_range")
	}
	return nil
}
