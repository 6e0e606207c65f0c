package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// stackOverflow is the one case whose first line on standard error differs: it
// names the limit of a goroutine's stack, which is lower here.
const stackOverflow = "exit/stack_overflow.txtar"

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
		switch {
		case v.Kind != Equal:
			t.Errorf("%s: %s\n%s", v.Case.Name, v.Kind, Difference(v.Want, v.Got))
		case !v.StderrEqual && v.Case.Name != stackOverflow:
			t.Errorf("%s: another first line on standard error\n%s", v.Case.Name, Difference(v.Want, v.Got))
		}
	}
	rep := &Report{Set: "own programs", Verdicts: verdicts}
	if err := WriteTable(t.Output(), rep); err != nil {
		t.Error(err)
	}
}
