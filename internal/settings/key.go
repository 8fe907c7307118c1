package settings

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"deskbell/internal/disk"
	"deskbell/internal/store"
)

// Key is the one secret of a house. It lies in DIR/key, readable by its owner alone, and goes into every backup: without it
// the secrets in the store cannot be read and the links that were sent no longer open.
type Key struct {
	sign []byte
	aead cipher.AEAD
}

const (
	keyFile   = "key"
	keyLength = 32
	macLength = 16 // bytes of a signature: 128 bits are beyond guessing, and an address has room for them
)

// fingerprint is what the house's key makes of nothing: it tells that key from every other, and says nothing of it.
var fingerprint = Define("key.fingerprint", "")

func (k Key) fingerprint() string { return k.Sign("fingerprint") }

// LoadKey gives the key in dir of the house whose data is db. A house that never had one gets one; a house that had one is
// not opened with another, under which no link that was sent and no secret that is kept would open.
func LoadKey(ctx context.Context, db *store.DB, dir string) (Key, error) {
	path := filepath.Join(dir, keyFile)
	known, err := knownKey(ctx, db)
	if err != nil {
		return Key{}, err
	}
	secret, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if known != "" {
			return Key{}, lost(path, "is missing", "")
		}
		secret, err = makeKey(path) // the caller holds the store open: no second program makes another meanwhile
	}
	if err != nil {
		return Key{}, fmt.Errorf("read the house's key: %w", err)
	}
	if len(secret) != keyLength {
		return Key{}, lost(path, fmt.Sprintf("has %d bytes and must have %d", len(secret), keyLength), "move the file away and ")
	}
	if err := os.Chmod(path, 0o600); err != nil { // a copy by hand often leaves it open to all
		return Key{}, fmt.Errorf("keep the house's key to its owner: %w", err)
	}
	k, err := NewKey(secret)
	if err != nil {
		return Key{}, err
	}
	switch known {
	case k.fingerprint():
		return k, nil
	case "":
		return k, noteKey(ctx, db, k.fingerprint())
	}
	return Key{}, lost(path, "is the key of another house", "")
}

func knownKey(ctx context.Context, db *store.DB) (known string, err error) {
	err = db.View(ctx, func(tx *store.Tx) (err error) {
		known, err = fingerprint.Get(tx)
		return err
	})
	return known, err
}

// noteKey remembers which key is the house's own. It is urgent because a house must open on a full disk.
func noteKey(ctx context.Context, db *store.DB, print string) error {
	return db.Update(store.Urgent(ctx), func(tx *store.Tx) error { return fingerprint.Put(tx, print) })
}

func lost(path, why, first string) error {
	return fmt.Errorf("%s %s: put the house's own back from a backup; if there is none, %srun deskbell rekey", path, why, first)
}

// ForgetKey lets the next LoadKey take whichever key lies there, or make one.
func ForgetKey(ctx context.Context, db *store.DB) error { return noteKey(ctx, db, "") }

// makeKey writes a new key whole or not at all: half a key would lock the house.
func makeKey(path string) ([]byte, error) {
	secret := make([]byte, keyLength)
	rand.Read(secret) // never fails (crypto/rand)
	return secret, disk.Replace(path, secret)
}

// NewKey makes a key of 32 secret bytes. Signing and sealing each get a key of their own (RFC 5869), so that neither can
// say anything about the other.
func NewKey(secret []byte) (Key, error) {
	sign, err := hkdf.Expand(sha256.New, secret, "deskbell sign", 32)
	if err != nil {
		return Key{}, err
	}
	seal, err := hkdf.Expand(sha256.New, secret, "deskbell seal", 32)
	if err != nil {
		return Key{}, err
	}
	block, err := aes.NewCipher(seal)
	if err != nil {
		return Key{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return Key{sign, aead}, err
}

// lower is an alphabet that survives mail programs which change the case of addresses.
var lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Sign gives 26 letters and digits that only this house can have made for purpose and parts, in this order.
func (k Key) Sign(purpose string, parts ...string) string {
	mac := hmac.New(sha256.New, k.sign)
	for _, part := range append([]string{purpose}, parts...) {
		// Each part's length goes first: "ab","c" must not sign as "a","bc".
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		mac.Write([]byte(part))
	}
	return lower.EncodeToString(mac.Sum(nil)[:macLength])
}

// Verify tells whether signature is what Sign gives, in constant time. Upper case counts as lower.
func (k Key) Verify(signature, purpose string, parts ...string) bool {
	return hmac.Equal([]byte(strings.ToLower(signature)), []byte(k.Sign(purpose, parts...)))
}
