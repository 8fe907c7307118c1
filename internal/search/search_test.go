package search

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

// page of the test's own room: a row with words that some may read.
type leaf struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Language string   `json:"language"`
	Readers  []string `json:"readers"`
	Gone     bool     `json:"gone"`
}

var leaves = store.NewTable("leaves", func(l *leaf) store.Key { return store.K(l.ID) })

func describe(tx *store.Tx, key store.Key) (*Document, error) {
	l, err := leaves.Get(tx, key)
	if err != nil || l.Gone {
		return nil, err
	}
	return &Document{
		Type: "leaf", ID: l.ID, Title: l.Title, Text: l.Text, Language: l.Language, Readers: l.Readers, At: tx.Now(),
	}, nil
}

// reader is a house with an index beside it.
type reader struct {
	*storetest.House
	*Index
	t *testing.T
}

func openReader(t *testing.T) *reader {
	r := &reader{House: storetest.Open(t), t: t}
	r.open()
	t.Cleanup(func() { r.Index.Close() })
	return r
}

func (r *reader) open() {
	r.t.Helper()
	r.Index = Open(filepath.Join(r.Dir, "search"), r.DB)
	r.Register("leaves", describe)
	r.Documents() // waits until it is open: tests look at its folder
}

// put writes leaves as a room does: the row and the feed entry in one moment.
func (r *reader) put(all ...leaf) {
	r.t.Helper()
	r.Do(func(tx *store.Tx) error {
		for _, l := range all {
			if l.Readers == nil {
				l.Readers = []string{"all"}
			}
			if err := leaves.Put(tx, &l); err != nil {
				return err
			}
			if err := tx.Tell("leaf.put", "leaves", store.K(l.ID)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *reader) catchUp() {
	r.t.Helper()
	if err := r.CatchUp(context.Background()); err != nil {
		r.t.Fatal(err)
	}
}

// find gives the ids of what q finds, in order of their ids.
func (r *reader) find(q Q) []string {
	r.t.Helper()
	if q.Readers == nil {
		q.Readers = []string{"all"}
	}
	q.Limit = 50
	hits, total, err := r.Query(context.Background(), q)
	if err != nil {
		r.t.Fatal(err)
	}
	if total != len(hits) {
		r.t.Errorf("%q: %d hits and a total of %d", q.Text, len(hits), total)
	}
	ids := []string{}
	for _, hit := range hits {
		ids = append(ids, hit.ID)
	}
	slices.Sort(ids)
	return ids
}

func (r *reader) expect(q Q, want ...string) {
	r.t.Helper()
	if got := r.find(q); !slices.Equal(got, append([]string{}, want...)) {
		r.t.Errorf("%+v finds %v, want %v", q, got, want)
	}
}

func TestWordsAreFoundAsPeopleTypeThem(t *testing.T) {
	r := openReader(t)
	r.put(
		leaf{ID: "en", Language: "en", Title: "Returning a parcel", Text: "You can return parcels within thirty days. We don't charge for it."},
		leaf{ID: "pt", Language: "pt-BR", Title: "Trocas e devoluções", Text: "As devoluções são grátis. Não cobramos nada pelo envio."},
		leaf{ID: "es", Language: "es", Title: "Cambios", Text: "Los reembolsos son gratuitos y la facturación es mensual."},
		leaf{ID: "ru", Language: "ru", Title: "Возврат", Text: "Посылки можно вернуть в течение тридцати дней."},
		leaf{ID: "cs", Language: "cs", Title: "Objednávky", Text: "Zboží z objednávky vrátíte do třiceti dnů v Praze."},
		leaf{ID: "??", Title: "Größe", Text: "Ticket 1042 von ann@shop.example, Straße 5"},
	)
	r.catchUp()
	for sentence, want := range map[string]string{
		"return":                         "en", // the word itself, in a title and a text
		"returned":                       "en", // another form of it
		"PARCEL":                         "en",
		"how do I return a parcel":       "en", // the small words are left out
		"parc":                           "en", // as somebody types
		"thirty par":                     "en",
		"retrun":                         "en", // a slip
		"parcel elephant return":         "en", // two of three words will do when nothing has all
		"devolução":                      "pt",
		"devolucao":                      "pt", // in a hurry
		"DEVOLUÇÕES":                     "pt",
		"nao cobramos":                   "pt",
		"reembolso":                      "es",
		"facturacion":                    "es",
		"посылку":                        "ru",
		"Возвраты":                       "ru",
		"objednávka":                     "cs",
		"objednavek":                     "cs",
		"Praha":                          "cs",
		"grosse":                         "??",
		"1042":                           "??",
		"#1042":                          "??",
		"ann@shop.example":               "??",
		"strasse":                        "??",
		"elephant":                       "",
		"parcel elephant":                "",
		"":                               "",
		"   ":                            "",
		"\x00\xff":                       "",
		`"return" ~parcel* -(`:           "en", // no query language: signs are not words
		strings.Repeat("elephant ", 500): "",
		strings.Repeat("x", 400):         "",
	} {
		if want == "" {
			r.expect(Q{Text: sentence})
		} else {
			r.expect(Q{Text: sentence}, want)
		}
	}
}

// What is written to a person has words that no article has; whoever searches for them means each.
func TestASentenceIsAnsweredByAPartOfIt(t *testing.T) {
	r := openReader(t)
	r.put(
		leaf{ID: "returns", Language: "en", Title: "How do I return something?", Text: "You have thirty days to send it back."},
		leaf{ID: "lime", Language: "en", Title: "Lime", Text: "Fill the pot with water and citric acid."},
	)
	r.catchUp()
	for sentence, want := range map[string][]string{
		"How do I return a kettle?": {"returns"},
		"Hello, my kettle came yesterday and I want to send it back within the thirty days": {"returns"},
		"The elephant was late again": {},
		"Does the kettle like water?": {"lime"},
	} {
		if got := r.find(Q{Text: sentence, Sentence: true}); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", sentence, got, want)
		}
	}
	r.expect(Q{Text: "return elephant kettle"})
}

func TestOnlyReadersFind(t *testing.T) {
	r := openReader(t)
	r.put(
		leaf{ID: "sales", Text: "the tiger order", Readers: []string{"department:sales", "agent:ann"}},
		leaf{ID: "help", Text: "the tiger complaint", Readers: []string{"department:help"}},
		leaf{ID: "open", Text: "the tiger article", Readers: []string{"all"}},
		leaf{ID: "none", Text: "the tiger secret", Readers: []string{}},
	)
	r.catchUp()
	for name, c := range map[string]struct {
		readers, want []string
	}{
		"nobody":                 {[]string{}, nil},
		"a stranger":             {[]string{"department:other"}, nil},
		"everybody":              {[]string{"all"}, []string{"open"}},
		"one department":         {[]string{"department:sales"}, []string{"sales"}},
		"two departments":        {[]string{"department:sales", "department:help"}, []string{"help", "sales"}},
		"two ways to the same":   {[]string{"department:sales", "agent:ann"}, []string{"sales"}},
		"half a term is no term": {[]string{"department"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r.t = t
			for _, text := range []string{"tiger", "tig", "tigre"} { // in every way of looking
				r.expect(Q{Text: text, Readers: c.readers}, c.want...)
			}
		})
	}
}

func TestTypesAndLanguagesNarrow(t *testing.T) {
	r := openReader(t)
	r.put(
		leaf{ID: "en", Language: "en", Text: "refund"},
		leaf{ID: "pt", Language: "pt-BR", Text: "refund"},
	)
	r.catchUp()
	r.expect(Q{Text: "refund"}, "en", "pt")
	r.expect(Q{Text: "refund", Language: "pt-PT"}, "pt")
	r.expect(Q{Text: "refund", Types: []string{"leaf", "tree"}}, "en", "pt")
	r.expect(Q{Text: "refund", Types: []string{"tree"}})
}

func TestTheIndexFollowsTheStore(t *testing.T) {
	r := openReader(t)
	r.put(leaf{ID: "a", Text: "tiger"}, leaf{ID: "b", Text: "tiger"}, leaf{ID: "c", Text: "tiger"})
	r.catchUp()
	r.expect(Q{Text: "tiger"}, "a", "b", "c")

	r.put(leaf{ID: "a", Text: "lion"}, leaf{ID: "b", Text: "tiger", Readers: []string{"ann"}}, leaf{ID: "c", Gone: true})
	r.catchUp()
	r.expect(Q{Text: "tiger"})
	r.expect(Q{Text: "lion"}, "a")
	r.expect(Q{Text: "tiger", Readers: []string{"ann"}}, "b")

	r.Do(func(tx *store.Tx) error { // a row that is removed is not found, whatever its room says about that
		if err := leaves.Delete(tx, store.K("a")); err != nil {
			return err
		}
		return tx.Tell("leaf.removed", "leaves", store.K("a"))
	})
	r.catchUp()
	r.expect(Q{Text: "lion"})
}

func TestNewestFirstAmongEquals(t *testing.T) {
	r := openReader(t)
	for _, id := range []string{"old", "mid", "new"} {
		r.put(leaf{ID: id, Text: "tiger"})
		r.catchUp()
		r.Clock.Add(time.Hour)
	}
	hits, total, err := r.Query(context.Background(), Q{Text: "tiger", Readers: []string{"all"}, Limit: 2, From: 1})
	if err != nil || total != 3 || len(hits) != 2 || hits[0].ID != "mid" || hits[1].ID != "old" {
		t.Errorf("the second page is %+v of %d, %v", hits, total, err)
	}
	_, total, err = r.Query(context.Background(), Q{Text: "tiger", Readers: []string{"all"}})
	if err != nil || total != 3 {
		t.Errorf("counting says %d, %v", total, err)
	}
}

func TestSnippetsMarkTheWordsAsTheyStand(t *testing.T) {
	r := openReader(t)
	long := strings.Repeat("Nada de novo aqui. ", 40)
	r.put(leaf{ID: "a", Language: "pt", Title: "Devoluções", Text: long + "Sobre as devoluções em São Luís. " + long})
	r.catchUp()
	hits, _, err := r.Query(context.Background(), Q{Text: "devolucao lui", Readers: []string{"all"}, Limit: 1})
	if err != nil || len(hits) != 1 {
		t.Fatal(hits, err)
	}
	if got := show(hits[0].Title); got != "[Devoluções]" {
		t.Errorf("title %q", got)
	}
	got := show(hits[0].Snippet)
	if !strings.Contains(got, "as [devoluções] em São [Luís].") || !strings.HasPrefix(got, "… ") || !strings.HasSuffix(got, " …") {
		t.Errorf("snippet %q", got)
	}
	if len(got) > snippetLength+40 {
		t.Errorf("a snippet of %d bytes", len(got))
	}
}

func show(parts []Piece) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Hit {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
