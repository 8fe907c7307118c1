package admin

import (
	"context"
	"testing"

	"deskbell/internal/i18n"
)

func TestZonesAreNamedInTheReadersLanguage(t *testing.T) {
	for _, c := range []struct{ lang, zone, want string }{
		{"pt-BR", "America/Sao_Paulo", "São Paulo (América)"},
		{"en", "America/Argentina/Buenos_Aires", "Buenos Aires (America)"},
		{"pt-BR", "Indian/Maldives", "Maldives (Indian)"}, // which only the API can have chosen
		{"pt-BR", "UTC", "UTC"},
	} {
		if got := zoneName(i18n.With(context.Background(), c.lang), c.zone); got != c.want {
			t.Errorf("%s is called %q in %s, want %q", c.zone, got, c.lang, c.want)
		}
	}
}
