package files

import (
	"strings"
	"testing"

	"deskbell/internal/fault"
)

const gib = 1 << 30

func TestCustomersLeaveRoom(t *testing.T) {
	for name, c := range map[string]struct {
		free, all uint64
		low       bool
	}{
		"a tenth of a large disk":  {25 * gib, 250 * gib, false},
		"less than a tenth of it":  {25*gib - 1, 250 * gib, true},
		"1 GiB of a common one":    {gib, 5 * gib, false},
		"less than 1 GiB of it":    {gib - 1, 5 * gib, true},
		"half of a small one":      {200 << 20, 400 << 20, false},
		"less than half of it":     {200<<20 - 1, 400 << 20, true},
		"a disk that says nothing": {0, 0, false},
	} {
		if low(c.free, c.all) != c.low {
			t.Errorf("%s: it is low: %v", name, !c.low)
		}
	}
	if free, all := diskOf(t.TempDir()); free > all {
		t.Errorf("of %d bytes %d are free", all, free)
	}
}

// What strangers send stops while there is room for all that the house itself writes.
func TestOnlyAgentsFillTheLastTenth(t *testing.T) {
	c := openCupboard(t)
	c.disk = func(string) (free, all uint64) { return gib / 2, 5 * gib }
	send := func(owner string) error {
		_, err := c.Put(background, Upload{Name: "x", Owner: owner}, strings.NewReader("x"), 10)
		return err
	}
	for _, owner := range []string{"visitor:zoe", "contact:zoe", ""} {
		if err := send(owner); !fault.Is(err, fault.Full) {
			t.Errorf("%q: %v, want a fault of kind Full", owner, err)
		}
	}
	if left := c.onShelf(); len(left) > 0 {
		t.Errorf("they left %q", left)
	}
	if err := send("agent:ann"); err != nil {
		t.Errorf("an agent: %v", err)
	}
}
