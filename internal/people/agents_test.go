package people_test

import (
	"strings"
	"testing"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
)

func TestWhoMayDoWhatToWhom(t *testing.T) {
	h := open(t)
	sales := h.department("Sales")
	team := map[string]*people.Agent{
		"olga":  h.agent("olga", people.Owner),
		"oscar": h.agent("oscar", people.Owner),
		"adam":  h.agent("adam", people.Admin),
		"lea":   h.agent("lea", people.Lead, sales),
		"ann":   h.agent("ann", people.AgentRole, sales),
	}
	role := func(who string, r people.Role) func(*store.Tx, people.Actor) error {
		return func(tx *store.Tx, by people.Actor) error {
			_, err := people.ChangeAgent(tx, by, team[who].ID, people.AgentChange{Email: team[who].Email, Name: who, Role: r})
			return err
		}
	}
	add := func(r people.Role) func(*store.Tx, people.Actor) error {
		return func(tx *store.Tx, by people.Actor) error {
			_, err := people.AddAgent(tx, by, people.NewAgent{Email: "new@example.com", Name: "New", Role: r})
			return err
		}
	}
	disable := func(who string) func(*store.Tx, people.Actor) error {
		return func(tx *store.Tx, by people.Actor) error { return people.DisableAgent(tx, by, team[who].ID) }
	}
	pass := func(who string) func(*store.Tx, people.Actor) error {
		return func(tx *store.Tx, by people.Actor) error { return people.SetPassword(tx, by, team[who].ID, h.pass) }
	}
	invite := func(who string) func(*store.Tx, people.Actor) error {
		return func(tx *store.Tx, by people.Actor) error {
			_, err := people.Invite(tx, by, team[who].ID)
			return err
		}
	}
	token := func(who string) func(*store.Tx, people.Actor) error {
		return func(tx *store.Tx, by people.Actor) error {
			_, _, err := people.CreateToken(tx, by, people.NewToken{Agent: team[who].ID, Name: "robot", Scope: people.ScopeRead})
			return err
		}
	}
	const no = "fault.forbidden"
	for name, c := range map[string]struct {
		by   string
		do   func(*store.Tx, people.Actor) error
		want string
	}{
		"an owner adds an owner":                         {"olga", add(people.Owner), ""},
		"an admin adds an admin":                         {"adam", add(people.Admin), ""},
		"an admin adds no owner":                         {"adam", add(people.Owner), no},
		"a lead adds no admin":                           {"lea", add(people.Admin), no},
		"a lead adds nobody":                             {"lea", add(people.AgentRole), no},
		"an agent adds nobody":                           {"ann", add(people.AgentRole), no},
		"an admin makes a lead of an agent":              {"adam", role("ann", people.Lead), ""},
		"an admin makes no owner of an agent":            {"adam", role("ann", people.Owner), "people.role_above"},
		"an admin does not touch an owner":               {"adam", role("olga", people.AgentRole), no},
		"an owner demotes another":                       {"olga", role("oscar", people.AgentRole), ""},
		"an owner does not change his own role":          {"olga", role("olga", people.Admin), "people.own_role"},
		"an admin does not change his own role":          {"adam", role("adam", people.Owner), "people.own_role"},
		"a role that there is not is refused":            {"olga", role("ann", "root"), "fault.bad_value"},
		"an admin disables an agent":                     {"adam", disable("ann"), ""},
		"an admin disables no owner":                     {"adam", disable("olga"), no},
		"a lead disables nobody":                         {"lea", disable("ann"), no},
		"nobody disables himself":                        {"olga", disable("olga"), "people.not_yourself"},
		"an admin sets an agent's password":              {"adam", pass("ann"), ""},
		"an admin sets no owner's password":              {"adam", pass("olga"), no},
		"an agent sets nobody's password":                {"ann", pass("lea"), no},
		"his own password nobody sets without the old":   {"adam", pass("adam"), "people.own_password"},
		"an admin invites no owner, for the link is his": {"adam", invite("olga"), no},
		"an admin makes a token for an agent":            {"adam", token("ann"), ""},
		"an admin makes no token for an owner":           {"adam", token("olga"), no},
		"an agent makes no token":                        {"ann", token("ann"), no},
	} {
		t.Run(name, func(t *testing.T) {
			got := says(t, h.Update(t.Context(), func(tx *store.Tx) error {
				if err := c.do(tx, team[c.by].Actor()); err != nil {
					return err
				}
				return errUndo
			}))
			if got == undone {
				got = ""
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// errUndo ends a transaction that went well, so that the next sentence finds the house as it was.
const undone = "undone"

var errUndo = fault.New(fault.Conflict, undone)

func TestTheLastOwnerStays(t *testing.T) {
	h := open(t)
	olga := h.agent("olga", people.Owner)
	demote := func(tx *store.Tx) error {
		_, err := people.ChangeAgent(tx, people.System, olga.ID, people.AgentChange{Email: olga.Email, Name: "olga", Role: people.Admin})
		return err
	}
	disable := func(tx *store.Tx) error { return people.DisableAgent(tx, people.System, olga.ID) }
	if got := h.try(demote); got != "people.last_owner" {
		t.Errorf("demoted: %q", got)
	}
	if got := h.try(disable); got != "people.last_owner" {
		t.Errorf("disabled: %q", got)
	}
	oscar := h.agent("oscar", people.Owner)
	h.Do(func(tx *store.Tx) error { return people.DisableAgent(tx, people.System, oscar.ID) })
	if got := h.try(demote); got != "people.last_owner" {
		t.Errorf("with a disabled second owner: %q", got)
	}
	h.Do(func(tx *store.Tx) error { return people.EnableAgent(tx, people.System, oscar.ID) })
	h.Do(demote)
}

func TestWhatAnAgentIsCalled(t *testing.T) {
	h := open(t)
	h.agent("olga", people.Owner)
	good := people.NewAgent{Email: "new@example.com", Name: "New", Role: people.AgentRole}
	for name, c := range map[string]struct {
		change func(*people.NewAgent)
		at     string
	}{
		"all well":                            {func(*people.NewAgent) {}, ""},
		"an address that is none":             {func(n *people.NewAgent) { n.Email = "new" }, "email"},
		"an address that another has":         {func(n *people.NewAgent) { n.Email = " OLGA@example.com" }, "email"},
		"no name":                             {func(n *people.NewAgent) { n.Name = " \t" }, "name"},
		"a name of 101 characters":            {func(n *people.NewAgent) { n.Name = strings.Repeat("é", 101) }, "name"},
		"a name of 100 characters":            {func(n *people.NewAgent) { n.Name = strings.Repeat("é", 100) }, ""},
		"a name that turns the line around":   {func(n *people.NewAgent) { n.Name = "a\u202eb" }, "name"},
		"an alias that is too long":           {func(n *people.NewAgent) { n.Alias = strings.Repeat("x", 101) }, "alias"},
		"a department that there is not":      {func(n *people.NewAgent) { n.Departments = []string{"x"} }, "departments"},
		"a name that looks like a page's own": {func(n *people.NewAgent) { n.Name = "<script>alert(1)</script>" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := good
			c.change(&n)
			err := h.Update(t.Context(), func(tx *store.Tx) error {
				_, err := people.AddAgent(tx, people.System, n)
				if err == nil {
					err = errUndo
				}
				return err
			})
			f, _ := err.(*fault.Error)
			if f == nil || f.At != c.at {
				t.Errorf("%v, want a fault at %q", err, c.at)
			}
		})
	}
}

func TestAnAgentLooksAfterHimself(t *testing.T) {
	h := open(t)
	ann := h.agent("ann", people.AgentRole)
	h.Do(func(tx *store.Tx) error {
		a, err := people.ChangeSelf(tx, ann.Actor(), people.Self{Name: "Ann Lee", Alias: "Annie", Language: "pt-BR", Theme: "dark"})
		if err == nil && (a.Shown() != "Annie" || a.Role != people.AgentRole) {
			t.Errorf("shown as %q, a %s", a.Shown(), a.Role)
		}
		return err
	})
	for name, c := range map[string]struct{ as, theme, want string }{
		"no name":                       {"", "", "fault.required"},
		"a theme that there is not":     {"Ann", "pink", "fault.bad_value"},
		"as the screen has it is taken": {"Ann", "", ""},
	} {
		if got := h.try(func(tx *store.Tx) error {
			_, err := people.ChangeSelf(tx, ann.Actor(), people.Self{Name: c.as, Theme: c.theme})
			return err
		}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	reader := ann.Actor()
	reader.Scope = people.ScopeRead
	if got := h.try(func(tx *store.Tx) error {
		_, err := people.ChangeSelf(tx, reader, people.Self{Name: "Mallory"})
		return err
	}); got != "fault.forbidden" {
		t.Errorf("a reading token wrote: %q", got)
	}
}

func TestDepartments(t *testing.T) {
	h := open(t)
	olga := h.agent("olga", people.Owner).Actor()
	ann := h.agent("ann", people.AgentRole).Actor()
	sales := h.department("Sales")
	for name, c := range map[string]struct {
		by       people.Actor
		dep, say string
	}{
		"a new one":                 {olga, "Care", ""},
		"the same name":             {olga, "Sales", "fault.taken"},
		"the same name in capitals": {olga, " SALES ", "fault.taken"},
		"no name":                   {olga, " ", "fault.required"},
		"an agent opens none":       {ann, "Mine", "fault.forbidden"},
	} {
		if got := h.try(func(tx *store.Tx) error {
			_, err := people.AddDepartment(tx, c.by, c.dep)
			return err
		}); got != c.say {
			t.Errorf("%s: %q, want %q", name, got, c.say)
		}
	}
	h.Do(func(tx *store.Tx) error {
		return people.ChangeDepartment(tx, olga, sales, people.DepartmentChange{Name: "Shop", Retired: true})
	})
	h.See(func(tx *store.Tx) error {
		all, err := people.Departments(tx)
		if err == nil && (len(all) != 2 || all[0].Name != "Care" || all[1].Name != "Shop" || !all[1].Retired) {
			t.Errorf("departments: %+v, %+v", all[0], all[1])
		}
		return err
	})
}

func TestWhoMayConfigure(t *testing.T) {
	h := open(t)
	olga, lea := h.agent("olga", people.Owner), h.agent("lea", people.Lead)
	name := func(by *people.Agent, name string) string {
		return h.try(func(tx *store.Tx) error {
			return people.Configure(tx, by.Actor(), settings.Shop, settings.ShopSetting{Name: name, Languages: []string{"en"}})
		})
	}
	if got := name(lea, "Lea's"); got != "fault.forbidden" {
		t.Errorf("a lead: %q", got)
	}
	if got := name(olga, ""); got != "fault.required" {
		t.Errorf("no name: %q", got)
	}
	if got := name(olga, "Olga's\r\nBcc: eve@example.com"); got != "fault.bad_value" {
		t.Errorf("a name that would end a header: %q", got)
	}
	if got := name(olga, "Olga's"); got != "" {
		t.Errorf("an owner: %q", got)
	}
}
