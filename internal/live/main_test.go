package live

import (
	"testing"

	"go.uber.org/goleak"
)

// Nothing may be left running: no socket, no writer, no wheel.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
