package kb_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/kb"
)

// in writes and publishes an article into a category.
func (b *book) in(category, title string) *kb.Text {
	b.t.Helper()
	return b.publish(b.must(func(tx *store.Tx) (*kb.Text, error) {
		return kb.Create(tx, ana, kb.NewArticle{Category: category, Title: title, Text: "About " + title})
	}))
}

func titles(all []*kb.Text) []string {
	var out []string
	for _, t := range all {
		out = append(out, t.Title)
	}
	return out
}

// shelves tells the book as the public sees it: each category with its depth, its count and its first two titles.
func (b *book) shelves(lang string) (told []string) {
	b.t.Helper()
	b.See(func(tx *store.Tx) error {
		all, err := kb.Shelves(tx, lang, 2)
		for _, s := range all {
			told = append(told, fmt.Sprintf("%d %s %d %s", s.Depth, s.Name, s.Count, strings.Join(titles(s.Articles), ",")))
		}
		return err
	})
	return told
}

func TestShelves(t *testing.T) {
	b := open(t)
	shop := b.category("", "Shop")
	orders := b.category(shop, "Orders")
	b.category("", "Empty")
	b.draft("Draft", "x")
	b.in(b.Category, "A")
	b.in(orders, "B")
	b.in(orders, "C")
	b.in(orders, "D")
	want := []string{"0 Sending back 1 A", "0 Shop 3 ", "1 Orders 3 B,C"}
	if got := b.shelves("en"); !slices.Equal(got, want) {
		t.Errorf("the book is %q, want %q", got, want)
	}
	if got := b.shelves("pt-BR"); got != nil {
		t.Errorf("in Portuguese it is %q", got)
	}
}

func TestArranging(t *testing.T) {
	for name, c := range map[string]struct {
		move, to string
		at       int
		want     string
	}{
		"to the front":             {"C", "one", 0, "C A B D | E"},
		"to the back":              {"A", "one", 3, "B C D A | E"},
		"one down":                 {"B", "one", 2, "A C B D | E"},
		"where it is":              {"B", "one", 1, "A B C D | E"},
		"beyond the end":           {"B", "one", 99, "A C D B | E"},
		"before the beginning":     {"B", "one", -1, "B A C D | E"},
		"into another":             {"B", "two", 0, "A C D | B E"},
		"behind another's article": {"B", "two", 1, "A C D | E B"},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			categories := map[string]string{"one": b.Category, "two": b.category("", "Two")}
			byTitle := map[string]*kb.Text{}
			for _, title := range []string{"A", "B", "C", "D"} {
				byTitle[title] = b.in(categories["one"], title)
			}
			byTitle["E"] = b.in(categories["two"], "E")
			b.Do(func(tx *store.Tx) error {
				return kb.MoveArticle(tx, leda, byTitle[c.move].Article, categories[c.to], c.at)
			})
			var got []string
			b.See(func(tx *store.Tx) error {
				for _, category := range []string{"one", "two"} {
					var after store.Key
					var all []*kb.Text
					for {
						page, next, err := kb.InCategory(tx, kb.Reading{Language: "en", Category: categories[category], After: after, Limit: 2})
						if err != nil {
							return err
						}
						all = append(all, page...)
						if after = next; next == nil {
							break
						}
					}
					got = append(got, strings.Join(titles(all), " "))
				}
				return nil
			})
			if strings.Join(got, " | ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatToReadNext(t *testing.T) {
	b := open(t)
	for _, title := range []string{"A", "B", "C", "D", "E"} {
		b.in(b.Category, title)
	}
	for slug, want := range map[string]string{"a": "B C D", "b": "C D E", "d": "E A B", "e": "A B C"} {
		b.See(func(tx *store.Tx) error {
			p, err := kb.Read(tx, "en", slug)
			if err == nil && strings.Join(titles(p.Next), " ") != want {
				t.Errorf("after %s comes %v, want %s", slug, titles(p.Next), want)
			}
			return err
		})
	}
}

func TestCategories(t *testing.T) {
	b := open(t)
	one := b.Category
	two := b.category(one, "Two")
	three := b.category(two, "Three")
	other := b.category("", "Other")
	verb := func(fn func(tx *store.Tx) error) error { return b.Update(context.Background(), fn) }
	for name, c := range map[string]struct {
		err  error
		kind fault.Kind
	}{
		"a fourth level": {verb(func(tx *store.Tx) error {
			_, err := kb.AddCategory(tx, leda, three, kb.CategoryChange{Name: "Four"})
			return err
		}), fault.Invalid},
		"under one that is not there": {verb(func(tx *store.Tx) error {
			_, err := kb.AddCategory(tx, leda, "gone", kb.CategoryChange{Name: "x"})
			return err
		}), fault.Invalid},
		"without a name": {verb(func(tx *store.Tx) error {
			_, err := kb.AddCategory(tx, leda, "", kb.CategoryChange{Name: " "})
			return err
		}), fault.Invalid},
		"into itself":        {verb(func(tx *store.Tx) error { return kb.MoveCategory(tx, leda, one, one, 0) }), fault.Invalid},
		"into its own child": {verb(func(tx *store.Tx) error { return kb.MoveCategory(tx, leda, one, three, 0) }), fault.Invalid},
		"too deep with what is within it": {
			verb(func(tx *store.Tx) error { return kb.MoveCategory(tx, leda, one, other, 0) }),
			fault.Invalid,
		},
		"move what is not there": {verb(func(tx *store.Tx) error { return kb.MoveCategory(tx, leda, "gone", "", 0) }), fault.NotFound},
		"remove what is full":    {verb(func(tx *store.Tx) error { return kb.RemoveCategory(tx, leda, one) }), fault.Conflict},
	} {
		if !fault.Is(c.err, c.kind) {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	b.Do(func(tx *store.Tx) error { return kb.MoveCategory(tx, leda, two, "", 1) })
	b.Do(func(tx *store.Tx) error { return kb.MoveCategory(tx, leda, other, one, 0) })
	b.Do(func(tx *store.Tx) error {
		_, err := kb.ChangeCategory(tx, leda, two, kb.CategoryChange{Name: "Second", Translations: map[string]string{"pt-br": "Segunda", "es": ""}})
		return err
	})
	b.See(func(tx *store.Tx) error {
		all, err := kb.Categories(tx)
		var told []string
		for _, c := range all {
			told = append(told, fmt.Sprintf("%d %s", c.Depth, c.In("pt-BR")))
		}
		if want := []string{"0 Sending back", "1 Other", "0 Segunda", "1 Three"}; !slices.Equal(told, want) {
			t.Errorf("the tree is %q, want %q", told, want)
		}
		return err
	})
}

func TestFeedback(t *testing.T) {
	b := open(t)
	text := b.publish(b.draft("Returns", "one"))
	rate := func(visitor string, helpful bool, why string) error {
		return b.Update(context.Background(), func(tx *store.Tx) error {
			return kb.Rate(tx, kb.Vote{Article: text.Article, Language: "en", Visitor: visitor, Helpful: helpful, Why: why})
		})
	}
	for i, vote := range []struct {
		visitor string
		helpful bool
		why     string
		want    string
	}{
		{"ann", true, "", "1 0 []"},
		{"ann", true, "", "1 0 []"},
		{"bob", false, "", "1 1 []"},
		{"bob", false, "too short", "1 1 [too short]"},
		{"bob", false, "", "1 1 [too short]"},
		{"ann", false, "wrong", "0 2 [wrong too short]"},
		{"bob", true, "", "1 1 [wrong]"},
	} {
		b.Clock.Add(1e9)
		if err := rate(vote.visitor, vote.helpful, vote.why); err != nil {
			t.Fatal(err)
		}
		b.See(func(tx *store.Tx) error {
			f, err := kb.FeedbackOn(tx, ana, text.ID(), 10)
			var why []string
			for _, v := range f.Why {
				why = append(why, v.Why)
			}
			if got := fmt.Sprint(f.Helpful, f.Unhelpful, why); got != vote.want {
				t.Errorf("after vote %d: %s, want %s", i+1, got, vote.want)
			}
			return err
		})
	}
	if err := rate("", true, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a vote of nobody: %v", err)
	}
	if err := rate("eve", false, strings.Repeat("x", kb.MaxWhy+1)); !fault.Is(err, fault.Invalid) {
		t.Errorf("words without end: %v", err)
	}
	b.archive(text)
	if err := rate("eve", true, ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("a vote on what is not public: %v", err)
	}
}

func TestReadersAreCounted(t *testing.T) {
	b := open(t)
	returns, orders, gone := b.in(b.Category, "Returns"), b.in(b.Category, "Orders"), b.in(b.Category, "Gone")
	var counter kb.Counter
	if !counter.Seen(returns, b.Now()) || counter.Seen(returns, b.Now().Add(59*time.Second)) || !counter.Seen(returns, b.Now().Add(time.Minute)) {
		t.Error("not the first reader of each minute is asked to write")
	}
	var readers sync.WaitGroup
	for range 10 {
		readers.Go(func() {
			for range 10 {
				counter.Seen(orders, b.Now())
				counter.Seen(gone, b.Now())
			}
			counter.Seen(returns, b.Now())
		})
	}
	readers.Wait()
	ended, end := context.WithCancel(context.Background())
	end()
	if err := counter.Flush(ended, b.DB); err == nil {
		t.Error("a write that did not happen gives no error")
	}
	for range 2 { // what was written is not written again
		if err := counter.Flush(context.Background(), b.DB); err != nil {
			t.Fatal(err)
		}
	}
	b.archive(gone)
	b.See(func(tx *store.Tx) error {
		most, err := kb.MostRead(tx, "en", 5)
		if got := titles(most); !slices.Equal(got, []string{"Orders", "Returns"}) {
			t.Errorf("most read are %v", got)
		}
		if n, _ := kb.Views(tx, orders.Article, "en"); n != 100 {
			t.Errorf("Orders was read %d times", n)
		}
		return err
	})
}

func TestWhatSearchFinds(t *testing.T) {
	b := open(t)
	public, agents := kb.ReaderTerms(nobody), kb.ReaderTerms(ana)
	for name, c := range map[string]struct {
		text    func() *kb.Text
		words   string
		readers []string
	}{
		"a draft":               {func() *kb.Text { return b.draft("One", "*first*") }, "first", []string{"articles"}},
		"a published one":       {func() *kb.Text { return b.publish(b.draft("Two", "*first*")) }, "first", []string{"public", "articles"}},
		"with words beside it":  {func() *kb.Text { return b.save(b.publish(b.draft("Three", "first")), "Three", "secret") }, "first", []string{"public", "articles"}},
		"an archived one":       {func() *kb.Text { return b.archive(b.publish(b.draft("Four", "first"))) }, "first", []string{"articles"}},
		"archived and reworked": {func() *kb.Text { return b.save(b.archive(b.publish(b.draft("Five", "first"))), "Five", "new") }, "new", []string{"articles"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := c.text()
			b.See(func(tx *store.Tx) error {
				d, err := kb.Document(tx, text.Key())
				if err != nil {
					return err
				}
				if d.Text != c.words || d.Title != text.Title || !slices.Equal(d.Readers, c.readers) {
					t.Errorf("found is %q, %q for %v", d.Title, d.Text, d.Readers)
				}
				found, err := kb.PublicTexts(tx, d.ID, "gone.en", "")
				if public := slices.Contains(d.Readers, "public"); (len(found) == 1) != public {
					t.Errorf("its document leads to %v", titles(found))
				}
				return err
			})
		})
	}
	b.See(func(tx *store.Tx) error {
		d, err := kb.Document(tx, store.K("gone", "en"))
		if d != nil {
			t.Errorf("what is gone is found: %v", d)
		}
		return err
	})
	if !slices.Equal(public, []string{"public"}) || !slices.Equal(agents, []string{"public", "articles"}) ||
		!slices.Equal(kb.ReaderTerms(people.Actor{Type: people.ByContact}), public) {
		t.Errorf("the public finds %v, agents %v", public, agents)
	}
}
