package people_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"deskbell/internal/fault"
	"deskbell/internal/people"
	"deskbell/internal/store"
	"deskbell/internal/store/storetest"
)

// house is a house with a gate, and with the password that everybody in it has.
type house struct {
	*storetest.House
	*testing.T
	gate *people.Gate
	pass people.Password
}

const password = "correct horse"

var (
	hashed         sync.Once
	commonPassword people.Password
)

// common hashes the common password once for all tests: hashing is slow by design.
func common(g *people.Gate) people.Password {
	hashed.Do(func() {
		var err error
		if commonPassword, err = g.Password(context.Background(), password); err != nil {
			panic(err)
		}
	})
	return commonPassword
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{House: storetest.Open(t), T: t}
	h.gate = people.NewGate(h.DB, people.GateOptions{})
	h.pass = common(h.gate)
	return h
}

// agent adds one whose address is name@example.com, with the common password.
func (h *house) agent(name string, role people.Role, departments ...string) *people.Agent {
	h.Helper()
	var a *people.Agent
	h.Do(func(tx *store.Tx) (err error) {
		a, err = people.AddAgent(tx, people.System, people.NewAgent{
			Email: name + "@example.com", Name: name, Role: role, Departments: departments, Password: h.pass,
		})
		return err
	})
	return a
}

func (h *house) department(name string) string {
	h.Helper()
	var d *people.Department
	h.Do(func(tx *store.Tx) (err error) {
		d, err = people.AddDepartment(tx, people.System, name)
		return err
	})
	return d.ID
}

// try runs fn in an Update and gives the words of its refusal, "" when there is none.
func (h *house) try(fn func(tx *store.Tx) error) string {
	h.Helper()
	return says(h.T, h.Update(context.Background(), fn))
}

// says gives what a fault says, "" for none. Any other error fails the test.
func says(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Fatalf("an error that is no fault: %v", err)
	}
	return f.Say
}

func (h *house) signIn(name string) people.Entered {
	h.Helper()
	in, err := h.gate.SignIn(h.Context(), people.SignIn{Email: name + "@example.com", Password: password, Address: "192.0.2.1"})
	if err != nil {
		h.Fatal(err)
	}
	return in
}

// in tells whether a cookie still lets anybody in.
func (h *house) in(cookie string) bool {
	h.Helper()
	found := false
	h.See(func(tx *store.Tx) error {
		s, err := people.SessionOf(tx, cookie)
		if err == nil {
			_, err = people.ActorOf(tx, s)
		}
		found = err == nil
		if fault.Is(err, fault.Unauthorized) {
			err = nil
		}
		return err
	})
	return found
}

// onDisk tells whether words stand anywhere in the data folder.
func (h *house) onDisk(words string) bool {
	h.Helper()
	found := false
	err := filepath.WalkDir(h.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		found = found || bytes.Contains(data, []byte(words))
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return found
}

func TestEmail(t *testing.T) {
	for in, want := range map[string]string{
		"ann@example.com":             "ann@example.com",
		"  Ann.Lee+shop@Example.COM ": "ann.lee+shop@example.com",
		"ann@intranet":                "ann@intranet",
		"ann@bücher.example":          "ann@bücher.example",
		"":                            "",
		"ann":                         "",
		"@example.com":                "",
		"ann@":                        "",
		"ann@a..b":                    "",
		"ann@-a.example":              "",
		"ann@@example.com":            "",
		"a b@example.com":             "",
		"Ann <ann@example.com>":       "",
		"ann@example.com\r\nBcc: x@y": "",
		"ann\x00@example.com":         "",
		"ann\u202e@example.com":       "",
		"ann@example.com\xff":         "",
	} {
		if got, err := people.Email("email", in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q (%v), want %q", in, got, err, want)
		}
	}
}
