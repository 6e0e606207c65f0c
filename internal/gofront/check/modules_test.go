package check

import (
	"testing"
)

// Programs can import every package that is built in.
func TestBundledModules(t *testing.T) {
	c := newChecker(t)
	if diags := c.CheckModules(); len(diags) > 0 {
		t.Error(texts(diags))
	}
	for _, path := range c.library.Paths() {
		p, diags := c.Check("package main\n\nimport _ \"" + path + "\"\n\nfunc main() {}\n")
		if p == nil {
			t.Fatal(texts(diags))
		}
		if u := p.Units[len(p.Units)-2]; u.Path != path || u.Module == nil {
			t.Errorf("%s: %+v", path, u)
		}
	}
}
