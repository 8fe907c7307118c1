package chat

import (
	"strings"

	"deskbell/internal/store"
)

const tokenPurpose = "visitor"

// token is what a visitor's browser keeps: his id, and a signature that only this house can have made for it at this widget.
func (r *Room) token(widget, visitor string) string {
	return visitor + "." + r.Key.Sign(tokenPurpose, widget, visitor)
}

// Visitor reads a token; the id is "" when this house did not make it for this widget.
func (r *Room) Visitor(widget, token string) string {
	visitor, signature, found := strings.Cut(token, ".")
	if !found || visitor == "" || !r.Key.Verify(signature, tokenPurpose, widget, visitor) {
		return ""
	}
	return visitor
}

// newVisitor makes an id that nobody else has. It is written nowhere.
func newVisitor() string { return store.NewRef() }
