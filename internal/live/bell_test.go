package live

import (
	"fmt"
	"math/rand"
	"slices"
	"sync"
	"testing"
)

// ear is a listener for a loop: however often its topics ring, it wakes once.
type ear struct {
	c       chan struct{}
	cancels []func()
}

func earOn(b *Bell, topics ...string) *ear {
	e := &ear{c: make(chan struct{}, 1)}
	for _, topic := range topics {
		e.cancels = append(e.cancels, b.Subscribe(topic, func() {
			select {
			case e.c <- struct{}{}:
			default: // it is awake already
			}
		}, nil))
	}
	return e
}

func (e *ear) close() {
	for _, cancel := range e.cancels {
		cancel()
	}
}

func TestRingWakesWhoListens(t *testing.T) {
	b := NewBell()
	ear, other := earOn(b, "inbox", "#1"), earOn(b, "#2")
	defer other.close()
	b.Ring("#1")
	b.Ring("inbox")
	b.Ring("#1")

	if n := len(ear.c); n != 1 {
		t.Errorf("an ear that was rung three times is awake %d times, want once", n)
	}
	if len(other.c) != 0 {
		t.Error("an ear on another topic woke")
	}
	<-ear.c
	ear.close()
	b.Ring("inbox")
	if len(ear.c) != 0 {
		t.Error("a closed ear woke")
	}
}

func TestSayGivesNewsToThoseWhoTakeIt(t *testing.T) {
	b := NewBell()
	var got []any
	rings := 0
	cancel := b.Subscribe("#1", func() { rings++ }, func(news any) { got = append(got, news) })
	ear := earOn(b, "#1")
	defer ear.close()

	b.Say("#1", "typing")
	b.Ring("#1")
	cancel()
	cancel() // twice is once
	b.Say("#1", "too late")
	b.Ring("#1")

	if !slices.Equal(got, []any{"typing"}) || rings != 1 {
		t.Errorf("heard %v and %d rings, want [typing] and one", got, rings)
	}
	if len(ear.c) != 1 {
		t.Error("the ear did not hear the ring, or heard what was said")
	}
}

func TestAListenerMayLeaveWhileItIsCalled(t *testing.T) {
	b := NewBell()
	var cancel func()
	cancel = b.Subscribe("#1", func() { cancel() }, nil)
	b.Ring("#1")
	b.Ring("#1")
	if len(b.topics) != 0 {
		t.Errorf("%d topics are kept for nobody", len(b.topics))
	}
}

// Whoever comes and goes in whatever order, exactly those who are there are rung.
func TestComingAndGoing(t *testing.T) {
	b := NewBell()
	rung := map[int]int{}
	there := map[int]func(){}
	for i := range 2000 {
		if who := rand.Intn(40); there[who] != nil {
			there[who]()
			delete(there, who)
		} else {
			there[who] = b.Subscribe("widget", func() { rung[who]++ }, nil)
		}
		clear(rung)
		b.Ring("widget")
		if len(rung) != len(there) {
			t.Fatalf("step %d: %d rung of %d", i, len(rung), len(there))
		}
		for who := range there {
			if rung[who] != 1 {
				t.Fatalf("step %d: %d was rung %d times", i, who, rung[who])
			}
		}
	}
}

func TestTheBellIsForMany(t *testing.T) {
	b := NewBell()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			topic := fmt.Sprint("#", i%2)
			for range 500 {
				ear := earOn(b, topic)
				b.Ring(topic)
				<-ear.c // its own ring, or another's
				ear.close()
			}
		})
	}
	all.Wait()
	if len(b.topics) != 0 {
		t.Errorf("%d topics are kept for nobody", len(b.topics))
	}
}
