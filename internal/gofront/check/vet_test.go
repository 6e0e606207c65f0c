package check

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Vet finds what go vet finds. Each archive holds a valid program and what go
// vet prints for it.
func TestVet(t *testing.T) {
	files, err := filepath.Glob("testdata/vet/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	c := newChecker(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source := program(a)
			if *update {
				setSection(a, "want", goVet(t, source))
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			p, diags := c.Check(source)
			if p == nil {
				t.Fatalf("rejected: %s", texts(diags))
			}
			if got, want := texts(c.Vet(p)), section(a, "want"); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func goVet(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "prog.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "vet", "prog.go")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	out, _ := cmd.CombinedOutput()
	// go vet prints each pass's findings together; ours are sorted by place.
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(string(out), "command-line-arguments.", "main.")) {
		if !strings.HasPrefix(line, "# ") {
			lines = append(lines, strings.TrimPrefix(strings.TrimPrefix(line, "vet: "), "./"))
		}
	}
	slices.SortStableFunc(lines, func(a, b string) int {
		return slices.Compare(place(a), place(b))
	})
	return strings.Join(lines, "")
}

// place reads the line and column of "file:line:column: message".
func place(s string) []int {
	var line, column int
	if _, err := fmt.Sscanf(s, "prog.go:%d:%d:", &line, &column); err != nil {
		return nil
	}
	return []int{line, column}
}
