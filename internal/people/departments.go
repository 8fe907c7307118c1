package people

import (
	"slices"
	"strings"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Department is a part of the shop's team, such as "Sales". A retired one takes nothing new and is not offered; what lies in
// it stays.
type Department struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Retired bool   `json:"retired,omitempty"`
}

var departments = store.NewTable("departments", func(d *Department) store.Key { return store.K(d.ID) },
	store.Index[Department]{Name: "name", Unique: true, Keys: func(d *Department) []store.Key {
		return []store.Key{store.K(strings.ToLower(d.Name))}
	}},
).Called("department")

// Departments lists all of them in the order of their names, retired ones last. The rows are shared with whoever else asks, and to
// be read only; the slice is the caller's.
func Departments(tx *store.Tx) ([]*Department, error) {
	all, err := departments.AllShared(tx, "name")
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b *Department) int {
		switch {
		case a.Retired == b.Retired:
			return 0
		case a.Retired:
			return 1
		default:
			return -1
		}
	})
	return all, nil
}

// DepartmentByID gives one.
func DepartmentByID(tx *store.Tx, id string) (*Department, error) {
	return departments.Get(tx, store.K(id))
}

// AddDepartment opens one under a name that no other has.
func AddDepartment(tx *store.Tx, by Actor, name string) (*Department, error) {
	if err := by.Must(ManageAgents, ""); err != nil {
		return nil, err
	}
	d := &Department{ID: tx.NewID()}
	return d, d.put(tx, "department.added", name)
}

// DepartmentChange is everything about a department that somebody decides.
type DepartmentChange struct {
	Name    string
	Retired bool
}

// ChangeDepartment renames one, or retires it or takes it back.
func ChangeDepartment(tx *store.Tx, by Actor, id string, c DepartmentChange) error {
	if err := by.Must(ManageAgents, ""); err != nil {
		return err
	}
	d, err := DepartmentByID(tx, id)
	if err != nil {
		return err
	}
	d.Retired = c.Retired
	return d.put(tx, "department.changed", c.Name)
}

func (d *Department) put(tx *store.Tx, kind, name string) (err error) {
	if d.Name, err = cleanName("name", name); err != nil {
		return err
	}
	same, err := departments.By(tx, "name", store.K(strings.ToLower(d.Name)))
	if err != nil {
		return err
	}
	if same != nil && same.ID != d.ID {
		return fault.Field("name", "fault.taken")
	}
	if err := departments.Put(tx, d); err != nil {
		return err
	}
	return tx.Tell(kind, departments.Name(), store.K(d.ID))
}

// knownDepartments checks a choice of departments and gives it sorted, each once.
func knownDepartments(tx *store.Tx, ids []string) ([]string, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for _, id := range ids {
		d, err := departments.Find(tx, store.K(id))
		if err != nil {
			return nil, err
		}
		if d == nil {
			return nil, fault.Field("departments", "fault.bad_value")
		}
	}
	return ids, nil
}
