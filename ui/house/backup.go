package house

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"deskbell/internal/store/boltkv"
)

// A backup is one tar: the files, the data, the key, and last the manifest, which names each of them with its length and
// SHA-256. The search index is not in it; it is made anew. Nor is house.json, which belongs to a directory.
const (
	manifestName = "manifest.json"
	keyName      = "key"
	filesName    = "files"
)

// Manifest says what a backup holds.
type Manifest struct {
	Version      int             `json:"version"`
	Installation string          `json:"installation"`
	Made         time.Time       `json:"made"`
	Entries      []ManifestEntry `json:"entries"`
}

// ManifestEntry is one file of a backup.
type ManifestEntry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// copier is an engine that can be copied while it works.
type copier interface {
	Copy(to func(size int64) (io.Writer, error)) error
}

// Backup writes a backup of h to w while h works. It holds everything that was acknowledged before it began.
//
// The files go first and once more after the data: one that is removed meanwhile is in the first round, one that comes
// meanwhile in the second, so every row of the data finds its file.
func (h *House) Backup(ctx context.Context, w io.Writer) (Manifest, error) {
	b := &backup{tar: tar.NewWriter(w), dir: h.Dir, done: map[string]bool{}}
	b.manifest = Manifest{Version: 1, Installation: h.DB.Installation(), Made: h.DB.Now()}
	steps := []func() error{
		func() error { return b.files(ctx) },
		func() error { return b.data(h) },
		func() error { return b.file(keyName) },
		func() error { return b.files(ctx) },
		b.finish,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return b.manifest, err
		}
	}
	return b.manifest, nil
}

type backup struct {
	tar      *tar.Writer
	dir      string
	manifest Manifest
	done     map[string]bool
}

// files adds the attachments that are not in it yet.
func (b *backup) files(ctx context.Context) error {
	root := filepath.Join(b.dir, filesName)
	return filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // removed since its folder was read
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case d.IsDir() && d.Name() == "tmp":
			return fs.SkipDir // what is still coming
		case d.IsDir():
			return nil
		}
		rel, err := filepath.Rel(b.dir, name)
		if err != nil {
			return err
		}
		err = b.file(filepath.ToSlash(rel))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// data adds a picture of the data of this moment, which is not laid down anywhere before: a disk that is full is no reason to
// have no backup.
func (b *backup) data(h *House) error {
	c, ok := h.DB.Engine().(copier)
	if !ok {
		return errors.New("this store cannot be copied: back it up with its own tools")
	}
	var end func()
	err := c.Copy(func(size int64) (w io.Writer, err error) {
		w, end, err = b.begin(boltkv.FileName, size)
		return w, err
	})
	if err != nil {
		return fmt.Errorf("copy the data: %w", err)
	}
	end()
	return nil
}

// file adds a file of the directory under its own name, once.
func (b *backup) file(name string) error {
	if b.done[name] {
		return nil
	}
	f, err := os.Open(filepath.Join(b.dir, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer f.Close()
	return b.add(name, f)
}

func (b *backup) add(name string, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	w, end, err := b.begin(name, info.Size())
	if err != nil {
		return err
	}
	if _, err := io.CopyN(w, f, info.Size()); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	end()
	return nil
}

// begin begins an entry of size bytes, which w takes; end notes it in the manifest.
func (b *backup) begin(name string, size int64) (w io.Writer, end func(), err error) {
	err = b.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: b.manifest.Made})
	sum := sha256.New()
	return io.MultiWriter(b.tar, sum), func() {
		b.done[name] = true
		b.manifest.Entries = append(b.manifest.Entries, ManifestEntry{name, size, hex.EncodeToString(sum.Sum(nil))})
	}, err
}

func (b *backup) finish() error {
	data, err := json.MarshalIndent(b.manifest, "", "\t")
	if err != nil {
		return err
	}
	err = b.tar.WriteHeader(&tar.Header{Name: manifestName, Size: int64(len(data)), Mode: 0o600, ModTime: b.manifest.Made})
	if err != nil {
		return err
	}
	if _, err := b.tar.Write(data); err != nil {
		return err
	}
	return b.tar.Close()
}

// Verify reads a whole backup and holds every byte of it against its manifest.
func Verify(r io.Reader) (Manifest, error) {
	found := map[string]ManifestEntry{}
	var last []byte
	err := eachEntry(r, func(name string, content io.Reader) error {
		if last != nil {
			return damaged("something stands behind its manifest")
		}
		if name == manifestName {
			var err error
			last, err = io.ReadAll(content)
			return err
		}
		sum := sha256.New()
		size, err := io.Copy(sum, content)
		found[name] = ManifestEntry{name, size, hex.EncodeToString(sum.Sum(nil))}
		return err
	})
	var m Manifest
	switch {
	case err != nil:
		return m, err
	case last == nil:
		return m, damaged("it has no manifest, so its end is missing")
	case json.Unmarshal(last, &m) != nil:
		return m, damaged("its manifest cannot be read")
	case m.Version != 1:
		return m, fmt.Errorf("this backup is of format %d, which this version of deskbell does not know: use the one that made it", m.Version)
	}
	return m, m.compare(found)
}

// compare says where what was found is not what the manifest says.
func (m Manifest) compare(found map[string]ManifestEntry) error {
	named := map[string]bool{}
	for _, e := range m.Entries {
		named[e.Name] = true
		if found[e.Name] != e {
			return damaged(e.Name + " is not what was backed up")
		}
	}
	for name := range found {
		if !named[name] {
			return damaged(name + " does not belong to it")
		}
	}
	if !named[boltkv.FileName] || !named[keyName] {
		return damaged("data or key are missing")
	}
	return nil
}

func damaged(why string) error {
	return fmt.Errorf("this backup is damaged (%s): use another one", why)
}

// eachEntry reads a tar and refuses everything that no backup of ours holds.
func eachEntry(r io.Reader, do func(name string, content io.Reader) error) error {
	t := tar.NewReader(r)
	for {
		head, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged(err.Error())
		}
		if head.Typeflag != tar.TypeReg || !ourName(head.Name) {
			return damaged("it holds " + head.Name)
		}
		err = do(head.Name, t)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return damaged("its end is missing")
		}
		if err != nil {
			return err
		}
	}
}

// ourName reports whether a backup may hold name: no other file can be written by restoring one.
func ourName(name string) bool {
	if name == boltkv.FileName || name == keyName || name == manifestName {
		return true
	}
	return strings.HasPrefix(name, filesName+"/") && path.Clean(name) == name && !bytes.ContainsAny([]byte(name), "\\:\x00")
}
