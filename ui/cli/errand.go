package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"deskbell/ui/house"
)

// errand is what a command does in an open house. It writes to out what the command prints, or for a backup the file itself.
type errand func(ctx context.Context, h *house.House, args json.RawMessage, out io.Writer) error

// errands are those that a running server does for others.
var errands = map[string]errand{
	"agent add":      with(addAgent),
	"agent list":     with(listAgents),
	"agent disable":  with(disableAgent),
	"agent password": with(setPassword),
	"token create":   with(createToken),
	"token list":     with(listTokens),
	"token revoke":   with(revokeToken),
	"channel list":   with(listChannels),
	"channel show":   with(showChannel),
	"channel set":    with(setChannel),
	"check":          with(checkHouse),
	"backup":         with(backUp),
	"reindex":        with(reindex),
}

// with makes an errand of a function that takes its arguments as a struct.
func with[T any](do func(context.Context, *house.House, T, io.Writer) error) errand {
	return func(ctx context.Context, h *house.House, args json.RawMessage, out io.Writer) error {
		var a T
		if err := json.Unmarshal(args, &a); err != nil {
			return fmt.Errorf("the running server does not understand this command (%w): use the same version of deskbell", err)
		}
		return do(ctx, h, a, out)
	}
}

// run does an errand where the house is open, or opens it. found says that there must be a house already.
func (p *program) run(ctx context.Context, name string, args any, out io.Writer, found bool) error {
	data, err := json.Marshal(args)
	if err != nil {
		return err
	}
	c, err := dialControl(p.data)
	if err != nil {
		return err
	}
	if c != nil {
		return c.run(ctx, name, data, out)
	}
	if found && !house.IsHouse(p.data) {
		return noHouse(p.data)
	}
	h, err := house.Open(ctx, house.Options{Dir: p.data, Unlimited: true, Doors: doors, Log: slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	err = errands[name](ctx, h, data, out)
	return errors.Join(err, h.Close(context.WithoutCancel(ctx)))
}

func noHouse(dir string) error {
	return fmt.Errorf("there is no house in %s: name its directory with --data, or begin one with deskbell serve", dir)
}

// readSecret reads a password from in, unless in is a terminal or nothing, which is "".
func readSecret(in io.Reader) (string, error) {
	if f, ok := in.(*os.File); ok {
		info, err := f.Stat()
		if err != nil || info.Mode()&fs.ModeCharDevice != 0 {
			return "", nil
		}
	}
	text, err := io.ReadAll(io.LimitReader(in, 1<<16))
	if err != nil {
		return "", fmt.Errorf("cannot read the password from standard input: %w", err)
	}
	return firstLine(text), nil
}
