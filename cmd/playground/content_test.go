package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// put writes a file of a test's folder, and the folders that it needs.
func put(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A folder is published with a list; what is added to it is there after SIGHUP,
// and what has a mistake changes nothing.
func TestServeContent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "one.md", "---\ntitle: One\n---\n\n```go runner id=hi\npackage main\n\nfunc main() { println(6 * 7) }\n```\n")
	put(t, dir, "theme/static/theme.css", ":root { --accent: red; }")
	s := serve(t, "--content="+dir, "--theme="+filepath.Join(dir, "theme"), "--url=https://example.org/notes/")
	if !strings.HasPrefix(s.line, "Articles is served at") {
		t.Errorf("it printed %q", s.line)
	}
	_, page := get(t, s.url+"/notes/one/")
	for _, want := range []string{"<title>One</title>", `href="https://example.org/notes/one/"`, "/theme/theme.css"} {
		if !strings.Contains(page, want) {
			t.Errorf("the article has no %s\n%s", want, page)
		}
	}
	resp, err := http.Post(s.url+"/notes/one/", "application/x-www-form-urlencoded", strings.NewReader("run=hi"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(answer), `<span class="text">42`) {
		t.Errorf("the form: %s, %v\n%s", resp.Status, err, answer)
	}

	put(t, dir, "two.md", "---\ntitle: Two\n---\n\nText.\n")
	s.signal(t, syscall.SIGHUP)
	poll(t, "the new article is not there", func() bool { resp, _ := get(t, s.url+"/two/"); return resp.StatusCode == 200 })
	put(t, dir, "three.md", "---\ntitle: Three\n---\n\n```go runner titel=x\npackage main\n```\n")
	s.signal(t, syscall.SIGHUP)
	poll(t, "the mistake is not in the log", func() bool { return strings.Contains(s.logged(), "three.md:5:14: runner block") })
	for path, want := range map[string]int{"/two/": 200, "/three/": 404} {
		if resp, _ := get(t, s.url+path); resp.StatusCode != want {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

// What does not compile is in the log with its line in the article, at the start
// and after SIGHUP; what its author documents so is not.
func TestServeTellsWhatDoesNotCompile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "one.md", "---\ntitle: One\n---\n\n```go runner id=sum\npackage main\n\nfunc main() { println(x) }\n```\n\n"+
		"```go runner id=meant ends=compile-error\npackage main\n\nfunc main() { println(meant) }\n```\n")
	s := serve(t, "--post="+filepath.Join(dir, "one.md"))
	poll(t, "the first mistake is not in the log", func() bool {
		return strings.Contains(s.logged(), "one.md:8:23: runner block sum: undefined: x")
	})
	put(t, dir, "one.md", "---\ntitle: One\n---\n\n```go runner template=main\nprintln(1)\nprintln(y)\n```\n")
	s.signal(t, syscall.SIGHUP)
	poll(t, "the second mistake is not in the log", func() bool { return strings.Contains(s.logged(), "one.md:7:9: runner block") })
	if strings.Contains(s.logged(), "undefined: meant") {
		t.Error("what is meant not to compile is in the log")
	}
}
