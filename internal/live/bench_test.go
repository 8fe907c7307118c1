package live

import (
	"fmt"
	"net"
	"runtime"
	"testing"
)

// heap is what lives on the heap and on stacks after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC() // the second empties the pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// idle is a Talk that costs nothing, so that the benchmark measures the socket alone.
type idle struct{}

func (idle) Frame(s *Socket, _ []byte)      { s.Send([]byte("heard")) }
func (idle) Next(*Socket) ([][]byte, error) { return nil, nil }
func (idle) Closed(*Socket)                 {}

// The aim is 9 KiB for an idle widget socket, of which this is the part below the protocol. It counts the test's own end of
// the line too, a bare net.Conn.
func BenchmarkIdleSocket(b *testing.B) {
	h := listen(b, Options{}, idle{})
	const sockets = 2000
	for b.Loop() {
		before := heap()
		all := make([]net.Conn, sockets)
		for i := range all {
			all[i] = h.raw()
			all[i].Write(frame(fin|text, "hello"))
			if _, _, err := readFrame(all[i]); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(heap()-before)/sockets, "B/socket")
		b.StopTimer()
		for _, conn := range all {
			conn.Close()
		}
		for h.hub.Count() > 0 {
			runtime.Gosched()
		}
		b.StartTimer()
	}
}

// One frame in and its direct answer out, over loopback.
func BenchmarkAnswer(b *testing.B) {
	for _, size := range []int{100, 16 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			h := listen(b, Options{}, idle{})
			c := h.dial()
			text := make([]byte, size)
			for i := range text {
				text[i] = 'x'
			}
			b.SetBytes(int64(size))
			for b.Loop() {
				if err := c.Send(text); err != nil {
					b.Fatal(err)
				}
				if _, _, err := c.conn.ReadMessage(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A bell in a house of ten thousand sockets, one on each ticket and all on one topic.
func BenchmarkBell(b *testing.B) {
	bell := NewBell()
	for i := range 10000 {
		bell.Subscribe(fmt.Sprint("#", i), func() {}, nil)
		bell.Subscribe("widget", func() {}, func(any) {})
	}
	b.Run("a ticket", func(b *testing.B) {
		for b.Loop() {
			bell.Ring("#77")
		}
	})
	b.Run("everybody", func(b *testing.B) {
		for b.Loop() {
			bell.Say("widget", nil)
		}
	})
}
