package kb

import (
	"slices"
	"time"
	"unicode/utf8"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/text"
)

// Category is a shelf of the book, such as "Sending back". Shelves stand within one another, three deep at most: readers lose
// their way in more.
type Category struct {
	ID           string            `json:"id"`
	Parent       string            `json:"parent,omitempty"`
	Place        int               `json:"place"` // among those of the same parent
	Slug         string            `json:"slug"`
	Name         string            `json:"name"`
	Description  string            `json:"description,omitempty"`
	Translations map[string]string `json:"translations,omitempty"` // the name in other languages
	Created      time.Time         `json:"created"`
}

const (
	deepest        = 3
	mostCategories = 200 // the whole tree is read at once
)

var categories = store.NewTable("kb_categories", func(c *Category) store.Key { return store.K(c.ID) },
	store.Index[Category]{Name: "slug", Unique: true, Keys: func(c *Category) []store.Key { return []store.Key{store.K(c.Slug)} }},
	store.Index[Category]{Name: "order", Keys: func(c *Category) []store.Key { return []store.Key{store.K(c.Parent, c.Place)} }},
).Called("category")

// In gives the category's name in a language.
func (c *Category) In(lang string) string {
	if name := c.Translations[lang]; name != "" {
		return name
	}
	return c.Name
}

// Path is the category's page in a language.
func (c *Category) Path(lang string) string { return "/help/" + lang + "/category/" + c.Slug }

// CategoryChange is everything about a category that somebody decides, apart from where it stands.
type CategoryChange struct {
	Name, Description string
	Translations      map[string]string
}

// AddCategory puts a new category behind the others of parent; "" is the top. Its address is made of its name and stays.
func AddCategory(tx *store.Tx, by people.Actor, parent string, c CategoryChange) (*Category, error) {
	if err := by.Must(PublishArticles, ""); err != nil {
		return nil, err
	}
	tree, err := readTree(tx)
	if err != nil {
		return nil, err
	}
	if len(tree.byID) >= mostCategories {
		return nil, fault.New(fault.Invalid, "kb.too_many_categories", "max", mostCategories)
	}
	if err := tree.admits(parent, 1); err != nil {
		return nil, err
	}
	added := &Category{ID: tx.NewID(), Parent: parent, Place: len(tree.children[parent]), Created: tx.Now()}
	base := text.Slug(c.Name)
	if base == "" {
		base = added.ID
	}
	added.Slug, err = firstFree(base, added.ID, func(slug string) (bool, error) {
		have, err := categories.By(tx, "slug", store.K(slug))
		return have != nil, err
	})
	if err != nil {
		return nil, err
	}
	return added, added.change(tx, c, "category.added")
}

// ChangeCategory takes a change over.
func ChangeCategory(tx *store.Tx, by people.Actor, id string, c CategoryChange) (*Category, error) {
	if err := by.Must(PublishArticles, ""); err != nil {
		return nil, err
	}
	have, err := CategoryByID(tx, id)
	if err != nil {
		return nil, err
	}
	return have, have.change(tx, c, "category.changed")
}

func (c *Category) change(tx *store.Tx, to CategoryChange, kind string) (err error) {
	if c.Name, err = cleanTitle("name", to.Name, MaxName); err != nil {
		return err
	}
	if c.Description = text.Line(to.Description); utf8.RuneCountInString(c.Description) > MaxTitle {
		return fault.Field("description", "fault.too_long", "max", MaxTitle)
	}
	c.Translations = nil
	for tag, name := range to.Translations {
		if text.Line(name) == "" {
			continue
		}
		lang, err := Language(tag)
		if err != nil {
			return err
		}
		if name, err = cleanTitle("name_"+lang, name, MaxName); err != nil {
			return err
		}
		if c.Translations == nil {
			c.Translations = map[string]string{}
		}
		c.Translations[lang] = name
	}
	return c.put(tx, kind)
}

func (c *Category) put(tx *store.Tx, kind string) error {
	if err := categories.Put(tx, c); err != nil {
		return err
	}
	tx.Ring(Ring)
	return tx.Tell(kind, categories.Name(), store.K(c.ID))
}

// MoveCategory puts a category under parent, at position at among those that are there.
func MoveCategory(tx *store.Tx, by people.Actor, id, parent string, at int) error {
	if err := by.Must(PublishArticles, ""); err != nil {
		return err
	}
	tree, err := readTree(tx)
	if err != nil {
		return err
	}
	moved := tree.byID[id]
	if moved == nil {
		return fault.Missing("category")
	}
	for up := parent; up != ""; up = tree.byID[up].Parent {
		if up == id {
			return fault.Field("parent", "kb.category_in_itself")
		}
		if tree.byID[up] == nil {
			return fault.Field("parent", "fault.bad_value")
		}
	}
	if err := tree.admits(parent, tree.height(id)); err != nil {
		return err
	}
	order := place(ids(tree.children[parent]), id, at)
	for i, sibling := range order {
		c := tree.byID[sibling]
		if c.Place == i && c.Parent == parent {
			continue
		}
		c.Place, c.Parent = i, parent
		if err := c.put(tx, "category.changed"); err != nil {
			return err
		}
	}
	return nil
}

// RemoveCategory takes an empty category away.
func RemoveCategory(tx *store.Tx, by people.Actor, id string) error {
	if err := by.Must(PublishArticles, ""); err != nil {
		return err
	}
	c, err := CategoryByID(tx, id)
	if err != nil {
		return err
	}
	inside, err := categories.Count(tx, "order", store.K(c.ID), 1)
	if err == nil && inside == 0 {
		inside, err = articles.Count(tx, "category", store.K(c.ID), 1)
	}
	if err != nil {
		return err
	}
	if inside > 0 {
		return fault.New(fault.Conflict, "kb.category_not_empty")
	}
	if err := categories.Delete(tx, store.K(c.ID)); err != nil {
		return err
	}
	tx.Ring(Ring)
	return tx.Tell("category.removed", categories.Name(), store.K(c.ID))
}

// CategoryByID gives a category; categories are no secret.
func CategoryByID(tx *store.Tx, id string) (*Category, error) {
	return categories.Get(tx, store.K(id))
}

// CategoryBySlug gives the category at an address.
func CategoryBySlug(tx *store.Tx, slug string) (*Category, error) {
	return categories.GetBy(tx, "slug", store.K(slug))
}

// Trail gives the categories that c stands in, the outermost first.
func Trail(tx *store.Tx, c *Category) ([]*Category, error) {
	var trail []*Category
	for parent := c.Parent; parent != ""; {
		up, err := CategoryByID(tx, parent)
		if err != nil {
			return nil, err
		}
		trail = append(trail, up)
		parent = up.Parent
	}
	slices.Reverse(trail)
	return trail, nil
}

// Branch is a category as the tree shows it.
type Branch struct {
	*Category
	Depth int // 0 at the top
}

// Categories gives the whole tree, each category before those within it.
func Categories(tx *store.Tx) ([]Branch, error) {
	tree, err := readTree(tx)
	if err != nil {
		return nil, err
	}
	return tree.walk(nil, "", 0), nil
}

type tree struct {
	byID     map[string]*Category
	children map[string][]*Category // by parent, in order
}

func readTree(tx *store.Tx) (*tree, error) {
	t := &tree{map[string]*Category{}, map[string][]*Category{}}
	for c, err := range categories.Scan(tx, "order", store.Range{}) {
		if err != nil {
			return nil, err
		}
		t.byID[c.ID] = c
		t.children[c.Parent] = append(t.children[c.Parent], c)
	}
	return t, nil
}

func (t *tree) walk(out []Branch, parent string, depth int) []Branch {
	for _, c := range t.children[parent] {
		out = t.walk(append(out, Branch{c, depth}), c.ID, depth+1)
	}
	return out
}

// height is how many levels id and what is within it take.
func (t *tree) height(id string) int {
	most := 0
	for _, c := range t.children[id] {
		most = max(most, t.height(c.ID))
	}
	return most + 1
}

// admits says whether something so many levels high finds room under parent.
func (t *tree) admits(parent string, height int) error {
	for up := parent; up != ""; up = t.byID[up].Parent {
		if t.byID[up] == nil {
			return fault.Field("parent", "fault.bad_value")
		}
		height++
	}
	if height > deepest {
		return fault.Field("parent", "kb.category_too_deep", "max", deepest)
	}
	return nil
}

func ids(all []*Category) []string {
	list := make([]string, len(all))
	for i, c := range all {
		list[i] = c.ID
	}
	return list
}
