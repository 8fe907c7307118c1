package boltkv

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// damage is a page that cannot be what was written.
type damage struct{ what any }

// outside is what is wrong with a page whose lengths or positions cannot be.
const outside = "a page of it points outside"

func (d *damage) Error() string {
	return fmt.Sprintf("the data file is damaged (%v): restore the last good backup; deskbell check says how much is wrong", d.what)
}

// guard turns a panic into an error: bbolt's, which is its word for a damaged page, or the caller's own, which is a mistake.
// A flipped bit may also say that a key or a value lies outside of the file. To read there would end the process, unless this
// goroutine asks for a panic instead.
func guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		switch {
		case p == nil:
		case isOutside(p):
			err = &damage{outside}
		case boltPanicked():
			if _, bounds := p.(runtime.Error); bounds {
				p = outside
			}
			err = &damage{p}
		default:
			stack := make([]byte, 8<<10)
			slog.Error("a transaction panicked", "panic", p, "stack", string(stack[:runtime.Stack(stack, false)]))
			err = fmt.Errorf("a transaction panicked: %v", p)
		}
	}()
	return fn()
}

// isOutside tells whether a panic is that of memory which is not there. A nil pointer, which is a mistake, has no address.
func isOutside(p any) bool {
	_, ok := p.(interface {
		runtime.Error
		Addr() uintptr
	})
	return ok
}

// boltPanicked tells, in a deferred function, whether the panic that it recovered began in bbolt.
func boltPanicked() bool {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(0, callers)])
	panicked := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			panicked = true
		case panicked && !strings.HasPrefix(frame.Function, "runtime."):
			return strings.HasPrefix(frame.Function, "go.etcd.io/bbolt")
		}
		if !more {
			return false
		}
	}
}

// Verify looks over bbolt's own pages. Writers wait meanwhile, two to four seconds for each gigabyte: bbolt holds the pages
// against the list of free ones as it is now, and a commit in between would make a sound file look broken. To look over a copy
// instead takes several times as long and as much room again, on a disk that may be what is wrong.
func (e *Engine) Verify(ctx context.Context) (problems []string) {
	err := guard(func() error {
		tx, err := e.db.Begin(true)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if problems, err = e.strays(tx); err != nil || len(problems) > 0 {
			return err
		}
		for err := range tx.Check() {
			problems = append(problems, "the data file: "+err.Error())
		}
		return nil
	})
	if err != nil {
		problems = append(problems, "the data file: "+err.Error())
	}
	return problems
}

// strays finds the pages that claim, or point to, more of the file than there is. bbolt's own check would follow them: for
// hours, or out of its memory, in a goroutine that we cannot guard. So the file is read here, not its mapping.
func (e *Engine) strays(tx *bolt.Tx) (problems []string, err error) {
	size := e.db.Info().PageSize
	for id := 0; ; id++ {
		page, err := tx.Page(id)
		if err != nil || page == nil {
			return problems, err
		}
		if page.Type == "free" {
			continue
		}
		if last, err := tx.Page(id + page.OverflowCount); err != nil || last == nil {
			return append(problems, fmt.Sprintf("the data file: page %d claims %d pages more, past the end of the file", id, page.OverflowCount)), err
		}
		whole := io.NewSectionReader(e.file, int64(id)*int64(size), int64(1+page.OverflowCount)*int64(size))
		if err := within(whole, page.Type, page.Count); err != nil {
			problems = append(problems, fmt.Sprintf("the data file: page %d: %v", id, err))
		}
		id += page.OverflowCount
	}
}

// What bbolt's leaf and branch pages consist of (go.etcd.io/bbolt/internal/common/page.go): after the header one element of
// 16 bytes for each key. A leaf's has flags, position, and the lengths of key and value; a branch's has position, the length of
// the key, and a page. Positions count from the element.
const elementSize = 16

var errOutside = errors.New("it points outside of itself")

// within tells whether all that a page points to lies in it.
func within(page *io.SectionReader, kind string, count int) error {
	if kind != "leaf" && kind != "branch" {
		return nil
	}
	elements := make([]byte, count*elementSize)
	if _, err := page.ReadAt(elements, pageHeader); err != nil {
		if errors.Is(err, io.EOF) {
			return errOutside
		}
		return bare(err)
	}
	native := binary.NativeEndian
	for at := 0; at < len(elements); at += elementSize {
		element := elements[at : at+elementSize]
		number := func(i int) int64 { return int64(native.Uint32(element[4*i:])) }
		length := number(0) + number(1)
		if kind == "leaf" {
			length = number(1) + number(2) + number(3)
		}
		if pageHeader+int64(at)+length > page.Size() {
			return errOutside
		}
	}
	return nil
}
