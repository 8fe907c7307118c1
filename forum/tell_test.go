package forum_test

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/jobs"
	"deskbell/internal/live"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets"
	"deskbell/tickets/channels"
	"deskbell/tickets/channels/email"
	"deskbell/tickets/channels/email/emailtest"
)

// posted is a house whose mail goes to a server on loopback.
type posted struct {
	*house
	smtp *emailtest.Server
	run  *jobs.Runner
}

func openPosted(t *testing.T) *posted {
	h := &posted{house: open(t), smtp: emailtest.Listen(t)}
	h.Do(func(tx *store.Tx) error {
		return email.Outgoing.Put(tx, email.Relay{
			Host: "127.0.0.1", Port: h.smtp.Port, Security: "none", From: "help@shop.example", Allow: []string{"127.0.0.0/8"},
		})
	})
	h.attach()
	return h
}

// restart closes the house and opens it again.
func (h *posted) restart() {
	h.t.Helper()
	h.Reopen()
	h.attach()
}

// attach opens the doors, with a runner that knows nothing of what another is doing.
func (h *posted) attach() {
	h.t.Helper()
	key, err := settings.NewKey([]byte(strings.Repeat("k", 32)))
	if err != nil {
		h.t.Fatal(err)
	}
	mail := &email.Door{Key: key, URL: &url.URL{Scheme: "https", Host: "shop.example"}}
	h.run = &jobs.Runner{DB: h.DB, Bell: live.NewBell()}
	mail.Attach(h.run)
	channels.New(h.DB, forum.Door{Mail: mail}, mail).Attach(h.run)
}

func (h *posted) drain() {
	h.t.Helper()
	if _, err := h.run.Drain(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// expectMails takes what arrived and compares to whom, in order.
func (h *posted) expectMails(to ...string) []emailtest.Mail {
	h.t.Helper()
	h.drain()
	mails := h.smtp.Taken()
	var got []string
	for _, m := range mails {
		got = append(got, m.To)
	}
	if !slices.Equal(got, to) {
		h.t.Errorf("mails went to %q, want %q", got, to)
	}
	return mails
}

// atDesk answers the ticket of a topic.
func (h *posted) atDesk(by people.Actor, topic *forum.Topic, text string) {
	h.t.Helper()
	id := h.now(topic).Ticket
	h.Do(func(tx *store.Tx) error {
		_, err := tickets.Reply(tx, by, id, tickets.Draft{Text: text})
		return err
	})
}

func (h *posted) judge(verdict func(*store.Tx, people.Actor, string, int) (*forum.Post, error), topic *forum.Topic, n int) {
	h.t.Helper()
	h.Do(func(tx *store.Tx) error { _, err := verdict(tx, h.ana, topic.ID, n); return err })
}

func TestTheAskerIsToldOfWhatWeAnswer(t *testing.T) {
	h := openPosted(t)
	topic := h.overdue()
	h.atDesk(h.ana, topic, "Grind **finer** <script>alert(1)</script>")
	m := h.expectMails("zoe@example.com")[0]
	for _, part := range []string{
		"Ana Souza from Deskbell has answered your question “My espresso is sour”", "Grind finer",
		"https://shop.example" + topic.Path() + "#post-2\n", "asked with your address",
	} {
		if !strings.Contains(m.Text, part) {
			t.Errorf("the text lacks %q:\n%s", part, m.Text)
		}
	}
	if !strings.Contains(m.HTML, "<strong>finer</strong>") || strings.Contains(m.HTML, "<script") {
		t.Errorf("the page is\n%s", m.HTML)
	}
	if m.Header.Get("Subject") != "Deskbell has answered: My espresso is sour" || m.Header.Get("Auto-Submitted") == "" {
		t.Errorf("its headers are %v", m.Header)
	}
	if strings.Contains(m.Text+m.HTML, "/my/") {
		t.Error("it holds a key to the ticket")
	}
}

// Whoever only typed an address is told like everybody else, once what he asked and what we answer can be seen.
func TestWhoOnlyTypedHisAddressIsTold(t *testing.T) {
	h := openPosted(t)
	topic := h.ask(h.guest("Bob", "bob@example.com"))
	if topic.State != forum.Held {
		t.Fatalf("a newcomer's question is %s", topic.State)
	}
	h.expectMails()
	h.judge(forum.Approve, topic, 1)
	h.expectMails()
	h.answer(h.who("ana"), topic, "Grind finer.")
	m := h.expectMails("bob@example.com")[0]
	if !strings.Contains(m.Header.Get("To"), "Bob") {
		t.Errorf("it is to %q", m.Header.Get("To"))
	}
}

func TestWhatIsNoAnswerOfOursIsNotMailed(t *testing.T) {
	h := openPosted(t)
	topic := h.overdue()
	id := h.now(topic).Ticket
	h.Do(func(tx *store.Tx) error { // what only agents may see
		_, err := tickets.Note(tx, h.ana, id, tickets.Draft{Text: "He asks every week."})
		return err
	})
	h.answer(h.who("ann"), topic, "Mine too.")
	h.answer(h.who("zoe"), topic, "Anybody?")
	h.expectMails()

	ours := h.ask(h.who("ana"), "What do you brew?")
	h.answer(h.who("ana"), ours, "Tell us.")
	h.expectMails()

	hidden := h.answer(h.who("ana"), topic, "Wrong topic.") // before the mail could go
	h.judge(forum.Reject, topic, hidden.N)
	h.expectMails()
}

func TestAPrivateReplyIsMailedAsOneOnly(t *testing.T) {
	h := openPosted(t)
	topic := h.overdue()
	id := h.now(topic).Ticket
	h.Do(func(tx *store.Tx) error {
		_, err := tickets.Reply(tx, h.ana, id, tickets.Draft{Text: "Your card was charged twice.", Channel: "email"})
		return err
	})
	m := h.expectMails("zoe@example.com")[0]
	if strings.Contains(m.Text, "/community/") || !strings.Contains(m.Text, "/my/tickets/") {
		t.Errorf("it is not the private mail:\n%s", m.Text)
	}
	h.expectSaid(topic, "zoe: Why is it sour?")
}

// Two agents answer in the same moment, the house is closed at every point where it can be, and somebody hides an answer and
// shows it again: each answer is mailed once.
func TestOneMailForEachAnswer(t *testing.T) {
	h := openPosted(t)
	topic := h.overdue()
	id := h.now(topic).Ticket
	var both sync.WaitGroup
	for _, words := range []string{"Grind finer.", "Use hotter water."} {
		both.Go(func() {
			err := h.Update(t.Context(), func(tx *store.Tx) error {
				_, err := tickets.Reply(tx, h.ana, id, tickets.Draft{Text: words})
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	var runners sync.WaitGroup
	h.restart()
	for range 4 { // more than one, as when a house is started while another still ends
		h.attach()
		run := h.run
		runners.Go(func() {
			if _, err := run.Drain(t.Context()); err != nil && !fault.Is(err, fault.NotFound) {
				t.Error(err)
			}
		})
	}
	runners.Wait()
	mails := h.expectMails("zoe@example.com", "zoe@example.com")
	if len(mails) == 2 && mails[0].Header.Get("Message-Id") == mails[1].Header.Get("Message-Id") {
		t.Error("two answers are one mail")
	}
	h.judge(forum.Reject, topic, 2)
	h.judge(forum.Approve, topic, 2)
	h.restart()
	h.Clock.Add(time.Hour)
	h.expectMails()
}

// A house that stops between the relay's yes and its own note of it cannot know; the second try is the same mail, by which
// mail programs tell.
func TestATryThatWasCutShortIsTheSameMail(t *testing.T) {
	h := openPosted(t)
	topic := h.overdue()
	var ids []string
	h.smtp.After(func(c *smtp.Conn) error {
		ids = append(ids, h.smtp.Last().Header.Get("Message-Id"))
		if len(ids) == 1 {
			return &smtp.SMTPError{Code: 451, Message: "not now"}
		}
		return nil
	})
	h.atDesk(h.ana, topic, "Grind finer.")
	h.drain()
	h.restart()
	h.Clock.Add(time.Hour)
	h.expectMails("zoe@example.com")
	if len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("the tries were %q", ids)
	}
	h.restart()
	h.Clock.Add(time.Hour)
	h.expectMails()
}

func TestTheAskersLanguage(t *testing.T) {
	h := openPosted(t)
	bia := h.guest("Bia", "bia@example.com")
	var topic *forum.Topic
	h.Do(func(tx *store.Tx) (err error) {
		c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: "lia@example.com", Verified: true}}, people.Profile{Language: "pt-BR"})
		if err != nil {
			return err
		}
		if bia.Member, err = forum.Join(tx, c, "Lia", nil); err != nil {
			return err
		}
		topic, err = forum.Ask(tx, bia, forum.Question{Board: h.board.ID, Title: "Está azedo", Text: "Dez segundos."})
		return err
	})
	h.answer(h.who("ana"), topic, "Moa mais fino.")
	if m := h.expectMails("lia@example.com")[0]; !strings.Contains(m.Text, "respondeu à sua pergunta") {
		t.Errorf("it says\n%s", m.Text)
	}
}
