package ui_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"deskbell/assets"
	"deskbell/chat"
	"deskbell/forum"
	"deskbell/internal/files"
	"deskbell/internal/jobs"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/kb"
	"deskbell/tickets"
	"deskbell/tickets/channels/email"
)

// thing makes what a request names, in a department, and gives its id. It runs in a transaction, which may run twice.
type thing func(s *shown, tx *store.Tx, department string) (string, error)

// placed are the things that belong to a department: who does not work there must not find them.
var placed = []string{"$ticket", "$fileOfTicket", "$uploadOfTicket", "$failedReply", "$heldTopic", "$world"}

var things = map[string]thing{
	"$name":          func(*shown, *store.Tx, string) (string, error) { return "n" + store.NewRef()[:12], nil },
	"$address":       func(*shown, *store.Tx, string) (string, error) { return store.NewRef()[:12] + "@mail.example", nil },
	"$world":         func(_ *shown, _ *store.Tx, department string) (string, error) { return department, nil },
	"$workshop":      func(s *shown, _ *store.Tx, _ string) (string, error) { return s.workshop, nil },
	"$asset":         func(*shown, *store.Tx, string) (string, error) { return assets.URL("app.css"), nil },
	"$sheet":         sheet,
	"$ticket":        ticket,
	"$ticketLink":    ticketLink,
	"$contact":       contact,
	"$topic":         func(s *shown, tx *store.Tx, d string) (string, error) { return id(topic(s, tx, d)) },
	"$solvedTopic":   solvedTopic,
	"$topicPath":     func(s *shown, tx *store.Tx, d string) (string, error) { return path(topic(s, tx, d)) },
	"$heldTopic":     heldTopic,
	"$board":         func(_ *shown, tx *store.Tx, d string) (string, error) { return first(board(tx, d)) },
	"$boardSlug":     func(_ *shown, tx *store.Tx, d string) (string, error) { return second(board(tx, d)) },
	"$category":      func(_ *shown, tx *store.Tx, _ string) (string, error) { return first(category(tx)) },
	"$shelf":         func(_ *shown, tx *store.Tx, _ string) (string, error) { return first(shelf(tx)) },
	"$categorySlug":  func(_ *shown, tx *store.Tx, _ string) (string, error) { return second(shelf(tx)) },
	"$draft":         func(_ *shown, tx *store.Tx, _ string) (string, error) { return first(draft(tx)) },
	"$published":     func(_ *shown, tx *store.Tx, _ string) (string, error) { return first(published(tx)) },
	"$publicArticle": func(_ *shown, tx *store.Tx, _ string) (string, error) { return second(published(tx)) },
	"$agent":         func(_ *shown, tx *store.Tx, _ string) (string, error) { return agent(tx) },
	"$invitation":    invitation,
	"$department":    department,
	"$token":         token,
	"$widget":        func(_ *shown, tx *store.Tx, _ string) (string, error) { return first(widget(tx)) },
	"$widgetKey":     func(_ *shown, tx *store.Tx, _ string) (string, error) { return second(widget(tx)) },
	"$memberLink": func(_ *shown, tx *store.Tx, _ string) (string, error) {
		return people.IssueLink(tx, people.LinkSignIn, store.NewRef()[:12]+"@mail.example", "")
	},
}

// slowThings cannot be made within a transaction of the caller's.
var slowThings = map[string]func(s *shown, department string) (string, error){
	"$session":        session,
	"$mail":           keptMail,
	"$failedJob":      failedJob,
	"$line":           line,
	"$visitorFile":    visitorFile,
	"$fileOfTicket":   func(s *shown, d string) (string, error) { return first(fileOfTicket(s, d)) },
	"$failedReply":    failedReply,
	"$uploadOfTicket": func(s *shown, d string) (string, error) { return second(fileOfTicket(s, d)) },
}

func first(a, _ string, err error) (string, error)  { return a, err }
func second(_, b string, err error) (string, error) { return b, err }

func zoe(tx *store.Tx) (*people.Contact, error) {
	return people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: "zoe@mail.example"}}, people.Profile{Name: "Zoe"})
}

func contact(_ *shown, tx *store.Tx, _ string) (string, error) {
	c, err := people.Recognise(tx, []people.Identity{{Kind: people.KindEmail, Value: store.NewRef()[:12] + "@mail.example"}}, people.Profile{})
	if err != nil {
		return "", err
	}
	return c.ID, nil
}

func receive(tx *store.Tx, department string, files ...tickets.File) (*tickets.Ticket, *tickets.Event, error) {
	from, err := zoe(tx)
	if err != nil {
		return nil, nil, err
	}
	return tickets.Receive(tx, tickets.Inbound{Channel: "form", By: from.Actor(), Subject: "Kettle", Text: "It leaks.", Department: department, Files: files})
}

func ticket(s *shown, tx *store.Tx, department string) (string, error) {
	t, _, err := receive(tx, department)
	if err != nil {
		return "", err
	}
	s.ticket = t.ID
	return t.ID.String(), nil
}

func ticketLink(s *shown, tx *store.Tx, department string) (string, error) {
	t, _, err := receive(tx, department)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(s.Mail.TicketLink(t.Ref, "zoe@mail.example"))
	if err != nil {
		return "", err
	}
	s.proof = u.Query().Get("proof")
	return u.RequestURI(), nil
}

func fileOfTicket(s *shown, department string) (path, upload string, err error) {
	ctx := context.Background()
	u, err := s.Files.Put(ctx, files.Upload{Name: "bell.txt", Type: "text/plain", Owner: "visitor:zoe"}, strings.NewReader("ding"), 100)
	if err != nil {
		return "", "", err
	}
	err = s.DB.Update(ctx, func(tx *store.Tx) error {
		t, e, err := receive(tx, department, tickets.File{ID: u.ID, Name: u.Name, Type: u.Type, Size: u.Size})
		if err != nil {
			return err
		}
		path = fmt.Sprintf("%s/files/%d/%s", t.ID, e.N, u.ID)
		return nil
	})
	return path, u.ID, err
}

func board(tx *store.Tx, department string) (id, slug string, err error) {
	change := forum.DefaultBoard
	change.Name, change.Department = "Board "+store.NewRef()[:12], department
	b, err := forum.AddBoard(tx, people.System, change)
	if err != nil {
		return "", "", err
	}
	return b.ID, b.Slug, nil
}

func topic(s *shown, tx *store.Tx, department string) (*forum.Topic, error) {
	on, _, err := board(tx, department)
	if err != nil {
		return nil, err
	}
	asker, err := forum.Vouch(tx, s.owner, "Zoe", "zoe@mail.example")
	if err != nil {
		return nil, err
	}
	t, err := forum.Ask(tx, asker, forum.Question{Board: on, Title: "How hot for green tea?", Text: "The water, I mean.", Language: "en"})
	if err != nil {
		return nil, err
	}
	answerer, err := forum.Vouch(tx, s.owner, "Tom", "tom@mail.example")
	if err != nil {
		return nil, err
	}
	_, err = forum.Answer(tx, answerer, t.ID, "Seventy-five degrees.")
	return t, err
}

func id(t *forum.Topic, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return t.ID, nil
}

func path(t *forum.Topic, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return t.Path(), nil
}

func solvedTopic(s *shown, tx *store.Tx, department string) (string, error) {
	t, err := topic(s, tx, department)
	if err != nil {
		return "", err
	}
	_, err = forum.Accept(tx, forum.Who{Agent: s.owner}, t.ID, 2)
	return t.ID, err
}

func heldTopic(_ *shown, tx *store.Tx, department string) (string, error) {
	on, _, err := board(tx, department)
	if err != nil {
		return "", err
	}
	stranger, _, err := forum.Introduce(tx, "Stranger", store.NewRef()[:12]+"@mail.example", "en")
	if err != nil {
		return "", err
	}
	return id(forum.Ask(tx, forum.Who{Member: stranger}, forum.Question{Board: on, Title: "Is this read?", Text: "I wonder " + store.NewRef(), Language: "en"}))
}

func category(tx *store.Tx) (id, slug string, err error) {
	c, err := kb.AddCategory(tx, people.System, "", kb.CategoryChange{Name: "Category " + store.NewRef()[:12]})
	if err != nil {
		return "", "", err
	}
	return c.ID, c.Slug, nil
}

// shelf is a category in which there is something to read.
func shelf(tx *store.Tx) (id, slug string, err error) {
	all, err := kb.Shelves(tx, "en", 1)
	if err != nil || len(all) == 0 {
		return "", "", errors.Join(err, errors.New("the book is empty"))
	}
	return all[0].ID, all[0].Slug, nil
}

func draft(tx *store.Tx) (id, path string, err error) {
	in, _, err := shelf(tx)
	if err != nil {
		return "", "", err
	}
	t, err := kb.Create(tx, people.System, kb.NewArticle{Category: in, Language: "en", Title: "Care " + store.NewRef()[:12], Text: "Gently."})
	if err != nil {
		return "", "", err
	}
	return t.Article, t.Path(), nil
}

func published(tx *store.Tx) (id, path string, err error) {
	if id, _, err = draft(tx); err != nil {
		return "", "", err
	}
	t, err := kb.Publish(tx, people.System, kb.Seen{TextID: kb.TextID{Article: id, Language: "en"}, Base: 1})
	if err != nil {
		return "", "", err
	}
	return id, t.Path(), nil
}

func agent(tx *store.Tx) (string, error) {
	a, err := people.AddAgent(tx, people.System, people.NewAgent{Email: store.NewRef()[:12] + "@shop.example", Name: "Eve", Role: people.AgentRole})
	if err != nil {
		return "", err
	}
	return a.ID, nil
}

func invitation(_ *shown, tx *store.Tx, _ string) (string, error) {
	a, err := agent(tx)
	if err != nil {
		return "", err
	}
	return people.Invite(tx, people.System, a)
}

func department(_ *shown, tx *store.Tx, _ string) (string, error) {
	d, err := people.AddDepartment(tx, people.System, "Department "+store.NewRef()[:12])
	if err != nil {
		return "", err
	}
	return d.ID, nil
}

func token(_ *shown, tx *store.Tx, _ string) (string, error) {
	a, err := agent(tx)
	if err != nil {
		return "", err
	}
	_, t, err := people.CreateToken(tx, people.System, people.NewToken{Agent: a, Name: "test", Scope: people.ScopeRead})
	if err != nil {
		return "", err
	}
	return t.ID, nil
}

func widget(tx *store.Tx) (id, key string, err error) {
	w, err := chat.AddWidget(tx, people.System, chat.Setup{Name: "Widget"})
	if err != nil {
		return "", "", err
	}
	return w.ID, w.Key, nil
}

// session is one more of the owner's.
func session(s *shown, _ string) (string, error) {
	in, err := s.Gate.SignIn(context.Background(), people.SignIn{Email: "ana@kettle.example", Password: password})
	if err != nil {
		return "", err
	}
	return in.Session.ID, nil
}

func keptMail(s *shown, _ string) (string, error) {
	ctx := context.Background()
	err := s.DB.Update(ctx, func(tx *store.Tx) error {
		return s.Mail.Send(tx, email.Mail{To: mail.Address{Address: "zoe@mail.example"}, Subject: "Hello", Text: "Hello"})
	})
	if err != nil {
		return "", err
	}
	if err := s.Settle(ctx); err != nil {
		return "", err
	}
	kept := ""
	err = s.DB.View(ctx, func(tx *store.Tx) error {
		list, _, err := s.Mail.List(tx, people.System, nil, 1)
		if err == nil {
			kept = list[0].ID
		}
		return err
	})
	return kept, err
}

// failing is a kind of jobs that nobody can do.
const failing = "test.failing"

func failedJob(s *shown, _ string) (string, error) {
	ctx := context.Background()
	key := store.NewRef()
	err := s.DB.Update(ctx, func(tx *store.Tx) error { return jobs.Add(tx, jobs.Job{Kind: failing, Key: key}) })
	if err != nil {
		return "", err
	}
	if err := s.Settle(ctx); err != nil {
		return "", err
	}
	failed := ""
	err = s.DB.View(ctx, func(tx *store.Tx) error {
		j, err := jobs.ByKey(tx, failing, key)
		failed = j.ID
		return err
	})
	return failed, err
}

// failedReply is the path under which what no door could take is sent once more.
func failedReply(s *shown, department string) (path string, err error) {
	ctx := context.Background()
	err = s.DB.Update(ctx, func(tx *store.Tx) error {
		t, e, err := receive(tx, department)
		if err != nil {
			return err
		}
		path = fmt.Sprintf("%s/retry/%d", t.ID, e.N)
		return tickets.CarryOut(tx, tickets.Delivery{Ticket: t.ID, N: e.N, Channel: "email"}) // which takes replies alone
	})
	if err != nil {
		return "", err
	}
	return path, s.Settle(ctx)
}

// line is a visitor's line over plain requests.
func line(s *shown, _ string) (string, error) {
	ctx := context.Background()
	key := ""
	err := s.DB.Update(ctx, func(tx *store.Tx) (err error) {
		_, key, err = widget(tx)
		return err
	})
	if err != nil {
		return "", err
	}
	hello, err := json.Marshal(map[string]any{"t": "hello", "v": 1, "widget": key})
	if err != nil {
		return "", err
	}
	l, err := s.Chat.OpenLine(ctx, chat.Origin{Ours: true}, hello, func() {})
	if err != nil {
		return "", err
	}
	return l.ID, nil
}

func visitorFile(s *shown, department string) (string, error) {
	_, upload, err := fileOfTicket(s, department)
	return s.Chat.FileURL(upload, "bell.txt"), err
}
