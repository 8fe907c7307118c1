package desk

import (
	"strings"
	"testing"

	"deskbell/chat"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

// The first step is done when a shop's page asks for its widget, although nobody opens it; an open page is told so.
func TestTheFirstStepWaitsForAPage(t *testing.T) {
	s := openShop(t)
	ana := s.as(s.ana).opens("mine", 0)
	ana.serial++
	ana.says(frameIn{T: "look", Serial: ana.serial, Epoch: s.h.DB.Epoch(), View: "mine", Guide: true})

	done := func(d do) bool {
		steps := strings.Split(d.HTML, "<li")
		return d.ID == "guide" && len(steps) > 1 && strings.Contains(steps[1], "guide-done")
	}
	var widget *chat.Widget
	s.do(func(tx *store.Tx) (err error) {
		widget, err = chat.AddWidget(tx, people.System, chat.Setup{Name: "Shop"})
		return err
	})
	if told := ana.until("the guide", func(d do) bool { return d.ID == "guide" }); done(told) {
		t.Error("the step is done before any page came")
	}
	err := s.h.DB.View(t.Context(), func(tx *store.Tx) error {
		_, err := s.h.Chat.Knock(tx, chat.Origin{Ours: true}, chat.Knock{Widget: widget.Key}, 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ana.until("the first step's end", done)
}
