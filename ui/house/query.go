package house

import (
	"net/http"
	"net/url"
	"strconv"

	"deskbell/internal/text"
	"deskbell/internal/web"
)

// mostWords is how many letters of what somebody looks for are read.
const mostWords = 200

// Query is what somebody looks for on a page of ours that everybody may search.
type Query struct {
	Words string
	From  int    // how many hits he has passed over
	Page  string // the path at which he looks
}

// QueryOf reads the query of a search page's address.
func QueryOf(r *http.Request) (Query, error) {
	var in struct {
		Q    string `form:"q"`
		From int    `form:"from"`
	}
	if err := web.Query(r, &in); err != nil {
		return Query{}, err
	}
	return Query{text.Cut(text.Line(in.Q), mostWords), max(0, in.From), r.URL.Path}, nil
}

// Path is the address of its hits from number from on.
func (q Query) Path(from int) string {
	path := q.Page + "?q=" + url.QueryEscape(q.Words)
	if from > 0 {
		path += "&from=" + strconv.Itoa(from)
	}
	return path
}

// Around leads from a page that shows some of all hits to the first one and to the next, "" where there is none.
func (q Query) Around(shown, all int) (first, next string) {
	if q.From > 0 {
		first = q.Path(0)
	}
	if shown > 0 && q.From+shown < all {
		next = q.Path(q.From + shown)
	}
	return first, next
}
