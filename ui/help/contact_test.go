package help

import (
	"testing"

	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
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
