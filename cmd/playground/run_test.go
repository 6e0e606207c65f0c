package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"playground/content"
	"playground/internal/sandbox/sandboxtest"
)

// playground runs the product's binary, as a shell would.
func playground(t *testing.T, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), sandboxtest.Binary(t), args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

func TestRun(t *testing.T) {
	t.Parallel()
	const head = "package main\nimport (\"fmt\"; \"os\"; \"time\")\nvar _, _, _ = fmt.Sprint, os.Exit, time.Now\nfunc main() { "
	tests := []struct {
		name, body     string
		flags          []string
		status         int
		stdout, stderr string // stderr: a part of it
	}{
		{"ok", `fmt.Println("out"); fmt.Fprintln(os.Stderr, "err")`, nil, 0, "out\n", "err\n"},
		{"its own exit status", `fmt.Println("out"); os.Exit(7)`, nil, 7, "out\n", ""},
		{"compile error", "\n\tfmt.Printn()", nil, 1, "", "prog.go:5:6: undefined: fmt.Printn"},
		{"panic", `panic("boom")`, nil, 2, "", "panic: boom"},
		{"wall limit", `fmt.Println("a"); time.Sleep(time.Hour)`, []string{"--wall=2s"}, 124, "a\n", "playground: -: stopped: 2 s of wall time used\n"},
		{"CPU limit", `for {}`, []string{"--cpu=200ms"}, 124, "", "stopped: 200 ms of CPU time used"},
		{"output limit", `for { fmt.Print("ab") }`, []string{"--output=5"}, 124, "ababa", "output limit of 5 bytes reached"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := playground(t, head+tt.body+"\n}\n", append(append([]string{"run"}, tt.flags...), "-")...)
			if status != tt.status || stdout != tt.stdout || !strings.Contains(stderr, tt.stderr) {
				t.Errorf("status %d, stdout %q, stderr %q; want %d, %q, %q", status, stdout, stderr, tt.status, tt.stdout, tt.stderr)
			}
		})
	}
}

// Messages and traces name the file as the command line does, with its own lines.
func TestRunNamesTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, tt := range map[string]struct{ source, want string }{
		"trace.go":   {"// Doc.\n\npackage main // it is\n\nfunc main() {\n\tpanic(1)\n}\n", "\n\ttrace.go:6\n"},
		"compile.go": {"package main\n\nfunc main() {\n\tx := 1\n}\n", "compile.go:4:2: declared and not used: x\n"},
		"line.go":    {"package main; func main() { panic(1) }\n", "\n\tprog.go:1\n"},
		"archive.go": {"-- a.go --\npackage main\n\nfunc main() { panic(1) }\n", "\n\ta.go:3\n"},
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(tt.source), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, stderr := playground(t, "", "run", file); !strings.Contains(stderr, tt.want) {
			t.Errorf("%s: %q, want %q", name, stderr, tt.want)
		}
	}
}

func TestFmt(t *testing.T) {
	t.Parallel()
	status, stdout, _ := playground(t, "package main\nfunc main(){fmt.Println( 1 )}", "fmt", "-")
	if want := "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(1) }\n"; status != 0 || stdout != want {
		t.Errorf("status %d, %q; want 0, %q", status, stdout, want)
	}
	file := filepath.Join(t.TempDir(), "p.go")
	const broken = "package main\n\nfunc main( {\n"
	if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := playground(t, "", "fmt", "-w", file)
	if b, _ := os.ReadFile(file); status != 1 || string(b) != broken || !strings.Contains(stderr, file+":3:") {
		t.Errorf("a file that cannot be formatted: status %d, %q, now %q", status, stderr, b)
	}
}

func TestRunJSON(t *testing.T) {
	t.Parallel()
	status, stdout, _ := playground(t, `package main
import "fmt"
func main() { fmt.Println("hi") }`, "run", "--json", "-")
	var types []string
	for line := range strings.Lines(stdout) {
		var m struct{ Type, Status, Body string }
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		types = append(types, m.Type+m.Status+m.Body)
	}
	if got, want := strings.Join(types, ","), "start,stdouthi\n,endok"; status != 0 || got != want {
		t.Errorf("status %d, messages %q; want 0 and %q", status, got, want)
	}
}

// Interrupting the command ends the program, not the wait for it.
func TestRunInterrupted(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), sandboxtest.Binary(t), "run", "-")
	cmd.Stdin = strings.NewReader("package main\nimport (\"fmt\"; \"time\")\nfunc main() { fmt.Println(\"on\"); time.Sleep(time.Hour) }")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != statusStopped {
		t.Errorf("exit status %d, want %d", code, statusStopped)
	}
}

// What main leaves behind is told to those who ask.
func TestRunTellsLeaks(t *testing.T) {
	t.Parallel()
	const source = "package main\n\nimport \"time\"\n\nfunc main() {\n\tgo func() { select {} }()\n\ttime.Sleep(50 * time.Millisecond)\n}\n"
	if status, _, stderr := playground(t, source, "run", "-"); status != 0 || stderr != "" {
		t.Errorf("status %d\n%s", status, stderr)
	}
	status, _, stderr := playground(t, source, "run", "--leaks", "-")
	if want := "playground: -: main returned, and a goroutine had not ended "; status != 0 || !strings.HasPrefix(stderr, want) || !strings.Contains(stderr, "at prog.go:6") {
		t.Errorf("status %d\n%s", status, stderr)
	}
}

// Every program of the article runs to its end, within the limits that readers
// get.
func TestPostRuns(t *testing.T) {
	t.Parallel()
	article := theArticle(t)
	if len(article.Blocks) < 10 {
		t.Errorf("%d runner blocks, want at least 10", len(article.Blocks))
	}
	for _, b := range article.Blocks {
		t.Run(b.ID, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := playground(t, b.Source, "run", "-")
			if status != 0 || stdout == "" || stderr != "" && !strings.Contains(b.Source, "os.Stderr") {
				t.Errorf("%s:%d: status %d\n%s\n%s", content.Post, b.Line, status, stdout, stderr)
			}
		})
	}
}

func TestHealth(t *testing.T) {
	status, _, stderr := invoke(t, context.Background(), "", "health", "--addr=localhost:1")
	if status != statusFailure || !strings.Contains(stderr, "does not answer") {
		t.Errorf("status %d, %q", status, stderr)
	}
}

// What goroutines did comes as JSON of the protocol and as a Chrome trace, in which each
// goroutine is a thread with its states, and a value an arrow.
func TestRunObserved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, observe, trace := filepath.Join(dir, "p.go"), filepath.Join(dir, "o.json"), filepath.Join(dir, "t.json")
	source := "package main\nimport \"fmt\"\nfunc send(c chan int) { c <- 42 }\nfunc main() {\n\tc := make(chan int)\n\tgo send(c)\n\tfmt.Println(<-c)\n\t<-c\n}\n"
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := playground(t, "", "run", "--observe="+observe, "--trace="+trace, file)
	if status != 2 || !strings.Contains(stderr, "all goroutines are asleep") {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	var m struct {
		Version int
		List    [][]any
	}
	readJSON(t, observe, &m)
	var kinds []string
	for _, row := range m.List {
		kinds = append(kinds, row[0].(string))
	}
	for _, want := range []string{"site", "object", "go", "start", "block", "send", "recv", "wake", "end"} {
		if !slices.Contains(kinds, want) {
			t.Errorf("no %q in %v", want, m.List)
		}
	}
	var chrome struct {
		TraceEvents []struct {
			Name, Cat, Ph string
			Tid           int64
			Args          map[string]any
		}
	}
	readJSON(t, trace, &chrome)
	got := map[string]bool{}
	for _, e := range chrome.TraceEvents {
		got[e.Ph+" "+e.Name] = true
		if e.Name == "thread_name" {
			got[e.Args["name"].(string)] = true
		}
	}
	for _, want := range []string{"main.send #18", "main #1", "X chan receive", "X running", "s value", "f value", "s go", "f go", "i 42\n"} {
		if !got[want] {
			t.Errorf("no %q in the trace: %v", want, got)
		}
	}
}

func readJSON(t *testing.T, file string, v any) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}
