package front

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"deskbell/chat"
	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/kit"
)

// house is the colour of a shop that has chosen none: the accent of tokens.css.
const house = "#0e6a64"

// The grounds on which words stand in tokens.css, in light and in dark. A test holds the two against each other.
var (
	lightGrounds = []colour{{0xf2, 0xef, 0xe9}, {0xfa, 0xf8, 0xf5}, {0xff, 0xfe, 0xfc}, {0xec, 0xe8, 0xe0}}
	darkGrounds  = []colour{{0x14, 0x13, 0x11}, {0x1a, 0x19, 0x17}, {0x21, 0x1f, 0x1d}, {0x2a, 0x28, 0x25}}
)

// Where soft tints and the edges of buttons lie.
const paperAt, cardAt = 1, 2

// theme is what light or dark brings along: its grounds, its ink, which way words stand out, and how much of a colour is soft.
type theme struct {
	grounds   []colour
	ink, away colour
	tint      float64
}

var (
	light = theme{lightGrounds, colour{0x21, 0x1e, 0x1a}, black, 0.1}
	dark  = theme{darkGrounds, colour{0xed, 0xe9, 0xe2}, white, 0.16}
)

// shade is what a shop's one colour becomes in light or in dark.
type shade struct{ accent, deep, soft, edge colour }

// shadeOf derives it. Words of the accent can be read on every ground and on the soft one; a grey, which would be fainter than the
// words around it, gives way to the ink. Where the colour itself would be lost on a card, a button has an edge.
func shadeOf(c colour, in theme) (s shade) {
	s.soft = in.grounds[paperAt].mixed(c, in.tint)
	s.accent = c.onAll(append([]colour{s.soft}, in.grounds...), words, in.away)
	if c.grey() {
		s.accent = in.ink
	}
	s.deep = s.accent.mixed(in.away, 0.2)
	s.edge = c.onAll(in.grounds[cardAt:cardAt+1], edges, in.away)
	return s
}

// fillOf is the colour as the ground of a button, with what is written on it: as it was chosen, or darker by the little that
// makes white readable, and another shade of it under the pointer.
func fillOf(c colour) (fill, on, hover colour) {
	switch {
	case contrast(c, ink) >= words && contrast(c, ink) > contrast(c, white):
		if c.luminance() > 0.6 {
			return c, ink, c.mixed(black, 0.1)
		}
		return c, ink, c.mixed(white, 0.2)
	case c.luminance() < 0.02:
		return c, white, c.mixed(white, 0.2)
	}
	fill = c.onAll([]colour{white}, words, black)
	return fill, white, fill.mixed(black, 0.2)
}

// sheet is the style sheet of a colour, and where it is found. The address changes with the colour and with how a release draws
// it, so a browser may keep what it finds there for ever.
type sheet struct {
	of        colour
	css, path string
}

// last is the sheet that was asked for last: a shop has one colour, and every page of it names its sheet.
var last atomic.Pointer[sheet]

func sheetOf(c colour) *sheet {
	if s := last.Load(); s != nil && s.of == c {
		return s
	}
	css := draw(c)
	sum := sha256.Sum256([]byte(css))
	s := &sheet{c, css, "/look/" + hex.EncodeToString(sum[:6]) + "/" + c.String()[1:] + ".css"}
	last.Store(s)
	return s
}

// draw writes the tokens that hang on a colour, in the layer of the others, which are loaded before.
func draw(c colour) string {
	day, night := shadeOf(c, light), shadeOf(c, dark)
	fill, on, hover := fillOf(c)
	var b strings.Builder
	b.WriteString("@layer tokens{:root{")
	for _, t := range []struct {
		name       string
		day, night colour
	}{
		{"accent", day.accent, night.accent},
		{"accent-deep", day.deep, night.deep},
		{"accent-soft", day.soft, night.soft},
		{"selected", day.soft, night.soft},
		{"on-accent", white, darkGrounds[0]},
		{"fill", fill, fill},
		{"fill-deep", hover, hover},
		{"on-fill", on, on},
		{"fill-edge", day.edge, night.edge},
	} {
		fmt.Fprintf(&b, "--%s:light-dark(%s,%s);", t.name, t.day, t.night)
	}
	b.WriteString("}}\n")
	return b.String()
}

// serveSheet answers from the address alone: it holds the colour.
func serveSheet(w http.ResponseWriter, r *http.Request) error {
	c, ok := parse("#" + strings.TrimSuffix(r.PathValue("file"), ".css"))
	if !ok || sheetOf(c).path != r.URL.Path {
		return fault.New(fault.NotFound, "fault.page_not_found")
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, err := w.Write([]byte(sheetOf(c).css))
	return err
}

// Routes serves the shop's look.
func Routes() []web.Route {
	return []web.Route{web.Get("/look/{print}/{file}", web.Visitors, serveSheet)}
}

// chosen is the shop's colour: that of its oldest widget that has one.
func chosen(tx *store.Tx) (c colour, ok bool, err error) {
	all, err := chat.Widgets(tx)
	if err != nil {
		return c, false, err
	}
	for _, w := range all {
		if c, ok := parse(w.Look.Color); ok && c.String() != house {
			return c, true, nil
		}
	}
	c, _ = parse(house)
	return c, false, nil
}

// dress gives a page the shop's colour, and its sign for the browser's tab.
func dress(tx *store.Tx, p *kit.Public) error {
	c, own, err := chosen(tx)
	if err != nil {
		return err
	}
	if own {
		p.Look = sheetOf(c).path
	}
	p.Page.Icon = icon(c, p.Sign())
	return nil
}

// icon is a tile of the colour with the shop's first letter, small enough to stand in the page.
func icon(c colour, letter string) string {
	fill, on, _ := fillOf(c)
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="%s"/>`+
		`<text x="16" y="23" font-family="sans-serif" font-weight="700" font-size="20" text-anchor="middle" fill="%s">%s</text></svg>`,
		fill, on, letter)
	return "data:image/svg+xml," + url.PathEscape(svg)
}
