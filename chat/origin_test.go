package chat_test

import (
	"testing"

	"deskbell/chat"
	"deskbell/internal/store"
)

func TestSites(t *testing.T) {
	for typed, want := range map[string]string{
		"https://shop.example":             "https://shop.example",
		" HTTPS://Shop.Example/ ":          "https://shop.example",
		"https://shop.example:443":         "https://shop.example",
		"http://shop.example:80":           "http://shop.example",
		"https://shop.example:8443":        "https://shop.example:8443",
		"http://localhost:3000":            "http://localhost:3000",
		"https://lójá.example":             "https://xn--lj-nia4e.example",
		"https://*.shop.example":           "https://*.shop.example",
		"https://127.0.0.1:8080":           "https://127.0.0.1:8080",
		"http://[::1]:8080":                "http://[::1]:8080",
		"shop.example":                     "",
		"*":                                "",
		"https://*":                        "",
		"https://*.example":                "",
		"http://*.shop.example":            "",
		"https://shop.*.example":           "",
		"https://shop.example/path":        "",
		"https://shop.example?x":           "",
		"https://shop.example#x":           "",
		"https://me@shop.example":          "",
		"https://shop.example.":            "",
		"https://shop_example":             "",
		"https://shop.example; script-src": "",
		"javascript:alert(1)":              "",
		"null":                             "",
		"":                                 "",
	} {
		got, err := chat.Site(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is kept as %q (%v), want %q", typed, got, err, want)
		}
	}
}

func TestOrigins(t *testing.T) {
	s := open(t)
	var w *chat.Widget
	s.Do(func(tx *store.Tx) (err error) {
		w, err = chat.ChangeWidget(tx, s.ana, s.widget.ID, chat.Setup{Name: "Shop", Sites: []string{"https://shop.example", "https://*.stores.example"}})
		return err
	})
	for origin, want := range map[string]bool{
		"https://shop.example":                true,
		"https://a.stores.example":            true,
		"https://a.b.stores.example":          true,
		"":                                    true, // no browser's page
		"null":                                false,
		"http://shop.example":                 false,
		"https://shop.example:8443":           false,
		"https://shop.example:443":            false, // no browser writes it so
		"https://SHOP.example":                false,
		"https://shop.example.":               false,
		"https://shop.example/":               false,
		"https://shop.example.evil.tld":       false,
		"https://evilshop.example":            false,
		"https://a.shop.example":              false,
		"https://shop.example@evil.tld":       false,
		"https://xn--shp-ula.example":         false,
		"https://stores.example":              false,
		"https://.stores.example":             false,
		"https://evilstores.example":          false,
		"http://a.stores.example":             false,
		"https://a.stores.example:8443":       false,
		"https://a.stores.example.evil.tld":   false,
		"https://evil.tld/.stores.example":    false,
		"https://evil.tld?.stores.example":    false,
		"https://me@a.stores.example":         false,
		"https://A.stores.example":            false,
		"https://-a.stores.example":           false,
		"https://evil.tld\x00.stores.example": false,
	} {
		if got := w.Allows(chat.Origin{Site: origin}); got != want {
			t.Errorf("%q: %v, want %v", origin, got, want)
		}
		s.See(func(tx *store.Tx) error {
			if got, err := chat.AllowsSomewhere(tx, chat.Origin{Site: origin}); got != want || err != nil {
				t.Errorf("%q anywhere: %v (%v), want %v", origin, got, err, want)
			}
			return nil
		})
	}
	if !(&chat.Widget{}).Allows(chat.Origin{Site: "https://desk.example", Ours: true}) {
		t.Error("our own pages may not embed it")
	}
}
