package front

import (
	"fmt"
	"math"
	"strconv"
)

// colour is one of sRGB, its three channels from 0 to 255.
type colour [3]float64

var (
	black = colour{0, 0, 0}
	white = colour{255, 255, 255}
	ink   = colour{0x1c, 0x1a, 0x17} // the widget's, so that both write the same on a shop's colour
)

// parse reads #rrggbb.
func parse(hex string) (c colour, ok bool) {
	if len(hex) != 7 || hex[0] != '#' {
		return c, false
	}
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	return colour{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}, err == nil
}

func (c colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", int(c[0]), int(c[1]), int(c[2]))
}

// mixed is c with so much of another in it, from 0 to 1, as it can be written down.
func (c colour) mixed(with colour, part float64) colour {
	for i := range c {
		c[i] = math.Round(c[i] + (with[i]-c[i])*part)
	}
	return c
}

// luminance is how bright it is, from 0 to 1 (WCAG 2.2, relative luminance).
func (c colour) luminance() float64 {
	channel := func(v float64) float64 {
		if v /= 255; v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(c[0]) + 0.7152*channel(c[1]) + 0.0722*channel(c[2])
}

// contrast is how far two colours stand apart, from 1 to 21 (WCAG 2.2, contrast ratio).
func contrast(a, b colour) float64 {
	bright, dark := a.luminance(), b.luminance()
	if bright < dark {
		bright, dark = dark, bright
	}
	return (bright + 0.05) / (dark + 0.05)
}

// What WCAG 2.2 asks for at level AA: of words (1.4.3), and of what one must see to use a page (1.4.11).
const (
	words = 4.5
	edges = 3
)

// onAll is the nearest to c, on the way to another colour, that stands out from every one of grounds by ratio.
func (c colour) onAll(grounds []colour, ratio float64, to colour) colour {
	const steps = 100
	for i := range steps {
		if m := c.mixed(to, float64(i)/steps); m.stands(grounds, ratio) {
			return m
		}
	}
	return to
}

// grey tells whether it hardly is one: black, white or between them.
func (c colour) grey() bool { return max(c[0], c[1], c[2])-min(c[0], c[1], c[2]) < 24 }

func (c colour) stands(grounds []colour, ratio float64) bool {
	for _, g := range grounds {
		if contrast(c, g) < ratio {
			return false
		}
	}
	return true
}
