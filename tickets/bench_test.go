package tickets_test

import (
	"context"
	"fmt"
	"testing"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/store/boltkv"
	"deskbell/tickets"
)

// bare opens a store as the program does, without the tests' second run of every update.
func bare(b *testing.B) *store.DB {
	engine, err := boltkv.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	db, err := store.New(context.Background(), engine, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

func BenchmarkReceive(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			db := bare(b)
			b.SetParallelism(writers / 2)
			if writers == 1 {
				b.SetParallelism(1)
			}
			n := make(chan int, 1)
			n <- 0
			b.RunParallel(func(pb *testing.PB) {
				id := <-n
				n <- id + 1
				visitor := fmt.Sprint("visitor", id)
				for i := 0; pb.Next(); i++ {
					err := db.Update(context.Background(), func(tx *store.Tx) error {
						c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindVisitor, Value: visitor}}, people.Profile{})
						if err != nil {
							return err
						}
						_, _, err = tickets.Receive(tx, tickets.Inbound{
							Channel: "chat", Thread: visitor, Source: fmt.Sprint(visitor, "/", i), By: c.Actor(), Text: "hello there",
						})
						return err
					})
					if err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

func BenchmarkInbox(b *testing.B) {
	for _, size := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("%d tickets", size), func(b *testing.B) {
			db := bare(b)
			for done := 0; done < size; done += 500 {
				err := db.Update(context.Background(), func(tx *store.Tx) error {
					c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindVisitor, Value: "v"}}, people.Profile{})
					if err != nil {
						return err
					}
					for range 500 {
						if _, _, err := tickets.Receive(tx, tickets.Inbound{Channel: "chat", By: c.Actor(), Text: "hello there"}); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				err := db.View(context.Background(), func(tx *store.Tx) error {
					page, err := tickets.Inbox(tx, people.System, tickets.View{}, 50)
					if len(page.Rows) != 50 {
						b.Errorf("%d rows", len(page.Rows))
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
