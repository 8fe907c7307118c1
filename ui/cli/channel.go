package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/tickets/channels"
	"deskbell/ui/house"
)

func (p *program) channel() *cobra.Command {
	cmd := &cobra.Command{Use: "channel", Short: "Set up the channels that can be set up", Args: none, RunE: help}
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List the channels", Args: none,
			RunE: func(cmd *cobra.Command, _ []string) error {
				return p.run(cmd.Context(), "channel list", nil, p.out, true)
			},
		},
		&cobra.Command{
			Use: "show NAME", Short: "Show how a channel is set up; secrets stay secret", Args: one("name, as deskbell channel list shows it"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return p.run(cmd.Context(), "channel show", setUp{Name: args[0]}, p.out, true)
			},
		},
		p.channelSet(),
	)
	return cmd
}

// setUp names a channel, and what of it is to change.
type setUp struct {
	Name   string
	Values map[string]string
}

func (p *program) channelSet() *cobra.Command {
	return &cobra.Command{
		Use:     "set NAME FIELD=VALUE…",
		Short:   "Change how a channel is set up; a VALUE of - is read from standard input",
		Example: "deskbell channel set email host=smtp.example.com user=shop password=- from=help@example.com < password-file",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usage{errors.New("give a channel and at least one FIELD=VALUE")}
			}
			s := setUp{args[0], map[string]string{}}
			for _, arg := range args[1:] {
				field, value, ok := strings.Cut(arg, "=")
				if !ok {
					return usage{fmt.Errorf("%q is no FIELD=VALUE", arg)}
				}
				if value == "-" {
					text, err := io.ReadAll(io.LimitReader(p.in, 1<<16))
					if err != nil {
						return fmt.Errorf("cannot read %s from standard input: %w", field, err)
					}
					value = firstLine(text)
				}
				s.Values[field] = value
			}
			return p.run(cmd.Context(), "channel set", s, p.out, true)
		},
	}
}

func listChannels(_ context.Context, h *house.House, _ *struct{}, out io.Writer) error {
	for _, door := range h.Doors.All() {
		if _, ok := door.(channels.Configured); ok {
			fmt.Fprintln(out, door.Name())
		}
	}
	return nil
}

// configured finds a channel that has something to set up.
func configured(h *house.House, name string) (channels.Configured, error) {
	c, ok := h.Doors.Find(name).(channels.Configured)
	if !ok {
		return nil, fmt.Errorf("there is no channel %q to set up: deskbell channel list shows those that there are", name)
	}
	return c, nil
}

func showChannel(ctx context.Context, h *house.House, s setUp, out io.Writer) error {
	c, err := configured(h, s.Name)
	if err != nil {
		return err
	}
	var values map[string]string
	err = h.DB.View(ctx, func(tx *store.Tx) (err error) {
		values, err = c.Values(tx)
		return err
	})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	for _, field := range c.Form() {
		value := strings.ReplaceAll(values[field.Name], "\n", " ")
		if field.Kind == settings.Hidden {
			value = "(secret)"
		}
		fmt.Fprintf(w, "%s\t%s\n", field.Name, value)
	}
	return w.Flush()
}

// setChannel changes the fields that are named and leaves the others.
func setChannel(ctx context.Context, h *house.House, s setUp, out io.Writer) error {
	c, err := configured(h, s.Name)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, field := range c.Form() {
		known[field.Name] = true
	}
	for field := range s.Values {
		if !known[field] {
			return fmt.Errorf("%s has no field %q: deskbell channel show %s lists them", s.Name, field, s.Name)
		}
	}
	err = h.DB.Update(ctx, func(tx *store.Tx) error {
		values, err := c.Values(tx)
		if err != nil {
			return err
		}
		for field, value := range s.Values {
			values[field] = value
		}
		return c.Configure(tx, people.System, values)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is set up\n", s.Name)
	return nil
}
