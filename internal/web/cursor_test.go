package web_test

import (
	"bytes"
	"strings"
	"testing"

	"deskbell/internal/fault"
	"deskbell/internal/store"
	"deskbell/internal/web"
)

func TestACursorComesBackAsItWent(t *testing.T) {
	for name, key := range map[string]store.Key{
		"a place":       store.K("open", 7, "01j"),
		"the beginning": nil,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := web.After(web.Cursor(key))
			if err != nil || !bytes.Equal(got, key) || (got == nil) != (key == nil) {
				t.Errorf("%q came back as %v, %v", key, got, err)
			}
		})
	}
}

func TestACursorThatNobodyWroteIsRefused(t *testing.T) {
	for name, cursor := range map[string]string{
		"no letters of its": "!", "half a letter": "A", "padded": "QQ==", "as long as a page": strings.Repeat("A", 4000),
	} {
		t.Run(name, func(t *testing.T) {
			if key, err := web.After(cursor); !fault.Is(err, fault.Invalid) {
				t.Errorf("it gave %v, %v", key, err)
			}
		})
	}
}
