package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"deskbell/forum"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/kit"
)

type boardForm struct {
	Once        string `form:"once"`
	Name        string `form:"name"`
	Description string `form:"description"`
	Department  string `form:"department"`
	Tags        string `form:"tags"` // with commas between them
	After       string `form:"escalate_after"`
	Hours       string `form:"escalate_hours"`
	Retired     bool   `form:"retired"`
}

func (in boardForm) change() (forum.BoardChange, error) {
	after, err := forum.ParseDelay(in.After)
	return forum.BoardChange{
		Name: in.Name, Description: in.Description, Department: in.Department, Tags: strings.Split(in.Tags, ","),
		EscalateAfter: after, EscalateHours: forum.Hours(in.Hours), Retired: in.Retired,
	}, err
}

type boardView struct {
	view
	In          boardForm
	Board       *forum.Board // nil for a new one
	Departments []*people.Department
}

type boardsView struct {
	view
	All         []*forum.Board
	Departments map[string]string
}

func (f *face) boards(w http.ResponseWriter, r *http.Request) error {
	v := boardsView{view: f.viewOf(r, "boards"), Departments: map[string]string{}}
	err := f.see(r, func(tx *store.Tx) (err error) {
		all, err := people.Departments(tx)
		if err != nil {
			return err
		}
		for _, d := range all {
			v.Departments[d.ID] = d.Name
		}
		v.All, err = forum.Boards(tx, v.Actor)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, boardsPage(v))
}

func (f *face) newBoard(w http.ResponseWriter, r *http.Request) error {
	usual := forum.DefaultBoard
	in := boardForm{After: usual.EscalateAfter.String(), Hours: string(usual.EscalateHours)}
	page, err := f.boardPage(r, &in, nil)
	return render(w, r, page, err)
}

func (f *face) board(w http.ResponseWriter, r *http.Request) error {
	page, err := f.boardPage(r, nil, nil)
	return render(w, r, page, err)
}

// boardPage shows a board as it is, or as somebody typed it when in is given; without an id it is a new one.
func (f *face) boardPage(r *http.Request, in *boardForm, wrong error) (templ.Component, error) {
	v := boardView{view: f.viewOf(r, "boards")}
	v.Err = wrong
	err := f.see(r, func(tx *store.Tx) (err error) {
		if id := r.PathValue("id"); id != "" {
			if v.Board, err = forum.BoardByID(tx, id); err != nil {
				return err
			}
			v.In = boardForm{
				Name: v.Board.Name, Description: v.Board.Description, Department: v.Board.Department, Tags: strings.Join(v.Board.Tags, ", "),
				After: v.Board.EscalateAfter.String(), Hours: string(v.Board.EscalateHours), Retired: v.Board.Retired,
			}
		}
		v.Departments, err = people.Departments(tx)
		return err
	})
	if in != nil {
		v.In = *in
	}
	return boardPage(v), err
}

func (f *face) addBoard(w http.ResponseWriter, r *http.Request) error {
	return f.putBoard(w, r, func(tx *store.Tx, c forum.BoardChange) (string, error) {
		b, err := forum.AddBoard(tx, web.Actor(r), c)
		if err != nil {
			return "", err
		}
		return "/desk/admin/boards/" + b.ID + "?done=added", nil
	})
}

func (f *face) changeBoard(w http.ResponseWriter, r *http.Request) error {
	return f.putBoard(w, r, func(tx *store.Tx, c forum.BoardChange) (string, error) {
		b, err := forum.ChangeBoard(tx, web.Actor(r), r.PathValue("id"), c)
		if err != nil {
			return "", err
		}
		return "/desk/admin/boards/" + b.ID + "?done=saved", nil
	})
}

func (f *face) putBoard(w http.ResponseWriter, r *http.Request, put func(*store.Tx, forum.BoardChange) (string, error)) error {
	var in boardForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	c, err := in.change()
	path := ""
	if err == nil {
		path, err = f.do(r, in.Once, func(tx *store.Tx) (string, error) { return put(tx, c) })
	}
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.boardPage(r, &in, err) })
}

// delays are what most shops promise; a board that has another by the API keeps it.
var delays = []string{"0s", "1h", "2h", "4h", "8h", "24h", "48h", "off"}

func delayOptions(ctx context.Context, now string) (options []kit.Option) {
	for _, d := range delays {
		options = append(options, kit.Option{Value: d, Label: delayName(ctx, d)})
	}
	if !slices.Contains(delays, now) {
		options = append(options, kit.Option{Value: now, Label: delayName(ctx, now)})
	}
	return options
}

func delayName(ctx context.Context, d string) string {
	switch d {
	case "0s":
		return i18n.T(ctx, "admin.delay_none")
	case "off":
		return i18n.T(ctx, "admin.delay_off")
	}
	length, err := time.ParseDuration(d)
	switch {
	case err == nil && length%time.Hour == 0:
		return i18n.T(ctx, "admin.delay_hours", "count", int(length/time.Hour))
	case err == nil && length%time.Minute == 0:
		return i18n.T(ctx, "admin.delay_minutes", "count", int(length/time.Minute))
	}
	return d
}

func hoursOptions(ctx context.Context) []kit.Option {
	return []kit.Option{
		{Value: string(forum.Working), Label: clockName(ctx, forum.Working)},
		{Value: string(forum.Clock), Label: clockName(ctx, forum.Clock)},
	}
}

func clockName(ctx context.Context, h forum.Hours) string {
	if h == forum.Working {
		return i18n.T(ctx, "admin.clock_working")
	}
	return i18n.T(ctx, "admin.clock_always")
}

// departmentOptions offers those that take something, and the one that is chosen.
func departmentOptions(ctx context.Context, all []*people.Department, chosen string) []kit.Option {
	options := []kit.Option{{Label: i18n.T(ctx, "admin.no_department")}}
	for _, d := range all {
		if !d.Retired || d.ID == chosen {
			options = append(options, kit.Option{Value: d.ID, Label: d.Name})
		}
	}
	return options
}
