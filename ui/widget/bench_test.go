package widget

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"deskbell/internal/store"
	"deskbell/tickets"
)

// One visitor's message, from the frame that goes out to the ack that comes back: it is on disk then.
func BenchmarkSay(b *testing.B) {
	for _, visitors := range []int{1, 64} {
		b.Run(fmt.Sprint(visitors), func(b *testing.B) {
			w := wireWith(b, true)
			var all []line
			for range visitors {
				l, _ := dialSocket(w, w.hello(""), "")
				w.expect(l, "welcome")
				all = append(all, l)
			}
			var n atomic.Int64
			b.ResetTimer()
			var talking sync.WaitGroup
			for _, l := range all {
				talking.Go(func() {
					for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
						l.send(fmt.Sprintf(`{"t":"say","id":"m%d","text":"Do you have chairs?"}`, i))
						if f, err := l.next(); err != nil || f.T != "ack" {
							b.Errorf("%+v, %v", f, err)
							return
						}
					}
				})
			}
			talking.Wait()
		})
	}
}

// An agent's answer, from the verb to the visitor's socket.
func BenchmarkAnswer(b *testing.B) {
	w := wireWith(b, true)
	l, _ := dialSocket(w, w.hello(""), "")
	w.expect(l, "welcome")
	l.send(`{"t":"say","id":"m1","text":"Hello"}`)
	ref := w.expect(l, "ack").Ticket
	var id tickets.ID
	w.do(func(tx *store.Tx) error {
		t, err := tickets.ByRef(tx, ref)
		id = t.ID
		return err
	})
	for b.Loop() {
		w.do(func(tx *store.Tx) error {
			_, err := tickets.Reply(tx, w.ana, id, tickets.Draft{Text: "Yes."})
			return err
		})
		w.expect(l, "event")
	}
}

// What an open widget costs that nobody writes in. The browser's end is in it too.
func BenchmarkIdleVisitor(b *testing.B) {
	w := wireWith(b, true)
	const visitors = 1000
	for b.Loop() {
		before := inUse()
		var all []line
		for range visitors {
			l, _ := dialSocket(w, w.hello(`,"lang":"en","tz":"Europe/Lisbon","page":{"url":"https://shop.example/chairs","title":"Chairs"}`), "")
			w.expect(l, "welcome")
			all = append(all, l)
		}
		b.ReportMetric(float64(inUse()-before)/visitors, "B/visitor")
		for _, l := range all {
			l.close()
		}
		for w.Hub.Count() > 0 {
			runtime.Gosched()
		}
	}
}

// inUse is what lives on the heap and on stacks after a collection.
func inUse() int64 {
	runtime.GC()
	runtime.GC() // the second empties the pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
