package api

import (
	"strconv"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/kb"
)

type category struct {
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Names       map[string]string `json:"names" doc:"In other languages"`
	Description string            `json:"description"`
	Parent      *string           `json:"parent"`
	Slug        string            `json:"slug"`
}

func showCategory(c *kb.Category) category {
	names := c.Translations
	if names == nil {
		names = map[string]string{}
	}
	return category{c.ID, c.Name, names, c.Description, some(c.Parent), c.Slug}
}

func (a *api) categories() {
	get(a, "kb/categories", "List categories, each before those within it", func(tx *store.Tx, _ people.Actor, in *page) (list[category], error) {
		tree, err := kb.Categories(tx)
		if err != nil {
			return list[category]{}, err
		}
		return cut(in.Paging, tree, func(b kb.Branch) string { return b.ID }, func(b kb.Branch) category { return showCategory(b.Category) })
	})
	get(a, "kb/categories/{id}", "Get a category", func(tx *store.Tx, _ people.Actor, in *Which) (category, error) {
		c, err := kb.CategoryByID(tx, in.ID)
		return shown(c, err, showCategory)
	})
	post(a, "kb/categories", "Add a category", func(tx *store.Tx, by people.Actor, in *newCategory) (category, error) {
		c, err := kb.AddCategory(tx, by, in.Body.Parent, kb.CategoryChange{
			Name: in.Body.Name, Description: in.Body.Description, Translations: in.Body.Names,
		})
		if err != nil {
			return category{}, err
		}
		return showCategory(c), nil
	})
	patch(a, "kb/categories/{id}", "Change a category", people.ScopeWrite, changeCategory)
}

type newCategory struct {
	Body struct {
		Name        string            `json:"name"`
		Names       map[string]string `json:"names,omitempty"`
		Description string            `json:"description,omitempty"`
		Parent      string            `json:"parent,omitempty"`
	}
}

type categoryChange struct {
	Which
	Body struct {
		Name        change[string]            `json:"name,omitempty"`
		Names       change[map[string]string] `json:"names,omitempty"`
		Description change[string]            `json:"description,omitempty"`
	}
}

func changeCategory(tx *store.Tx, by people.Actor, in *categoryChange) (category, error) {
	c, err := kb.CategoryByID(tx, in.ID)
	if err != nil {
		return category{}, err
	}
	to := kb.CategoryChange{Name: c.Name, Description: c.Description, Translations: c.Translations}
	in.Body.Name.into(&to.Name)
	in.Body.Names.into(&to.Translations)
	in.Body.Description.into(&to.Description)
	if c, err = kb.ChangeCategory(tx, by, c.ID, to); err != nil {
		return category{}, err
	}
	return showCategory(c), nil
}

// article is an article in one language.
type article struct {
	ID          string     `json:"id"`
	Language    string     `json:"language"`
	Title       string     `json:"title"`
	Text        string     `json:"text,omitempty" doc:"Markdown, the newest words; not in lists"`
	Slug        string     `json:"slug"`
	URL         string     `json:"url"`
	Status      kb.Status  `json:"status" enum:"draft,published,archived"`
	Category    string     `json:"category"`
	Edit        int        `json:"edit" doc:"Rises with every change"`
	Revision    int        `json:"revision" doc:"The one that is public; 0 for none"`
	Unpublished bool       `json:"unpublished" doc:"There are words that are not public yet"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
	PublishedAt *time.Time `json:"published_at"`
}

func (a *api) showArticle(t *kb.Text) article {
	shown := article{
		ID: t.Article, Language: t.Language, Title: t.Title, Slug: t.Slug, URL: a.address(t.Path()), Status: t.Status, Category: t.Category,
		Edit: t.Edit, Revision: t.Revision, Unpublished: t.Working, CreatedAt: t.Created, UpdatedAt: t.Updated,
	}
	if !t.Published.IsZero() {
		shown.PublishedAt = &t.Published
	}
	return shown
}

// wholeArticle adds the words.
func (a *api) wholeArticle(tx *store.Tx, by people.Actor, of kb.TextID) (article, error) {
	t, words, err := kb.ForEditing(tx, by, of)
	if err != nil {
		return article{}, err
	}
	shown := a.showArticle(t)
	shown.Title, shown.Text = words.Title, words.Text
	return shown, nil
}

// text is the one that is meant: in the language that is named, else in the one in which the article was first written.
func (in *InLanguage) text(tx *store.Tx, by people.Actor) (of kb.TextID, err error) {
	of.Article = in.ID
	if in.Language != "" {
		of.Language, err = kb.Language(in.Language)
		return of, err
	}
	found, _, err := kb.ByID(tx, by, in.ID)
	if err == nil {
		of.Language = found.Language
	}
	return of, err
}

type InLanguage struct {
	Which
	Language string `query:"language" doc:"The one it was first written in, when none is named"`
}

func (a *api) articles() {
	get(a, "kb/articles", "List articles", a.listArticles)
	post(a, "kb/articles", "Write an article; it begins as a draft", a.newArticle)
	get(a, "kb/articles/{id}", "Get an article", func(tx *store.Tx, by people.Actor, in *InLanguage) (article, error) {
		of, err := in.text(tx, by)
		if err != nil {
			return article{}, err
		}
		return a.wholeArticle(tx, by, of)
	})
	patch(a, "kb/articles/{id}", "Change an article's draft, or begin a translation", people.ScopeWrite, a.changeArticle)
	do(a, "kb/articles/{id}/publish", "Publish an article's draft", a.publish)
	get(a, "kb/articles/{id}/revisions", "List what was published, the newest first", listRevisions)
}

type articleFilter struct {
	Paging
	Status kb.Status `query:"status" enum:"draft,published,archived"`
}

func (a *api) listArticles(tx *store.Tx, by people.Actor, in *articleFilter) (list[article], error) {
	after, err := in.after()
	if err != nil {
		return list[article]{}, err
	}
	texts, next, err := kb.List(tx, by, kb.Listing{Status: in.Status, After: after, Limit: in.most()})
	return list[article]{each(texts, a.showArticle), cursor(next)}, err
}

type newArticle struct {
	Body struct {
		Title    string `json:"title"`
		Text     string `json:"text" doc:"Markdown"`
		Category string `json:"category"`
		Language string `json:"language,omitempty"`
	}
}

func (a *api) newArticle(tx *store.Tx, by people.Actor, in *newArticle) (article, error) {
	t, err := kb.Create(tx, by, kb.NewArticle{
		Category: in.Body.Category, Language: in.Body.Language, Title: in.Body.Title, Text: in.Body.Text,
	})
	if err != nil {
		return article{}, err
	}
	return a.wholeArticle(tx, by, t.ID())
}

type articleChange struct {
	InLanguage
	Body struct {
		Title    change[string] `json:"title,omitempty"`
		Text     change[string] `json:"text,omitempty"`
		Category change[string] `json:"category,omitempty"`
		Edit     int            `json:"edit,omitempty" minimum:"0" maximum:"1000000000" doc:"The edit its author had before him: 409 if there was another since"`
	}
}

func (a *api) changeArticle(tx *store.Tx, by people.Actor, in *articleChange) (article, error) {
	of, err := in.text(tx, by)
	if err != nil {
		return article{}, err
	}
	edit := kb.Edit{Article: of.Article, Language: of.Language}
	have, words, err := kb.ForEditing(tx, by, of)
	switch {
	case fault.Is(err, fault.NotFound): // a translation begins
	case err != nil:
		return article{}, err
	default:
		edit.Base, edit.Title, edit.Text = have.Edit, words.Title, words.Text
	}
	if in.Body.Edit != 0 {
		edit.Base = in.Body.Edit
	}
	in.Body.Title.into(&edit.Title)
	in.Body.Text.into(&edit.Text)
	if in.Body.Title.Sent || in.Body.Text.Sent || have == nil {
		if _, err := kb.Save(tx, by, edit); err != nil {
			return article{}, err
		}
	}
	if c := in.Body.Category; c.Sent {
		if err := kb.MoveArticle(tx, by, in.ID, c.Value, atTheEnd); err != nil {
			return article{}, err
		}
	}
	return a.wholeArticle(tx, by, of)
}

// atTheEnd is a place behind all others.
const atTheEnd = 1 << 30

func (a *api) publish(tx *store.Tx, by people.Actor, in *InLanguage) (article, error) {
	of, err := in.text(tx, by)
	if err != nil {
		return article{}, err
	}
	t, _, err := kb.ForEditing(tx, by, of)
	if err != nil {
		return article{}, err
	}
	if _, err := kb.Publish(tx, by, t.Seen()); err != nil {
		return article{}, err
	}
	return a.wholeArticle(tx, by, of)
}

type revision struct {
	N           int       `json:"n"`
	Title       string    `json:"title"`
	Text        string    `json:"text"`
	By          string    `json:"by" doc:"Who wrote it"`
	Publisher   string    `json:"publisher"`
	PublishedAt time.Time `json:"published_at"`
}

type revisionPage struct {
	InLanguage
	Paging
}

func listRevisions(tx *store.Tx, by people.Actor, in *revisionPage) (list[revision], error) {
	var result list[revision]
	below := 0
	if in.Cursor != "" {
		var err error
		if below, err = strconv.Atoi(in.Cursor); err != nil || below < 1 {
			return result, fault.Field("cursor", "fault.bad_value")
		}
	}
	of, err := in.text(tx, by)
	if err != nil {
		return result, err
	}
	revisions, next, err := kb.Revisions(tx, by, kb.History{TextID: of, Below: below, Limit: in.most()})
	result.Items = each(revisions, func(r *kb.Revision) revision {
		return revision{r.N, r.Title, r.Text, r.Name, r.Publisher, r.Published}
	})
	if next > 0 {
		result.Next = some(strconv.Itoa(next))
	}
	return result, err
}
