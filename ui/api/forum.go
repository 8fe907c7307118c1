package api

import (
	"strconv"
	"time"

	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

type board struct {
	ID            string      `json:"id"`
	Name          string      `json:"name"`
	Description   string      `json:"description"`
	Department    *string     `json:"department"`
	Tags          []string    `json:"tags"`
	EscalateAfter string      `json:"escalate_after" doc:"Such as 4h; 0s for at once; off"`
	EscalateHours forum.Hours `json:"escalate_hours" enum:"working,clock"`
	Retired       bool        `json:"retired"`
	URL           string      `json:"url"`
}

func (a *api) showBoard(b *forum.Board) board {
	return board{
		b.ID, b.Name, b.Description, some(b.Department), append([]string{}, b.Tags...), b.EscalateAfter.String(), b.EscalateHours,
		b.Retired, a.address(b.Path()),
	}
}

type boardChange struct {
	Name          change[string]      `json:"name,omitempty"`
	Description   change[string]      `json:"description,omitempty"`
	Department    change[string]      `json:"department,omitempty"`
	Tags          change[[]string]    `json:"tags,omitempty"`
	EscalateAfter change[string]      `json:"escalate_after,omitempty" doc:"Such as 4h; 0s for at once; off"`
	EscalateHours change[forum.Hours] `json:"escalate_hours,omitempty"`
	Retired       change[bool]        `json:"retired,omitempty"`
}

// over lays what was sent over what there is.
func (c *boardChange) over(to forum.BoardChange) (forum.BoardChange, error) {
	c.Name.into(&to.Name)
	c.Description.into(&to.Description)
	c.Department.into(&to.Department)
	c.Tags.into(&to.Tags)
	c.EscalateHours.into(&to.EscalateHours)
	c.Retired.into(&to.Retired)
	if !c.EscalateAfter.Sent {
		return to, nil
	}
	var err error
	to.EscalateAfter, err = forum.ParseDelay(c.EscalateAfter.Value)
	return to, as("escalate_after", err)
}

func (a *api) boards() {
	get(a, "forum/boards", "List boards", func(tx *store.Tx, by people.Actor, in *page) (list[board], error) {
		boards, err := forum.Boards(tx, by)
		if err != nil {
			return list[board]{}, err
		}
		return cut(in.Paging, boards, func(b *forum.Board) string { return b.ID }, a.showBoard)
	})
	get(a, "forum/boards/{id}", "Get a board", func(tx *store.Tx, _ people.Actor, in *Which) (board, error) {
		b, err := forum.BoardByID(tx, in.ID)
		return shown(b, err, a.showBoard)
	})
	post(a, "forum/boards", "Open a board", a.addBoard)
	patch(a, "forum/boards/{id}", "Change a board", people.ScopeWrite, a.changeBoard)
}

type newBoard struct{ Body boardChange }

func (a *api) addBoard(tx *store.Tx, by people.Actor, in *newBoard) (board, error) {
	c, err := in.Body.over(forum.DefaultBoard)
	if err != nil {
		return board{}, err
	}
	b, err := forum.AddBoard(tx, by, c)
	return shown(b, err, a.showBoard)
}

type oldBoard struct {
	Which
	Body boardChange
}

func (a *api) changeBoard(tx *store.Tx, by people.Actor, in *oldBoard) (board, error) {
	b, err := forum.BoardByID(tx, in.ID)
	if err != nil {
		return board{}, err
	}
	c, err := in.Body.over(forum.BoardChange{
		Name: b.Name, Description: b.Description, Department: b.Department, Tags: b.Tags, EscalateAfter: b.EscalateAfter,
		EscalateHours: b.EscalateHours, Retired: b.Retired,
	})
	if err != nil {
		return board{}, err
	}
	if b, err = forum.ChangeBoard(tx, by, b.ID, c); err != nil {
		return board{}, err
	}
	return a.showBoard(b), nil
}

type topic struct {
	ID        string     `json:"id"`
	Board     string     `json:"board"`
	Title     string     `json:"title"`
	Status    string     `json:"status" enum:"held,rejected,open,answered,solved"`
	URL       string     `json:"url"`
	Ticket    *string    `json:"ticket" doc:"That it became, as nobody answered in time"`
	Answers   int        `json:"answers"`
	Accepted  *string    `json:"accepted" doc:"The post that answers it"`
	By        signature  `json:"by"`
	DueAt     *time.Time `json:"due_at" doc:"Until when an answer is promised"`
	CreatedAt time.Time  `json:"created_at"`
	ActiveAt  time.Time  `json:"active_at"`
}

// signature is who wrote something in public.
type signature struct {
	Type people.ActorType `json:"type" enum:"agent,contact"`
	Name string           `json:"name"`
}

func (a *api) showTopic(t *forum.Topic) topic {
	shown := topic{
		ID: t.ID, Board: t.Board, Title: t.Title, Status: statusOf(t), URL: a.address(t.Path()), Answers: t.Answers,
		By: signature{t.Author.Type, t.Author.Name}, CreatedAt: t.Created, ActiveAt: t.Active,
	}
	if t.Ticket != 0 {
		shown.Ticket = some(t.Ticket.String())
	}
	if t.Accepted != 0 {
		shown.Accepted = some((&forum.Post{Topic: t.ID, N: t.Accepted}).ID())
	}
	if due, promised := forum.Promise(t); promised {
		shown.DueAt = &due
	}
	return shown
}

func statusOf(t *forum.Topic) string {
	switch {
	case t.State != forum.Shown:
		return string(t.State)
	case t.Solved():
		return "solved"
	case t.Answers > 0:
		return "answered"
	}
	return "open"
}

type posted struct {
	ID        string      `json:"id"`
	Topic     string      `json:"topic"`
	N         int         `json:"n" doc:"1 is the question"`
	Text      string      `json:"text"`
	HTML      string      `json:"html"`
	By        signature   `json:"by"`
	Accepted  bool        `json:"accepted"`
	State     forum.State `json:"state" enum:"shown,held,rejected"`
	CreatedAt time.Time   `json:"created_at"`
}

func showPost(t *forum.Topic, p *forum.Post) posted {
	return posted{
		p.ID(), p.Topic, p.N, p.Text, text.Markdown(p.Text, text.UGC|text.Breaks),
		signature{p.By.Type, p.By.Name},
		t.Accepted == p.N,
		p.State, p.Created,
	}
}

// someone is in whose name a program writes in public.
type someone struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// who is the member that a program vouches for, or the token's agent himself.
func who(tx *store.Tx, by people.Actor, s *someone) (forum.Who, error) {
	if s == nil {
		return forum.Who{Agent: by}, nil
	}
	w, err := forum.Vouch(tx, by, s.Name, s.Email)
	return w, inside("author", err)
}

func (a *api) topics() {
	get(a, "forum/topics", "List topics, the last post first", a.listTopics)
	post(a, "forum/topics", "Ask in public, in somebody's name or as staff", a.askTopic)
	get(a, "forum/topics/{id}", "Get a topic", func(tx *store.Tx, by people.Actor, in *Which) (topic, error) {
		t, err := forum.TopicByID(tx, forum.Who{Agent: by}, in.ID)
		return shown(t, err, a.showTopic)
	})
	get(a, "forum/topics/{id}/posts", "List a topic's posts, the question first", listPosts)
	post(a, "forum/topics/{id}/posts", "Answer in public, in somebody's name or as staff", answerTopic)
	do(a, "forum/topics/{id}/accept", "Say which post answers the question", a.accept)
	do(a, "forum/topics/{id}/votes", "Say in somebody's name that a post helped", vote)
}

type topicFilter struct {
	Paging
	Board  string       `query:"board"`
	Filter forum.Filter `query:"filter" enum:"unanswered,solved"`
}

func (a *api) listTopics(tx *store.Tx, _ people.Actor, in *topicFilter) (list[topic], error) {
	after, err := in.after()
	if err != nil {
		return list[topic]{}, err
	}
	rows, next, err := forum.Topics(tx, forum.Listing{Board: in.Board, Filter: in.Filter, After: after, Limit: in.most()})
	return list[topic]{each(rows, a.showTopic), cursor(next)}, err
}

type newTopic struct {
	Body struct {
		Board    string   `json:"board"`
		Title    string   `json:"title"`
		Text     string   `json:"text"`
		Language string   `json:"language,omitempty"`
		Author   *someone `json:"author,omitempty" doc:"Who asks; the token's agent when left out"`
	}
}

func (a *api) askTopic(tx *store.Tx, by people.Actor, in *newTopic) (topic, error) {
	w, err := who(tx, by, in.Body.Author)
	if err != nil {
		return topic{}, err
	}
	t, err := forum.Ask(tx, w, forum.Question{Board: in.Body.Board, Title: in.Body.Title, Text: in.Body.Text, Language: in.Body.Language})
	if fault.Is(err, fault.NotFound) {
		err = fault.Field("board", "fault.bad_value")
	}
	if err != nil {
		return topic{}, err
	}
	return a.showTopic(t), nil
}

func listPosts(tx *store.Tx, by people.Actor, in *pageOf) (list[posted], error) {
	result := list[posted]{Items: []posted{}}
	after := 0
	if in.Cursor != "" {
		var err error
		if after, err = strconv.Atoi(in.Cursor); err != nil || after < 1 {
			return result, fault.Field("cursor", "fault.bad_value")
		}
	}
	th, err := forum.Read(tx, forum.Who{Agent: by}, forum.Reading{Topic: in.ID, After: after, Limit: in.most()})
	if err != nil {
		return result, err
	}
	if after == 0 {
		result.Items = append(result.Items, showPost(th.Topic, th.Question.Post))
	}
	for _, p := range th.Posts {
		result.Items = append(result.Items, showPost(th.Topic, p.Post))
	}
	if th.Next > 0 {
		result.Next = some(strconv.Itoa(th.Next))
	}
	return result, nil
}

type newPost struct {
	Which
	Body struct {
		Text   string   `json:"text"`
		Author *someone `json:"author,omitempty" doc:"Who answers; the token's agent when left out"`
	}
}

func answerTopic(tx *store.Tx, by people.Actor, in *newPost) (posted, error) {
	w, err := who(tx, by, in.Body.Author)
	if err != nil {
		return posted{}, err
	}
	p, err := forum.Answer(tx, w, in.ID, in.Body.Text)
	if err != nil {
		return posted{}, err
	}
	return one(tx, by, p.Topic, p.N)
}

// one shows a post as it stands now.
func one(tx *store.Tx, by people.Actor, topic string, n int) (posted, error) {
	t, p, err := forum.PostByID(tx, forum.Who{Agent: by}, topic, n)
	if err != nil {
		return posted{}, err
	}
	return showPost(t, p), nil
}

type choice struct {
	Which
	Body struct {
		Post *string `json:"post" doc:"A post's id; null for none after all"`
	}
}

func (a *api) accept(tx *store.Tx, by people.Actor, in *choice) (topic, error) {
	var t *forum.Topic
	var err error
	if in.Body.Post == nil {
		t, err = forum.Withdraw(tx, forum.Who{Agent: by}, in.ID)
	} else if n, bad := postOf(in.ID, *in.Body.Post); bad != nil {
		err = bad
	} else {
		t, err = forum.Accept(tx, forum.Who{Agent: by}, in.ID, n)
	}
	if err != nil {
		return topic{}, err
	}
	return a.showTopic(t), nil
}

// postOf gives the number of a topic's post.
func postOf(topic, post string) (int, error) {
	of, n, err := forum.ParsePost(post)
	if err != nil || of != topic {
		return 0, fault.Field("post", "fault.bad_value")
	}
	return n, nil
}

type ballot struct {
	Which
	Body struct {
		Post   string  `json:"post"`
		Author someone `json:"author" doc:"Whom it helped; his address must be proved"`
		Helped bool    `json:"helped"`
	}
}

func vote(tx *store.Tx, by people.Actor, in *ballot) (posted, error) {
	w, err := who(tx, by, &in.Body.Author)
	if err != nil {
		return posted{}, err
	}
	n, err := postOf(in.ID, in.Body.Post)
	if err != nil {
		return posted{}, err
	}
	if err := forum.Vote(tx, w, in.ID, n, in.Body.Helped); err != nil {
		return posted{}, err
	}
	return one(tx, by, in.ID, n)
}
