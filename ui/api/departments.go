package api

import (
	"deskbell/internal/people"
	"deskbell/internal/store"
)

type department struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Retired bool   `json:"retired"`
}

func showDepartment(d *people.Department) department { return department{d.ID, d.Name, d.Retired} }

func (a *api) departments() {
	get(a, "departments", "List departments", listDepartments)
	create(a, "departments", "Open a department", people.ScopeAdmin, addDepartment)
	get(a, "departments/{id}", "Get a department", getDepartment)
	patch(a, "departments/{id}", "Rename or retire a department", people.ScopeAdmin, changeDepartment)
}

func listDepartments(tx *store.Tx, _ people.Actor, in *page) (list[department], error) {
	all, err := people.Departments(tx)
	if err != nil {
		return list[department]{}, err
	}
	return cut(in.Paging, all, func(d *people.Department) string { return d.ID }, showDepartment)
}

func getDepartment(tx *store.Tx, _ people.Actor, in *Which) (department, error) {
	d, err := people.DepartmentByID(tx, in.ID)
	return shown(d, err, showDepartment)
}

type newDepartment struct {
	Body struct {
		Name string `json:"name"`
	}
}

func addDepartment(tx *store.Tx, by people.Actor, in *newDepartment) (department, error) {
	d, err := people.AddDepartment(tx, by, in.Body.Name)
	return shown(d, err, showDepartment)
}

type departmentChange struct {
	Which
	Body struct {
		Name    change[string] `json:"name,omitempty"`
		Retired change[bool]   `json:"retired,omitempty"`
	}
}

func changeDepartment(tx *store.Tx, by people.Actor, in *departmentChange) (department, error) {
	d, err := people.DepartmentByID(tx, in.ID)
	if err != nil {
		return department{}, err
	}
	in.Body.Name.into(&d.Name)
	in.Body.Retired.into(&d.Retired)
	return showDepartment(d), people.ChangeDepartment(tx, by, d.ID, people.DepartmentChange{Name: d.Name, Retired: d.Retired})
}
