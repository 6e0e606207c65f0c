package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"playground/internal/sandbox/sandboxtest"
)

// The command writes a site whose programs have run in the real sandbox.
func TestExport(t *testing.T) {
	t.Parallel()
	content, dir := t.TempDir(), filepath.Join(t.TempDir(), "site")
	put(t, content, "one.md", "---\ntitle: One\n---\n\n```go runner id=hi\npackage main\n\nfunc main() { println(6 * 7) }\n```\n")
	out, err := exec.Command(sandboxtest.Binary(t), "export", dir, "--content", content, "--runner=https://run.example").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "no feed and no sitemap") {
		t.Fatalf("%v\n%s", err, out)
	}
	said, err := os.ReadFile(filepath.Join(dir, "one", "recorded", "hi.json"))
	if err != nil || !strings.Contains(string(said), `"body":"42\n"`) || !strings.Contains(string(said), `"type":"end"`) {
		t.Errorf("%v\n%s", err, said)
	}
	page, err := os.ReadFile(filepath.Join(dir, "one", "index.html"))
	if err != nil || !strings.Contains(string(page), `content="https://run.example/"`) {
		t.Errorf("%v\n%s", err, page)
	}
}
