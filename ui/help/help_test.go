package help

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/tickets"
	"deskbell/ui/house"
)

var leda = people.Actor{Type: people.ByAgent, ID: "leda", Name: "Leda", Role: people.Lead, Scope: people.ScopeAdmin}

// place is a house with its help centre served, and a reader's browser.
type place struct {
	*house.House
	t      *testing.T
	server *httptest.Server
	http.Client
}

func open(t *testing.T) *place {
	t.Helper()
	h, err := house.Open(t.Context(), house.Options{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Unlimited: true})
	if err != nil {
		t.Fatal(err)
	}
	edge, err := web.New(web.Options{DB: h.DB, URL: h.URL, Unlimited: true, Log: h.Log})
	if err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil) // it fails for no options
	p := &place{House: h, t: t, server: httptest.NewServer(edge.Handler(Routes(h))), Client: http.Client{Jar: jar}}
	t.Cleanup(func() {
		p.server.Close()
		report, err := store.Check(context.Background(), h.DB)
		if err != nil || len(report.Problems) > 0 {
			t.Errorf("the house: %v %v", err, report.Problems)
		}
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *place) do(fn func(tx *store.Tx) error) {
	p.t.Helper()
	if err := p.DB.Update(context.Background(), fn); err != nil {
		p.t.Fatal(err)
	}
}

// write publishes an article and gives its path.
func (p *place) write(n kb.NewArticle) (path string) {
	p.t.Helper()
	p.do(func(tx *store.Tx) error {
		t, err := kb.Create(tx, leda, n)
		if err == nil {
			t, err = kb.Publish(tx, leda, t.Seen())
		}
		if err == nil {
			path = t.Path()
		}
		return err
	})
	return path
}

func (p *place) category(parent, name string) (id string) {
	p.t.Helper()
	p.do(func(tx *store.Tx) error {
		c, err := kb.AddCategory(tx, leda, parent, kb.CategoryChange{Name: name})
		if err == nil {
			id = c.ID
		}
		return err
	})
	return id
}

// page is an answer.
type page struct {
	t      *testing.T
	Status int
	Path   string // where it was found in the end
	Body   string
	Header http.Header
}

func (p *place) get(path string, header ...string) page {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, p.server.URL+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.send(r, header...)
}

func (p *place) post(path string, form url.Values, header ...string) page {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodPost, p.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	return p.send(r, append(header, "Content-Type", "application/x-www-form-urlencoded")...)
}

func (p *place) send(r *http.Request, header ...string) page {
	p.t.Helper()
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := p.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	path := res.Request.URL.RequestURI()
	return page{p.t, res.StatusCode, path[:min(len(path), 200)], string(body), res.Header}
}

// says fails the test for each of words that the page lacks.
func (g page) says(words ...string) page {
	g.t.Helper()
	for _, w := range words {
		if !strings.Contains(g.Body, w) {
			g.t.Errorf("%s does not say %q", g.Path, w)
		}
	}
	return g
}

// hides fails the test for each of words that the page has.
func (g page) hides(words ...string) page {
	g.t.Helper()
	for _, w := range words {
		if strings.Contains(g.Body, w) {
			g.t.Errorf("%s says %q", g.Path, w)
		}
	}
	return g
}

func (g page) is(status int) page {
	g.t.Helper()
	if g.Status != status {
		g.t.Errorf("%s answers %d, want %d", g.Path, g.Status, status)
	}
	return g
}

// sound fails the test for what is wrong with any page: more or less than one title, names given twice, links into nowhere.
func (g page) sound() page {
	g.t.Helper()
	doc, err := html.Parse(strings.NewReader(g.Body))
	if err != nil {
		g.t.Fatal(err)
	}
	ids, titles := map[string]bool{}, 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "h1" {
			titles++
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" && ids[a.Val]:
				g.t.Errorf("%s gives the name %q twice", g.Path, a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				g.t.Errorf("%s has %s=%q, which the policy forbids", g.Path, a.Key, a.Val)
			case a.Key == "href" && (a.Val == "" || strings.Contains(a.Val, "templ")):
				g.t.Errorf("%s leads to %q", g.Path, a.Val)
			}
		}
	}
	if titles != 1 {
		g.t.Errorf("%s has %d h1", g.Path, titles)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if (a.Key == "for" || a.Key == "aria-labelledby" || a.Key == "aria-describedby") && !ids[a.Val] {
				g.t.Errorf("%s: %s=%q names nothing", g.Path, a.Key, a.Val)
			}
		}
	}
	return g
}

func TestTheWayToAnAnswer(t *testing.T) {
	p := open(t)
	p.get("/").is(200).sound().says("How can we help?", "The first articles are on their way")

	shop := p.category("", "Orders & delivery")
	within := p.category(shop, "Abroad")
	path := p.write(kb.NewArticle{Category: shop, Title: "Where is my parcel?", Text: "Look at *the tracking page*.\n\n# Abroad\n\nIt takes a week.\n\n# At home\n\nA day."})
	p.write(kb.NewArticle{Category: within, Title: "Customs", Text: "Keep the letter."})
	p.do(func(tx *store.Tx) error {
		_, err := kb.Create(tx, leda, kb.NewArticle{Category: shop, Title: "Secret plans", Text: "x"})
		return err
	})

	p.get("/").is(200).sound().says("Orders &amp; delivery", "Where is my parcel?", "Abroad", "2 articles", `href="/help/en/category/orders-delivery"`).hides("Secret plans")
	p.get("/help/en/category/orders-delivery").is(200).sound().says("Where is my parcel?", "Look at the tracking page", "Abroad").hides("Secret plans", "Customs")
	p.get(path).is(200).sound().says("<em>the tracking page</em>", `href="#s-abroad"`, `id="s-abroad"`, "Was this helpful?", "Orders &amp; delivery").hides("/desk/")
	p.get("/help/en/secret-plans").is(404)
	p.get("/help/en/category/nothing").is(404)
	p.get("/help/fi").is(404)
	p.get("/help/pt-BR/category/orders-delivery").is(404)
}

func TestAnOldAddressLeadsOn(t *testing.T) {
	p := open(t)
	path := p.write(kb.NewArticle{Category: p.category("", "A"), Title: "Ação", Text: "words"})
	p.do(func(tx *store.Tx) error {
		page, err := kb.Read(tx, "en", "acao")
		if err == nil {
			_, err = kb.Readdress(tx, leda, page.Seen(), "配送")
		}
		return err
	})
	if got := p.get(path).is(200).says("words"); got.Path != "/help/en/"+strings.ToLower(url.PathEscape("配送")) {
		t.Errorf("it led to %s", got.Path)
	}
}

func TestThePageIsInTheLanguageOfItsAddress(t *testing.T) {
	p := open(t)
	a := p.category("", "A")
	english := p.write(kb.NewArticle{Category: a, Title: "Returns", Text: "one"})
	p.do(func(tx *store.Tx) error {
		page, err := kb.Read(tx, "en", "returns")
		if err != nil {
			return err
		}
		t, err := kb.Save(tx, leda, kb.Edit{Article: page.Article, Language: "pt-BR", Title: "Devoluções", Text: "um"})
		if err == nil {
			_, err = kb.Publish(tx, leda, t.Seen())
		}
		return err
	})
	german := p.write(kb.NewArticle{Category: a, Language: "de", Title: "Rückgabe", Text: "eins"})

	p.get(english, "Accept-Language", "pt-BR").says(`<html lang="en"`, "Was this helpful?", `hreflang="pt-BR"`, `value="pt-BR /help/pt-BR/devolucoes"`)
	p.get("/help/pt-BR/devolucoes", "Accept-Language", "en").says(`<html lang="pt-BR"`, "Isto ajudou?")
	p.get(german, "Accept-Language", "pt-BR").sound().says(`<html lang="pt-BR"`, `<article class="reading-text" lang="de"`)
	p.get("/", "Accept-Language", "pt-BR").says("Devoluções").hides("Returns")
	p.get(english, "Accept-Language", "pt-BR").hides("only-in")
	p.get(german, "Accept-Language", "pt-BR").says("Por enquanto, este artigo só existe em de.", `value="en `+german+`"`)
	p.post("/language", url.Values{"to": {"en " + german}}).is(200).sound().says(`<html lang="en"`, "Rückgabe", "This article is only in de so far.")

	there := p.post("/language", url.Values{"to": {"pt-BR /contact"}})
	if there.Path != "/contact" {
		t.Errorf("the switch leads to %s", there.Path)
	}
	there.says("Fale com a gente")
	for _, away := range []string{"pt-BR //evil.example/", "pt-BR https://evil.example/", "pt-BR /\\evil.example", "x"} {
		if got := p.post("/language", url.Values{"to": {away}}); got.Path != "/" {
			t.Errorf("%q leads to %s", away, got.Path)
		}
	}
}

func TestLongCategoriesHavePages(t *testing.T) {
	p := open(t)
	a := p.category("", "A")
	for i := range perPage + 1 {
		p.write(kb.NewArticle{Category: a, Title: fmt.Sprintf("Article %03d", i), Text: "x"})
	}
	first := p.get("/help/en/category/a").sound().says("Article 000", "Article 049").hides("Article 050")
	_, rest, _ := strings.Cut(first.Body, "?cursor=")
	next, _, _ := strings.Cut(rest, `"`)
	p.get("/help/en/category/a?cursor=" + next).sound().says("Article 050").hides("Article 049")
	for _, made := range []string{"!", "AAAA", web.Cursor(store.K("en", "other")), strings.Repeat("A", 4000)} {
		if got := p.get("/help/en/category/a?cursor=" + made); got.Status != 200 {
			t.Errorf("a cursor that somebody made up gives %d", got.Status)
		}
	}
	p.get("/").says("51 articles")
}

func TestTheContactFormIsADoor(t *testing.T) {
	p := open(t)
	form := func(change ...string) url.Values {
		v := url.Values{"name": {"Zoe"}, "email": {"zoe@example.com"}, "subject": {"Broken cup"}, "text": {"It came in two."}, "once": {store.NewRef()}}
		for i := 0; i+1 < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v
	}
	p.get("/contact").is(200).sound().says(`data-testid="contact-form"`)

	once := form()
	for range 2 { // a double click is one deed
		p.post("/contact", once).is(200).sound().says(`data-testid="sent"`)
	}
	for name, refused := range map[string]struct {
		form url.Values
		says string
	}{
		"no words":           {form("text", " \n"), "Please fill this in."},
		"too long a subject": {form("subject", "Broken cup"+strings.Repeat("!", 300)), "Shorten it to 300"},
		"too long a name":    {form("name", strings.Repeat("Z", 101)), "Shorten it to 100"},
		"no address":         {form("email", "zoe at home"), "This is not an e-mail address."},
		"half an address":    {form("email", "zoe@home"), "This address is not complete."},
	} {
		got := p.post("/contact", refused.form).is(422).sound().says(refused.says)
		if !strings.Contains(got.Body, "Broken cup") {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	p.post("/contact", form("website", "https://buy.example")).is(200)
	p.post("/contact", form(), "Sec-Fetch-Site", "cross-site").is(403)
	p.post("/contact", form("email", "other@example.com", "subject", "", "text", "<script>alert(1)</script>")).is(200)

	var told []string
	p.do(func(tx *store.Tx) error {
		told = nil
		inbox, err := tickets.Inbox(tx, leda, tickets.View{}, 10)
		for _, row := range inbox.Rows {
			told = append(told, row.Channel+" "+row.Title+" ("+row.Words+") from "+row.Contact.Email)
		}
		return err
	})
	slices.Sort(told)
	if want := []string{"form <script>alert(1)</script> (<script>alert(1)</script>) from other@example.com", "form Broken cup (It came in two.) from zoe@example.com"}; !slices.Equal(told, want) {
		t.Errorf("the inbox holds %q, want %q", told, want)
	}
}

func TestNothingThatAWriterTypesRuns(t *testing.T) {
	p := open(t)
	const evil = `"><img src=x onerror=alert(1)><script>alert(1)</script>`
	a := p.category("", "A"+evil)
	path := p.write(kb.NewArticle{Category: a, Title: "T" + evil, Text: evil + "\n\n# " + evil + "\n\n# Two\n\n[x](javascript:alert(1))"})
	for _, at := range []string{"/", path, "/help/en/category/aimg-src-x-onerror-alert-1-script-alert-1-script", "/contact?subject=" + url.QueryEscape(evil)} {
		p.get(at).sound().hides("<img src=x", "<script>alert", "javascript:")
	}
}

func TestPicturesComeOnlyWhereThereAreSome(t *testing.T) {
	p := open(t)
	a := p.category("", "A")
	with := p.write(kb.NewArticle{Category: a, Title: "With", Text: "![cup](https://shop.example/cup.png)"})
	without := p.write(kb.NewArticle{Category: a, Title: "Without", Text: "words"})
	if policy := p.get(with).says(`src="https://shop.example/cup.png"`).Header.Get("Content-Security-Policy"); !strings.Contains(policy, "img-src 'self' data: blob: https:") {
		t.Errorf("the policy is %q", policy)
	}
	if policy := p.get(without).Header.Get("Content-Security-Policy"); strings.Contains(policy, "https:") {
		t.Errorf("the policy is %q", policy)
	}
}

func TestReadersAreCounted(t *testing.T) {
	p := open(t)
	a := p.category("", "A")
	p.write(kb.NewArticle{Category: a, Title: "First", Text: "x"})
	path := p.write(kb.NewArticle{Category: a, Title: "Second", Text: "x"})
	p.get(path)
	p.get("/").says("Read most")
}
