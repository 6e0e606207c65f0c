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
	put(t, content, "one.md", "---\ntitle: One\n---\n\n```go runner id=hi\npackage main\n\nfunc main() { println(6 * 7) }\n```\n\n```js runner\nconsole.log(1)\n```\n")
	out, err := exec.Command(sandboxtest.Binary(t), "export", dir, "--content", content, "--runner=https://run.example", "--output=1KiB").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "no feed and no sitemap") {
		t.Fatalf("%v\n%s", err, out)
	}
	said, err := os.ReadFile(filepath.Join(dir, "one", "recorded", "hi.json"))
	if err != nil || !strings.Contains(string(said), `"body":"42\n"`) || !strings.Contains(string(said), `"type":"end"`) {
		t.Errorf("%v\n%s", err, said)
	}
	page, err := os.ReadFile(filepath.Join(dir, "one", "index.html"))
	for _, want := range []string{`content="https://run.example/"`, `data-output="1024"`} {
		if err != nil || !strings.Contains(string(page), want) {
			t.Errorf("no %s: %v\n%s", want, err, page)
		}
	}
}
