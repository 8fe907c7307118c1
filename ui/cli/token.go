package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/ui/house"
)

func (p *program) token() *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "Create, list and revoke API tokens", Args: none, RunE: help}
	cmd.AddCommand(p.tokenCreate(), p.tokenList(), p.tokenRevoke())
	return cmd
}

type newToken struct{ Agent, Scope, Name string }

func (p *program) tokenCreate() *cobra.Command {
	var t newToken
	cmd := &cobra.Command{
		Use:   "create --agent EMAIL --scope SCOPE [--name NAME]",
		Short: "Make a token with which a program acts as an agent; it is printed once",
		Args:  none,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("scope", people.Scope(t.Scope), people.Scopes()); err != nil {
				return err
			}
			return p.run(cmd.Context(), "token create", t, p.out, true)
		},
	}
	cmd.Flags().StringVar(&t.Agent, "agent", "", "the agent's e-mail address")
	cmd.Flags().StringVar(&t.Scope, "scope", string(people.ScopeRead), "read, write or admin")
	cmd.Flags().StringVar(&t.Name, "name", "made at the command line", "what the token is for")
	mark(cmd, "agent")
	return cmd
}

func createToken(ctx context.Context, h *house.House, n newToken, out io.Writer) error {
	var secret string
	err := h.DB.Update(ctx, func(tx *store.Tx) error {
		agent, err := people.AgentByEmail(tx, n.Agent)
		if err != nil {
			return err
		}
		secret, _, err = people.CreateToken(tx, people.System, people.NewToken{Agent: agent.ID, Name: n.Name, Scope: people.Scope(n.Scope)})
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, secret) // alone, so that a script can take it
	return nil
}

func (p *program) tokenList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the tokens", Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.run(cmd.Context(), "token list", nil, p.out, true)
		},
	}
}

func listTokens(ctx context.Context, h *house.House, _ *struct{}, out io.Writer) error {
	var tokens []*people.Token
	owners := map[string]string{}
	err := h.DB.View(ctx, func(tx *store.Tx) error {
		agents, err := people.Agents(tx)
		if err != nil {
			return err
		}
		for _, a := range agents {
			owners[a.ID] = a.Email
		}
		tokens, err = people.Tokens(tx, people.System)
		return err
	})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tAGENT\tSCOPE\tENDS IN\tCREATED\tNAME")
	for _, t := range tokens {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, owners[t.Agent], t.Scope, t.Last4, t.Created.Format(time.DateOnly), t.Name)
	}
	return w.Flush()
}

// tokenID names a token, as the list shows it or by itself.
type tokenID struct{ ID string }

func (p *program) tokenRevoke() *cobra.Command {
	return &cobra.Command{
		Use: "revoke ID", Short: "End a token, at once; the token itself will do as its ID", Args: one("ID, as deskbell token list shows it"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.run(cmd.Context(), "token revoke", tokenID{args[0]}, p.out, true)
		},
	}
}

func revokeToken(ctx context.Context, h *house.House, t tokenID, out io.Writer) error {
	err := h.DB.Update(store.Urgent(ctx), func(tx *store.Tx) error {
		return people.RevokeToken(tx, people.System, t.ID)
	})
	if fault.Is(err, fault.NotFound) {
		return errors.New("there is no such token: deskbell token list shows those that there are")
	}
	if err != nil {
		return err
	}
	if strings.HasPrefix(t.ID, people.TokenPrefix) {
		fmt.Fprintf(out, "revoked the token that ends in %s\n", t.ID[len(t.ID)-4:])
		return nil
	}
	fmt.Fprintf(out, "revoked %s\n", t.ID)
	return nil
}
