package render

import (
	"testing"

	"playground/internal/sandbox/wire"
)

// A page is rendered without the sandbox, so the package has its own copy of
// what a sandbox would say.
func TestDefaultsAreASandboxes(t *testing.T) {
	o := Options{}.withDefaults()
	l := wire.Limits{}.WithDefaults()
	if o.MaxWall != l.WallTime || o.MaxCPU != l.CPUTime || int64(o.MaxSource) != l.Source {
		t.Errorf("render: %+v, a sandbox: %+v", o, l)
	}
}
