package desk

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// BenchmarkRow draws one row of the list, as the page and the live line do.
func BenchmarkRow(b *testing.B) {
	row := tickets.Row{
		Ticket:  &tickets.Ticket{ID: 42, Status: tickets.Active, Channel: "email", Tags: []string{"late", "vip"}, Updated: time.Now(), Moved: 99},
		Title:   "Where is my parcel?",
		Words:   "It was to come on Friday, and the page has not moved since.",
		Contact: &people.Contact{Name: "Zoe Silva"}, Taker: "Ana", Unread: true,
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := rowOf(views[0], row, false).Render(b.Context(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInboxPage asks for the first page of the inbox, from the handler's first line to the last byte.
func BenchmarkInboxPage(b *testing.B) {
	for _, size := range []int{100, 10_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := openShop(b)
			s.do(func(tx *store.Tx) error {
				zoe, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: "zoe@example.org"}}, people.Profile{Name: "Zoe"})
				if err != nil {
					return err
				}
				for i := range size {
					_, _, err := tickets.Receive(tx, tickets.Inbound{
						Channel: "email", Thread: fmt.Sprint(i), By: zoe.Actor(), Subject: fmt.Sprint("Question ", i), Text: "Where is my parcel?",
					})
					if err != nil {
						return err
					}
				}
				return nil
			})
			ana := s.as(s.ana)
			cookies := ana.cookies()
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, s.url+"/desk", nil)
				for _, c := range cookies {
					r.AddCookie(c)
				}
				w := httptest.NewRecorder()
				s.handler.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}
