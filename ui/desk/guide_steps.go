package desk

import (
	"context"

	"deskbell/internal/i18n"
	"deskbell/ui/house"
)

// step is one of the house's first steps as it is drawn.
type step struct{ house.Step }

// stepIcons are the drawings of steps, by their names.
var stepIcons = map[string]string{
	"guide_shop":      "store",
	"guide_hours":     "clock",
	"guide_mail":      "mail",
	"guide_widget":    "code",
	"guide_article":   "book-open",
	"guide_board":     "users",
	"guide_colleague": "user-plus",
	"guide_try":       "message-circle",
}

func (s step) icon() string { return stepIcons[s.Name] }

func (s step) title(ctx context.Context) string { return i18n.T(ctx, "desk."+s.Name) } // i18n: desk.guide_*

func (s step) text(ctx context.Context) string { return i18n.T(ctx, "desk."+s.Name+"_text") }

func (s step) path(deed string) string { return "/desk/steps/" + s.Name + "/" + deed }
