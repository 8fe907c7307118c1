package boltkv

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"deskbell/internal/disk"
)

// card is what stands beside the data file, so that a file that was cut, emptied or swapped is known before it is mapped:
// house.json with the installation and the file's length, flushed whenever that grows; and deskbell.run with the process
// and the number of the last commit, which is written without a flush and only warns.
type card struct {
	Installation string `json:"installation"`
	Size         int64  `json:"size"` // bytes that the data file had at least

	opened  os.FileInfo // of the data file that is open
	running *os.File
	last    uint64 // the commit that deskbell.run knew of
}

const (
	cardName    = "house.json"
	runningName = "deskbell.run"
)

func readCard(dir string) (*card, error) {
	c := &card{}
	data, err := os.ReadFile(filepath.Join(dir, cardName))
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read %s in %s: %w", cardName, dir, advised(err))
	}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, fmt.Errorf("%s in %s is not readable (%v): remove it if %s is whole", cardName, dir, err, FileName)
	}
	if _, commit, ok := readRunning(dir); ok {
		c.last = commit
	}
	return c, nil
}

// write keeps installation and length: temporary file, flush, rename, flush of the directory.
func (c *card) write(dir, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !os.SameFile(info, c.opened) {
		return errReplaced
	}
	data, err := json.MarshalIndent(card{Installation: c.Installation, Size: info.Size()}, "", "\t")
	if err != nil {
		return err
	}
	if err := disk.Replace(filepath.Join(dir, cardName), append(data, '\n')); err != nil {
		return err
	}
	c.Size = info.Size()
	return nil
}

// inspect reads a data file without mapping it, and gives the number of its last commit. A file that is not there is fine
// when there never was one.
func (c *card) inspect(path string) (txid uint64, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if c.Installation != "" {
			return 0, fmt.Errorf("%s is missing, though %s beside it says that there was one: restore the last good backup, or remove %s to begin anew", path, cardName, cardName)
		}
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("cannot open %s: %w", path, advised(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	size := info.Size()
	if size == 0 && c.Installation == "" {
		return 0, nil // made, but never written: a start that was killed
	}
	damaged := func(why string) error {
		return fmt.Errorf("%s is damaged: %s; nothing was changed: restore the last good backup with deskbell restore", path, why)
	}
	if size < c.Size {
		return 0, damaged(fmt.Sprintf("it has %d bytes and had at least %d", size, c.Size))
	}
	head := headers(f)
	if len(head) == 0 {
		if c.Installation == "" && size < whole && begun(f) {
			return 0, unfinished(f)
		}
		return 0, damaged("neither of its header pages can be read")
	}
	newest := head[0]
	for _, h := range head {
		if h.txid > newest.txid {
			newest = h
		}
	}
	if need := int64(newest.pages) * int64(newest.pageSize); size < need {
		return 0, damaged(fmt.Sprintf("it has %d bytes and its header speaks of %d", size, need))
	}
	if len(head) == 1 {
		slog.Warn("one header page of the data file cannot be read: the last commit may be missing; make a backup and restore it", "file", path)
	}
	return newest.txid, nil
}

// whole is how long a data file is at least: bbolt begins one with four pages.
const whole = 16 << 10

// begun tells whether a file holds no more than the beginning of a new data file: zeros, or what a first header begins with.
// Anything else that lies under our name is somebody's, and not ours to empty.
func begun(f *os.File) bool {
	var first [20]byte
	binary.NativeEndian.PutUint16(first[8:], metaPage)
	binary.NativeEndian.PutUint32(first[pageHeader:], magic)
	data, err := io.ReadAll(io.NewSectionReader(f, 0, whole))
	if err != nil {
		return false
	}
	known := min(len(data), len(first))
	return bytes.Equal(data[:known], first[:known]) || len(bytes.Trim(data, "\x00")) == 0
}

// unfinished clears away a first file that a kill cut off before its headers were whole: it never held anything. One that is
// just being written by another process is left to that.
func unfinished(f *os.File) error {
	if !hold(f) {
		return nil
	}
	info, err := f.Stat()
	if err != nil || info.Size() >= whole {
		return err
	}
	if err := os.Truncate(f.Name(), 0); err != nil {
		return fmt.Errorf("%s was never finished and cannot be emptied: %w", f.Name(), bare(err))
	}
	return nil
}

type header struct {
	pageSize uint32
	pages    uint64 // the file's high-water mark
	txid     uint64
}

// What bbolt's meta pages consist of (go.etcd.io/bbolt/internal/common/page.go and meta.go).
const (
	pageHeader = 16   // bytes: number, flags, count, overflow
	metaPage   = 0x04 // the flag of a meta page
	metaSize   = 64
	sumAt      = 56
	magic      = 0xED0CDAED
)

// headers reads bbolt's two meta pages as they lie on the disk: the page header, then magic, version, page size, flags, root
// (16 bytes), freelist, high-water mark, transaction and an FNV-64a sum.
func headers(f *os.File) (found []header) {
	read := func(offset int64) (h header, ok bool) {
		meta := make([]byte, metaSize)
		if _, err := f.ReadAt(meta, offset+pageHeader); err != nil {
			return h, false
		}
		sum := fnv.New64a()
		sum.Write(meta[:sumAt])
		native := binary.NativeEndian
		if native.Uint32(meta) != magic || native.Uint64(meta[sumAt:]) != sum.Sum64() {
			return h, false
		}
		return header{native.Uint32(meta[8:]), native.Uint64(meta[40:]), native.Uint64(meta[48:])}, true
	}
	if h, ok := read(0); ok {
		found = append(found, h)
		if h, ok := read(int64(h.pageSize)); ok {
			found = append(found, h)
		}
		return found
	}
	for size := int64(1 << 10); size <= 64<<10; size <<= 1 { // the first is bad: the second lies where its own page size says
		if h, ok := read(size); ok && int64(h.pageSize) == size {
			return append(found, h)
		}
	}
	return nil
}

// warnIfBehind says so when the file is older than the last commit that was noted beside it.
func (c *card) warnIfBehind(txid uint64) {
	if c.last > txid {
		slog.Warn("the data file is older than the last commit noted beside it: the newest changes may be missing",
			"file_commit", txid, "noted_commit", c.last)
	}
}

// run notes this process beside the data.
func (c *card) run(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, runningName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	c.running = f
	c.committed(c.last)
	return nil
}

// committed notes the number of a commit, without a flush.
func (c *card) committed(commit uint64) {
	if c.running == nil {
		return
	}
	line := fmt.Appendf(nil, "%20d %20d\n", os.Getpid(), commit)
	c.running.WriteAt(line, 0) // it only serves a warning
}

// stop notes that nobody runs any more.
func (c *card) stop(dir string) {
	if c.running == nil {
		return
	}
	if _, commit, ok := readRunning(dir); ok {
		c.running.WriteAt(fmt.Appendf(nil, "%20d %20d\n", 0, commit), 0)
	}
	c.running.Close()
}

func readRunning(dir string) (pid int, commit uint64, ok bool) {
	data, err := os.ReadFile(filepath.Join(dir, runningName))
	fields := strings.Fields(string(data))
	if err != nil || len(fields) != 2 {
		return 0, 0, false
	}
	pid, err1 := strconv.Atoi(fields[0])
	commit, err2 := strconv.ParseUint(fields[1], 10, 64)
	return pid, commit, err1 == nil && err2 == nil
}

// holder names the process that has the data file, for a sentence.
func holder(dir string) string {
	if pid, _, ok := readRunning(dir); ok && pid > 0 {
		return fmt.Sprintf("process %d", pid)
	}
	return "another process"
}
