package admin

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/web"
)

type departmentForm struct {
	Once    string `form:"once"`
	Name    string `form:"name"`
	Retired bool   `form:"retired"`
}

type departmentsView struct {
	view
	In   departmentForm // the form that comes back
	Of   string         // whose it is; "" for a new one
	All  []*people.Department
	Team map[string]int // how many agents work in each
}

func (f *face) departments(w http.ResponseWriter, r *http.Request) error {
	page, err := f.departmentsPage(r, departmentForm{}, nil)
	return render(w, r, page, err)
}

func (f *face) departmentsPage(r *http.Request, in departmentForm, wrong error) (templ.Component, error) {
	v := departmentsView{view: f.viewOf(r, "departments"), In: in, Of: r.PathValue("id"), Team: map[string]int{}}
	v.Err = wrong
	err := f.see(r, func(tx *store.Tx) (err error) {
		if v.All, err = people.Departments(tx); err != nil {
			return err
		}
		team, err := people.Agents(tx)
		for _, a := range team {
			for _, id := range a.Departments {
				v.Team[id]++
			}
		}
		return err
	})
	return departmentsPage(v), err
}

func (f *face) addDepartment(w http.ResponseWriter, r *http.Request) error {
	return f.putDepartment(w, r, func(tx *store.Tx, in departmentForm) error {
		_, err := people.AddDepartment(tx, web.Actor(r), in.Name)
		return err
	})
}

func (f *face) changeDepartment(w http.ResponseWriter, r *http.Request) error {
	return f.putDepartment(w, r, func(tx *store.Tx, in departmentForm) error {
		return people.ChangeDepartment(tx, web.Actor(r), r.PathValue("id"), people.DepartmentChange{Name: in.Name, Retired: in.Retired})
	})
}

func (f *face) putDepartment(w http.ResponseWriter, r *http.Request, put func(*store.Tx, departmentForm) error) error {
	var in departmentForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		return "/desk/admin/departments?done=kept", put(tx, in)
	})
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.departmentsPage(r, in, err) })
}

// typed is a department's name as it comes back, or as it is.
func (v departmentsView) typed(id, name string) string {
	if v.Err != nil && v.Of == id {
		return v.In.Name
	}
	return name
}

// retired is a department's tick as it comes back, or as it is.
func (v departmentsView) retired(d *people.Department) bool {
	if v.Err != nil && v.Of == d.ID {
		return v.In.Retired
	}
	return d.Retired
}

// wrongOf is the sentence at the name in the form of one department, "" for a new one.
func (v departmentsView) wrongOf(ctx context.Context, id string) string {
	if v.Of != id {
		return ""
	}
	return v.wrong(ctx, "name")
}
