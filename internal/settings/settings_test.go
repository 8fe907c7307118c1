package settings_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"deskbell/internal/fault"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

type relay struct {
	Host     string          `json:"host"`
	Port     int             `json:"port"`
	Tags     []string        `json:"tags"`
	Password settings.Secret `json:"password"`
}

func (r relay) Check() error {
	if r.Port > 65535 {
		return fault.Field("port", "fault.bad_value")
	}
	return nil
}

var testRelay = settings.Define("test.relay", relay{Port: 25, Tags: []string{"a", "b"}})

func get(h *storetest.House) (r relay) {
	h.See(func(tx *store.Tx) (err error) {
		r, err = testRelay.Get(tx)
		return err
	})
	return r
}

func TestASetting(t *testing.T) {
	h := storetest.Open(t)
	first := get(h)
	if first.Port != 25 || !slices.Equal(first.Tags, []string{"a", "b"}) {
		t.Errorf("before anybody chose: %+v", first)
	}
	first.Tags[0] = "x"
	if again := get(h); again.Tags[0] != "a" {
		t.Error("a reader changed the initial value")
	}
	h.Rung()
	h.Do(func(tx *store.Tx) error {
		return testRelay.Put(tx, relay{Host: "mail.example.com", Tags: []string{"c"}})
	})
	if got := get(h); got.Host != "mail.example.com" || got.Port != 0 || !slices.Equal(got.Tags, []string{"c"}) {
		t.Errorf("after: %+v", got)
	}
	if rung := h.Rung(); !slices.Contains(rung, "settings") || !slices.Contains(rung, "feed") {
		t.Errorf("rung: %v", rung)
	}
	err := h.Update(t.Context(), func(tx *store.Tx) error { return testRelay.Put(tx, relay{Port: 70000}) })
	if !fault.Is(err, fault.Invalid) || get(h).Port != 0 {
		t.Errorf("what makes no sense was put: %v", err)
	}
}

func key(t *testing.T, h *storetest.House) settings.Key {
	t.Helper()
	k, err := settings.LoadKey(t.Context(), h.DB, h.Dir)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestASecretIsNowhereInClear(t *testing.T) {
	h := storetest.Open(t)
	k := key(t, h)
	secret := k.Seal("hunter2-hunter2")
	h.Do(func(tx *store.Tx) error { return testRelay.Put(tx, relay{Password: secret}) })
	h.Reopen()
	kept := get(h).Password
	if plain, err := key(t, h).Open(kept); err != nil || plain != "hunter2-hunter2" {
		t.Errorf("opened as %q (%v)", plain, err)
	}
	for _, shown := range []string{kept.String(), fmt.Sprint(kept), fmt.Sprintf("%v %+v %#v %s", kept, kept, kept, kept)} {
		if strings.Contains(shown, "hunter2") || shown == "" {
			t.Errorf("shown as %q", shown)
		}
	}
	data, err := os.ReadFile(filepath.Join(h.Dir, "deskbell.db"))
	if err != nil || strings.Contains(string(data), "hunter2") {
		t.Errorf("it lies on the disk in clear (%v)", err)
	}
	if _, err := key(t, storetest.Open(t)).Open(kept); !fault.Is(err, fault.Invalid) {
		t.Errorf("another house's key: %v", err)
	}
	if none := k.Seal(""); none.Set() || none.String() != "" {
		t.Error("an empty secret is one")
	}
	if plain, err := k.Open(settings.Secret{}); err != nil || plain != "" {
		t.Errorf("no secret opens as %q (%v)", plain, err)
	}
}

func TestSign(t *testing.T) {
	h := storetest.Open(t)
	k := key(t, h)
	signed := k.Sign("link", "1042", "7")
	other := key(t, storetest.Open(t))
	for name, c := range map[string]struct {
		key       settings.Key
		signature string
		purpose   string
		parts     []string
		want      bool
	}{
		"as it was signed":       {k, signed, "link", []string{"1042", "7"}, true},
		"after a restart":        {key(t, h), signed, "link", []string{"1042", "7"}, true},
		"in upper case":          {k, strings.ToUpper(signed), "link", []string{"1042", "7"}, true},
		"by another house":       {other, signed, "link", []string{"1042", "7"}, false},
		"for another purpose":    {k, signed, "file", []string{"1042", "7"}, false},
		"for another part":       {k, signed, "link", []string{"1042", "8"}, false},
		"parts cut elsewhere":    {k, signed, "link", []string{"104", "27"}, false},
		"parts in another order": {k, signed, "link", []string{"7", "1042"}, false},
		"half of it":             {k, signed[:13], "link", []string{"1042", "7"}, false},
		"nothing":                {k, "", "link", []string{"1042", "7"}, false},
	} {
		if got := c.key.Verify(c.signature, c.purpose, c.parts...); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if len(signed) != 26 {
		t.Errorf("a signature of %d characters", len(signed))
	}
}

func TestTheKeyFile(t *testing.T) {
	h := storetest.Open(t)
	key(t, h)
	path := filepath.Join(h.Dir, "key")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	key(t, h)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() != 32 {
		t.Errorf("%v (%v), want 32 bytes for the owner alone", info.Mode(), err)
	}
}

func TestAHouseOpensWithItsOwnKeyOnly(t *testing.T) {
	for name, c := range map[string]struct {
		there []byte // what lies where the key was; nil for nothing
		want  string
	}{
		"it went away":          {nil, "is missing"},
		"half of it is left":    {[]byte("short"), "has 5 bytes"},
		"nothing of it is left": {[]byte{}, "has 0 bytes"},
		"it is another house's": {bytes.Repeat([]byte{7}, 32), "of another house"},
	} {
		t.Run(name, func(t *testing.T) {
			h := storetest.Open(t)
			signed := key(t, h).Sign("link")
			path := filepath.Join(h.Dir, "key")
			lay(t, path, c.there)
			_, err := settings.LoadKey(t.Context(), h.DB, h.Dir)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "deskbell rekey") {
				t.Errorf("opened with %v, want %q and what to do", err, c.want)
			}
			if left, _ := os.ReadFile(path); !bytes.Equal(left, c.there) {
				t.Errorf("what lay there became %q", left)
			}

			if c.there != nil && len(c.there) != 32 { // as the sentence says
				lay(t, path, nil)
			}
			if err := settings.ForgetKey(t.Context(), h.DB); err != nil {
				t.Fatal(err)
			}
			if again := key(t, h); again.Verify(signed, "link") || !key(t, h).Verify(again.Sign("link"), "link") {
				t.Error("the loss was accepted, and the house does not keep to another key")
			}
		})
	}
}

// lay puts data into a file, or takes the file away.
func lay(t *testing.T, path string, data []byte) {
	t.Helper()
	err := os.Remove(path)
	if data != nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
