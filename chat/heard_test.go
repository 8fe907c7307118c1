package chat_test

import (
	"sync/atomic"
	"testing"
	"time"

	"deskbell/chat"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

func (s *shop) knock(from chat.Origin, key string) {
	s.See(func(tx *store.Tx) error {
		_, _ = s.room.Knock(tx, from, chat.Knock{Widget: key}, 99) // what it answers is another test's
		return nil
	})
}

// heard is when a page was heard of at the shop's widget, as one asks for it.
func (s *shop) heard() (at time.Time) {
	s.See(func(tx *store.Tx) error {
		w, err := chat.WidgetByID(tx, s.widget.ID)
		if err == nil {
			at = s.room.Heard(w)
		}
		return err
	})
	return at
}

func TestWhoseAreHeardOf(t *testing.T) {
	shopPage := chat.Origin{Site: "https://shop.example"}
	for name, c := range map[string]struct {
		come func(*shop)
		want bool
	}{
		"nobody's":                         {func(*shop) {}, false},
		"a page's that knocks":             {func(s *shop) { s.knock(shopPage, s.widget.Key) }, true},
		"our own, where an owner tries it": {func(s *shop) { s.knock(chat.Origin{Site: "https://desk.example", Ours: true}, s.widget.Key) }, false},
		"another site's":                   {func(s *shop) { s.knock(chat.Origin{Site: "https://evil.example"}, s.widget.Key) }, false},
		"a page's that may not knock":      {func(s *shop) { s.visit() }, true},
		"one of another widget with this one's name": {func(s *shop) {
			var other *chat.Widget
			s.Do(func(tx *store.Tx) (err error) {
				other, err = chat.AddWidget(tx, s.ana, s.widget.Setup)
				return err
			})
			s.knock(shopPage, other.Key)
		}, false},
		"a page's before its widget was changed": {func(s *shop) {
			s.knock(shopPage, s.widget.Key)
			s.restart()
			s.Do(func(tx *store.Tx) error {
				_, err := chat.ChangeWidget(tx, s.ana, s.widget.ID, chat.Setup{Name: "Shop"})
				return err
			})
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			c.come(s)
			if got := !s.heard().IsZero(); got != c.want {
				t.Errorf("heard of: %v, want %v", got, c.want)
			}
		})
	}
}

func TestPagesAreNotedOnceAMinute(t *testing.T) {
	for name, c := range map[string]struct {
		knocks []time.Duration
		last   time.Duration
		kept   time.Duration
		rings  int32
	}{
		"one":                           {[]time.Duration{0}, 0, 0, 1},
		"several in a minute":           {[]time.Duration{0, 0, 30 * time.Second, 59 * time.Second}, 59 * time.Second, 0, 1},
		"one more when the minute ends": {[]time.Duration{0, 30 * time.Second, time.Minute}, time.Minute, time.Minute, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			var rings atomic.Int32
			defer s.bell.Subscribe(chat.Visitors, func() { rings.Add(1) }, nil)()
			for _, after := range c.knocks {
				s.Clock.Set(storetest.Monday.Add(after))
				s.knock(chat.Origin{}, s.widget.Key)
			}
			if got := s.heard().Sub(storetest.Monday); got != c.last {
				t.Errorf("last heard of after %v, want %v", got, c.last)
			}
			s.restart() // which waits for what is being written
			if got := s.heard().Sub(storetest.Monday); got != c.kept {
				t.Errorf("kept that it was after %v, want %v", got, c.kept)
			}
			if n := rings.Load(); n != c.rings {
				t.Errorf("rang %d times, want %d", n, c.rings)
			}
		})
	}
}

// A widget that is taken away while a page knocks stays away.
func TestANoteBringsNoWidgetBack(t *testing.T) {
	s := open(t)
	s.knock(chat.Origin{}, s.widget.Key)
	s.Do(func(tx *store.Tx) error { return chat.RemoveWidget(tx, s.ana, s.widget.ID) })
	s.restart()
	s.See(func(tx *store.Tx) error {
		all, err := chat.Widgets(tx)
		if len(all) != 0 {
			t.Errorf("there are %d widgets, want none", len(all))
		}
		return err
	})
}
