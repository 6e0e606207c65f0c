package check

import (
	"testing"

	"playground/internal/gofront/stdlib"
)

// Every twin passes the type checker with the packages that programs see.
func TestTwins(t *testing.T) {
	c := newChecker(t)
	n := 0
	for _, path := range stdlib.Packages() {
		u, ok, err := c.Twin(path)
		if err != nil {
			t.Error(err)
		}
		if !ok {
			continue
		}
		n++
		if u.Path != path || u.Types == nil || len(u.Files) == 0 || len(u.Info.Defs) == 0 {
			t.Errorf("%s: %+v", path, u)
		}
		if again, _, _ := c.Twin(path); again != u {
			t.Errorf("%s is checked twice", path)
		}
	}
	if n < 16 {
		t.Errorf("%d twins", n)
	}
}
