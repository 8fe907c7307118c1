package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"deskbell/internal/web"
	"deskbell/ui"
	"deskbell/ui/house"
)

func (p *program) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which version this is", Args: none,
		RunE: func(*cobra.Command, []string) error {
			revision := "unknown revision"
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						revision = s.Value
					}
				}
			}
			fmt.Fprintf(p.out, "deskbell %s (%s, %s, %s/%s)\n", house.Version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}

func (p *program) routes() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "routes", Short: "List everything that the server answers, and who may call it", Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lines, err := routeLines(cmd)
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(p.out)
				e.SetIndent("", "  ")
				return e.Encode(lines)
			}
			w := tabwriter.NewWriter(p.out, 0, 8, 2, ' ', 0)
			for _, l := range lines {
				fmt.Fprintf(w, "%s\t%s\t%s\n", l.Method, l.Path, l.Who)
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

// routeLines asks a house of its own, since the routes of one house are those of every other.
func routeLines(cmd *cobra.Command) (lines []web.Line, err error) {
	dir, err := os.MkdirTemp("", "deskbell-routes-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	h, err := house.Open(cmd.Context(), house.Options{Dir: dir, Doors: doors, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.Close(cmd.Context())) }()
	s, err := ui.New(h, ui.Options{})
	if err != nil {
		return nil, err
	}
	return s.Routes(), nil
}
