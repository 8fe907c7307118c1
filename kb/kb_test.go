package kb_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
	"deskbell/kb"
)

var (
	ana     = people.Actor{Type: people.ByAgent, ID: "ana", Name: "Ana", Role: people.AgentRole, Scope: people.ScopeAdmin}
	rui     = people.Actor{Type: people.ByAgent, ID: "rui", Name: "Rui", Role: people.AgentRole, Scope: people.ScopeAdmin}
	leda    = people.Actor{Type: people.ByAgent, ID: "leda", Name: "Leda", Role: people.Lead, Scope: people.ScopeAdmin}
	program = people.Actor{Type: people.ByAgent, ID: "leda", Name: "Leda", Role: people.Lead, Scope: people.ScopeRead}
	visitor = people.Actor{Type: people.ByContact, ID: "zoe", Name: "Zoe"}
	nobody  = people.Actor{}
)

// book is a house with one category, for tests that want to write.
type book struct {
	*storetest.House
	t        *testing.T
	Category string
}

func open(t *testing.T) *book {
	t.Helper()
	b := &book{House: storetest.Open(t), t: t}
	b.Category = b.category("", "Sending back")
	return b
}

func (b *book) category(parent, name string) (id string) {
	b.t.Helper()
	b.Do(func(tx *store.Tx) error {
		c, err := kb.AddCategory(tx, leda, parent, kb.CategoryChange{Name: name})
		if err == nil {
			id = c.ID
		}
		return err
	})
	return id
}

// try runs a verb that gives a text.
func (b *book) try(verb func(tx *store.Tx) (*kb.Text, error)) (t *kb.Text, err error) {
	err = b.Update(context.Background(), func(tx *store.Tx) (err error) {
		t, err = verb(tx)
		return err
	})
	return t, err
}

// must is try for verbs that do not fail here.
func (b *book) must(verb func(tx *store.Tx) (*kb.Text, error)) *kb.Text {
	b.t.Helper()
	t, err := b.try(verb)
	if err != nil {
		b.t.Fatal(err)
	}
	return t
}

func (b *book) draft(title, words string) *kb.Text {
	b.t.Helper()
	return b.must(func(tx *store.Tx) (*kb.Text, error) {
		return kb.Create(tx, ana, kb.NewArticle{Category: b.Category, Title: title, Text: words})
	})
}

func (b *book) publish(t *kb.Text) *kb.Text {
	b.t.Helper()
	return b.must(func(tx *store.Tx) (*kb.Text, error) { return kb.Publish(tx, leda, t.Seen()) })
}

func (b *book) save(t *kb.Text, title, words string) *kb.Text {
	b.t.Helper()
	return b.must(func(tx *store.Tx) (*kb.Text, error) { return kb.Save(tx, ana, edit(t, title, words)) })
}

func edit(t *kb.Text, title, words string) kb.Edit {
	return kb.Edit{Article: t.Article, Language: t.Language, Base: t.Edit, Title: title, Text: words}
}

// read gives what the public finds at an address: the words, "→ address" of a redirect, or the kind of the fault.
func (b *book) read(lang, slug string) string {
	b.t.Helper()
	var found string
	err := b.View(context.Background(), func(tx *store.Tx) error {
		p, err := kb.Read(tx, lang, slug)
		if err != nil {
			return err
		}
		if found = "→ " + p.Path(); p.Words != nil {
			found = p.Title + ": " + p.Words.Text
		}
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return "nothing"
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

func TestWhatThePublicReads(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(b *book, t *kb.Text)
		want string
	}{
		"a draft is nobody's":     {func(*book, *kb.Text) {}, "nothing"},
		"what was published":      {func(b *book, t *kb.Text) { b.publish(t) }, "Returns: one"},
		"not what is worked on":   {func(b *book, t *kb.Text) { b.save(b.publish(t), "Returns", "two") }, "Returns: one"},
		"what was published last": {func(b *book, t *kb.Text) { b.publish(b.save(b.publish(t), "Returns", "two")) }, "Returns: two"},
		"a new title at the old place": {
			func(b *book, t *kb.Text) { b.publish(b.save(b.publish(t), "Money back", "two")) },
			"Money back: two",
		},
		"a draft with another title has another place": {func(b *book, t *kb.Text) { b.publish(b.save(t, "Money back", "two")) }, "nothing"},
		"not what was archived":                        {func(b *book, t *kb.Text) { b.archive(b.publish(t)) }, "nothing"},
		"what was archived and published again":        {func(b *book, t *kb.Text) { b.publish(b.archive(b.publish(t))) }, "Returns: one"},
		"the old address leads to the new":             {func(b *book, t *kb.Text) { b.readdress(b.publish(t), "money") }, "→ /help/en/money"},
		"the oldest address, too": {
			func(b *book, t *kb.Text) { b.readdress(b.readdress(b.publish(t), "money"), "cash") },
			"→ /help/en/cash",
		},
		"an address that it had before": {
			func(b *book, t *kb.Text) { b.readdress(b.readdress(b.publish(t), "money"), "returns") },
			"Returns: one",
		},
		"not the old address of what is archived": {func(b *book, t *kb.Text) { b.archive(b.readdress(b.publish(t), "money")) }, "nothing"},
		"the same after throwing a draft away": {func(b *book, t *kb.Text) {
			t = b.save(b.publish(t), "Returns", "two")
			b.must(func(tx *store.Tx) (*kb.Text, error) { return kb.Discard(tx, ana, t.Seen()) })
		}, "Returns: one"},
		"a restored revision only when published": {
			func(b *book, t *kb.Text) { b.restore(b.publish(b.save(b.publish(t), "Returns", "two")), 1) },
			"Returns: two",
		},
		"a restored revision, published": {func(b *book, t *kb.Text) {
			b.publish(b.restore(b.publish(b.save(b.publish(t), "Returns", "two")), 1))
		}, "Returns: one"},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			c.do(b, b.draft("Returns", "one"))
			if got := b.read("en", "returns"); got != c.want {
				t.Errorf("the public reads %q, want %q", got, c.want)
			}
		})
	}
}

func (b *book) archive(t *kb.Text) *kb.Text {
	b.t.Helper()
	return b.must(func(tx *store.Tx) (*kb.Text, error) { return kb.Archive(tx, leda, t.Seen()) })
}

func (b *book) readdress(t *kb.Text, slug string) *kb.Text {
	b.t.Helper()
	return b.must(func(tx *store.Tx) (*kb.Text, error) {
		return kb.Readdress(tx, leda, t.Seen(), slug)
	})
}

func (b *book) restore(t *kb.Text, n int) *kb.Text {
	b.t.Helper()
	return b.must(func(tx *store.Tx) (*kb.Text, error) { return kb.Restore(tx, ana, t.Seen(), n) })
}

func TestWhoMayDoWhat(t *testing.T) {
	type verb = func(tx *store.Tx, by people.Actor, b *book, t *kb.Text) error
	write, publish := []people.Actor{ana, leda}, []people.Actor{leda}
	for name, c := range map[string]struct {
		may []people.Actor
		do  verb
	}{
		"create": {write, func(tx *store.Tx, by people.Actor, b *book, _ *kb.Text) error {
			_, err := kb.Create(tx, by, kb.NewArticle{Category: b.Category, Title: "x"})
			return err
		}},
		"save": {write, func(tx *store.Tx, by people.Actor, _ *book, t *kb.Text) error {
			_, err := kb.Save(tx, by, edit(t, "x", "y"))
			return err
		}},
		"discard": {write, func(tx *store.Tx, by people.Actor, _ *book, t *kb.Text) error {
			_, err := kb.Discard(tx, by, t.Seen())
			return err
		}},
		"restore": {write, func(tx *store.Tx, by people.Actor, _ *book, t *kb.Text) error {
			_, err := kb.Restore(tx, by, t.Seen(), 1)
			return err
		}},
		"publish": {publish, func(tx *store.Tx, by people.Actor, _ *book, t *kb.Text) error {
			_, err := kb.Publish(tx, by, t.Seen())
			return err
		}},
		"archive": {publish, func(tx *store.Tx, by people.Actor, _ *book, t *kb.Text) error {
			_, err := kb.Archive(tx, by, t.Seen())
			return err
		}},
		"readdress": {publish, func(tx *store.Tx, by people.Actor, _ *book, t *kb.Text) error {
			_, err := kb.Readdress(tx, by, t.Seen(), "x")
			return err
		}},
		"move": {publish, func(tx *store.Tx, by people.Actor, b *book, t *kb.Text) error {
			return kb.MoveArticle(tx, by, t.Article, b.Category, 0)
		}},
		"add a category": {publish, func(tx *store.Tx, by people.Actor, _ *book, _ *kb.Text) error {
			_, err := kb.AddCategory(tx, by, "", kb.CategoryChange{Name: "x"})
			return err
		}},
		"change a category": {publish, func(tx *store.Tx, by people.Actor, b *book, _ *kb.Text) error {
			_, err := kb.ChangeCategory(tx, by, b.Category, kb.CategoryChange{Name: "x"})
			return err
		}},
		"move a category": {publish, func(tx *store.Tx, by people.Actor, b *book, _ *kb.Text) error {
			return kb.MoveCategory(tx, by, b.Category, "", 0)
		}},
		"look at a draft": {[]people.Actor{ana, leda, program}, func(tx *store.Tx, by people.Actor, _ *book, t *kb.Text) error {
			_, _, err := kb.ForEditing(tx, by, t.ID())
			return err
		}},
		"look at revisions": {[]people.Actor{ana, leda, program}, func(tx *store.Tx, by people.Actor, _ *book, t *kb.Text) error {
			if _, err := kb.RevisionAt(tx, by, t.ID(), 1); err != nil {
				return err
			}
			_, _, err := kb.Revisions(tx, by, kb.History{TextID: t.ID(), Limit: 10})
			return err
		}},
		"look at what readers say": {[]people.Actor{ana, leda, program}, func(tx *store.Tx, by people.Actor, _ *book, t *kb.Text) error {
			_, err := kb.FeedbackOn(tx, by, t.ID(), 1)
			return err
		}},
		"list": {[]people.Actor{ana, leda, program}, func(tx *store.Tx, by people.Actor, _ *book, t *kb.Text) error {
			if _, _, err := kb.ByID(tx, by, t.Article); err != nil {
				return err
			}
			_, _, err := kb.List(tx, by, kb.Listing{Limit: 1})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, by := range []people.Actor{ana, leda, program, visitor, nobody} {
				b := open(t)
				text := b.save(b.publish(b.draft("Returns", "one")), "Returns", "two")
				err := b.Update(context.Background(), func(tx *store.Tx) error { return c.do(tx, by, b, text) })
				may := slices.ContainsFunc(c.may, func(a people.Actor) bool { return a.ID == by.ID && a.Scope == by.Scope })
				if may && err != nil || !may && !fault.Is(err, fault.Forbidden) {
					t.Errorf("%s of scope %q: %v", by.Name, by.Scope, err)
				}
			}
		})
	}
}

func TestTwoEditorsLoseNothing(t *testing.T) {
	b := open(t)
	before := b.publish(b.draft("Returns", "one"))
	b.save(before, "Returns", "Ana's")
	for name, verb := range map[string]func(tx *store.Tx) (*kb.Text, error){
		"save": func(tx *store.Tx) (*kb.Text, error) { return kb.Save(tx, rui, edit(before, "Returns", "Rui's")) },
		"translate": func(tx *store.Tx) (*kb.Text, error) {
			e := edit(before, "x", "y")
			e.Base = 0
			return kb.Save(tx, rui, e)
		},
		"publish": func(tx *store.Tx) (*kb.Text, error) { return kb.Publish(tx, leda, before.Seen()) },
		"discard": func(tx *store.Tx) (*kb.Text, error) { return kb.Discard(tx, rui, before.Seen()) },
		"archive": func(tx *store.Tx) (*kb.Text, error) { return kb.Archive(tx, leda, before.Seen()) },
		"restore": func(tx *store.Tx) (*kb.Text, error) { return kb.Restore(tx, rui, before.Seen(), 1) },
		"readdress": func(tx *store.Tx) (*kb.Text, error) {
			return kb.Readdress(tx, leda, before.Seen(), "x")
		},
	} {
		if _, err := b.try(verb); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s, after somebody else saved: %v, want a conflict", name, err)
		}
	}
	b.See(func(tx *store.Tx) error {
		_, words, err := kb.ForEditing(tx, rui, before.ID())
		if words.Text != "Ana's" || words.Name != "Ana" {
			t.Errorf("the working copy is %q by %s", words.Text, words.Name)
		}
		return err
	})
}

func TestWhatIsRefused(t *testing.T) {
	b := open(t)
	text := b.publish(b.draft("Returns", "one"))
	create := func(n kb.NewArticle) func(tx *store.Tx) (*kb.Text, error) {
		return func(tx *store.Tx) (*kb.Text, error) { return kb.Create(tx, ana, n) }
	}
	for name, c := range map[string]struct {
		verb func(tx *store.Tx) (*kb.Text, error)
		at   string
	}{
		"no title":                {create(kb.NewArticle{Category: b.Category, Title: " \u200b"}), "title"},
		"a title without end":     {create(kb.NewArticle{Category: b.Category, Title: strings.Repeat("x", kb.MaxTitle+1)}), "title"},
		"a text without end":      {create(kb.NewArticle{Category: b.Category, Title: "x", Text: strings.Repeat("x", kb.MaxText+1)}), "text"},
		"no category":             {create(kb.NewArticle{Title: "x"}), "category"},
		"a category that is gone": {create(kb.NewArticle{Category: "gone", Title: "x"}), "category"},
		"a language that is none": {create(kb.NewArticle{Category: b.Category, Title: "x", Language: "../etc"}), "language"},
		"an empty address": {func(tx *store.Tx) (*kb.Text, error) {
			return kb.Readdress(tx, leda, text.Seen(), "!?")
		}, "slug"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.try(c.verb)
			if f, ok := err.(*fault.Error); !ok || f.Kind != fault.Invalid || f.At != c.at {
				t.Errorf("got %v, want the field %s to blame", err, c.at)
			}
		})
	}
	empty := b.draft("Empty", " \n")
	if _, err := b.try(func(tx *store.Tx) (*kb.Text, error) { return kb.Publish(tx, leda, empty.Seen()) }); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty article is published: %v", err)
	}
}
