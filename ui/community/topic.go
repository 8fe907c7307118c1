package community

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"deskbell/forum"
	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/internal/web"
	"deskbell/ui/front"
)

// answerForm is an answer as somebody writes it.
type answerForm struct {
	sender
	Text string `form:"text"`
}

// thread is a topic's page.
type thread struct {
	front.Frame
	*forum.Thread
	In     answerForm
	Due    time.Time // when our team answers if nobody has, in the shop's own zone; zero when nothing is promised
	Today  bool      // that is still today
	First  string
	Next   string
	Origin string // for addresses that work outside
	wrong
}

func (f *face) showTopic(w http.ResponseWriter, r *http.Request) error {
	return f.topicPage(w, r, answerForm{}, nil)
}

func (f *face) topicPage(w http.ResponseWriter, r *http.Request, in answerForm, refused error) error {
	from, err := strconv.Atoi(r.URL.Query().Get("after"))
	if err != nil || from < 1 {
		from = 0 // also what nobody can have got from us
	}
	page := thread{In: in, wrong: wrongOf(r.Context(), refused), Origin: web.URL(r, "")}
	err = f.DB.View(r.Context(), func(tx *store.Tx) error { return f.read(tx, r, &page, from) })
	if err != nil {
		return err
	}
	if r.Method == http.MethodGet && r.URL.Path != page.Path {
		http.Redirect(w, r, page.Path, http.StatusMovedPermanently) // the title changed, or the address was typed
		return nil
	}
	page.In.Once = cmp.Or(page.In.Once, store.NewRef())
	if page.Thread.Next != 0 {
		page.Next = page.Path + "?after=" + strconv.Itoa(page.Thread.Next)
	}
	if from > 0 {
		page.First = page.Path
	}
	return web.Render(w, r, web.FormStatus(refused), topicPage(page))
}

// read gathers a topic's page from its posts after number from.
func (f *face) read(tx *store.Tx, r *http.Request, page *thread, from int) error {
	who, err := front.ReaderOf(tx, r)
	if err != nil {
		return err
	}
	if page.Thread, err = forum.Read(tx, who.Who, forum.Reading{Topic: r.PathValue("id"), After: from, Limit: forum.PerPage}); err != nil {
		return err
	}
	if page.Frame, err = gather(tx, r, page.Title, page.Topic.Path()); err != nil {
		return err
	}
	page.Public.Page.Description = text.Snippet(text.Plain(page.Question.Text), 155)
	page.Public.Page.NoIndex = page.State != forum.Shown
	page.Public.Page.Head = topicHead(*page)
	due, owed := forum.Promise(page.Topic)
	if !owed {
		return nil
	}
	calendar, err := settings.OpenHours.Get(tx)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(calendar.Zone)
	if err != nil {
		zone = time.UTC
	}
	page.Due = due.In(zone)
	now := tx.Now().In(zone)
	page.Today = page.Due.YearDay() == now.YearDay() && page.Due.Year() == now.Year()
	return nil
}

// form is how the promise's moment is said.
func (t thread) form() string {
	if t.Today {
		return "clock"
	}
	return "full"
}

// plain says it where no script can say it in the reader's own zone.
func (t thread) plain() string {
	if t.Today {
		return t.Due.Format("15:04 MST")
	}
	return t.Due.Format("2006-01-02 15:04 MST")
}

// taken tells whether a topic that nobody has answered is with our team.
func (t thread) taken() bool { return t.Ticket != 0 && t.Answers == 0 && !t.Solved() }

// answer adds a post and leads to it.
func (f *face) answer(w http.ResponseWriter, r *http.Request) error {
	var in answerForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	err := f.write(w, r, in.sender, func(tx *store.Tx, who forum.Who) (string, error) {
		p, err := forum.Answer(tx, who, r.PathValue("id"), in.Text)
		if err != nil {
			return "", err
		}
		return pathTo(tx, who, p)
	})
	if web.ComesBack(err) {
		return f.topicPage(w, r, in, err)
	}
	return err
}

// pathTo leads to a post that who may see.
func pathTo(tx *store.Tx, who forum.Who, p *forum.Post) (string, error) {
	t, err := forum.TopicByID(tx, who, p.Topic)
	if err != nil {
		return "", err
	}
	return t.PathTo(p), nil
}

// number is the post's number in a path.
func number(r *http.Request) (int, error) {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 {
		return 0, fault.Missing("post")
	}
	return n, nil
}

// onPost does something to the post that a path names, as whoever asks, and leads back to it.
func (f *face) onPost(w http.ResponseWriter, r *http.Request, deed func(tx *store.Tx, who forum.Who, topic string, n int) error) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	var path string
	err = f.DB.Update(r.Context(), func(tx *store.Tx) error {
		who, err := front.ReaderOf(tx, r)
		if err != nil {
			return err
		}
		if err := deed(tx, who.Who, r.PathValue("id"), n); err != nil {
			return err
		}
		_, p, err := forum.PostByID(tx, who.Who, r.PathValue("id"), n)
		if err != nil {
			return err
		}
		path, err = pathTo(tx, who.Who, p)
		return err
	})
	if err != nil {
		return err
	}
	return web.Redirect(w, r, path)
}

func (f *face) accept(w http.ResponseWriter, r *http.Request) error {
	return f.onPost(w, r, func(tx *store.Tx, who forum.Who, topic string, n int) error {
		_, err := forum.Accept(tx, who, topic, n)
		return err
	})
}

func (f *face) withdraw(w http.ResponseWriter, r *http.Request) error {
	return f.onPost(w, r, func(tx *store.Tx, who forum.Who, topic string, _ int) error {
		_, err := forum.Withdraw(tx, who, topic)
		return err
	})
}

func (f *face) vote(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Helped bool `form:"helped"`
	}
	if err := web.Form(r, &in); err != nil {
		return err
	}
	return f.onPost(w, r, func(tx *store.Tx, who forum.Who, topic string, n int) error {
		return forum.Vote(tx, who, topic, n, in.Helped)
	})
}

// judge decides about a post as the agent who is signed in, whoever else the browser is.
func (f *face) judge(verdict func(*store.Tx, people.Actor, string, int) (*forum.Post, error)) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		n, err := number(r)
		if err != nil {
			return err
		}
		var path string
		err = f.DB.Update(r.Context(), func(tx *store.Tx) error {
			p, err := verdict(tx, web.Actor(r), r.PathValue("id"), n)
			if err != nil {
				return err
			}
			path, err = pathTo(tx, forum.Who{Agent: web.Actor(r)}, p)
			return err
		})
		if err != nil {
			return err
		}
		return web.Redirect(w, r, path)
	}
}
