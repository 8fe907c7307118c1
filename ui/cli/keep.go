package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"deskbell/internal/disk"
	"deskbell/internal/store"
	"deskbell/ui/house"
)

func (p *program) check() *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "Read every record and every file, and say what is wrong", Args: none,
		Long: "Read every record and every file, and say what is wrong. The house works meanwhile; only at the end, while the pages of\n" +
			"the data file are looked over, whoever writes waits: two to four seconds for each gigabyte.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.run(cmd.Context(), "check", nil, p.out, true)
		},
	}
}

func checkHouse(ctx context.Context, h *house.House, _ *struct{}, out io.Writer) error {
	report, err := store.Check(ctx, h.DB)
	if err != nil {
		return err
	}
	files, err := h.Files.Check(ctx, func(problem string) { report.Problems = append(report.Problems, problem) })
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil { // what was found before must be said all the same
		report.Problems = append(report.Problems, "the files: "+sentence(err))
	}
	for _, problem := range report.Problems {
		fmt.Fprintln(out, printable(problem))
	}
	if n := len(report.Problems); n > 0 {
		return fmt.Errorf("%d things are wrong among %d records and %d files: restore the last good backup, or ask for help with this list", n, report.Records, files)
	}
	fmt.Fprintf(out, "all is well: %d records and %d files\n", report.Records, files)
	return nil
}

// printable spells out what does not print. A problem may quote what a stranger wrote, and that must neither steer the
// operator's terminal nor begin a line of its own.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strconv.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

func (p *program) reindex() *cobra.Command {
	return &cobra.Command{
		Use: "reindex", Short: "Make the search index anew", Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.run(cmd.Context(), "reindex", nil, p.out, true)
		},
	}
}

func reindex(ctx context.Context, h *house.House, _ *struct{}, out io.Writer) error {
	said := time.Now()
	err := h.Search.Reindex(ctx, func(documents uint64) {
		if time.Since(said) > time.Second {
			said = time.Now()
			fmt.Fprintf(out, "%d documents so far\n", documents)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "the search index holds %d documents\n", h.Search.Documents())
	return nil
}

func (p *program) backup() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a backup, while the house works; encrypt it, it holds the key",
		Args:  one("file to write"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.writeBackup(cmd.Context(), args[0])
		},
	}
}

// writeBackup gives the backup its name only when it is whole and on disk.
func (p *program) writeBackup(ctx context.Context, target string) error {
	if _, err := os.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists already: name another file", target)
	}
	temp, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+"-*.part") // mode 0600
	if disk.IsFull(err) {
		return notWritten(target, err)
	}
	if err != nil {
		return fmt.Errorf("cannot write the backup (%w): name a file in a directory that you may write to", err)
	}
	defer os.Remove(temp.Name())
	progress := &progress{out: p.err, said: time.Now()}
	here := &taker{Writer: temp}
	err = p.run(ctx, "backup", nil, io.MultiWriter(here, progress), true)
	switch trouble := errors.Join(temp.Sync(), temp.Close()); {
	case here.err != nil:
		return notWritten(target, here.err)
	case err != nil:
		return err
	case trouble != nil:
		return notWritten(target, trouble)
	}
	// A link does not replace what somebody else has put there meanwhile, as a rename would.
	if err := os.Link(temp.Name(), target); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s exists already: name another file", target)
		}
		if err := os.Rename(temp.Name(), target); err != nil {
			return err
		}
	}
	if err := disk.FlushFolder(filepath.Dir(target)); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "backup written to %s: %d bytes; it holds the house's key, so keep it safe\n", target, progress.bytes)
	return nil
}

// notWritten is what is said of a backup for which its own disk is to blame.
func notWritten(target string, err error) error {
	dir := filepath.Dir(target)
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole
	}
	if disk.IsFull(err) {
		return fmt.Errorf("there is no room for the backup in %s: make room there, or name a file on another disk", dir)
	}
	if named := new(fs.PathError); errors.As(err, &named) {
		err = named.Err // without the name of a file that is gone by then
	}
	return fmt.Errorf("cannot write the backup in %s (%w): name a file on another disk", dir, err)
}

func backUp(ctx context.Context, h *house.House, _ *struct{}, out io.Writer) error {
	_, err := h.Backup(ctx, out)
	return err
}

// progress counts what goes by and says so every few seconds.
type progress struct {
	out   io.Writer
	bytes int64
	said  time.Time
}

func (p *progress) Write(b []byte) (int, error) {
	p.bytes += int64(len(b))
	if time.Since(p.said) > 2*time.Second {
		p.said = time.Now()
		fmt.Fprintf(p.out, "%d MiB so far\n", p.bytes>>20)
	}
	return len(b), nil
}

func (p *program) restore() *cobra.Command {
	var only bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup back into an empty data directory",
		Args:  one("backup"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.putBack(cmd.Context(), args[0], only)
		},
	}
	cmd.Flags().BoolVar(&only, "check", false, "only read the backup and say whether it is whole")
	return cmd
}

func (p *program) putBack(ctx context.Context, name string, only bool) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("cannot open the backup: %w", err)
	}
	defer f.Close()
	seen := &progress{out: p.err, said: time.Now()}
	m, err := house.Verify(io.TeeReader(f, seen))
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "the backup of %s is whole: %d entries\n", m.Made.Format(time.RFC3339), len(m.Entries))
	if only {
		return nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := house.Restore(ctx, f, p.data); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "restored into %s; start it with deskbell serve --data %s\n", p.data, p.data)
	return nil
}

func (p *program) rekey() *cobra.Command {
	return &cobra.Command{
		Use: "rekey", Short: "Go on with another key, when the house's own is lost and in no backup", Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !house.IsHouse(p.data) {
				return noHouse(p.data)
			}
			if err := house.Rekey(cmd.Context(), p.data); err != nil {
				return err
			}
			fmt.Fprintf(p.out, "the house in %s has another key: links that were sent no longer open, and passwords of channels must be entered again\n", p.data)
			return nil
		},
	}
}
