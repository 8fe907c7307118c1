package tickets_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
	"deskbell/tickets"
)

// desk is a house with a shop in it: two departments, an agent in each, a lead, and a customer.
type desk struct {
	*storetest.House
	sales, repairs string
	ana, rui, boss people.Actor
	zoe            people.Actor
}

func open(t testing.TB) *desk {
	d := &desk{House: storetest.Open(t)}
	d.Do(func(tx *store.Tx) error {
		for name, id := range map[string]*string{"Sales": &d.sales, "Repairs": &d.repairs} {
			department, err := people.AddDepartment(tx, people.System, name)
			if err != nil {
				return err
			}
			*id = department.ID
		}
		for _, a := range []struct {
			name        string
			role        people.Role
			departments []string
			as          *people.Actor
		}{
			{"Ana", people.AgentRole, []string{d.sales}, &d.ana},
			{"Rui", people.AgentRole, []string{d.repairs}, &d.rui},
			{"Boss", people.Lead, nil, &d.boss},
		} {
			agent, err := people.AddAgent(tx, people.System, people.NewAgent{
				Email: a.name + "@shop.example", Name: a.name, Role: a.role, Departments: a.departments,
			})
			if err != nil {
				return err
			}
			*a.as = agent.Actor()
		}
		zoe, err := people.Recognise(tx, []people.Identity{{Kind: people.KindVisitor, Value: "zoe"}}, people.Profile{Name: "Zoé"})
		if err != nil {
			return err
		}
		d.zoe = zoe.Actor()
		return nil
	})
	return d
}

// says takes a message of the customer in and gives its ticket.
func (d *desk) says(text string, more ...func(*tickets.Inbound)) (t *tickets.Ticket, e *tickets.Event) {
	in := tickets.Inbound{Channel: "chat", Thread: "zoe", By: d.zoe, Text: text}
	for _, m := range more {
		m(&in)
	}
	d.Do(func(tx *store.Tx) (err error) {
		t, e, err = tickets.Receive(tx, in)
		return err
	})
	return t, e
}

func in(department string) func(*tickets.Inbound) {
	return func(i *tickets.Inbound) { i.Department = department }
}

func thread(name string) func(*tickets.Inbound) {
	return func(i *tickets.Inbound) { i.Thread = name }
}

func (d *desk) get(id tickets.ID) (t *tickets.Ticket) {
	d.See(func(tx *store.Tx) (err error) {
		t, err = tickets.Get(tx, people.System, id)
		return err
	})
	return t
}

func (d *desk) told(id tickets.ID) (all []tickets.Told) {
	d.See(func(tx *store.Tx) (err error) {
		all, err = tickets.Events(tx, id, 0, 1000)
		return err
	})
	return all
}

func (d *desk) try(fn func(tx *store.Tx) error) error { return d.Update(context.Background(), fn) }

func TestWhoseTurnItIs(t *testing.T) {
	customer := func(d *desk, id tickets.ID) error {
		d.says("again")
		return nil
	}
	verb := func(do func(*store.Tx, people.Actor, tickets.ID) error) func(*desk, tickets.ID) error {
		return func(d *desk, id tickets.ID) error {
			return d.try(func(tx *store.Tx) error { return do(tx, d.boss, id) })
		}
	}
	reply := verb(func(tx *store.Tx, by people.Actor, id tickets.ID) error {
		_, err := tickets.Reply(tx, by, id, tickets.Draft{Text: "here you are"})
		return err
	})
	note := verb(func(tx *store.Tx, by people.Actor, id tickets.ID) error {
		_, err := tickets.Note(tx, by, id, tickets.Draft{Text: "hm"})
		return err
	})
	snooze := verb(func(tx *store.Tx, by people.Actor, id tickets.ID) error {
		return tickets.Snooze(tx, by, id, tx.Now().Add(time.Hour))
	})
	end := func(d *desk, id tickets.ID) error {
		return d.try(func(tx *store.Tx) error { _, err := tickets.End(tx, d.zoe, id); return err })
	}
	type steps []func(*desk, tickets.ID) error
	for name, c := range map[string]struct {
		do   steps
		want tickets.Status
	}{
		"a first message is new":                       {nil, tickets.New},
		"another word before anybody answered":         {steps{customer}, tickets.New},
		"a note changes no turn":                       {steps{note}, tickets.New},
		"an answer makes it the customer's turn":       {steps{reply}, tickets.Pending},
		"his answer makes it ours":                     {steps{reply, customer}, tickets.Active},
		"waiting":                                      {steps{verb(tickets.Wait)}, tickets.Pending},
		"solved":                                       {steps{reply, verb(tickets.Solve)}, tickets.Solved},
		"a message on what is solved reopens it":       {steps{reply, verb(tickets.Solve), customer}, tickets.Active},
		"reopened before anybody answered":             {steps{verb(tickets.Solve), verb(tickets.Reopen)}, tickets.New},
		"snoozed":                                      {steps{snooze}, tickets.Snoozed},
		"a message wakes what is snoozed":              {steps{reply, snooze, customer}, tickets.Active},
		"spam stays spam, whatever comes":              {steps{verb(tickets.Spam), customer}, tickets.Junk},
		"the customer's leaving changes nothing":       {steps{reply, end}, tickets.Pending},
		"an answer to what is solved waits for a word": {steps{verb(tickets.Solve), reply}, tickets.Pending},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			ticket, _ := d.says("hello")
			for _, step := range c.do {
				if err := step(d, ticket.ID); err != nil {
					t.Fatal(err)
				}
			}
			if got := d.get(ticket.ID).Status; got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheSameMessageIsTakenInOnce(t *testing.T) {
	d := open(t)
	named := func(id string) func(*tickets.Inbound) { return func(i *tickets.Inbound) { i.Source = id } }
	first, one := d.says("hello", named("zoe/1"))
	_, two := d.says("more", named("zoe/2"))
	d.Reopen()
	again, same := d.says("hello", named("zoe/1"))
	if again.ID != first.ID || same.N != one.N || two.N == one.N {
		t.Errorf("event %d of %v came again as %d of %v", one.N, first, same.N, again)
	}
	if n := len(d.told(first.ID)); n != 3 {
		t.Errorf("the ticket has %d events, want opened and two messages", n)
	}
	err := d.try(func(tx *store.Tx) error {
		_, _, err := tickets.Receive(tx, tickets.Inbound{Channel: "chat", Thread: "zoe", Source: "zoe/1", By: d.zoe, Text: "other"})
		return err
	})
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("other words under the same id: %v, want a Conflict", err)
	}
}

func TestAMessageOnAClosedTicketOpensALinkedOne(t *testing.T) {
	for name, end := range map[string]func(*store.Tx, people.Actor, tickets.ID) error{
		"closed": tickets.Close, "deleted": tickets.Delete,
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			old, _ := d.says("hello")
			d.Do(func(tx *store.Tx) error { return end(tx, d.boss, old.ID) })
			next, _ := d.says("it is me again")
			if next.ID == old.ID {
				t.Fatal("it joined the old ticket")
			}
			opened := d.told(next.ID)[0].What.(tickets.Opened)
			if opened.After != old.ID {
				t.Errorf("the new one goes on from %d, want %d", opened.After, old.ID)
			}
			third, _ := d.says("and more")
			if third.ID != next.ID {
				t.Errorf("the thread leads to %v, want %v", third, next)
			}
		})
	}
}

// When a customer was last there is what agents go by when they think of waiting for him.
func TestWhoeverWritesIsSeen(t *testing.T) {
	d := open(t)
	ticket, _ := d.says("hello")
	d.Clock.Add(13 * time.Minute)
	d.says("are you there?")
	d.See(func(tx *store.Tx) error {
		c, err := people.ContactByID(tx, ticket.Contact)
		if err == nil && !c.Seen.Equal(tx.Now()) {
			t.Errorf("he was last seen at %v, and wrote at %v", c.Seen, tx.Now())
		}
		return err
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	d := open(t)
	ours, _ := d.says("for sales", in(d.sales))
	nobodys, _ := d.says("for anybody", thread("zoe 2"))
	weak := d.ana
	weak.Scope = people.ScopeRead
	verbs := map[string]func(tx *store.Tx, by people.Actor, id tickets.ID) error{
		"read": func(tx *store.Tx, by people.Actor, id tickets.ID) error {
			_, err := tickets.Get(tx, by, id)
			return err
		},
		"reply": func(tx *store.Tx, by people.Actor, id tickets.ID) error {
			_, err := tickets.Reply(tx, by, id, tickets.Draft{Text: "x"})
			return err
		},
		"note": func(tx *store.Tx, by people.Actor, id tickets.ID) error {
			_, err := tickets.Note(tx, by, id, tickets.Draft{Text: "x"})
			return err
		},
		"solve": tickets.Solve,
		"tag": func(tx *store.Tx, by people.Actor, id tickets.ID) error {
			return tickets.Tag(tx, by, id, tickets.Tagged{Added: []string{"x"}})
		},
		"delete": tickets.Delete,
	}
	for name, c := range map[string]struct {
		by     people.Actor
		id     tickets.ID
		may    []string
		hidden bool // what is refused must look as if it were not there
	}{
		"an agent of the department":    {d.ana, ours.ID, []string{"read", "reply", "note", "solve", "tag"}, false},
		"an agent of another":           {d.rui, ours.ID, nil, true},
		"anybody, on what is nobody's":  {d.rui, nobodys.ID, []string{"read", "reply", "note", "solve", "tag"}, false},
		"a lead":                        {d.boss, ours.ID, []string{"read", "reply", "note", "solve", "tag", "delete"}, false},
		"a token that may only read":    {weak, ours.ID, []string{"read"}, false},
		"the customer is no agent":      {d.zoe, ours.ID, nil, true},
		"nobody":                        {people.Actor{}, ours.ID, nil, true},
		"on a ticket that is not there": {d.boss, 999, nil, true},
	} {
		for verb, do := range verbs {
			err := d.try(func(tx *store.Tx) error {
				if err := do(tx, c.by, c.id); err != nil {
					return err
				}
				return errUndo
			})
			switch {
			case slices.Contains(c.may, verb):
				if err != errUndo {
					t.Errorf("%s: %s: %v", name, verb, err)
				}
			case c.hidden && !fault.Is(err, fault.NotFound):
				t.Errorf("%s: %s: %v, want NotFound", name, verb, err)
			case !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden):
				t.Errorf("%s: %s: %v, want a refusal", name, verb, err)
			}
		}
	}
}

var errUndo = fmt.Errorf("undone by the test")

func TestAnAssigneeSeesHisTicketWhereverItIs(t *testing.T) {
	d := open(t)
	ticket, _ := d.says("hello")
	d.Do(func(tx *store.Tx) error { return tickets.Assign(tx, d.boss, ticket.ID, d.rui.ID) })
	d.Do(func(tx *store.Tx) error { return tickets.Transfer(tx, d.boss, ticket.ID, d.repairs) })
	if got := d.get(ticket.ID); got.Assignee != d.rui.ID || got.Department != d.repairs {
		t.Errorf("it is %+v", got)
	}
	d.Do(func(tx *store.Tx) error { return tickets.Transfer(tx, d.boss, ticket.ID, d.sales) })
	if got := d.get(ticket.ID); got.Assignee != "" {
		t.Error("Rui keeps a ticket of a department that he does not work in")
	}
	err := d.try(func(tx *store.Tx) error { return tickets.Assign(tx, d.boss, ticket.ID, d.rui.ID) })
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("assigning it to him: %v, want Invalid", err)
	}
}

func TestACustomerSeesMessagesOnly(t *testing.T) {
	public := map[tickets.Kind]bool{"received": true, "replied": true, "rated": true, "ended": true}
	for _, kind := range tickets.Kinds() {
		if got := tickets.IsPublic(kind); got != public[kind] {
			t.Errorf("customers see %q: %v, want %v", kind, got, public[kind])
		}
	}
	d := open(t)
	ticket, _ := d.says("hello")
	d.Do(func(tx *store.Tx) error {
		if _, err := tickets.Note(tx, d.ana, ticket.ID, tickets.Draft{Text: "MARKER"}); err != nil {
			return err
		}
		_, err := tickets.Reply(tx, d.ana, ticket.ID, tickets.Draft{Text: "hello to you"})
		return err
	})
	var texts []string
	for _, e := range tickets.Public(d.told(ticket.ID)) {
		texts = append(texts, e.Said.Text)
	}
	if !slices.Equal(texts, []string{"hello", "hello to you"}) {
		t.Errorf("the customer sees %q", texts)
	}
}

func TestAnAnswerThatMissedAColleaguesIsHeldBack(t *testing.T) {
	d := open(t)
	ticket, asked := d.says("hello")
	d.Do(func(tx *store.Tx) error {
		_, err := tickets.Reply(tx, d.ana, ticket.ID, tickets.Draft{Text: "mine", BaseSeq: &asked.N})
		return err
	})
	err := d.try(func(tx *store.Tx) error {
		_, err := tickets.Reply(tx, d.boss, ticket.ID, tickets.Draft{Text: "mine too", BaseSeq: &asked.N})
		return err
	})
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want a Conflict", err)
	}
	if got := d.get(ticket.ID); got.Assignee != d.ana.ID {
		t.Errorf("who answered first did not take it: %+v", got)
	}
}

func TestSweepsActOnceAndOnTime(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*store.Tx, people.Actor, tickets.ID) error
		after   time.Duration
		sweep   func(*store.Tx, int) (int, error)
		next    func(*store.Tx) (time.Time, bool, error)
	}{
		"a snoozed ticket wakes": {func(tx *store.Tx, by people.Actor, id tickets.ID) error {
			return tickets.Snooze(tx, by, id, tx.Now().Add(time.Hour))
		}, time.Hour, tickets.Wake, tickets.NextWake},
		"a solved one is closed": {tickets.Solve, tickets.CloseAfter, tickets.CloseSettled, tickets.NextClose},
		"the bin is emptied":     {tickets.Delete, tickets.BinFor, tickets.EmptyBin, tickets.NextEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			ticket, _ := d.says("hello")
			d.Do(func(tx *store.Tx) error { return c.prepare(tx, d.boss, ticket.ID) })
			sweep := func() (n int) {
				d.Do(func(tx *store.Tx) (err error) { n, err = c.sweep(tx, 10); return err })
				return n
			}
			d.See(func(tx *store.Tx) error {
				at, some, err := c.next(tx)
				if want := d.Clock.Now().Add(c.after); !some || !at.Equal(want) {
					t.Errorf("it is due at %v, want %v", at, want)
				}
				return err
			})
			d.Clock.Add(c.after - time.Second)
			if n := sweep(); n != 0 {
				t.Errorf("a second early it swept %d", n)
			}
			d.Clock.Add(time.Second)
			if n, again := sweep(), sweep(); n != 1 || again != 0 {
				t.Errorf("it swept %d, then %d", n, again)
			}
		})
	}
}

func TestRubbishIsRefusedOrMadeFitToKeep(t *testing.T) {
	d := open(t)
	ticket, _ := d.says("hello")
	reply := func(text string) error {
		return d.try(func(tx *store.Tx) error {
			_, err := tickets.Reply(tx, d.ana, ticket.ID, tickets.Draft{Text: text})
			return err
		})
	}
	for name, text := range map[string]string{"nothing": "", "only blanks": " \n\t ", "only what cannot be seen": "\u200b"} {
		if err := reply(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
	if err := reply(string(make([]byte, tickets.MaxText+1))); err == nil {
		t.Error("a text of NULs was taken")
	}
	if err := reply("a\x00b\xffc"); err != nil {
		t.Fatal(err)
	}
	all := d.told(ticket.ID)
	if got := all[len(all)-1].Said.Text; got != "ab\uFFFDc" {
		t.Errorf("kept %q", got)
	}
}
