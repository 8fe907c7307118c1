package help

import (
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"deskbell/internal/store"
	"deskbell/kb"
)

func TestHelpful(t *testing.T) {
	p := open(t)
	path := p.write(kb.NewArticle{Category: p.category("", "A"), Title: "Returns", Text: "one"})
	feedback := func() (f kb.Feedback) {
		p.do(func(tx *store.Tx) error {
			page, err := kb.Read(tx, "en", "returns")
			if err == nil {
				f, err = kb.FeedbackOn(tx, leda, page.ID(), 5)
			}
			return err
		})
		return f
	}
	p.post(path+"/helpful", url.Values{"helpful": {"yes"}}).is(200).sound().says("Good to know")
	p.post(path+"/helpful", url.Values{"helpful": {"yes"}})
	if f := feedback(); f.Helpful != 1 || f.Unhelpful != 0 {
		t.Errorf("two clicks of one reader count %d and %d", f.Helpful, f.Unhelpful)
	}
	p.post(path+"/helpful", url.Values{"helpful": {"no"}}).is(200).sound().says("What was missing or wrong?")
	p.post(path+"/helpful", url.Values{"helpful": {"no"}, "why": {"no pictures"}}).is(200).sound().says("We will make it better")
	if f := feedback(); f.Helpful != 0 || f.Unhelpful != 1 || len(f.Why) != 1 || f.Why[0].Why != "no pictures" {
		t.Errorf("after another mind: %+v", f)
	}
	p.post(path+"/helpful", url.Values{"helpful": {"no"}, "why": {strings.Repeat("x", kb.MaxWhy+1)}}).is(422).sound().says("too long", "xxxx")
	p.post(path+"/helpful", url.Values{"helpful": {"yes"}}, "Sec-Fetch-Site", "cross-site").is(403)
	p.Jar, _ = cookiejar.New(nil)
	p.post(path+"/helpful", url.Values{"helpful": {"yes"}})
	if f := feedback(); f.Helpful != 1 || f.Unhelpful != 1 {
		t.Errorf("another reader makes it %d and %d", f.Helpful, f.Unhelpful)
	}
}

func TestSearch(t *testing.T) {
	p := open(t)
	p.write(kb.NewArticle{Category: p.category("", "A"), Title: "Sending a parcel back", Text: "Print the label <b>first</b>."})
	if err := p.Search.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.get("/help/search?q=parcel").is(200).sound().says("<mark>parcel</mark>", "/help/en/sending-a-parcel-back", "1 article found", "&lt;b&gt;")
	p.get("/help/search?q=parcel", "Accept-Language", "pt-BR").sound().says("<mark>parcel</mark>", "English", "1 artigo encontrado")
	p.get("/help/search?q=umbrella").sound().says("Nothing found for “umbrella”")
	p.get("/help/search?q=").is(200).sound().hides("Nothing found")
	for _, odd := range []string{strings.Repeat("x", 10000), `*`, `"`, `\`, `(a+)+$`, `<script>alert(1)</script>`, "\x00", "a:b AND -c~2^9"} {
		p.get("/help/search?q=" + url.QueryEscape(odd)).is(200).sound().hides("<script>alert")
	}
	for _, from := range []string{"-1", "1000000000"} {
		p.get("/help/search?q=parcel&from=" + from).is(200)
	}
}
