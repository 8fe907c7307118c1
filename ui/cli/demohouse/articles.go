package demohouse

import (
	"deskbell/internal/store"
	"deskbell/kb"
)

// shelves are the categories of the knowledge base, with their names in Portuguese and their articles.
var shelves = []struct {
	name, portuguese, description string
	articles                      []article
}{
	{"Orders and delivery", "Pedidos e entrega", "How things come to you, and how they go back.", []article{
		{
			title: "How long does delivery take?",
			text: `We pack every working day until **3 p.m.**; what is ordered later leaves the next day.

| To | Working days |
|---|---|
| São Paulo and Rio de Janeiro | 2 |
| The rest of Brazil | 4 to 7 |
| Europe | 6 to 10 |
| Elsewhere | 8 to 15 |

You get a mail with the tracking number when the box leaves us. If it has not moved for three days, [write to us](/contact): we look into it the same day.`,
			portuguese: &words{"Quanto tempo leva a entrega?", `Embalamos todos os dias úteis até as **15h**; o que chega depois sai no dia seguinte.

| Para | Dias úteis |
|---|---|
| São Paulo e Rio de Janeiro | 2 |
| Resto do Brasil | 4 a 7 |
| Europa | 6 a 10 |
| Outros países | 8 a 15 |

Você recebe um e-mail com o código de rastreio quando a caixa sai daqui. Se ela ficar parada por três dias, [escreva para nós](/contact): verificamos no mesmo dia.`},
		},
		{
			title: "How do I return something?",
			text: `You have **thirty days** to send it back, no questions asked.

1. Put it back into its box. Tea must be unopened.
2. [Write to us](/contact) with your order number; we send you a label.
3. Hand it in at any post office.

The money is back on your card within five working days after the box reaches us.`,
			portuguese: &words{"Como devolvo um produto?", `Você tem **trinta dias**, sem precisar explicar.

1. Coloque o produto de volta na caixa. O chá precisa estar fechado.
2. [Escreva para nós](/contact) com o número do pedido; enviamos uma etiqueta.
3. Entregue em qualquer agência dos correios.

O valor volta para o seu cartão em até cinco dias úteis depois que a caixa chegar.`},
		},
		{title: "Something arrived broken", text: `That is on us. [Send us](/contact) one photo of the piece and one of the box: a new one leaves the next morning, and you do not have to send the broken one back.`},
	}},
	{"Care and repair", "Cuidados e consertos", "So that it lasts.", []article{
		{
			title: "Removing lime from the kettle",
			text: `White flakes are lime from the water, not enamel.

1. Fill the kettle with a litre of water and two spoons of **citric acid**.
2. Bring it to the boil, switch off, wait for half an hour.
3. Pour it out and rinse twice.

> Never scrub with steel wool: scratches hold lime all the better.`,
			portuguese: &words{"Como tirar o calcário da chaleira", `As lascas brancas são calcário da água, não o esmalte.

1. Encha a chaleira com um litro de água e duas colheres de **ácido cítrico**.
2. Deixe ferver, desligue e espere meia hora.
3. Jogue fora e enxágue duas vezes.

> Nunca use palha de aço: os riscos seguram ainda mais calcário.`},
		},
		{title: "Tightening the handle of the kettle", text: `The handle sits on a wooden washer. If it moves, turn the screw inside the lid **a quarter turn** with a 4 mm key. If the washer is cracked, we send you a new one: the kettle has two years of warranty.`},
	}},
	{"Tea", "Chá", "", []article{
		{
			title: "Water temperature by kind of tea",
			text: `| Tea | Degrees | Minutes |
|---|---|---|
| Green | 75 | 2 |
| White | 80 | 4 |
| Oolong | 90 | 3 |
| Black | 95 | 4 |
| Rooibos | 100 | 6 |

Without a thermometer: five minutes of standing after the boil make about 75 °C.`,
			portuguese: &words{"Temperatura da água para cada chá", `| Chá | Graus | Minutos |
|---|---|---|
| Verde | 75 | 2 |
| Branco | 80 | 4 |
| Oolong | 90 | 3 |
| Preto | 95 | 4 |
| Rooibos | 100 | 6 |

Sem termômetro: cinco minutos de descanso depois da fervura dão cerca de 75 °C.`},
		},
		{title: "How long does tea keep?", text: `In its tin, dark and dry: green tea **a year**, black tea two. It does not spoil after that, it only gets tired.`, draft: true},
	}},
}

type article struct {
	title, text string
	portuguese  *words
	draft       bool // not yet to be read by everybody
}

type words struct{ title, text string }

// writeArticles writes the knowledge base.
func (f *filler) writeArticles(tx *store.Tx) error {
	ana := f.agents["ana"]
	for _, s := range shelves {
		c, err := kb.AddCategory(tx, ana, "", kb.CategoryChange{
			Name: s.name, Description: s.description, Translations: map[string]string{"pt-BR": s.portuguese},
		})
		if err != nil {
			return err
		}
		for _, a := range s.articles {
			t, err := kb.Create(tx, ana, kb.NewArticle{Category: c.ID, Language: "en", Title: a.title, Text: a.text})
			if err != nil {
				return err
			}
			if a.draft {
				continue
			}
			if _, err := kb.Publish(tx, ana, t.Seen()); err != nil {
				return err
			}
			if a.portuguese == nil {
				continue
			}
			if err := f.translate(tx, t.Article, *a.portuguese); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *filler) translate(tx *store.Tx, article string, w words) error {
	ana := f.agents["ana"]
	t, err := kb.Save(tx, ana, kb.Edit{Article: article, Language: "pt-BR", Title: w.title, Text: w.text})
	if err != nil {
		return err
	}
	_, err = kb.Publish(tx, ana, t.Seen())
	return err
}
