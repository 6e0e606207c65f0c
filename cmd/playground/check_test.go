package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"playground/internal/browser"
)

const staleProgram = "---\ntitle: T\n---\n\n```go runner title=\"Hello\"\npackage main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"new\") }\n```\n\n```output\nold\n```\n"

// An article whose program prints something else than it says is found, at the
// line, and can be put right.
func TestCheck(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "post.md")
	if err := os.WriteFile(path, []byte(staleProgram), 0o640); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := playground(t, "", "check", filepath.Dir(path))
	if status != 1 || !strings.Contains(stdout, "post.md:14: hello: it printed another line\n\tdocumented: old\n\tprinted:    new\n") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
	if status, stdout, stderr = playground(t, "", "check", "--update", path); status != 0 {
		t.Errorf("update: status %d\n%s%s", status, stdout, stderr)
	}
	got, err := os.ReadFile(path)
	if want := strings.Replace(staleProgram, "old", "new", 1); err != nil || string(got) != want {
		t.Errorf("it wrote %q, %v", got, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
}

func TestCheckMistakes(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--times=0"}, "from 1 to 100"},
		{[]string{"--update"}, "name its file"},
		{[]string{"--schedules=-1"}, "from 0 to"},
		{[]string{"--format=xml"}, "--format"},
		{[]string{"nowhere.md"}, "nowhere.md"},
		{[]string{t.TempDir()}, "no article"},
	} {
		if status, _, stderr := invoke(t, t.Context(), "", append([]string{"check"}, tt.args...)...); status != statusFailure || !strings.Contains(stderr, tt.want) {
			t.Errorf("%v: status %d, %s; want %q", tt.args, status, stderr, tt.want)
		}
	}
}

// A link from a folder to an article above it leads somewhere, or it does not.
func TestCheckLinksUpwards(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "one.md", "---\ntitle: One\n---\n\nText.\n")
	put(t, dir, "deep/two.md", "---\ntitle: Two\n---\n\n[one](../one.md), [none](../none.md)\n")
	_, stdout, stderr := playground(t, "", "check", dir)
	if !strings.Contains(stdout, "two.md:5: there is no article ../none.md to link to\n") || strings.Contains(stdout, "../one.md") {
		t.Errorf("%s%s", stdout, stderr)
	}
}

// Programs in TypeScript are run by a Chromium, if there is one.
func TestCheckScripts(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "post.md")
	text := "---\ntitle: T\n---\n\n```ts runner id=a\nconst n: number = 1;\nconsole.log({ n });\n```\n\n```output\n{ n: 2 }\n```\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "post.md:11: a: it printed another line\n\tdocumented: { n: 2 }\n\tprinted:    { n: 1 }\n"
	if browser.Find() == "" {
		want = "1 not run"
	}
	if _, stdout, stderr := playground(t, "", "check", path); !strings.Contains(stdout, want) {
		t.Errorf("%s%s", stdout, stderr)
	}
}

// An article says that its program ends well, and in some order it does not.
func TestCheckSchedules(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "post.md", "---\ntitle: T\n---\n\n```go runner id=a\npackage main\n\nfunc main() {\n\tc := make(chan int, 1)\n\tgo func() { c <- 1 }()\n\tselect {\n\tcase c <- 2:\n\t\t<-c\n\tcase <-c:\n\t}\n\t<-c\n}\n```\n")
	status, stdout, stderr := playground(t, "", "check", "--schedules=100", filepath.Join(dir, "post.md"))
	if want := "it ended with deadlock, not with ok"; status != 1 || !strings.Contains(stdout, want) || !strings.Contains(stdout, "(--seed ") {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
}
