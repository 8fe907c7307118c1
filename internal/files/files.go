// Package files keeps what people attach.
//
// A file lies under the SHA-256 of what is in it, so that the same picture sent a hundred times is kept once, and what is read
// back can be proved to be what was sent. It is on disk, flushed with its folder, before the row that names it is committed,
// and goes only after the last row that names it is gone: a row never points at nothing. An upload that no message took up
// within a day is removed. The package never looks into a file, and never believes what its sender says it is.
package files

import (
	"context"
	"fmt"
	"mime"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Upload is a file that somebody sent, under the name it came with.
type Upload struct {
	ID      string    `json:"id"`
	Hash    string    `json:"hash"` // SHA-256 of what is in it, in hexadecimal
	Name    string    `json:"name"`
	Type    string    `json:"type"` // as the sender called it: never a reason to show it as that
	Size    int64     `json:"size"`
	Owner   string    `json:"owner"` // who sent it, as "agent:…" or "visitor:…"; only he may attach it
	Created time.Time `json:"created"`
	Uses    []string  `json:"uses,omitempty"` // what holds it, as "tickets/1042/7"
}

var uploads = store.NewTable("uploads", func(u *Upload) store.Key { return store.K(u.ID) },
	store.Index[Upload]{Name: "hash", Keys: func(u *Upload) []store.Key { return []store.Key{store.K(u.Hash)} }},
	store.Index[Upload]{Name: "loose", Keys: loose},
	store.Index[Upload]{Name: "waiting", Keys: waiting},
).Called("file")

// loose holds the uploads that nothing has taken up, oldest first.
func loose(u *Upload) []store.Key {
	if len(u.Uses) > 0 {
		return nil
	}
	return []store.Key{store.K(u.Created)}
}

// waiting holds them by owner.
func waiting(u *Upload) []store.Key {
	if len(u.Uses) > 0 {
		return nil
	}
	return []store.Key{store.K(u.Owner)}
}

const (
	patience   = 24 * time.Hour // for an upload to be taken up
	maxWaiting = 50             // uploads of one owner that nothing has taken up yet
	maxName    = 200            // bytes of a name that are kept
)

// Get gives an upload, or a fault of kind NotFound.
func Get(tx *store.Tx, id string) (*Upload, error) {
	return uploads.Get(tx, store.K(id))
}

// Share has something hold an upload, in the transaction that makes the something, beside what holds it already: a post, and
// the message that mirrors it.
func Share(tx *store.Tx, u *Upload, by string) error {
	if slices.Contains(u.Uses, by) {
		return nil
	}
	u.Uses = append(u.Uses, by)
	return uploads.Put(tx, u)
}

// Release says that something holds an upload no more. With the last one gone, the upload goes within a day.
func Release(tx *store.Tx, id, by string) error {
	u, err := uploads.Find(tx, store.K(id))
	if err != nil || u == nil {
		return err
	}
	u.Uses = slices.DeleteFunc(u.Uses, func(use string) bool { return use == by })
	return uploads.Put(tx, u)
}

// admit says no to an owner who keeps sending and never attaches.
func admit(tx *store.Tx, owner string) error {
	n, err := uploads.Count(tx, "waiting", store.K(owner), maxWaiting)
	if err == nil && n == maxWaiting {
		return fault.Wait("files.too_many", time.Hour)
	}
	return err
}

// limited is the answer to a file that is larger than limit bytes.
func limited(limit int64) error {
	return fault.New(fault.TooLarge, "files.too_large", "max", size(limit))
}

// size reads as people say it.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KiB", max(1, n>>10))
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

// tidyName keeps a name that can be shown and put into a header: its last part, without control characters or marks that
// turn the writing round, and never empty.
func tidyName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if len(name) > maxName {
		ending := filepath.Ext(name)
		if len(ending) > 16 {
			ending = ""
		}
		name = strings.ToValidUTF8(name[:maxName-len(ending)], "") + ending
	}
	if strings.Trim(name, "./ ") == "" {
		return "file"
	}
	return name
}

// tidyType keeps a media type without its parameters, or says that nobody knows.
func tidyType(name string) string {
	kind, _, err := mime.ParseMediaType(name)
	if err != nil || !strings.Contains(kind, "/") || len(kind) > 100 {
		return "application/octet-stream"
	}
	return kind
}

func init() { store.RegisterCheck("files", checkUses) }

// checkUses reports rows that no shelf could serve; Shelf.Check looks at the files themselves.
func checkUses(ctx context.Context, db *store.DB, report func(string)) error {
	return each(ctx, db, func(u *Upload) error {
		if !isHash(u.Hash) {
			report(fmt.Sprintf("upload %s has the hash %q", u.ID, u.Hash))
		}
		return nil
	})
}

// each walks all uploads in views that stay short.
func each(ctx context.Context, db *store.DB, do func(*Upload) error) error {
	var after store.Key
	for {
		var page []*Upload
		err := db.View(ctx, func(tx *store.Tx) (err error) {
			page, after, err = uploads.Page(tx, "", store.Range{After: after}, 500)
			return err
		})
		if err != nil {
			return err
		}
		for _, u := range page {
			if err := do(u); err != nil {
				return err
			}
		}
		if after == nil {
			return ctx.Err()
		}
	}
}
