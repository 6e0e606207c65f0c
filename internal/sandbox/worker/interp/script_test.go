package interp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// Each script is a rule, a program, and what it must print and exit with. The
// text in stderr must appear in that order, but what it says of a goroutine, a
// paragraph, in that goroutine's paragraph: their order and numbers are the
// runtime's choice. The text in exit defaults to 0.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if builtWithCgo && strings.HasSuffix(file, "deadlock.txtar") {
				t.Skip("deadlocks are noticed only by a binary built with CGO_ENABLED=0")
			}
			runScript(t, ar)
		})
	}
}

func runScript(t *testing.T, ar *txtar.Archive) {
	var prog txtar.Archive
	want := map[string]string{"exit": "0"}
	for _, f := range ar.Files {
		if strings.HasSuffix(f.Name, ".go") {
			prog.Files = append(prog.Files, f)
		} else {
			want[f.Name] = strings.TrimSpace(string(f.Data))
		}
	}
	src := txtar.Format(&prog)
	if len(prog.Files) == 1 && prog.Files[0].Name == "prog.go" {
		src = prog.Files[0].Data
	}
	stdout, stderr, code := runProgram(t, src)
	if got := took.ReplaceAllString(strings.TrimSpace(stdout), "(0.00s)"); got != want["stdout"] {
		t.Errorf("stdout:\n%s\nwant:\n%s", got, want["stdout"])
	}
	// A mark stands before each line that the runtime writes; the server removes it.
	printed := header.ReplaceAllString(strings.ReplaceAll(stderr, "\x01", ""), "goroutine N ")
	for lines := range strings.SplitSeq(header.ReplaceAllString(want["stderr"], "goroutine N "), "\n\n") {
		places := []string{printed}
		if strings.HasPrefix(lines, "goroutine N ") {
			places = strings.Split(printed, "\n\n")
		}
		if !slices.ContainsFunc(places, func(p string) bool { return hasInOrder(p, lines) }) {
			t.Errorf("stderr lacks\n%s\nin\n%s", lines, stderr)
		}
	}
	if fmt.Sprint(code) != want["exit"] {
		t.Errorf("exit status %d, want %s\n%s", code, want["exit"], stderr)
	}
}

// header is the number in a goroutine's header line.
var header = regexp.MustCompile(`(?m)^goroutine \d+ `)

// took is how long a test took.
var took = regexp.MustCompile(`\(\d+\.\d\ds\)`)

// hasInOrder reports whether text has the lines one after another, other text
// between them allowed.
func hasInOrder(text, lines string) bool {
	for line := range strings.SplitSeq(lines, "\n") {
		_, rest, ok := strings.Cut(text, line)
		if !ok {
			return false
		}
		text = rest
	}
	return true
}

// runProgram runs a program in a process of its own: this test binary.
func runProgram(t *testing.T, src []byte, env ...string) (stdout, stderr string, code int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(env, "GOFRONT_RUN=-")
	cmd.Stdin = bytes.NewReader(src)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// A program that the front end refuses is an error at its line.
func TestUnsupported(t *testing.T) {
	_, stderr, code := runProgram(t, []byte("package main\n\nimport \"unsafe\"\n\nfunc main() { println(unsafe.Sizeof(1)) }\n"))
	if code != 1 || !strings.Contains(stderr, "prog.go:3:") {
		t.Errorf("exit status %d\n%s", code, stderr)
	}
}
