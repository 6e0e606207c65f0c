package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestOwnPrograms runs every program under testdata through the playground and
// compares with its recorded outcome.
func TestOwnPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("runs hundreds of programs")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the Go toolchain to build the playground")
	}
	cases, err := ReadCases(os.DirFS("testdata"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 300 {
		t.Errorf("only %d programs", len(cases))
	}
	bin := filepath.Join(t.TempDir(), "playground")
	if err := BuildSubject(t.Context(), ".", bin); err != nil {
		t.Fatal(err)
	}
	r := &Runner{Subject: &Subject{Path: bin}}
	verdicts, err := r.Run(t.Context(), cases)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verdicts {
		if v.Kind != Equal {
			t.Errorf("%s: %s\n%s", v.Case.Name, v.Kind, Difference(v.Want, v.Got))
		}
	}
	rep := &Report{Set: "own programs", Verdicts: verdicts}
	if err := WriteTable(t.Output(), rep); err != nil {
		t.Error(err)
	}
}
