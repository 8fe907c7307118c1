package widget

import (
	"context"
	"encoding/json"
	"net/http"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/search"
	"deskbell/internal/store"
	"deskbell/internal/text"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/ui/house"
)

// article is a page of the help centre as the frame lists it.
type article struct {
	Title   string `json:"title"`
	Snippet string `json:"snippet"`
	URL     string `json:"url"`
}

// How many articles fit: in answer to a question, and before one is typed.
const (
	foundAtOnce = 5
	offered     = 3
)

// find answers what a visitor looks for, or is about to ask us, with what everybody may read. It is asked by a form's body:
// addresses are kept by whatever stands between, and nobody has sent us these words yet.
func find(h *house.House) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var asked struct {
			Q    string `form:"q"`
			Lang string `form:"lang"`
		}
		if err := web.Form(r, &asked); err != nil {
			return err
		}
		hits, err := hitsFor(r.Context(), h.Search, asked.Q, i18n.Match("", asked.Lang))
		if err != nil {
			return err
		}
		ids := make([]string, len(hits))
		for i, hit := range hits {
			ids[i] = hit.ID
		}
		var texts []*kb.Text
		err = h.DB.View(r.Context(), func(tx *store.Tx) (err error) {
			texts, err = kb.PublicTexts(tx, ids...)
			return err
		})
		if err != nil {
			return err
		}
		return answer(w, struct {
			Items []article `json:"items"`
		}{articles(texts)})
	}
}

// hitsFor asks in the visitor's language, and in any when that knows nothing: half an answer is better than none.
func hitsFor(ctx context.Context, index *search.Index, q, lang string) ([]search.Hit, error) {
	question := search.Q{
		Text:     q,
		Types:    []string{kb.DocumentType},
		Language: lang,
		Readers:  kb.ReaderTerms(people.Actor{}),
		Limit:    foundAtOnce,
		Sentence: true, // most ask as they would ask a person
	}
	hits, _, err := index.Query(ctx, question)
	if err == nil && len(hits) == 0 {
		question.Language = ""
		hits, _, err = index.Query(ctx, question)
	}
	return hits, err
}

// offer gives what is read most, for whoever has not asked yet; in a young help centre what is newest.
func offer(tx *store.Tx, lang string) ([]article, error) {
	texts, err := kb.MostRead(tx, lang, offered)
	if err == nil && len(texts) == 0 {
		texts, err = kb.Newest(tx, lang, offered)
	}
	return articles(texts), err
}

// read gives one article, to be read in the frame.
func read(h *house.House) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var page *kb.Page
		err := h.DB.View(r.Context(), func(tx *store.Tx) (err error) {
			page, err = kb.Read(tx, r.PathValue("lang"), r.PathValue("slug"))
			return err
		})
		if err != nil {
			return err
		}
		if page.Words == nil { // the address is an old one
			http.Redirect(w, r, "/w"+page.Path(), http.StatusFound)
			return nil
		}
		html, _ := text.Article(page.Words.Text)
		return answer(w, struct {
			Title string `json:"title"`
			HTML  string `json:"html"`
		}{page.Words.Title, html})
	}
}

func articles(texts []*kb.Text) []article {
	list := make([]article, len(texts))
	for i, t := range texts {
		list[i] = article{t.Title, t.Snippet, t.Path()}
	}
	return list
}

func answer(w http.ResponseWriter, what any) error {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(what) // whoever went away needs no answer
	return nil
}
