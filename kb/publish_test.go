package kb_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/kb"
)

func TestAddressesAreTakenOnce(t *testing.T) {
	b := open(t)
	first := b.publish(b.draft("Returns", "one"))
	second := b.publish(b.draft("Returns!", "two"))
	if second.Slug != "returns-2" {
		t.Errorf("the second address is %q", second.Slug)
	}
	b.readdress(first, "money")
	if third := b.draft("Returns?", "three"); third.Slug != "returns-3" {
		t.Errorf("an old address was given away: %q", third.Slug)
	}
	for _, slug := range []string{"money", "returns"} {
		_, err := b.try(func(tx *store.Tx) (*kb.Text, error) {
			return kb.Readdress(tx, leda, second.Seen(), slug)
		})
		if f, ok := err.(*fault.Error); !ok || f.At != "slug" {
			t.Errorf("taking %q: %v", slug, err)
		}
	}
	portuguese := b.must(func(tx *store.Tx) (*kb.Text, error) {
		return kb.Create(tx, ana, kb.NewArticle{Category: b.Category, Language: "pt-br", Title: "Returns"})
	})
	if portuguese.Path() != "/help/pt-BR/returns" {
		t.Errorf("in another language it is %q", portuguese.Path())
	}
	if nameless := b.draft("😀", "x"); nameless.Slug != nameless.Article {
		t.Errorf("a title without letters has the address %q", nameless.Slug)
	}
}

func TestTranslations(t *testing.T) {
	b := open(t)
	english := b.publish(b.draft("Returns", "one"))
	portuguese := b.must(func(tx *store.Tx) (*kb.Text, error) {
		return kb.Save(tx, ana, kb.Edit{Article: english.Article, Language: "pt-BR", Title: "Devoluções", Text: "um"})
	})
	links := func() (all []string) {
		b.See(func(tx *store.Tx) error {
			p, err := kb.Read(tx, "en", "returns")
			if err == nil {
				for _, other := range p.Translations {
					all = append(all, other.Path())
				}
			}
			return err
		})
		return all
	}
	if got := links(); got != nil {
		t.Errorf("a draft is linked: %v", got)
	}
	b.publish(portuguese)
	if got := links(); !slices.Equal(got, []string{"/help/pt-BR/devolucoes"}) {
		t.Errorf("links are %v", got)
	}
	if got := b.read("en", "devolucoes"); got != "nothing" {
		t.Errorf("an address of another language gives %q", got)
	}
	b.See(func(tx *store.Tx) error {
		_, all, err := kb.ByID(tx, ana, english.Article)
		if err == nil && (len(all) != 2 || all[0].Language != "en") {
			t.Errorf("the article has %d texts, first %s", len(all), all[0].Language)
		}
		langs, err := kb.Languages(tx, []string{"pt-BR", "es", "en"})
		if !slices.Equal(langs, []string{"pt-BR", "en"}) {
			t.Errorf("there is something to read in %v", langs)
		}
		return err
	})
}

func TestRevisionsAreKept(t *testing.T) {
	b := open(t)
	text := b.publish(b.draft("Returns", "one"))
	b.Clock.Add(time.Hour)
	text = b.publish(b.save(text, "Money back", "two"))
	text = b.publish(b.restore(text, 1))
	again := b.publish(text)
	if again.Revision != text.Revision {
		t.Error("a second click made another revision")
	}
	b.See(func(tx *store.Tx) error {
		var told []string
		below := 0
		for {
			page, next, err := kb.Revisions(tx, ana, kb.History{TextID: text.ID(), Below: below, Limit: 2})
			if err != nil {
				return err
			}
			for _, r := range page {
				told = append(told, r.Title+" by "+r.Name+", published by "+r.Publisher)
			}
			if below = next; next == 0 {
				break
			}
		}
		want := []string{"Returns by Ana, published by Leda", "Money back by Ana, published by Leda", "Returns by Ana, published by Leda"}
		if !slices.Equal(told, want) {
			t.Errorf("revisions are %q", told)
		}
		return nil
	})
}

func TestADraftThatIsThrownAwayIsGone(t *testing.T) {
	b := open(t)
	text := b.draft("Returns", "one")
	left := b.must(func(tx *store.Tx) (*kb.Text, error) { return kb.Discard(tx, ana, text.Seen()) })
	if left != nil {
		t.Errorf("left is %v", left)
	}
	err := b.View(context.Background(), func(tx *store.Tx) error {
		_, _, err := kb.ByID(tx, ana, text.Article)
		return err
	})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("looking for it gives %v", err)
	}
	b.Do(func(tx *store.Tx) error { return kb.RemoveCategory(tx, leda, b.Category) })
}

func TestEveryChangeIsTold(t *testing.T) {
	b := open(t)
	text := b.save(b.readdress(b.archive(b.publish(b.draft("Returns", "one"))), "money"), "Money", "two")
	b.must(func(tx *store.Tx) (*kb.Text, error) { return kb.Discard(tx, ana, text.Seen()) })
	money := b.category("", "Money")
	b.Do(func(tx *store.Tx) error { return kb.MoveArticle(tx, leda, text.Article, money, 0) })
	var kinds []string
	b.See(func(tx *store.Tx) error {
		feed, err := store.Feed(tx, nil, 100)
		for _, e := range feed {
			kinds = append(kinds, e.Kind)
		}
		return err
	})
	want := []string{
		"category.added", "article.created", "article.published", "article.archived", "article.readdressed",
		"article.saved", "article.discarded", "category.added", "article.moved",
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("the feed tells %v, want %v", kinds, want)
	}
	if !slices.Contains(b.Rung(), kb.Ring) {
		t.Error("nothing rang")
	}
}
