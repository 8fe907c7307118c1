package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/tickets"
)

// view is a list of the rail: what it holds, and what it is called in an address.
type view struct {
	Name  string // in ?view=, such as "mine", "solved" or "department-…"
	Icon  string
	Key   string // after g
	Holds tickets.View
	Label string // for a department, which names itself
}

// views are those that everybody has, in the order of the rail. The first is where the desk begins.
var views = []view{
	{Name: "open", Icon: "inbox", Key: "o", Holds: tickets.View{}},
	{Name: "mine", Icon: "user-round", Key: "m", Holds: tickets.View{Kind: tickets.Mine}},
	{Name: "unassigned", Icon: "user-plus", Key: "u", Holds: tickets.View{Kind: tickets.Unassigned}},
	{Name: "snoozed", Icon: "clock", Holds: tickets.View{Kind: tickets.ByStatus, Status: tickets.Snoozed}},
	{Name: "solved", Icon: "circle-check", Key: "s", Holds: tickets.View{Kind: tickets.ByStatus, Status: tickets.Solved}},
	{Name: "spam", Icon: "shield-alert", Holds: tickets.View{Kind: tickets.ByStatus, Status: tickets.Junk}},
	{Name: "deleted", Icon: "trash-2", Holds: tickets.View{Kind: tickets.Bin}},
}

// counted are the views whose number is worth knowing: those that want somebody.
func (v view) counted() bool {
	switch v.Name {
	case "open", "mine", "unassigned":
		return true
	}
	return v.Holds.Department != ""
}

const ofDepartment = "department-"

// viewNamed finds a view by its name in an address; a name that means nothing is the first one.
func viewNamed(name string) view {
	if id, ok := strings.CutPrefix(name, ofDepartment); ok && id != "" {
		return departmentView(id, "")
	}
	for _, v := range views {
		if v.Name == name {
			return v
		}
	}
	return views[0]
}

func departmentView(id, label string) view {
	return view{Name: ofDepartment + id, Icon: "hash", Holds: tickets.View{Department: id}, Label: label}
}

func viewOf(r *http.Request) view { return viewNamed(r.URL.Query().Get("view")) }

// title is what the view is called.
func (v view) title(ctx context.Context) string {
	if v.Label != "" {
		return v.Label
	}
	return i18n.T(ctx, "desk.view_"+v.Name) // i18n: desk.view_*
}

// href leads to the view.
func (v view) href() string {
	if v.Name == views[0].Name {
		return "/desk"
	}
	return "/desk?view=" + url.QueryEscape(v.Name)
}

// ticket leads to a ticket beside the view's list.
func (v view) ticket(id tickets.ID) string { return v.with("/desk/tickets/" + id.String()) }

// noting leads to a ticket whose composer is ready for a note.
func (v view) noting(id tickets.ID) string {
	path := v.ticket(id)
	if v.Name == views[0].Name {
		return path + "?note=1"
	}
	return path + "&note=1"
}

// with is path with the view that it should come back to.
func (v view) with(path string) string {
	if v.Name == views[0].Name {
		return path
	}
	return path + "?view=" + url.QueryEscape(v.Name)
}

// holds tells whether a ticket stands in the view of by. It says of one ticket what the view's index says of all.
func (v view) holds(by people.Actor, t *tickets.Ticket) bool {
	if !tickets.MayRead(by, t) || t.Deleted() != (v.Holds.Kind == tickets.Bin) {
		return false
	}
	if v.Holds.Department != "" && t.Department != v.Holds.Department {
		return false
	}
	switch v.Holds.Kind {
	case tickets.Bin:
		return true
	case tickets.ByStatus:
		return t.Status == v.Holds.Status
	case tickets.Mine:
		return waits(t) && t.Assignee == by.ID
	case tickets.Unassigned:
		return waits(t) && t.Assignee == ""
	}
	return waits(t)
}

func waits(t *tickets.Ticket) bool { return slices.Contains(tickets.Live(), t.Status) }

// railLine is a view in the rail with how many wait in it.
type railLine struct {
	view
	Count int
}

// rail is what the rail shows to one agent.
type rail struct {
	Views       []railLine
	Departments []railLine
	Held        int // forum posts that wait for a look
	Here        string
	Agent       *people.Agent
	Admin       bool // may see the settings
	Moderator   bool // may see held posts
	Writer      bool // may see the articles that are not out yet
	Away        bool // takes no chats just now
}

// lines counts the views of by: those that everybody has, then his departments.
func lines(tx *store.Tx, by people.Actor) (standing, departments []railLine, err error) {
	for _, v := range views {
		if v.Holds.Kind == tickets.Bin && !by.May(tickets.DeleteTickets, "") {
			continue
		}
		line, err := counted(tx, by, v)
		if err != nil {
			return nil, nil, err
		}
		standing = append(standing, line)
	}
	all, err := people.Departments(tx)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range all {
		if d.Retired || !by.May(tickets.ReadTickets, d.ID) {
			continue
		}
		line, err := counted(tx, by, departmentView(d.ID, d.Name))
		if err != nil {
			return nil, nil, err
		}
		departments = append(departments, line)
	}
	return standing, departments, nil
}

func counted(tx *store.Tx, by people.Actor, v view) (railLine, error) {
	if !v.counted() {
		return railLine{view: v}, nil
	}
	n, err := tickets.Count(tx, by, v.Holds)
	return railLine{v, n}, err
}
