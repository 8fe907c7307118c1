package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/ui/house"
)

func (p *program) agent() *cobra.Command {
	cmd := &cobra.Command{Use: "agent", Short: "Add, list and disable agents, and give them passwords", Args: none, RunE: help}
	cmd.AddCommand(p.agentAdd(), p.agentList(), p.agentDisable(), p.agentPassword())
	return cmd
}

// help is what a command says that only has commands below it.
func help(cmd *cobra.Command, _ []string) error { return cmd.Help() }

type newAgent struct {
	Email, Name, Role, Password string
	Departments                 []string
}

func (p *program) agentAdd() *cobra.Command {
	var a newAgent
	cmd := &cobra.Command{
		Use:   "add --email EMAIL --name NAME [--role ROLE]",
		Short: "Add an agent; the password comes from standard input, or is made and printed once",
		Args:  none,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if err := oneOf("role", people.Role(a.Role), people.Roles()); err != nil {
				return err
			}
			if a.Password, err = readSecret(p.in); err != nil {
				return err
			}
			return p.run(cmd.Context(), "agent add", a, p.out, false)
		},
	}
	cmd.Flags().StringVar(&a.Email, "email", "", "the e-mail address to sign in with")
	cmd.Flags().StringVar(&a.Name, "name", "", "the name that colleagues and customers see")
	cmd.Flags().StringVar(&a.Role, "role", string(people.AgentRole), "owner, admin, lead or agent")
	cmd.Flags().StringArrayVar(&a.Departments, "department", nil, "a department's name; may be given more than once")
	mark(cmd, "email", "name")
	return cmd
}

// mark makes flags required.
func mark(cmd *cobra.Command, flags ...string) {
	for _, f := range flags {
		if err := cmd.MarkFlagRequired(f); err != nil {
			panic(err) // the flag is not there: the program is wrong
		}
	}
}

func addAgent(ctx context.Context, h *house.House, n newAgent, out io.Writer) error {
	secret, made := orMade(n.Password)
	hash, err := h.Gate.Password(ctx, secret)
	if err != nil {
		return err
	}
	err = h.DB.Update(ctx, func(tx *store.Tx) error {
		departments, err := departmentIDs(tx, n.Departments)
		if err != nil {
			return err
		}
		_, err = people.AddAgent(tx, people.System, people.NewAgent{
			Email: n.Email, Name: n.Name, Role: people.Role(n.Role), Departments: departments, Password: hash,
		})
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "added %s as %s\n", n.Email, n.Role)
	if made {
		fmt.Fprintf(out, "password: %s\n", secret)
	}
	return nil
}

// orMade is the password that was given, or a new one that nobody can guess.
func orMade(given string) (secret string, made bool) {
	if given != "" {
		return given, false
	}
	return store.NewRef(), true
}

func departmentIDs(tx *store.Tx, names []string) ([]string, error) {
	all, err := people.Departments(tx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, name := range names {
		id := ""
		for _, d := range all {
			if strings.EqualFold(d.Name, name) {
				id = d.ID
			}
		}
		if id == "" {
			return nil, fmt.Errorf("there is no department %q: check its name, or add it under Settings first", name)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (p *program) agentList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the agents", Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.run(cmd.Context(), "agent list", nil, p.out, true)
		},
	}
}

func listAgents(ctx context.Context, h *house.House, _ *struct{}, out io.Writer) error {
	var agents []*people.Agent
	err := h.DB.View(ctx, func(tx *store.Tx) (err error) {
		agents, err = people.Agents(tx)
		return err
	})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "EMAIL\tNAME\tROLE\tSTATE")
	for _, a := range agents {
		state := "active"
		switch {
		case a.Disabled:
			state = "disabled"
		case a.Joined.IsZero():
			state = "invited"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Email, a.Name, a.Role, state)
	}
	return w.Flush()
}

// account names an agent, and the password that he is to have.
type account struct{ Email, Password string }

func (p *program) agentDisable() *cobra.Command {
	var a account
	cmd := &cobra.Command{
		Use: "disable --email EMAIL", Short: "Shut an agent out, at once and everywhere", Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.run(cmd.Context(), "agent disable", a, p.out, true)
		},
	}
	cmd.Flags().StringVar(&a.Email, "email", "", "the agent's e-mail address")
	mark(cmd, "email")
	return cmd
}

func disableAgent(ctx context.Context, h *house.House, a account, out io.Writer) error {
	err := h.DB.Update(store.Urgent(ctx), func(tx *store.Tx) error {
		agent, err := people.AgentByEmail(tx, a.Email)
		if err != nil {
			return err
		}
		return people.DisableAgent(tx, people.System, agent.ID)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "disabled %s\n", a.Email)
	return nil
}

func (p *program) agentPassword() *cobra.Command {
	var a account
	cmd := &cobra.Command{
		Use:   "password --email EMAIL",
		Short: "Give an agent a new password, from standard input, or made and printed once",
		Args:  none,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if a.Password, err = readSecret(p.in); err != nil {
				return err
			}
			return p.run(cmd.Context(), "agent password", a, p.out, true)
		},
	}
	cmd.Flags().StringVar(&a.Email, "email", "", "the agent's e-mail address")
	mark(cmd, "email")
	return cmd
}

func setPassword(ctx context.Context, h *house.House, a account, out io.Writer) error {
	secret, made := orMade(a.Password)
	hash, err := h.Gate.Password(ctx, secret)
	if err != nil {
		return err
	}
	err = h.DB.Update(store.Urgent(ctx), func(tx *store.Tx) error {
		agent, err := people.AgentByEmail(tx, a.Email)
		if err != nil {
			return err
		}
		return people.SetPassword(tx, people.System, agent.ID, hash)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s has a new password and was signed out everywhere\n", a.Email)
	if made {
		fmt.Fprintf(out, "password: %s\n", secret)
	}
	return nil
}

// firstLine is text up to its first line end.
func firstLine(text []byte) string {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return string(bytes.TrimSuffix(line, []byte("\r")))
}
