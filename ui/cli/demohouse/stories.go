package demohouse

import (
	"time"

	"deskbell/internal/store"
	"deskbell/tickets"
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

// story is a ticket as it came about. Stories stand in the order in which they were last heard of.
type story struct {
	contact, channel, subject string
	department                string
	tags                      []string
	priority                  tickets.Priority
	lines                     []line
	end                       func(*store.Tx, *filler, tickets.ID) error
}

// line is something that somebody wrote: the contact, or the agent by whose first name it goes.
type line struct {
	ago  time.Duration
	by   string
	note bool
	text string
}

func solved(by string) func(*store.Tx, *filler, tickets.ID) error {
	return func(tx *store.Tx, f *filler, id tickets.ID) error { return tickets.Solve(tx, f.agents[by], id) }
}

func spam(by string) func(*store.Tx, *filler, tickets.ID) error {
	return func(tx *store.Tx, f *filler, id tickets.ID) error { return tickets.Spam(tx, f.agents[by], id) }
}

func snoozed(by string, lasts time.Duration) func(*store.Tx, *filler, tickets.ID) error {
	return func(tx *store.Tx, f *filler, id tickets.ID) error {
		return tickets.Snooze(tx, f.agents[by], id, tx.Now().Add(lasts))
	}
}

func assigned(by, to string) func(*store.Tx, *filler, tickets.ID) error {
	return func(tx *store.Tx, f *filler, id tickets.ID) error {
		return tickets.Assign(tx, f.agents[by], id, f.agents[to].ID)
	}
}

var stories = []story{
	{
		contact: "grace", channel: "email", subject: "Order 2211 arrived, thank you", tags: []string{"praise"},
		lines: []line{
			{8 * day, "", false, "Just to say that the pot arrived this morning without a scratch. The note in the box made my day."},
			{8*day - 3*hour, "ana", false, "Grace, that made ours. Enjoy the first brew!"},
			{8*day - 4*hour, "", false, "I will. See you at the next harvest."},
		},
		end: func(tx *store.Tx, f *filler, id tickets.ID) error { return tickets.Close(tx, f.agents["ana"], id) },
	},
	{
		contact: "promo", channel: "email", subject: "RE: RE: 10,000 visitors for your shop TODAY",
		lines: []line{{6 * day, "", false, "Dear shop owner, we have reviewed your shop and found 14 critical errors. Reply YES for a free report."}},
		end:   spam("rui"),
	},
	{
		contact: "tom", channel: "chat", subject: "Does the kettle work on induction?", department: "Sales", tags: []string{"kettle"},
		lines: []line{
			{5 * day, "", false, "Hi, does the enamel kettle work on an induction hob?"},
			{5*day - 2*minute, "rui", false, "Hello Tom! It does: the base is steel under the enamel. Up to 2 kW is fine."},
			{5*day - 4*minute, "", false, "Perfect, ordering one now."},
			{5*day - 5*minute, "rui", false, "Thank you. It leaves us tomorrow morning."},
		},
		end: solved("rui"),
	},
	{
		contact: "petr", channel: "email", subject: "Invoice for order 2240 without VAT number", department: "Sales", tags: []string{"invoice"},
		lines: []line{
			{4 * day, "", false, "Good day, our accountant needs the invoice for order 2240 with our VAT number CZ12345678. Could you send it again?"},
			{4*day - 5*hour, "rui", false, "Good day Petr, of course. Is the billing address still the one on the order?"},
		},
	},
	{
		contact: "yuki", channel: "email", subject: "When is the first flush back in stock?", department: "Sales", tags: []string{"stock"},
		lines: []line{
			{3 * day, "", false, "I would like three tins of the green tea from the first harvest. When will it be available again?"},
			{3*day - 2*hour, "rui", false, "The garden sends the next box in about ten days. I will write to you the day it arrives and keep three tins aside."},
			{3*day - 3*hour, "", false, "That is very kind, thank you."},
		},
		end: snoozed("rui", 10*day),
	},
	{
		contact: "carmen", channel: "email", subject: "La taza llegó rota", department: "Workshop", tags: []string{"damaged", "cup"}, priority: tickets.High,
		lines: []line{
			{2 * day, "", false, "Hola, hoy recibí el pedido 2266 y una de las dos tazas de porcelana llegó rota. ¿Qué puedo hacer?"},
			{2*day - hour, "mia", true, "Second broken cup from this batch: the inner box is too thin. I told packing."},
			{2*day - 2*hour, "mia", false, "Hola Carmen, lo siento mucho. Mañana sale otra taza, sin ningún coste. No hace falta devolver la rota."},
			{day - hour, "", false, "¡Muchas gracias! ¿Tienen ya el número de seguimiento?"},
		},
	},
	{
		contact: "joao", channel: "chat", subject: "Chaleira com o cabo solto", department: "Workshop", tags: []string{"kettle", "warranty"},
		lines: []line{
			{26 * hour, "", false, "Boa tarde! O cabo da minha chaleira ficou solto depois de dois meses. Ela está na garantia?"},
			{26*hour - 3*minute, "ana", false, "Boa tarde, João! Está sim, são dois anos. Consegue me mandar uma foto do parafuso?"},
			{25 * hour, "", false, "Claro, mando hoje à noite quando chegar em casa."},
			{25*hour - minute, "ana", true, "Probably the wooden washer again. Mia has spare ones."},
			{9 * hour, "", false, "Cheguei: a arruela de madeira rachou ao meio."},
		},
		end: assigned("ana", "mia"),
	},
	{
		contact: "priya", channel: "email", subject: "Change of address for order 2291", department: "Sales", tags: []string{"order"}, priority: tickets.Urgent,
		lines: []line{
			{3 * hour, "", false, "Hello, I typed my old address in order 2291. The new one is 14 Lake View Road, Chennai 600033. Please tell me that it has not left yet!"},
		},
	},
	{
		contact: "omar", channel: "chat", subject: "Gift wrapping",
		lines: []line{
			{70 * minute, "", false, "Hello! Can you wrap the teapot as a gift and put in a card? My sister's birthday is on Saturday."},
			{66 * minute, "", false, "The card should say: \"كل عام وأنت بخير\""},
		},
	},
	{
		contact: "lena", channel: "email", subject: "Strainer does not fit the clay teapot that I bought from you in spring and that was described as fitting “every cup and pot that we sell”, could it be that I have an older one?",
		lines: []line{
			{40 * minute, "", false, "Hello,\n\nthe strainer is a joy on my cups, but on the clay teapot it wobbles: the opening is about 7 cm wide. Did you change the pot?\n\nKind regards\nLena"},
		},
	},
	{
		contact: "beatriz", channel: "chat", subject: "Frete para Recife", tags: []string{"shipping"},
		lines: []line{
			{12 * minute, "", false, "Oi! Vocês entregam em Recife? Quanto tempo leva?"},
		},
	},
}
