package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// command runs the command line in this process.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, environment{stdin: strings.NewReader(""), stdout: &out, stderr: &errs})
	return status, out.String(), errs.String()
}

func TestNew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "my notes")
	status, out, errs := command(t, "new", "--content="+dir, "  Hello,   World!")
	if status != 0 || !strings.Contains(out, "hello-world.md'") {
		t.Fatalf("status %d\n%s%s", status, out, errs)
	}
	text, err := os.ReadFile(filepath.Join(dir, "hello-world.md"))
	if err != nil || !strings.Contains(string(text), `title: "Hello, World!"`) {
		t.Errorf("%v\n%s", err, text)
	}
	if status, _, errs := command(t, "new", "--content="+dir, "hello world"); status == 0 || !strings.Contains(errs, "is there already") {
		t.Errorf("a second time: %d, %s", status, errs)
	}
	if status, _, errs := command(t, "new", "--content="+dir, "??"); status == 0 || !strings.Contains(errs, "no letter") {
		t.Errorf("no letters: %d, %s", status, errs)
	}
}

func TestFmtArticle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "post.md")
	const before, after = "# T\n\n```go id=x runner\npackage  main\n```\n\ntext  \n", "# T\n\n```go runner id=x\npackage main\n```\n\ntext  \n"
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out, errs := command(t, "fmt", file); status != 0 || out != after {
		t.Errorf("status %d, %q, %s", status, out, errs)
	}
	if text, _ := os.ReadFile(file); string(text) != before {
		t.Errorf("the file is %q", text)
	}
	if status, out, errs := command(t, "fmt", "-w", file); status != 0 || out != "" {
		t.Errorf("status %d, %q, %s", status, out, errs)
	}
	if text, _ := os.ReadFile(file); string(text) != after {
		t.Errorf("the file is %q", text)
	}
	if err := os.WriteFile(file, []byte("# T\n\n```go runner\npackage\n```\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := command(t, "fmt", "-w", file); status != 1 || !strings.Contains(errs, "post.md:3: gofmt cannot read") {
		t.Errorf("status %d, %s", status, errs)
	}
}
