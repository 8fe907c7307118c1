package text

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestMarkdown(t *testing.T) {
	for name, c := range map[string]struct {
		src  string
		how  How
		want string
	}{
		"paragraphs":                  {"one\ntwo\n\nthree", 0, "<p>one\ntwo</p>\n<p>three</p>\n"},
		"lines of a conversation":     {"one\ntwo", Breaks, "<p>one<br>\ntwo</p>\n"},
		"stress":                      {"*a* **b** ~~c~~ `d`", 0, "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>\n"},
		"a list":                      {"3. a\n4. b", 0, "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"},
		"a list of tasks":             {"- [x] a\n- [ ] b", 0, "<ul>\n<li class=\"task\">☑ a</li>\n<li class=\"task\">☐ b</li>\n</ul>\n"},
		"code":                        {"```go\na < b\n```", 0, "<pre><code class=\"language-go\">a &lt; b\n</code></pre>\n"},
		"HTML is text":                {"a <b>c</b>\n\n<div>d</div>", 0, "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n<p>&lt;div&gt;d&lt;/div&gt;</p>\n"},
		"a table":                     {"|a|\n|:-:|\n|b|", 0, "<table>\n<thead>\n<tr>\n<th align=\"center\">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"center\">b</td>\n</tr>\n</tbody>\n</table>\n"},
		"a link":                      {"[a](https://b.example/c?d=e#f)", 0, `<p><a href="https://b.example/c?d=e#f">a</a></p>` + "\n"},
		"a link of our own":           {"[a](/help/en/b)", 0, `<p><a href="/help/en/b">a</a></p>` + "\n"},
		"a bare link":                 {"see https://b.example.", 0, `<p>see <a href="https://b.example">https://b.example</a>.</p>` + "\n"},
		"a bare address":              {"ana@b.example", 0, `<p><a href="mailto:ana@b.example">ana@b.example</a></p>` + "\n"},
		"a link by a stranger":        {"[a](https://b.example)", UGC, `<p><a href="https://b.example" rel="nofollow ugc noopener">a</a></p>` + "\n"},
		"a bare link by a stranger":   {"https://b.example", UGC, `<p><a href="https://b.example" rel="nofollow ugc noopener">https://b.example</a></p>` + "\n"},
		"a link inside a frame":       {"[a](https://b.example)", NewTab, `<p><a href="https://b.example" rel="noopener" target="_blank">a</a></p>` + "\n"},
		"an image":                    {"![a](https://b.example/c.png)", Images, `<p><a href="https://b.example/c.png"><img src="https://b.example/c.png" alt="a" loading="lazy"></a></p>` + "\n"},
		"an image without words":      {"![](/c.png)", Images, `<p><img src="/c.png" alt="" loading="lazy"></p>` + "\n"},
		"an image in a link":          {"[![a](/c.png)](/d)", Images, `<p><a href="/d"><img src="/c.png" alt="a" loading="lazy"></a></p>` + "\n"},
		"an image that is a link":     {"![a](https://b.example/c.png)", UGC, `<p><a href="https://b.example/c.png" rel="nofollow ugc noopener">a</a></p>` + "\n"},
		"a wordless image, linked":    {"![](https://b.example/c.png)", 0, `<p><a href="https://b.example/c.png">https://b.example/c.png</a></p>` + "\n"},
		"an image from plain http":    {"![a](http://b.example/c.png)", Images, `<p><a href="http://b.example/c.png">a</a></p>` + "\n"},
		"nothing":                     {"", 0, ""},
		"what is no UTF-8 and no NUL": {"a\xff\x00b", 0, "<p>a\uFFFDb</p>\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Markdown(c.src, c.how); got != c.want {
				t.Errorf("\n%q, want\n%q", got, c.want)
			}
		})
	}
}

func TestALinkLeadsWhereItSays(t *testing.T) {
	for _, to := range []string{
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java&#10;script:alert(1)", "&#106;avascript:alert(1)",
		"&Tab;javascript:alert(1)", "\x01javascript:alert(1)", "vbscript:x", "file:///etc/passwd", "data:text/html,<script>alert(1)</script>",
		"//evil.example", "/\\evil.example", "\\\\evil.example", "/%5Cevil.example/..//", "https://shop.example@evil.example", "https:evil.example",
		"https:/evil.example", "https:///evil.example", "http://", "blob:https://a", "intent://x", "view-source:https://a", "?next=/", "help.html",
	} {
		for _, src := range []string{"[a](<" + to + ">)", "![a](<" + to + ">)", "<" + to + ">", "[a]\n\n[a]: <" + to + ">"} {
			for _, how := range []How{0, UGC, Images, UGC | Breaks | Images} {
				for _, href := range addresses(t, Markdown(src, how)) {
					if !fair(href) {
						t.Errorf("%q leads to %q", src, href)
					}
				}
			}
		}
	}
}

// fair says, in other words than the policy does, whether a person can see where an address leads.
func fair(href string) bool {
	low := strings.ToLower(href)
	for _, beginning := range []string{"https://", "http://"} {
		if rest, ok := strings.CutPrefix(low, beginning); ok {
			host, _, _ := strings.Cut(strings.NewReplacer("?", "/", "#", "/").Replace(rest), "/")
			return host != "" && !strings.ContainsAny(host, "@\\ \t\n")
		}
	}
	if strings.HasPrefix(low, "mailto:") || strings.HasPrefix(low, "tel:") {
		return true
	}
	if strings.HasPrefix(low, "/") {
		return !strings.HasPrefix(low, "//") && !strings.HasPrefix(low, "/\\")
	}
	return strings.HasPrefix(low, "#")
}

func addresses(t *testing.T, page string) []string {
	t.Helper()
	var all []string
	walk(t, page, func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "href" || a.Key == "src" {
				all = append(all, a.Val)
			}
		}
	})
	return all
}

func walk(t *testing.T, page string, see func(*html.Node)) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			see(n)
		}
	}
}

// harmless fails the test for anything in a page that could run, load or imitate.
func harmless(t *testing.T, src, page string) {
	t.Helper()
	elements := strings.Fields("html head body p br hr strong em del code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 table thead tbody tr th td a img")
	attributes := strings.Fields("href title rel target src alt loading id class start align")
	walk(t, page, func(n *html.Node) {
		if !slices.Contains(elements, n.Data) || n.Namespace != "" {
			t.Errorf("%q makes <%s>", src, n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case !slices.Contains(attributes, a.Key):
				t.Errorf("%q makes %s=%q", src, a.Key, a.Val)
			case (a.Key == "href" || a.Key == "src") && !fair(a.Val):
				t.Errorf("%q leads to %q", src, a.Val)
			case a.Key == "id" && !strings.HasPrefix(a.Val, "s-"), a.Key == "class" && !strings.HasPrefix(a.Val, "language-") && a.Val != "task":
				t.Errorf("%q takes the name %q", src, a.Val)
			}
		}
	})
}

// attacks are those that have broken sanitizers (mutation, foreign content, clobbering, templates, entities).
var attacks = []string{
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><script>alert(1)</script></template>`,
	`<a id=location href=x>`, `<form name=body><input name=innerHTML>`, `<iframe srcdoc="<script>alert(1)</script>">`, `<object data=javascript:alert(1)>`,
	`<base href=//evil.example>`, `<meta http-equiv=refresh content="0;javascript:alert(1)">`, `<link rel=stylesheet href=//evil.example>`,
	`<p style="background:url(javascript:alert(1))">`, `{{constructor.constructor('alert(1)')()}}`, "[a](javascript:alert(1))",
	"[a](https://b.example \"onmouseover=alert(1) \\\" x\")", "![a\" onerror=\"alert(1)](https://b.example/x.png)", "```\"><script>alert(1)</script>\nx\n```",
	"``` x\" onclick=\"alert(1)\nx\n```", "# <script>alert(1)</script>", "# location", "|a|\n|-|\n|<img src=x onerror=alert(1)>|",
	"[![a](https://b.example/x.png)](javascript:alert(1))", "<https://b.example/\"onclick=alert(1)>", "[a](<https://b.example/\" onclick=\"alert(1)>)",
	"&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)", "[x]: javascript:alert(1)\n\n[x]", "<!-- --!><script>alert(1)</script> -->",
	"https://b.example/\"><script>alert(1)</script>", "www.b.example/'onclick='alert(1)", "<a@b.example\"onclick=alert(1)>", "- [x](javascript:alert(1)) a",
}

func TestNothingRuns(t *testing.T) {
	for _, src := range attacks {
		for _, how := range []How{0, UGC | Breaks, Images, UGC | Breaks | Images | NewTab} {
			harmless(t, src, Markdown(src, how))
		}
		page, _ := Article(src)
		harmless(t, src, page)
		// The second wall holds alone: it is given what the first one should never let through.
		harmless(t, src, allowed.Sanitize(src))
	}
}

func TestArticle(t *testing.T) {
	page, contents := Article("# Sending *back*\n\n## How?\n\n### Ação\n\n# Sending back\n\n##### 😀\n\n#")
	want := []Heading{
		{2, "s-sending-back", "Sending back"},
		{3, "s-how", "How?"},
		{4, "s-acao", "Ação"},
		{2, "s-sending-back-2", "Sending back"},
		{6, "s-", "😀"},
	}
	if !slices.Equal(contents, want) {
		t.Errorf("contents are %v, want %v", contents, want)
	}
	for _, h := range contents {
		if !strings.Contains(page, ` id="`+h.ID+`"`) {
			t.Errorf("nothing on the page is called %s", h.ID)
		}
	}
	if strings.Contains(page, "<h1") {
		t.Error("the title of the page must be its only h1")
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, src := range attacks {
		f.Add(src, uint8(0))
	}
	for _, src := range []string{"- a\n  > b\n    1. c", "|a|b|\n|-|-|\n|`\\|`|", "[a]: <b> 'c'\n[a]", "a\\\nb  \nc", "\x00\xff\u2028", "* * *\n- - -\n\tx", "> > > -\n\n    -"} {
		f.Add(src, uint8(0xff))
	}
	f.Fuzz(func(t *testing.T, src string, how uint8) {
		page := Markdown(src, How(how))
		harmless(t, src, page)
		article, contents := Article(src)
		harmless(t, src, article)
		for _, h := range contents {
			if !strings.Contains(article, ` id="`+h.ID+`"`) {
				t.Errorf("%q: nothing is called %q", src, h.ID)
			}
		}
		if plain := Plain(src); Clean(plain) != plain {
			t.Errorf("%q: Plain gives what Clean would not: %q", src, plain)
		}
	})
}
