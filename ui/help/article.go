package help

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"deskbell/internal/i18n"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/ui/front"
)

// article is a page to read.
type article struct {
	frame
	Read     *kb.Page
	Trail    []*kb.Category
	HTML     string
	Contents []text.Heading
	Thanks   string // "yes" or "no": how the reader has just voted; "why" when he has said why, too
	Why      string // what he wrote, when it was refused
	Error    string
	CanWrite bool
	Foreign  bool // it cannot be read in the reader's language
}

func (f *face) article(w http.ResponseWriter, r *http.Request) error {
	page, r, err := f.open(r)
	if err != nil {
		return err
	}
	if page.Read.Words == nil { // an old address
		http.Redirect(w, r, page.Read.Path(), http.StatusMovedPermanently)
		return nil
	}
	if f.readers.Seen(page.Read.Text, f.DB.Now()) {
		if err := f.readers.Flush(r.Context(), f.DB); err != nil {
			f.Log.Warn("how often articles were read is not written down yet", "err", err)
		}
	}
	page.Thanks = r.URL.Query().Get("thanks")
	return page.show(w, r, http.StatusOK)
}

// open gathers the page at the request's address, and gives the request the language of the words around the article.
func (f *face) open(r *http.Request) (page article, in *http.Request, err error) {
	lang := r.PathValue("lang")
	in = r
	err = f.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		if page.Read, err = kb.Read(tx, lang, r.PathValue("article")); err != nil || page.Read.Words == nil {
			return err
		}
		if page.Foreign = !page.in(i18n.Lang(r.Context())); !page.Foreign {
			in = inItsLanguage(r)
		}
		if page.frame, err = gather(tx, in, front.Page{Title: page.Read.Title, Here: front.Help, Path: page.elsewhere, Back: page.Read.Path()}); err != nil {
			return err
		}
		page.Lang = lang
		page.Trail, err = kb.Trail(tx, page.Read.Category)
		return err
	})
	return page, in, err
}

// in tells whether the article can be read in a language.
func (a *article) in(lang string) bool {
	return lang == a.Read.Language ||
		slices.ContainsFunc(a.Read.Translations, func(t *kb.Text) bool { return t.Language == lang })
}

// elsewhere is where the article is found in another language: its translation, or where it stands, with the words around it in
// that language. One that the house does not speak has nothing but its front page.
func (a *article) elsewhere(lang string) string {
	for _, t := range a.Read.Translations {
		if t.Language == lang {
			return t.Path()
		}
	}
	if lang == a.Read.Language || slices.Contains(i18n.Languages(), lang) {
		return a.Read.Path()
	}
	return "/help/" + lang
}

// show draws the article. Its pictures may come from anywhere that is safe: agents chose them.
func (a article) show(w http.ResponseWriter, r *http.Request, status int) error {
	a.HTML, a.Contents = text.Article(a.Read.Words.Text)
	a.Public.Page.Description = a.Read.Snippet
	a.Public.Page.Head = articleHead(a, web.URL(r, ""))
	a.CanWrite = web.Actor(r).May(kb.WriteArticles, "")
	if strings.Contains(a.HTML, "<img") {
		web.Allow(w, web.Policy{Images: []string{"https:"}})
	}
	return web.Render(w, r, status, articlePage(a))
}

// rate keeps whether an article helped, and why not. The page comes back and says thank you.
func (f *face) rate(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Helpful string `form:"helpful"` // "yes" or "no"
		Why     string `form:"why"`
	}
	if err := web.Form(r, &in); err != nil {
		return err
	}
	page, r, err := f.open(r)
	if err != nil {
		return err
	}
	if page.Read.Words == nil {
		return web.Redirect(w, r, page.Read.Path())
	}
	vote := kb.Vote{Article: page.Read.Article, Language: page.Read.Language, Visitor: reader(w, r), Helpful: in.Helpful == "yes", Why: in.Why}
	err = f.DB.Update(r.Context(), func(tx *store.Tx) error { return kb.Rate(tx, vote) })
	if web.ComesBack(err) && !vote.Helpful { // a mere yes has no words that could be lost
		page.Thanks, page.Why, page.Error = "no", in.Why, web.Sentence(r.Context(), err)
		return page.show(w, r, web.FormStatus(err))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, page.Read.Path()+"?thanks="+thanksFor(vote)+"#helpful")
}

func thanksFor(v kb.Vote) string {
	switch {
	case v.Helpful:
		return "yes"
	case v.Why != "":
		return "why"
	}
	return "no"
}

// voter is how a reader who voted is known again, for nothing but that he has one vote.
var voter = web.Cookie{Name: "reader", Lives: 365 * 24 * time.Hour}

// reader names whoever votes: a member by himself, anybody else by a cookie that he gets with his first vote.
func reader(w http.ResponseWriter, r *http.Request) string {
	if m := web.Member(r); m != nil {
		return hashed("member " + m.ID)
	}
	token := voter.Of(r)
	if len(token) != len(store.NewRef()) {
		token = store.NewRef()
	}
	voter.Set(w, r, token)
	return hashed(token)
}

func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}
