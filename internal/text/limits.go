package text

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// Markdown has texts of a few kilobytes that cost seconds, because each sign that may open something is looked for until the
// end of its paragraph, and a list within a list is read once for each level. Instead of refusing such texts, the parser
// stops finding a meaning in them: what goes beyond a limit is shown as it was written. No text that a person wrote comes near.
const (
	longest = 256 << 10 // bytes; a longer text is shown line for line
	deepest = 30        // lists and quotations within one another
	cells   = 20_000    // of all tables in one text: a row of one letter can stand for a thousand empty ones
	defined = 1000      // lines of link definitions in one paragraph
	effort  = 32 << 20  // bytes that may be looked at again, summed over all signs of one text
)

// ceiling is a paragraph that opens, before any list or quotation can, where there are deepest of them already.
type ceiling struct{ parser.BlockParser }

func (ceiling) Trigger() []byte { return []byte(">-+*0123456789") }

func (c ceiling) Open(parent ast.Node, reader gtext.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		depth++
	}
	if _, list := parent.(*ast.List); list || depth < deepest { // a list holds items and nothing else
		return nil, parser.NoChildren
	}
	return c.BlockParser.Open(parent, reader, pc)
}

// fuse sees every sign that may begin something, before those that know what. When the effort is spent, the rest of the line
// is words.
type fuse struct{}

var spent = parser.NewContextKey()

func (fuse) Trigger() []byte { return []byte("[!*_~<`") }

func (fuse) Parse(parent ast.Node, block gtext.Reader, pc parser.Context) ast.Node {
	line, at := block.PeekLine()
	lines := parent.Lines()
	if len(line) == 0 || lines.Len() == 0 {
		return nil
	}
	sum, _ := pc.Get(spent).(int)
	if sum < effort {
		pc.Set(spent, sum+lines.At(lines.Len()-1).Stop-at.Start)
		return nil
	}
	words := ast.NewTextSegment(at.TrimRightSpace(block.Source()))
	words.SetSoftLineBreak(bytes.HasSuffix(line, []byte("\n")))
	block.AdvanceLine()
	return words
}

// smallTable leaves a table as the lines that it is written in, if it would have too many cells.
type smallTable struct{ parser.ParagraphTransformer }

var drawn = parser.NewContextKey()

func (s smallTable) Transform(node *ast.Paragraph, reader gtext.Reader, pc parser.Context) {
	lines, columns := node.Lines(), 0
	for i := range lines.Len() {
		line := lines.At(i)
		if rest := bytes.Trim(line.Value(reader.Source()), "|-: \t\r\n"); len(rest) == 0 {
			columns = max(columns, bytes.Count(line.Value(reader.Source()), []byte("|"))+1)
		}
	}
	if columns == 0 {
		return
	}
	sum, _ := pc.Get(drawn).(int)
	if sum += columns * lines.Len(); sum > cells {
		return
	}
	pc.Set(drawn, sum)
	s.ParagraphTransformer.Transform(node, reader, pc)
}

// fewDefinitions leaves a paragraph of too many lines as it is.
type fewDefinitions struct{ parser.ParagraphTransformer }

func (f fewDefinitions) Transform(node *ast.Paragraph, reader gtext.Reader, pc parser.Context) {
	if node.Lines().Len() <= defined {
		f.ParagraphTransformer.Transform(node, reader, pc)
	}
}
