// Package cli is the house at the command line.
//
// Serve and demo keep a house open; every other command is an errand: it is done by the server that has the house open, if
// there is one, and otherwise by the command itself, with the same words on the same streams. Errors are one sentence on
// standard error that says what to do next; the exit status is 1, and 2 when the command was not understood.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
)

// program is one run of the command line.
type program struct {
	in       io.Reader
	out, err io.Writer
	data     string // the data directory
	began    bool   // a command was understood and has begun: what fails now is no usage error
}

// Run does what args say and gives the exit status.
func Run(args []string, in io.Reader, out, errs io.Writer) int {
	// A reader of our output who goes away must not take the house with him.
	signal.Ignore(syscall.SIGPIPE)
	keepPrivate()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()

	p := &program{in: in, out: out, err: errs}
	root := p.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var asked usage
	switch {
	case err == nil:
		return 0
	case errors.Is(err, syscall.EPIPE):
		return 1 // whoever read has what he wanted
	case !p.began || errors.As(err, &asked):
		fmt.Fprintf(errs, "deskbell: %s; see deskbell --help\n", sentence(err))
		return 2
	default:
		fmt.Fprintf(errs, "deskbell: %s\n", sentence(err))
		return 1
	}
}

// usage is an error of who typed the command.
type usage struct{ error }

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "deskbell",
		Short:         "A help desk in one program",
		Long:          "Deskbell is a help desk in one program: tickets, chat, community and knowledge base.\nTry it with: deskbell demo",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentFlags().StringVar(&p.data, "data", "./deskbell-data", "the data `DIR`")
	root.AddCommand(
		p.serve(), p.demo(), p.agent(), p.token(), p.channel(), p.check(), p.backup(), p.restore(), p.rekey(), p.reindex(), p.routes(), p.version(),
	)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd) }
	p.noteBegin(root)
	return root
}

// noteBegin has every command below cmd say when it begins.
func (p *program) noteBegin(cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		p.noteBegin(c)
	}
	if do := cmd.RunE; do != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			p.began = true
			return do(cmd, args)
		}
	}
}

// surroundings is the annotation of commands whose flags are environment variables too. --data always is.
const surroundings = "environment"

// fromEnvironment takes the flags that were not given from DESKBELL_DATA, DESKBELL_LISTEN and so on.
func fromEnvironment(cmd *cobra.Command) (err error) {
	_, all := cmd.Annotations[surroundings]
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := "DESKBELL_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value := os.Getenv(name)
		if f.Changed || value == "" || !all && f.Name != "data" {
			return
		}
		if e := cmd.Flags().Set(f.Name, value); e != nil {
			err = usage{fmt.Errorf("the environment variable %s is %q, which --%s cannot be", name, value, f.Name)}
		}
	})
	return err
}

// sentence is what err says to whoever typed the command. Faults speak the catalogue's English: a terminal names no
// language that could be relied on.
func sentence(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal {
		said := i18n.Say(context.Background(), f.Say, f.Values)
		if f.Kind == fault.NotFound {
			said, _, _ = strings.Cut(said, ". ") // how to go on is said for pages
		}
		switch {
		case slices.Contains(flagged, f.At):
			said = "--" + f.At + ": " + said
		case f.At != "" && f.At != "password": // that sentence says itself what it is about
			said = f.At + ": " + said
		}
		return strings.TrimSuffix(said, ".")
	}
	return strings.TrimSuffix(err.Error(), ".")
}

// flagged are the fields of faults that are flags at the command line; a channel's fields are none, nor is a password.
var flagged = []string{"agent", "email", "name", "role", "scope"}

// oneOf refuses the value of a flag that is none of those allowed, as a usage error.
func oneOf[T ~string](flag string, value T, allowed []T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	var names []string
	for _, a := range allowed {
		names = append(names, string(a))
	}
	last := len(names) - 1
	return usage{fmt.Errorf("--%s cannot be %q: it is %s or %s", flag, value, strings.Join(names[:last], ", "), names[last])}
}

// none refuses arguments that a command does not take, as a usage error.
func none(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage{fmt.Errorf("%q was not expected", args[0])}
	}
	return nil
}

// one wants exactly one argument, which is a what.
func one(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage{fmt.Errorf("give one %s", what)}
		}
		return nil
	}
}
