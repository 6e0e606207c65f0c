package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each stage shows the same program in its own way.
func TestStages(t *testing.T) {
	file := filepath.Join(t.TempDir(), "prog.go")
	if err := os.WriteFile(file, []byte("package main\n\nfunc f() int { return 1 }\n\nvar g = 2\n\nfunc main() { println(g + f()) }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for stage, want := range map[string]string{
		"tree":    "        + : int @7:25\n          v0_g : int\n          call f",
		"ordered": "  assign @7:15\n    t2 : int\n  of\n    call f",
		"text":    "x.Conv1((v0_g + t2))",
	} {
		var out strings.Builder
		if err := run([]string{"-show", stage, file}, &out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s lacks\n%s\nin\n%s", stage, want, out.String())
		}
	}
	if err := run([]string{"-show", "nothing", file}, &strings.Builder{}); err == nil {
		t.Error("a stage that there is not was accepted")
	}
}
