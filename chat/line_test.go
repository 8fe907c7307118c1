package chat_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"deskbell/chat"
)

// A poll that runs out in the moment in which something happens leaves it for the next.
func TestAPollThatRunsOutLosesNothing(t *testing.T) {
	s := open(t)
	hello := fmt.Sprintf(`{"t":"hello","v":1,"widget":%q}`, s.widget.Key)
	line, err := s.room.OpenLine(t.Context(), chat.Origin{Ours: true}, []byte(hello), func() {})
	if err != nil {
		t.Fatal(err)
	}
	receive := func() string {
		frames, _, err := line.Receive(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, frame := range frames {
			all += string(frame)
		}
		return all
	}
	receive() // the welcome
	say := json.RawMessage(`{"t":"say","id":"m1","text":"Hello"}`)
	if err := line.Send(t.Context(), []json.RawMessage{say}); err != nil {
		t.Fatal(err)
	}
	for all := ""; !strings.Contains(all, `"ack"`); {
		all += receive()
	}
	s.answer(s.ticket().ID, "It has come")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if frames, more, err := line.Receive(over); len(frames) > 0 || !more || err != nil {
		t.Fatalf("a poll without time gives %q, %v, %v", frames, more, err)
	}
	if got := receive(); !strings.Contains(got, "It has come") {
		t.Errorf("the next poll gives %s", got)
	}
}
