package chat_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

func TestWidgets(t *testing.T) {
	s := open(t)
	s.Clock.Add(time.Second)
	s.Do(func(tx *store.Tx) error {
		w, err := chat.AddWidget(tx, s.ana, chat.Setup{
			Name: "  Second\nshop ", Sites: []string{"HTTPS://Two.example/", "https://two.example"}, Look: chat.Look{Color: "#0F766E", Side: "left"},
		})
		if err != nil {
			return err
		}
		if w.Name != "Second shop" || !slices.Equal(w.Sites, []string{"https://two.example"}) || w.Key == w.ID || len(w.Key) < 20 {
			t.Errorf("kept as %+v", w)
		}
		return nil
	})
	s.See(func(tx *store.Tx) error {
		all, err := chat.Widgets(tx)
		if len(all) != 2 || all[0].Name != "Shop" {
			t.Errorf("listed as %v", all)
		}
		if _, err := chat.WidgetByKey(tx, all[1].Key[:10]); !fault.Is(err, fault.NotFound) {
			t.Errorf("half a key finds it: %v", err)
		}
		return err
	})
	s.Do(func(tx *store.Tx) error { return chat.RemoveWidget(tx, s.ana, s.widget.ID) })
	v := s.tab(chat.Origin{Ours: true})
	v.send(`{"t":"hello","v":1,"widget":"` + s.widget.Key + `"}`)
	v.refused("forbidden")
}

func TestWidgetsThatAreRefused(t *testing.T) {
	s := open(t)
	var agent people.Actor
	s.Do(func(tx *store.Tx) error {
		a, err := people.AddAgent(tx, people.System, people.NewAgent{Email: "rui@shop.example", Name: "Rui", Role: people.Lead})
		if err == nil {
			agent = a.Actor()
		}
		return err
	})
	for name, c := range map[string]struct {
		by    people.Actor
		setup chat.Setup
		kind  fault.Kind
		at    string
	}{
		"by a lead":            {agent, chat.Setup{Name: "x"}, fault.Forbidden, ""},
		"by nobody":            {people.Actor{}, chat.Setup{Name: "x"}, fault.Forbidden, ""},
		"without a name":       {s.ana, chat.Setup{Name: " "}, fault.Invalid, "name"},
		"a name too long":      {s.ana, chat.Setup{Name: strings.Repeat("x", 101)}, fault.Invalid, "name"},
		"a greeting too long":  {s.ana, chat.Setup{Name: "x", Greeting: strings.Repeat("x", 301)}, fault.Invalid, "greeting"},
		"a site that is none":  {s.ana, chat.Setup{Name: "x", Sites: []string{"shop"}}, fault.Invalid, "sites"},
		"too many sites":       {s.ana, chat.Setup{Name: "x", Sites: make([]string, 101)}, fault.Invalid, "sites"},
		"a colour that is CSS": {s.ana, chat.Setup{Name: "x", Look: chat.Look{Color: "red;}"}}, fault.Invalid, "color"},
		"a side that is none":  {s.ana, chat.Setup{Name: "x", Look: chat.Look{Side: "top"}}, fault.Invalid, "side"},
		"a department unknown": {s.ana, chat.Setup{Name: "x", Department: "x"}, fault.Invalid, "department"},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.Update(t.Context(), func(tx *store.Tx) error {
				_, err := chat.AddWidget(tx, c.by, c.setup)
				return err
			})
			var f *fault.Error
			if !fault.Is(err, c.kind) {
				t.Fatalf("got %v", err)
			}
			if f = err.(*fault.Error); f.At != c.at {
				t.Errorf("it blames %q, want %q", f.At, c.at)
			}
		})
	}
}
