package help

import (
	"testing"

	"deskbell/forum"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/kb"
)

func TestHowSoonSomebodyAnswersIsSaidWhereOneWrites(t *testing.T) {
	p := open(t)
	for name, c := range map[string]struct {
		minutes  int
		language string
		want     string // nothing at all when empty
	}{
		"no promise":   {0, "en", ""},
		"one minute":   {1, "en", "We usually answer within a minute."},
		"some minutes": {90, "en", "We usually answer within 90 minutes."},
		"one hour":     {60, "en", "We usually answer within an hour."},
		"some hours":   {240, "en", "We usually answer within 4 hours."},
		"em português": {180, "pt-BR", "Costumamos responder em até 3 horas."},
	} {
		t.Run(name, func(t *testing.T) {
			p.do(func(tx *store.Tx) error {
				shop := settings.ShopSetting{Name: "Kettle", Languages: []string{"en"}, Answers: c.minutes}
				return people.Configure(tx, people.System, settings.Shop, shop)
			})
			for _, path := range []string{"/contact", "/contact/sent"} {
				got := p.get(path, "Accept-Language", c.language).is(200).sound()
				if c.want == "" {
					got.hides("answers-in")
				} else {
					got.says("answers-in", c.want)
				}
			}
		})
	}
}

// A shop without a board does not send its readers into an empty room.
func TestThereIsNoWayToACommunityThatIsNotThere(t *testing.T) {
	p := open(t)
	article := p.write(kb.NewArticle{Category: p.category("", "A"), Title: "Returns", Text: "one"})
	for _, path := range []string{"/", "/contact", "/help/search?q=x", article} {
		p.get(path).is(200).sound().hides(`href="/community"`)
	}
	p.do(func(tx *store.Tx) error {
		tea := forum.DefaultBoard
		tea.Name = "Tea"
		_, err := forum.AddBoard(tx, people.System, tea)
		return err
	})
	p.get("/").sound().says(`href="/community"`)
}

func TestWhoIsAboutToWriteIsLedToTheBookWhereThereIsOne(t *testing.T) {
	p := open(t)
	p.get("/contact").is(200).sound().hides("contact-help", "help centre already")
	p.write(kb.NewArticle{Category: p.category("", "A"), Title: "Returns", Text: "one"})
	p.get("/contact").is(200).sound().says(`<a href="/" data-testid="contact-help">`)
}
