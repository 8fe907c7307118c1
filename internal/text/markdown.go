// Package text turns what people write into what may be shown.
//
// Everything that comes in goes through [Clean] (a body) or [Line] (a name, a title); what is shown as a page goes through
// [Markdown] or [Article], which give HTML that cannot run anything, load anything that was not allowed, or lead to an address
// that hides where it leads. Two walls stand one behind the other: goldmark is never shown raw HTML (it is text like any
// other), and bluemonday lets through only what stands on its list. The page's policy is the third.
//
// No text, however knotty, costs more than a fraction of a second: see limits.go.
package text

import (
	"bytes"
	"html"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tasks "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	ghtml "github.com/yuin/goldmark/renderer/html"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// How says for whom a text is made; several are joined by |.
type How uint8

const (
	UGC    How = 1 << iota // strangers wrote it: links earn them nothing (rel="nofollow ugc noopener")
	Breaks                 // a new line in the source is a new line on the page, as people expect in a conversation
	Images                 // images are shown; otherwise they are links, and nothing is loaded
	NewTab                 // links open beside the page, as inside a frame
)

// Heading is an entry of an article's list of contents.
type Heading struct {
	Level int    // 2 for the highest of the article, under the page's own title
	ID    string // for a link to it
	Text  string
}

// Markdown makes safe HTML of a message, a note or a post (CommonMark with tables, task lists, ~~strikethrough~~ and bare links).
func Markdown(src string, how ...How) string {
	var h How
	for _, one := range how {
		h |= one
	}
	out, _ := render(src, h, false)
	return out
}

// Article makes safe HTML of a longer text, whose headings can be linked to and are given as a list of contents.
func Article(src string) (string, []Heading) { return render(src, Images, true) }

func render(src string, how How, contents bool) (string, []Heading) {
	src = Clean(src)
	if len(src) > longest {
		return plainHTML(src), nil
	}
	source := []byte(src)
	doc := markdown.Parse(gtext.NewReader(source))
	finish(doc, how)
	var headings []Heading
	if contents {
		headings = number(doc, source)
	}
	var out bytes.Buffer
	r := prose
	if how&Breaks != 0 {
		r = talk
	}
	if err := r.Render(&out, source, doc); err != nil {
		return plainHTML(src), nil // goldmark gives no reason for this to happen, and a text is never lost
	}
	return allowed.SanitizeReader(&out).String(), headings
}

// plainHTML shows a text as it was written, line for line.
func plainHTML(src string) string {
	return "<p>" + strings.ReplaceAll(html.EscapeString(src), "\n", "<br>\n") + "</p>\n"
}

var (
	markdown = newParser()
	prose    = newRenderer()
	talk     = newRenderer(ghtml.WithHardWraps())
)

// newParser is goldmark's own, without raw HTML and with our limits.
func newParser() parser.Parser {
	p := parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(ceiling{parser.NewParagraphParser()}, 50),
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(fuse{}, 1),
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
		parser.WithParagraphTransformers(
			util.Prioritized(fewDefinitions{parser.LinkReferenceParagraphTransformer}, 100),
			util.Prioritized(smallTable{extension.NewTableParagraphTransformer()}, 200),
		),
	)
	for _, e := range extensions {
		e.Extend(goldmark.New(goldmark.WithParser(p)))
	}
	return p
}

func newRenderer(options ...renderer.Option) renderer.Renderer {
	r := renderer.NewRenderer(renderer.WithNodeRenderers(util.Prioritized(ghtml.NewRenderer(), 1000)))
	for _, e := range extensions {
		e.Extend(goldmark.New(goldmark.WithRenderer(r)))
	}
	// The default for alignment is a style attribute, which no page of ours lets in.
	cells := extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)
	r.AddOptions(renderer.WithNodeRenderers(util.Prioritized(extension.NewTableHTMLRenderer(cells), 500)))
	r.AddOptions(options...)
	return r
}

var extensions = []goldmark.Extender{extension.Linkify, extension.Strikethrough, extension.TaskList}

// finish gives links and images what how asks for.
func finish(doc ast.Node, how How) {
	var links []*ast.Image // the images that become links
	var shown []*ast.Image
	var boxes []*tasks.TaskCheckBox
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link, *ast.AutoLink:
			mark(n, how)
		case *ast.Image:
			if how&Images != 0 && picture.Match(n.Destination) {
				n.SetAttributeString("loading", []byte("lazy"))
				shown = append(shown, n)
			} else {
				links = append(links, n)
			}
		case *tasks.TaskCheckBox:
			boxes = append(boxes, n)
		}
		return ast.WalkContinue, nil
	})
	for _, box := range boxes { // nobody can tick it here, so it is a sign and no control without a name
		sign := "☐ "
		if box.IsChecked {
			sign = "☑ "
		}
		if item := box.Parent().Parent(); item != nil {
			item.SetAttributeString("class", []byte("task")) // the sign stands in place of the bullet
		}
		box.Parent().ReplaceChild(box.Parent(), box, ast.NewString([]byte(sign)))
	}
	for _, img := range shown {
		enlarge(img, how)
	}
	for _, img := range links {
		link := ast.NewLink()
		link.Destination, link.Title = img.Destination, img.Title
		mark(link, how)
		for c := img.FirstChild(); c != nil; c = img.FirstChild() {
			link.AppendChild(link, c)
		}
		if link.FirstChild() == nil {
			link.AppendChild(link, ast.NewString(img.Destination))
		}
		img.Parent().ReplaceChild(img.Parent(), img, link)
	}
}

// enlarge makes an image a link to itself, so that it opens as large as it is. One without words would be a link that nobody
// can read, and one inside a link leads somewhere already.
func enlarge(img *ast.Image, how How) {
	if img.FirstChild() == nil {
		return
	}
	for n := img.Parent(); n != nil; n = n.Parent() {
		if _, ok := n.(*ast.Link); ok {
			return
		}
	}
	link := ast.NewLink()
	link.Destination = img.Destination
	mark(link, how)
	img.Parent().ReplaceChild(img.Parent(), img, link)
	link.AppendChild(link, img)
}

func mark(link ast.Node, how How) {
	switch {
	case how&UGC != 0:
		link.SetAttributeString("rel", []byte("nofollow ugc noopener"))
	case how&NewTab != 0:
		link.SetAttributeString("rel", []byte("noopener"))
	}
	if how&NewTab != 0 {
		link.SetAttributeString("target", []byte("_blank"))
	}
}
