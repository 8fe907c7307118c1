package demohouse

import (
	"context"
	"fmt"
	"strings"
	"time"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// openBoards opens two boards: one that promises an answer in working hours, and one that makes a ticket after a minute, so
// that it can be seen happening.
func (f *filler) openBoards(tx *store.Tx) error {
	for _, b := range []struct {
		key    string
		change forum.BoardChange
	}{
		{"brewing", forum.BoardChange{
			Name: "Brewing", Description: "Water, leaves, time: everything about a good cup.",
			EscalateAfter: forum.Delay(4 * time.Hour), EscalateHours: forum.Working,
		}},
		{"care", forum.BoardChange{
			Name: "Care and repair", Description: "Cleaning, descaling, loose handles. The quick board of this demo: what nobody answers within a minute becomes a ticket.",
			Department: f.departments["Workshop"], Tags: []string{"community"},
			EscalateAfter: forum.Delay(time.Minute), EscalateHours: forum.Clock,
		}},
	} {
		board, err := forum.AddBoard(tx, people.System, b.change)
		if err != nil {
			return err
		}
		f.boards[b.key] = board.ID
	}
	return nil
}

// topic is a question and what came of it. A post by "agent:ana" is written in the topic, one by "desk:ana" in the ticket that
// the topic has become by then; the others are by customers.
type topic struct {
	board, title, language string
	posts                  []post
	accept                 int // the number of the post that solved it
}

type post struct {
	ago  time.Duration
	who  string
	text string
}

var topics = []topic{
	{
		board: "brewing", title: "How hot for green tea?", language: "en", accept: 2,
		posts: []post{
			{7 * day, "grace", "My green tea comes out bitter. I pour it straight from the boil: is that the mistake?"},
			{7*day - 20*minute, "tom", "It is! Let the kettle stand for five minutes first, or aim for **75 °C**. Two minutes are enough."},
			{7*day - hour, "grace", "What a difference. Thank you!"},
		},
	},
	{
		board: "brewing", title: "Quanto chá por xícara?", language: "pt-BR",
		posts: []post{
			{4 * day, "beatriz", "Quantas colheres vocês usam para um bule de quatro xícaras?"},
			{4*day - 40*minute, "agent:rui", "Oi, Beatriz! Uma colher de chá por xícara e mais uma \"para o bule\". Depois é ajustar ao gosto."},
		},
	},
	{
		board: "care", title: "White flakes in the kettle", language: "en",
		posts: []post{
			{2 * day, "lena", "After some weeks there are white flakes at the bottom of the enamel kettle. Is the enamel coming off?"},
			{2*day - 25*minute, "desk:mia", "No harm done: that is lime from the water. Boil a litre with two spoons of **citric acid**, let it stand for half an hour and rinse. The enamel underneath is as it was."},
			{2*day - 2*hour, "lena", "Like new, thank you!"},
		},
	},
	{
		board: "brewing", title: "Which water do you use?", language: "en",
		posts: []post{
			{2 * hour, "petr", "Ours is very hard. Does a filter jug make a difference you can taste, or is bottled water the only way?"},
			{80 * minute, "yuki", "A filter helps a lot with green tea. With black tea I taste no difference."},
		},
	},
	{
		board: "care", title: "Tea stains in the porcelain cup", language: "en",
		posts: []post{
			{0, "tom", "Washing does not take them out any more. What do you use that does not scratch?"},
		},
	},
}

// community lets the topics happen.
func (f *filler) community(ctx context.Context) error {
	for _, t := range topics {
		var id string
		for _, p := range t.posts {
			err := f.at(ctx, p.ago, func(tx *store.Tx) (err error) {
				id, err = f.post(tx, t, id, p)
				return err
			})
			if err != nil {
				return fmt.Errorf("%q: %w", t.title, err)
			}
		}
		if t.accept == 0 {
			continue
		}
		err := f.at(ctx, t.posts[len(t.posts)-1].ago, func(tx *store.Tx) error {
			asker, err := f.speaker(tx, t.posts[0].who)
			if err != nil {
				return err
			}
			_, err = forum.Accept(tx, asker, id, t.accept)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// post writes one post of a topic, the first of which asks it.
func (f *filler) post(tx *store.Tx, t topic, id string, p post) (string, error) {
	if agent, ok := strings.CutPrefix(p.who, "desk:"); ok {
		asked, err := forum.TopicByID(tx, forum.Who{Agent: f.agents[agent]}, id)
		if err != nil {
			return id, err
		}
		_, err = tickets.Reply(tx, f.agents[agent], asked.Ticket, tickets.Draft{Text: p.text})
		return id, err
	}
	who, err := f.speaker(tx, p.who)
	if err != nil {
		return id, err
	}
	if id != "" {
		_, err = forum.Answer(tx, who, id, p.text)
		return id, err
	}
	asked, err := forum.Ask(tx, who, forum.Question{Board: f.boards[t.board], Title: t.title, Text: p.text, Language: t.language})
	if err != nil {
		return "", err
	}
	return asked.ID, nil
}

// speaker is a customer for whom the shop vouches, or somebody of the team.
func (f *filler) speaker(tx *store.Tx, who string) (forum.Who, error) {
	if agent, ok := strings.CutPrefix(who, "agent:"); ok {
		return forum.Who{Agent: f.agents[agent]}, nil
	}
	c := f.contacts[who]
	return forum.Vouch(tx, f.agents["ana"], c.Name, c.Email)
}
