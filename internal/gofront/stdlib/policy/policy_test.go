package policy

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestRefusal(t *testing.T) {
	cases := []struct{ path, reason, instead string }{
		{"fmt", "", ""},
		{"os/exec", "cannot start others", "io.Pipe"},
		{"unsafe", "cannot be checked", "reflect"},
		{"C", "cgo", ""},
		{"github.com/pkg/errors", "nothing is fetched", ""},
		{"golang.org/x/exp/slog", "no module here", `"log/slog"`},
		{"golang.org/x/text/width", "no module here", ""},
		{"./sub", "relative", "archive"},
		{"internal/abi", "private", ""},
		{"crypto/internal/fips140", "private", ""},
		{"cmd/go", "toolchain", ""},
		{"fmtt", "no such package", ""},
		{"", "no such package", ""},
	}
	for _, c := range cases {
		reason, instead := Refusal(c.path)
		if !strings.Contains(reason, c.reason) || (c.reason == "") != (reason == "") || !strings.Contains(instead, c.instead) {
			t.Errorf("Refusal(%q) = %q, %q", c.path, reason, instead)
		}
	}
}

// Each public package of the standard library is allowed or refused by name.
func TestEveryPackageIsDecided(t *testing.T) {
	out, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		if strings.Contains(path, "internal") || strings.HasPrefix(path, "vendor/") || Allowed(path) {
			continue
		}
		if !slices.ContainsFunc(refusals(), func(r refusal) bool { return r.path == path }) {
			t.Errorf("%s is neither allowed nor refused with a reason", path)
		}
	}
	if !slices.IsSorted(Packages()) {
		t.Error("packages are not sorted")
	}
}
