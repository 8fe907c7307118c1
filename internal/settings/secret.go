package settings

import (
	"encoding/base64"
	"encoding/json"

	"deskbell/internal/fault"
)

// Secret is a word that must be read back and never shown. It is sealed (AES-256-GCM) from the moment it is made: who has a
// Secret in hand, prints it or writes it to the store has nothing without the house's key. The zero Secret is no secret.
type Secret struct{ sealed string }

// Seal makes a secret of a plain word; of an empty one, the zero Secret.
func (k Key) Seal(plain string) Secret {
	if plain == "" {
		return Secret{}
	}
	return Secret{base64.RawStdEncoding.EncodeToString(k.aead.Seal(nil, nil, []byte(plain), nil))}
}

// Open gives the plain word. It fails when the secret was sealed in another house or its bytes are damaged; typing it again
// is the cure for both.
func (k Key) Open(s Secret) (string, error) {
	if s.sealed == "" {
		return "", nil
	}
	sealed, err := base64.RawStdEncoding.DecodeString(s.sealed)
	if err == nil {
		var plain []byte
		if plain, err = k.aead.Open(nil, nil, sealed, nil); err == nil {
			return string(plain), nil
		}
	}
	f := fault.New(fault.Invalid, "settings.secret_unreadable")
	f.Err = err
	return "", f
}

// Set tells whether there is a secret.
func (s Secret) Set() bool { return s.sealed != "" }

// String shows that there is something, and nothing of it.
func (s Secret) String() string {
	if s.sealed == "" {
		return ""
	}
	return "••••••••"
}

// GoString keeps %#v from showing even the sealed bytes.
func (s Secret) GoString() string { return s.String() }

// MarshalJSON writes the sealed form: it is made for the store. What goes to people is drawn from String.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.sealed) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Secret) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &s.sealed) }
