package house

import (
	"strings"

	"deskbell/internal/search"
)

// apart is a snippet on one line in which one sees where its lines ended: a heading, an item and the cell of a table are no
// sentence together with what comes after them.
func apart(snippet []search.Piece) []search.Piece {
	shown := make([]search.Piece, len(snippet)) // the one that was found may be shown elsewhere, too
	last := ' '
	for i, p := range snippet {
		var b strings.Builder
		for _, r := range p.Text {
			switch {
			case r != '\n':
				b.WriteRune(r)
			case strings.ContainsRune(".!?…:;,。！？؟", last):
				b.WriteByte(' ')
			default:
				b.WriteString(" · ")
			}
			last = r
		}
		shown[i] = search.Piece{Text: b.String(), Hit: p.Hit}
	}
	return shown
}
